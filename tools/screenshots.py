"""The pictures of docs/images, a demonstration played through in Chromium and a board: `python -m tools.screenshots`.

Needs chromium, soffice, pdftoppm, ImageMagick and the Noto CJK fonts. What is typed is invented, and the annex says so.
Only the annex's version code differs from run to run, because units are numbered anew in every database.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.web.fakes import settings
from tests.web.running import running
from tests.web.test_board import BoardWorld

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --font-render-hinting=none"
)
PHONE: dict[str, Any] = {
    "viewport": ViewportSize(width=390, height=844),
    "device_scale_factor": 1.5,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "color_scheme": "light",
    "reduced_motion": "reduce",
}
DESK: dict[str, Any] = {
    **PHONE,
    "viewport": ViewportSize(width=1160, height=1040),
    "is_mobile": False,
    "has_touch": False,
}
#: The demonstration's clock runs, and its minute is in the pictures: a slower run would change them.
MOST_SECONDS = 50
#: Bytes of one picture.
MOST_BYTES = 250_000

SHORT = ("张老师", "029-12345678", "xinyong@example.cn", "西安市示例路1号", "信用+餐饮“一码通管”")
HIGHLIGHT = "一家餐饮店一个信用码，市民扫码看得见，监管按信用分级，守信的少打扰，失信的盯得紧。"
SECTIONS = (
    (
        "餐饮店数量多、变化快，许可、检查、投诉信息分散：消费者进店前看不到信用，监管人员只能平均用力，守信的店被反复打扰，"
        "屡改屡犯的店没有压力。",
    ),
    (
        "归集许可、检查、投诉信息，为每家店生成信用码。",
        "按信用分四级确定抽查比例；评价、承诺、修复、申诉都在码上办理，全程留痕，结果自动回写。",
    ),
    ("守信店铺的检查次数明显减少，整改时间缩短；市民进店先扫码成为习惯，投诉逐月下降。",),
)
REMARK = "本表为演示，内容均为虚构。"

#: Fonts that a machine without Chinese office software lacks, and what stands in for them.
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
STAND_INS = {
    "方正小标宋简体": SERIF,
    "仿宋_GB2312": SERIF,
    "楷体_GB2312": SERIF,
    "宋体": SERIF,
    "Times New Roman": SERIF,
    "黑体": SANS,
    "DejaVu Sans": SANS,
}
_HEAVY = '<edit name="weight" mode="assign"><const>bold</const></edit>'
_MATCH = (
    '<match target="pattern"><test name="family"><string>{0}</string></test>'
    '<edit name="family" mode="assign" binding="strong"><string>{1}</string></edit>{2}</match>'
)


class NotTaken(Exception):
    """A picture could not be taken as it should be; the message says what to look at."""


@contextmanager
def demonstration(*options: str, links: str, count: int = 1) -> Iterator[list[str]]:
    """A demonstration on a free port, until the block ends; the first so many links that it prints of this pattern."""
    command = [sys.executable, "-P", "-m", "bot.cli", "demo", "--port", "0", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None, "it was asked for"
            printed = (link[0] for said in process.stdout if (link := re.search(links, said)))
            found = list(islice(printed, count))
            if len(found) < count:
                raise NotTaken(f"expected ./xinshi demo to print {count} links of {links}, found {found}")
            yield found
        finally:
            process.terminate()


class Liaison:
    """A person with a phone in the chat."""

    def __init__(self, page: Page, link: str) -> None:
        self._page = page
        page.goto(link)
        page.click("button.main-button")
        page.wait_for_selector("#link.well")

    def say(self, *texts: str) -> None:
        """Type messages, one after another."""
        for text in texts:
            self._page.fill("textarea", text)
            self._act(self._page.get_by_role("button", name="发送", exact=True))

    def press(self, label: str) -> None:
        """Press a button of the newest question."""
        self._act(self._page.locator("#log button").filter(has_text=label).last)

    def tick(self, *labels: str) -> None:
        """Tick boxes in this order."""
        for label in labels:
            self._page.locator("label.option").filter(has_text=label).last.check()

    def annex(self, path: Path) -> None:
        """Download the newest file of the conversation."""
        with self._page.expect_download() as download:
            self._page.locator("a.card").last.click()
        download.value.save_as(path)

    def hand_in_scan(self, folder: Path) -> None:
        """Send the demonstration's own stamped scan of the annex, and wait until it was looked at."""
        sample = self._page.context.request.get(urljoin(self._page.url, "/demo/sample/scan"))
        path = folder / "scan.jpg"
        path.write_bytes(sample.body())
        self._page.set_input_files("input[type=file]", path)
        self._act(self._page.get_by_role("button", name="发送", exact=True))
        self.say("完成")
        self._page.wait_for_selector("article:has-text('扫描件已收好')")
        if self._page.locator("#log button").filter(has_text="就用这一份").count():
            self.press("就用这一份")

    def picture(self, top: str = "") -> bytes:
        """The screen as it is, or scrolled so that the message with these words is at its top."""
        self._page.evaluate("document.activeElement.blur()")
        if top:
            message = self._page.locator("article").filter(has_text=top).first
            message.evaluate(
                "message => { message.scrollIntoView(); document.querySelector('#scroll').scrollBy(0, -12); }"
            )
        return self._page.screenshot(caret="hide", animations="disabled")

    def _act(self, button: Any) -> None:
        heard = self._page.locator(".theirs").count()
        button.click()
        self._page.wait_for_function("heard => document.querySelectorAll('.theirs').length > heard", arg=heard)
        self._page.wait_for_selector(".pending", state="detached")


