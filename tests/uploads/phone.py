"""A person with a phone in a real Chromium: the web chat, and the page of an upload link beside it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import TimeoutError as Late

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: Seconds for an answer, and for the check of a large film.
_ANSWER, CHECKED = 60, 900
#: Tenths of a second after which somebody notices that a tap did nothing.
_NOTICED = 50
_HERE = """async () => {
  const body = new URLSearchParams({ key: document.querySelector("#say").elements.key.value });
  const answer = await fetch("/chat/upload", { method: "POST", body, headers: { Accept: "application/json" } });
  return (await answer.json()).here;
}"""
#: More bubbles and more own messages than before, the newest message not one's own.
_ANSWERED = """([before, own]) => {
  const all = [...document.querySelectorAll("#log article")], of = (kind) => all.filter((one) => one.matches(kind));
  return of(".theirs:has(.bubble)").length > before && of(".mine:not(.pending)").length > own
    && !of(".pending").length && all.at(-1).matches(".theirs");
}"""


class NotAsExpected(Exception):
    """The conversation went another way; the message says what was expected and what stood last in the chat."""


class Phone:
    """One liaison's phone. Every action gives what the program said to it, a text for each message."""

    def __init__(self, browser: Browser, link: str) -> None:
        self._context = browser.new_context(**PHONE)
        self._context.set_default_timeout(_ANSWER * 1000)
        self._page = self._context.new_page()
        self.complaints: list[str] = []
        self._page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._page.goto(link)
        self._page.locator("button.main-button").tap()
        self._page.wait_for_url("**/chat")
        self._wait(0)

    def say(self, text: str) -> list[str]:
        """Type a message."""
        return self._answered(lambda: self._send(text))

    def press(self, label: str) -> list[str]:
        """Press a button of the newest question that has one of this label."""
        button = self._page.locator("#log button").filter(has_text=label).last
        try:
            return self._answered(lambda: self._tapped(button))
        except Late:
            raise NotAsExpected(f"expected a button {label!r}, found last: {self.heard()[-2:]}") from None

    def tick(self, *labels: str) -> list[str]:
        """Tick boxes in this order, and hand them in; a question with one answer takes it at once."""
        for label in labels:
            option = self._page.locator(".option").filter(has_text=label).last
            if option.evaluate("node => node.tagName") == "BUTTON":
                return self._answered(option.tap)
            option.tap()
        return self.press("选好了")

    def pick(self, *files: Path) -> list[str]:
        """Send files by the paper clip of the chat."""

        def send() -> None:
            self._page.set_input_files("#file", [str(file) for file in files])
            if self._page.locator("#picked li").count():
                self._page.get_by_role("button", name="发送", exact=True).tap()

        return self._answered(send)

    def download(self, to: Path) -> Path:
        """Save the newest file that was handed out."""
        with self._page.expect_download() as download:
            self._page.locator("a.card").last.tap()
        download.value.save_as(to)
        return to

    def upload_page(self) -> Page:
        """The signed page for the film, as a second tab; its link is the one that the paper clip asks for."""
        page = self._context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(urljoin(self._page.url, self._page.evaluate(_HERE)))
        if page.locator("#file").get_attribute("accept") is None:
            raise NotAsExpected(f"expected the page of a question for a film, found last: {self.heard()[-2:]}")
        return page

    def wait_for(self, *patterns: str, seconds: float = CHECKED, after: int = 0) -> str:
        """The first message from number `after` on that one of the patterns fits."""
        wanted, end = re.compile("|".join(patterns)), time.monotonic() + seconds
        while time.monotonic() < end:
            found = next((text for text in self.heard()[after:] if wanted.search(text)), None)
            if found is not None:
                return found
            self._page.wait_for_timeout(200)
        raise NotAsExpected(f"expected a message with {wanted.pattern!r}, found last: {self.heard()[-2:]}")

    def heard(self) -> list[str]:
        """All that the program said."""
        return [text.strip() for text in self._page.locator("article.theirs .bubble").all_inner_texts()]

    def buttons(self) -> list[str]:
        """What the newest question offers."""
        return [text.strip() for text in self._last().locator("button .label").all_inner_texts()]

    def fits(self) -> bool:
        """Nothing is wider than the screen."""
        return bool(self._page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def picture(self, path: Path) -> None:
        """The screen as it is."""
        self._page.screenshot(path=str(path))

    def close(self) -> None:
        """Put the phone away."""
        self._context.close()

    def _last(self) -> Locator:
        return self._page.locator("article.theirs").last

    def _send(self, text: str) -> None:
        self._page.fill("textarea", text)
        self._page.get_by_role("button", name="发送", exact=True).tap()

    def _tapped(self, button: Locator) -> None:
        """Tap a button; once more if nothing came of it: the page takes quick taps at one place for a double one."""
        own = self._page.locator("article.mine")
        before = own.count()
        button.tap()
        for _ in range(_NOTICED):
            if own.count() > before or not button.count():
                return
            self._page.wait_for_timeout(100)
        button.tap()

    def _answered(self, act: Callable[[], object]) -> list[str]:
        before, own = len(self.heard()), self._page.locator("article.mine:not(.pending)").count()
        act()
        self._wait(before, own)
        return self.heard()[before:]

    def _wait(self, before: int, own: int = -1) -> None:
        """Until something more was said, and after what was sent now; nothing is on its way any more."""
        try:
            self._page.wait_for_function(_ANSWERED, arg=[before, own])
        except Late:
            raise NotAsExpected(f"expected an answer, found last: {self.heard()[-2:]}") from None


def through(phone: Phone, steps: Sequence[tuple[str, ...]]) -> list[str]:
    """Play steps ("say", "press" or "tick" with their words); gives what was said to the last."""
    said: list[str] = []
    for how, *words in steps:
        said = {"say": phone.say, "press": phone.press, "tick": phone.tick}[how](*words)
    return said
