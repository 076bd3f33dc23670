"""Tests of the chat in a real Chromium: by touch, by keyboard, without a script, with a network that comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browsing import PATIENCE, fits
from tests.web.fakes import CODE, demonstration, settings
from tests.web.running import Running, running

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def site() -> Iterator[Running]:
    with running(settings()) as site:
        yield site


def opened(browser: Browser, site: Running, **options: Any) -> Page:
    """A page in a new browser profile, in the chat."""
    context = browser.new_context(**(PHONE | options))
    context.set_default_timeout(PATIENCE)
    return entered(context, site, CODE)


def entered(context: BrowserContext, site: Running, code: str) -> Page:
    page = context.new_page()
    page.goto(f"{site.url}/i/{code}")
    page.click("button.main-button")
    page.wait_for_url("**/chat")  # loaded: the script has begun
    return page


def bubbles(page: Page) -> list[str]:
    return page.locator(".bubble").all_inner_texts()


def tick_two(page: Page) -> None:
    """The first two questions: one of three, two of fifteen."""
    page.get_by_role("button", name="信用案例").tap()
    page.get_by_label("诚信文化").check()
    page.get_by_label("信用监管").check()
    assert fits(page)
    page.get_by_role("button", name="选好了").tap()
    page.wait_for_selector("text=案例内容")


def test_a_form_is_filled_in_by_touch(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    tick_two(page)
    page.fill("textarea", "第一段\n第二段")
    page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector("text=这一段")
    page.locator(".acts").get_by_role("button", name="完成").tap()
    page.wait_for_selector("a.card")
    assert fits(page)
    assert site.texts() == ["case", "!picked\n诚信文化\n信用监管", "第一段\n第二段", "!done"]
    with page.expect_download() as download:
        page.tap("a.card")
    assert download.value.suggested_filename == "附件1 典型案例申报表（示例市市场监督管理局）.docx"
    assert page.locator("button.option, input[type=checkbox]").count() == 0
    assert page.locator("ol.past").count() == 2
    assert complaints == []


def test_the_same_without_a_script(browser: Browser, site: Running) -> None:
    page = opened(browser, site, java_script_enabled=False)
    tick_two(page)
    page.fill("textarea", "第一段\n第二段")
    page.set_input_files("#file", {"name": "附件 1.docx", "mimeType": "a/b", "buffer": b"PK"})
    page.get_by_role("button", name="发送", exact=True).tap()
    expect(page.locator(".card .name")).to_have_text("附件 1.docx")
    page.get_by_role("button", name="暂停").tap()
    page.wait_for_selector(".mine >> text=暂停")
    assert site.texts() == ["case", "!picked\n信用监管\n诚信文化", "第一段\n第二段", "暂停"]
    assert [file.name for file in site.world.heard[3].files] == ["附件 1.docx"]


def test_a_reload_continues_where_one_was(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    page.get_by_role("button", name="信用案例").tap()
    page.wait_for_selector("input[type=checkbox]")
    page.fill("textarea", "还没发出的话")
    before = bubbles(page)
    page.reload()
    assert bubbles(page) == before
    expect(page.locator("textarea")).to_have_value("还没发出的话")
    assert page.locator("input[type=checkbox]").count() == 15


def test_what_is_sent_offline_arrives_once_the_network_is_back(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    page.wait_for_selector("#link.well")
    page.context.set_offline(True)
    page.wait_for_selector("#link.lost")
    for text in ("第一句", "第二句"):
        page.fill("textarea", text)
        page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector("text=网络不通")
    site.push("期间的消息")
    page.context.set_offline(False)
    page.wait_for_selector("#link.well")
    expect(page.locator(".pending")).to_have_count(0)
    assert site.texts() == ["第一句", "第二句"]
    assert [text for text in bubbles(page) if text in ("第一句", "第二句", "期间的消息")] == [
        "期间的消息",
        "第一句",
        "第二句",
    ]


def test_a_lost_answer_does_not_send_twice(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    page.route("**/chat/send", lose_first)
    page.fill("textarea", "只此一次")
    page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector(".theirs >> text=这一段")
    expect(page.locator(".pending")).to_have_count(0)
    assert (lost, site.texts(), site.world.deliveries) == ([200], ["只此一次"], 3)
    assert bubbles(page).count("只此一次") == 1


def test_what_is_under_way_survives_a_reload(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    page.route("**/chat/send", lambda route: route.abort())
    page.fill("textarea", "路上的话")
    page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector("text=网络不通")
    page.unroute("**/chat/send")
    page.reload()
    page.wait_for_selector(".theirs >> text=这一段")
    expect(page.locator(".pending")).to_have_count(0)
    assert site.texts() == ["路上的话"]


def test_the_keyboard_alone_is_enough(browser: Browser, site: Running) -> None:
    page = opened(browser, site, viewport={"width": 1100, "height": 800}, has_touch=False, is_mobile=False)
    page.locator("#scroll").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "1信用案例"
    page.keyboard.press("Enter")
    page.wait_for_selector("input[type=checkbox]:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=案例内容")
    page.wait_for_selector("textarea:focus")
    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=这一段")
    assert site.texts() == ["case", "!picked\n提升信用法治化规范化水平", "第一行\n第二行"]
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_selector(".mine >> text=3")
    assert site.texts()[-1] == "3"


def test_news_come_by_themselves_and_close_old_questions_in_every_tab(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    other = page.context.new_page()
    other.goto(f"{site.url}/chat")
    page.get_by_role("button", name="信用案例").tap()
    other.wait_for_selector("input[type=checkbox]")
    expect(other.locator("button.option")).to_have_count(0)
    site.push("提醒：还有 3 天")
    for tab in (page, other):
        tab.wait_for_selector("text=提醒：还有 3 天")
    assert other.locator("input[type=checkbox]").count() == 15
    assert bubbles(other) == bubbles(page)


def test_a_double_click_presses_once(browser: Browser, site: Running) -> None:
    page = opened(browser, site, has_touch=False, is_mobile=False)
    page.get_by_role("button", name="优秀短视频").dblclick()
    page.wait_for_selector("input[type=checkbox]")
    page.get_by_role("button", name="返回").dblclick()
    page.wait_for_selector(".mine >> text=返回")
    assert site.texts() == ["video", "返回"]


def test_a_text_too_long_stays_in_the_box(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    page.fill("textarea", "字" * 20_001)
    page.get_by_role("button", name="发送", exact=True).tap()
    expect(page.locator("#notice")).to_contain_text("有 20001 个字符，一次最多 20000 个")
    assert len(page.input_value("textarea")) == 20_001
    assert fits(page)
    page.fill("textarea", "字" * 20_000)
    page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector("text=展开全文（20000 个字符）")
    assert [len(text) for text in site.texts()] == [20_000]


def test_files_are_shown_before_they_are_sent(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    files: list[Any] = [
        {"name": "扫描件.pdf", "mimeType": "a/b", "buffer": b"%PDF" * 500_000},
        {"name": "误选.txt", "mimeType": "a/b", "buffer": b"x"},
    ]
    page.set_input_files("#file", files)
    assert page.locator("#picked li").all_inner_texts() == ["扫描件.pdf\n1.9 MB\n×", "误选.txt\n1 KB\n×"]
    page.get_by_role("button", name="移除 误选.txt").tap()
    page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector("text=收到 1 个文件")
    assert [(file.name, file.size) for file in site.world.heard[-1].files] == [("扫描件.pdf", 2_000_000)]
    assert page.locator("#picked li").count() == 0


def test_a_fault_of_ours_can_be_retried_or_taken_back(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    site.world.broken = True
    page.fill("textarea", "要紧的话")
    page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector("text=是我们这边的问题（编号")
    page.get_by_role("button", name="取回修改").tap()
    expect(page.locator("textarea")).to_have_value("要紧的话")
    page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector("text=重试")
    site.world.broken = False
    page.get_by_role("button", name="重试").tap()
    page.wait_for_selector(".theirs >> text=这一段")
    assert site.texts() == ["要紧的话"]


def test_a_page_older_than_its_identity_gives_the_text_back(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    entered(page.context, site, "SECXND2222").close()
    page.fill("textarea", "写了很久的话")
    page.get_by_role("button", name="发送", exact=True).tap()
    expect(page.locator("#notice")).to_contain_text("页面已更新")
    expect(page.locator("textarea")).to_have_value("写了很久的话")
    page.get_by_role("button", name="发送", exact=True).tap()
    page.wait_for_selector(".theirs >> text=这一段")
    assert site.texts() == ["写了很久的话"]


def test_the_newest_message_is_in_view_and_a_reader_is_not_torn_away(browser: Browser, site: Running) -> None:
    page = opened(browser, site)
    for number in range(20):
        site.push(f"第 {number} 条")
    page.wait_for_selector("text=第 19 条")
    expect(page.get_by_text("第 19 条")).to_be_in_viewport()
    page.locator("#scroll").evaluate("scroll => scroll.scrollTop = -600")
    site.push("又一条")
    page.get_by_role("button", name="有新消息").tap()
    expect(page.get_by_text("又一条")).to_be_in_viewport()
    page.reload()
    expect(page.get_by_text("又一条")).to_be_in_viewport()


def test_dark_mode_and_the_demonstrations_clock(browser: Browser) -> None:
    with running(demonstration()) as site:
        context = browser.new_context(color_scheme="dark", **PHONE)
        page = entered(context, site, "DEPT222222")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 30)"
        page.get_by_role("button", name="到截止前 1 分钟").tap()
        page.wait_for_selector("text=演示时钟 2024-04-23 23:59")
        assert fits(page)
        page.goto(f"{site.url}/demo")
        page.click("text=区县联络员")
        page.click("button.main-button")
        page.wait_for_selector("article")
        assert len(site.world.talks) == 2
        context.close()
