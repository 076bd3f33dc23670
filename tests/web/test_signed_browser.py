"""Tests of the signed pages in a real Chromium, on a phone: a file handed in by touch, with and without a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload

from bot.talk.messages import BOLD, PLAIN, Choice, Outgoing
from tests.browsing import fits
from tests.web.fakes import settings
from tests.web.running import Running, running
from tests.web.test_signed import DOWN, NAME, UP, WECHAT, SignedWorld

REPLY = Outgoing(
    f"收到“附件1 申报表.docx”，读到 10 项里的 {BOLD}8 项{PLAIN}。还缺：{BOLD}联系电话{PLAIN}。\n"
    "请先告诉我联系电话（手机或带区号的座机）。",
    (Choice("fill", "接着填"), Choice("again", "重新上传一份")),
    "phone",
)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr("tests.web.running.World", lambda: SignedWorld(replies=(REPLY,)))
    with running(settings()) as site:
        yield site


@pytest.mark.parametrize("script", [True, False])
def test_a_file_is_handed_in_by_touch(browser: Browser, site: Running, script: bool) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, java_script_enabled=script
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{site.url}{UP}")
    assert fits(page) if script else True
    file = FilePayload(name="附件1 申报表.docx", mimeType="application/octet-stream", buffer=b"PK")
    page.set_input_files("#file", files=[file])
    page.get_by_role("button", name="上传").tap()
    page.wait_for_selector("text=已收到 1 个文件")
    assert page.locator(".answer li").all_inner_texts() == ["接着填", "重新上传一份"]
    assert fits(page) if script else True
    assert isinstance(site.world, SignedWorld)
    assert [message.files[0].name for message in site.world.accepted] == ["附件1 申报表.docx"]
    assert complaints == []
    context.close()


def test_the_file_is_saved_under_its_name_from_the_page_that_wechat_is_shown(browser: Browser, site: Running) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, user_agent=WECHAT["user-agent"]
    )
    page = context.new_page()
    page.goto(f"{site.url}{DOWN}")
    assert (page.locator("h1").inner_text(), fits(page)) == (NAME, True)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").tap()
    assert download.value.suggested_filename == NAME
    context.close()
