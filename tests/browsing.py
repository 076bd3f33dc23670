"""A real browser for tests of pages: Chromium without a screen that asks nobody outside for anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
#: Milliseconds to wait for what must come; a busy machine is no fault of the page, which itself waits up to 30 seconds
#: before it takes an upload that stands still for a cut one.
PATIENCE = 75_000


@contextmanager
def opened_browser(path: str) -> Iterator[Browser]:
    """Chromium, and patience for whatever is expected of its pages."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()


def fits(page: Page) -> bool:
    """Nothing is wider than the window, so that a phone does not scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
