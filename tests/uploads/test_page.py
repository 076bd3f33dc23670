"""The page of an upload link on a phone, in a real Chromium, before the whole program: cut, paused, closed, gone on."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.links import Links
from tests.browsing import fits
from tests.uploads.cable import Cable, cable
from tests.uploads.cutting import Bad
from tests.uploads.server import KEY

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIZE = 24 * 2**20


@dataclass
class Site:
    """The program, and where its files come to lie."""

    bad: Bad
    film: Path
    digest: str

    def link(self, at: str, question: str = "7/film") -> str:
        """A fresh link for one person, by way of another address."""
        return Links(at, KEY).upload("telegram:100200300", datetime.now(UTC), question)

    def kept(self) -> bool:
        """Whether the film lies in the store, byte for byte."""
        path = self.bad.data / "program" / "files" / self.digest[:2] / self.digest
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == self.digest


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    bad = Bad(tmp_path, 1, SIZE)
    data = random.Random(3).randbytes(SIZE)
    film = tmp_path / "诚信菜市场.mp4"
    film.write_bytes(data)
    bad.start()
    yield Site(bad, film, hashlib.sha256(data).hexdigest())
    bad.kill()


def phone(browser: Browser, **more: Any) -> tuple[BrowserContext, Page, list[str]]:
    """A phone's page, and what its script complains of; that a connection broke is no complaint."""
    context = browser.new_context(**(PHONE | more))
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Failed to load" not in said.text else None)
    return context, page, complaints


def test_a_film_arrives_although_the_connection_is_cut_twice(browser: Browser, site: Site) -> None:
    context, page, complaints = phone(browser)
    with cable(site.bad.port, 5 * 2**20, 14 * 2**20) as (url, laid):
        page.goto(site.link(url))
        assert page.locator("#file").get_attribute("accept") == "video/mp4,video/*"
        page.set_input_files("#file", str(site.film))
        expect(page.locator(".done .fate")).to_have_text("已收到")
        expect(page.locator(".answer")).to_contain_text("邀请码")
        assert (laid.cut, site.kept(), fits(page), complaints) == (2, True, True, [])
        assert laid.carried < 2 * SIZE  # it went on from where it was
    context.close()


def slow(laid: Cable, page: Page) -> None:
    """A slow network, so that there is time to press."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": 5, "downloadThroughput": 8e6, "uploadThroughput": 6e6}
    session.send("Network.emulateNetworkConditions", limits)


def test_a_paused_film_goes_on_in_another_browser_on_another_day(browser: Browser, site: Site) -> None:
    context, page, complaints = phone(browser)
    with cable(site.bad.port) as (url, laid):
        page.goto(site.link(url))
        slow(laid, page)
        page.set_input_files("#file", str(site.film))
        expect(page.locator(".fate")).to_have_text(re.compile(r"已传 .+ / 24 MB（[2-9]\d%）"))
        page.get_by_role("button", name="暂停").tap()
        expect(page.locator(".fate")).to_have_text(re.compile("^已暂停"))
        context.close()
        before = laid.carried
        context, page, more = phone(browser, color_scheme="dark")
        page.goto(site.link(url, "7/scan"))
        expect(page.locator(".fate")).to_have_text(re.compile(r"^上次没传完：已传 .+ / 24 MB"))
        assert page.locator("#file").get_attribute("accept") is None
        page.set_input_files("#file", str(site.film))
        expect(page.locator(".done .fate")).to_have_text("已收到")
        assert (site.kept(), laid.carried - before < SIZE, complaints + more) == (True, True, [])
        context.close()


def test_several_files_go_one_after_another_and_one_is_cancelled(browser: Browser, site: Site, tmp_path: Path) -> None:
    small = [tmp_path / f"第{number}页.jpg" for number in (1, 2)]
    for path in small:
        path.write_bytes(path.name.encode() * 1000)
    empty = tmp_path / "空.jpg"
    empty.touch()
    context, page, complaints = phone(browser)
    page.on("dialog", lambda dialog: dialog.accept())
    with cable(site.bad.port) as (url, laid):
        page.goto(site.link(url, ""))
        slow(laid, page)
        page.set_input_files("#file", [str(path) for path in (site.film, *small, empty)])
        expect(page.locator("#notice")).to_have_text("“空.jpg”是空文件，没有上传。请检查后重新选择。")
        expect(page.locator(".fate").nth(1)).to_have_text("排队中")
        page.locator("li", has_text="诚信菜市场").get_by_role("button", name="取消").tap()
        expect(page.locator(".carried .name")).to_have_text(["第1页.jpg", "第2页.jpg"])
        expect(page.locator(".done .fate")).to_have_text(["已收到", "已收到"])
        page.reload()
        expect(page.locator(".carried .name")).to_have_text(["第1页.jpg", "第2页.jpg"])
        assert complaints == []
    context.close()


def test_the_chats_own_picker_carries_what_is_too_large_for_its_form(browser: Browser, site: Site) -> None:
    context, page, complaints = phone(browser)
    with cable(site.bad.port, 9 * 2**20) as (url, laid):
        page.goto(f"{url}/i/{site.bad.code}")
        page.locator("button.main-button").tap()
        page.wait_for_url("**/chat")
        page.set_input_files("#file", str(site.film))
        expect(page.locator(".message.mine .card .name")).to_have_text("诚信菜市场.mp4")
        expect(page.locator(".theirs .bubble").last).to_contain_text("诚信菜市场.mp4")
        expect(page.locator(".pending")).to_have_count(0)
        assert (laid.cut, site.kept(), fits(page), complaints) == (1, True, True, [])
    context.close()