def play(liaison: Liaison, annex: Path) -> tuple[list[bytes], bytes]:
    """From the invitation to the receipt: the three phone screens and the receipt's; the annex goes to a file."""
    liaison.say("张老师")
    screens = [liaison.picture(top="欢迎代表")]
    liaison.press("填报新作品")
    liaison.press("信用案例")
    liaison.say(*SHORT)
    liaison.tick("行业信用监管", "提升信用法治化规范化水平")
    screens.append(liaison.picture(top="案例主题"))
    liaison.press("选好了")
    liaison.say(HIGHLIGHT, "完成")
    for number, pieces in enumerate(SECTIONS):
        liaison.say(*pieces)
        if number == 1:
            screens.append(liaison.picture())
        liaison.say("完成")
    liaison.say(REMARK, "完成")
    liaison.press("确认承诺")
    liaison.press("没有问题，生成申报表")
    liaison.annex(annex)
    liaison.hand_in_scan(annex.parent)
    liaison.press("现在报送")
    return screens, liaison.picture()


class Mobile:
    """One of the simulated phones of `./xinshi demo --channels`; `answers` selects what the bot said."""

    def __init__(self, page: Page, link: str, *, begin: str, answers: str, send: str) -> None:
        self.page, self._answers, self._send = page, answers, send
        page.goto(link)
        page.click(begin)
        self._wait(0)

    def say(self, *texts: str) -> str:
        """Type messages, one after another; gives the answer to the last."""
        for text in texts:
            heard = self.page.locator(self._answers).count()
            self.page.fill("#text", text)
            self.page.click(self._send)
            self._wait(heard)
        return self.page.locator(self._answers).last.inner_text()

    def picture(self) -> bytes:
        """The screen as it is."""
        self.page.evaluate("document.activeElement.blur()")
        return self.page.screenshot(caret="hide", animations="disabled")

    def _wait(self, heard: int) -> None:
        self.page.wait_for_selector(f"{self._answers} >> nth={heard}")


def play_phones(browser: Browser, wechat_link: str, telegram_link: str) -> list[bytes]:
    """A form begun in WeChat and gone on with in Telegram: the question there, the code that ties both, the buttons."""
    page = browser.new_context(**PHONE).new_page()
    wechat = Mobile(page, wechat_link, begin=".follow button", answers=".row.theirs", send=".send")
    wechat.say("张老师", "填报新作品", "1", *SHORT)
    screens = [wechat.picture()]
    code = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", wechat.say("绑定"))
    if code is None:
        raise NotTaken("expected a code as the answer to 绑定, found none; try it by hand")
    screens.append(wechat.picture())
    page = browser.new_context(**PHONE).new_page()
    phone = telegram_link.partition("&start=")[0]
    link = f"{phone}&start={code[0].replace('-', '')}"
    Mobile(page, link, begin=".start button", answers=".msg:not(.mine)", send=".go")
    page.goto(phone)  # without the button of the link
    for label in ("行业信用监管", "提升信用法治化规范化水平"):
        page.locator(".keys button").filter(has_text=label).last.click()
        page.wait_for_selector(f".keys button:has-text('☑ {label}')")
    return [*screens, page.screenshot(animations="disabled")]


