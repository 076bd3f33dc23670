"""A public vote in a real Chromium on a phone, against the real program: found, looked at, voted, without a script."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright, expect

from tests.ballots.hall import Hall, hall
from tests.ballots.test_public_pages import AT, LIST, UNITS, kept, put_in
from tests.browsing import FLAGS
from tests.web.fakes import settings
from web.app import create
from web.server import Server

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@asynccontextmanager
async def served(here: Hall) -> AsyncIterator[str]:
    """The program's pages on a real port."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = create(here.app.web_ports(), config=settings())
    server = Server(uvicorn.Config(app, log_level="error", lifespan="off"), ending=app.state.end_streams)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()


@asynccontextmanager
async def phone(chromium: str, **options: Any) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page on a phone, and what the browser complains of."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        page = await (await browser.new_context(**(PHONE | options))).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        await browser.close()


async def fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}, {"color_scheme": "dark"}])
async def test_two_taps_give_a_vote_on_a_phone(tmp_path: Path, needs_chromium: str, options: dict[str, Any]) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS * 3)
        await put_in(here, UNITS, "video")
        async with served(here) as url, phone(needs_chromium, **options) as (page, complaints):
            await page.goto(f"{url}{LIST}")
            assert await page.locator(".works li").count() == 12
            if options.get("java_script_enabled", True):
                assert await fits(page)
            await page.locator(".works a").first.tap()
            await page.get_by_role("button", name="投给这件作品").tap()
            await expect(page.locator(".note")).to_contain_text("已记下您的一票")
            await expect(page.locator(".cast")).to_contain_text("您今天还可以投 2 票")
            assert await page.get_by_role("button").count() == 0
            await page.get_by_role("link", name="返回列表").tap()
            await expect(page.locator(".works .done")).to_have_text(["已投"])
            await page.get_by_role("link", name="信用短视频").tap()
            await expect(page.locator(".note.left")).to_contain_text("还可以投 3 票")
            assert (complaints, len(await kept(here))) == ([], 1)


async def test_two_presses_of_one_button_are_one_vote(tmp_path: Path, needs_chromium: str) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS)
        async with served(here) as url, phone(needs_chromium) as (page, _):
            await page.goto(f"{url}{LIST}/T-C0001")
            await page.get_by_role("button", name="投给这件作品").dblclick()
            await expect(page.locator(".cast")).to_contain_text("您今天还可以投 2 票")
            assert len(await kept(here)) == 1
