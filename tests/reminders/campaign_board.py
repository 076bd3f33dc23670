"""The board of a played campaign as its admin sees it on that day, on a phone and at a desk."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from bot.fakes.serving import serving
from tests.browsing import FLAGS
from tests.reminders.campaign_stage import Citizen, Stage
from web.app import create
from web.config import WebConfig

SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desk": {"viewport": {"width": 1280, "height": 900}},
}


async def pictures(stage: Stage, admin: Citizen, folder: Path, name: str) -> None:
    """Open the board by the link that the admin is given, and keep a picture of the whole page for each screen."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise FileNotFoundError("expected Chromium for pictures of the board, found none; leave out --board")
    config = WebConfig(secret=b"c" * 32, secure=False, public_url=stage.url)
    site = create(stage.app.web_ports(), config=config)
    port = int(stage.url.rpartition(":")[2])
    async with serving(site, port=port, ending=site.state.end_streams), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=FLAGS.split())
        for screen, options in SCREENS.items():
            link = re.search(r"http\S+/board/in/\S+", await admin.say("看板"))
            assert link is not None, "the admin is given a link to the board"
            page = await (await browser.new_context(**options)).new_page()
            await page.goto(link[0])
            await page.wait_for_url("**/board")
            await page.screenshot(path=folder / f"board-{name}-{screen}.png", full_page=True)
        await browser.close()