def picture_board(browser: Browser) -> bytes:
    """The board of the tests' town, eighty invented units four days before the closing."""
    world = BoardWorld()
    context = browser.new_context(**DESK)
    with running(settings(), world) as site:
        page = context.new_page()
        page.goto(f"{site.url}{world.link()}")
        page.wait_for_selector("#link.well")
        picture = page.screenshot(animations="disabled")
        context.close()
    return picture


def side_by_side(browser: Browser, screens: list[bytes]) -> bytes:
    """Pictures of phone screens in one row, with rounded corners on a quiet ground."""
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(one).decode()}">' for one in screens)
    style = (
        "body{margin:0;display:inline-flex;gap:28px;padding:24px;background:#e9e6df}"
        "img{width:390px;border-radius:22px;border:1px solid #cfcabd}"
    )
    context = browser.new_context(device_scale_factor=1.5, viewport=ViewportSize(width=1400, height=900))
    page = context.new_page()
    page.set_content(f"<style>{style}</style><body>{images}</body>", wait_until="load")
    picture = page.locator("body").screenshot()
    context.close()
    return picture


def with_stand_ins(folder: Path) -> dict[str, str]:
    """The environment of a program that is to find the fonts that stand in."""
    heavy = {"方正小标宋简体": _HEAVY}
    matches = "".join(_MATCH.format(name, other, heavy.get(name, "")) for name, other in STAND_INS.items())
    text = f"<fontconfig><include>/etc/fonts/fonts.conf</include>{matches}</fontconfig>"
    path = folder / "fonts.conf"
    path.write_text(text, encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(path)}


def first_page(document: Path, folder: Path, environment: dict[str, str]) -> bytes:
    """The first page of a Word file as a picture in grey."""
    office = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf"]
    _run(*office, "--outdir", str(folder), str(document), env=environment)
    pages = ["-r", "96", "-gray", "-png", "-singlefile", str(document.with_suffix(".pdf")), str(folder / "page")]
    _run("pdftoppm", *pages)
    return (folder / "page.png").read_bytes()


def keep(name: str, picture: bytes, folder: Path) -> None:
    """Put a picture into docs/images with 128 colours and nothing but its pixels."""
    raw, small = folder / f"raw-{name}", folder / name
    raw.write_bytes(picture)
    paint = ["-strip", "-bordercolor", "#cfcabd", "-border", "1", "+dither", "-colors", "128"]
    _run("convert", str(raw), *paint, "-define", "png:compression-level=9", f"png8:{small}")
    if (size := small.stat().st_size) > MOST_BYTES:
        raise NotTaken(f"expected {name} in at most {MOST_BYTES} bytes, found {size}; take fewer or smaller screens")
    IMAGES.mkdir(exist_ok=True)
    shutil.copyfile(small, IMAGES / name)
    print(f"docs/images/{name}: {size} bytes")


def _run(*command: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)


def main() -> None:
    """Take every picture anew."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        environment = with_stand_ins(folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split(), env={**environment})
        with demonstration(links=r"http://\S+/i/\S+") as [link]:
            began = monotonic()
            screens, receipt = play(Liaison(browser.new_context(**PHONE).new_page(), link), folder / "annex.docx")
        if (took := monotonic() - began) > MOST_SECONDS:
            raise NotTaken(
                f"expected to be through in {MOST_SECONDS} s, took {took:.0f}: the clock in the pictures moved"
            )
        keep("chat-phone.png", side_by_side(browser, screens), folder)
        keep("receipt.png", receipt, folder)
        keep("annex.png", first_page(folder / "annex.docx", folder, environment), folder)
        with demonstration("--channels", links=r"http://\S+/phone\?\S+", count=2) as [wechat, telegram]:
            keep("phones.png", side_by_side(browser, play_phones(browser, wechat, telegram)), folder)
        keep("board.png", picture_board(browser), folder)
        browser.close()


if __name__ == "__main__":
    main()
