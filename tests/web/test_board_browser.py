"""The board in a real Chromium: on a phone, at a desk, in the dark, on paper, and drawn anew while it is open."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browsing import fits
from tests.web.board_town import DAYS, town
from tests.web.fakes import settings
from tests.web.running import Running, running
from tests.web.test_board import BoardWorld

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def site() -> Iterator[Running]:
    with running(settings(board_pause=0.05), BoardWorld()) as site:
        yield site


def world_of(site: Running) -> BoardWorld:
    assert isinstance(site.world, BoardWorld)
    return site.world


def opened(browser: Browser, site: Running, **options: Any) -> tuple[Page, list[str]]:
    """A page on the board, and what the browser complains of."""
    page = browser.new_context(**options).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site.url}{world_of(site).link()}")
    page.wait_for_url("**/board")
    return page, complaints


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("options", [PHONE, DESK, PHONE | {"color_scheme": "dark"}])
def test_it_fits_every_screen_on_every_day(browser: Browser, site: Running, day: Any, options: dict[str, Any]) -> None:
    world_of(site).now_at = day
    page, complaints = opened(browser, site, **options)
    expect(page.locator("#link")).to_have_class("well")
    assert (fits(page), page.locator(".matrix tbody tr").count(), complaints) == (True, 80, [])
    assert "/board/in/" not in page.url


def test_it_is_drawn_anew_while_it_is_open_and_stays_where_it_was_scrolled_to(browser: Browser, site: Running) -> None:
    page, complaints = opened(browser, site, **PHONE)
    expect(page.locator("#link")).to_have_class("well")
    page.evaluate("scrollTo(0, 700)")
    before = page.locator(".head strong").first.inner_text()
    world_of(site).shown = town(DAYS[2])
    expect(page.locator(".head strong").first).not_to_have_text(before)
    assert (page.evaluate("scrollY"), complaints) == (700, [])


def test_a_lost_seat_is_told_at_once_and_the_page_stays_to_be_read(browser: Browser, site: Running) -> None:
    page, _ = opened(browser, site, **DESK)
    expect(page.locator("#link")).to_have_class("well")
    world_of(site).seats.clear()
    expect(page.locator("#said")).to_contain_text("您现在不是这项活动的管理员了")
    assert page.locator(".matrix tbody tr").count() == 80
    page.reload()
    assert page.locator(".matrix").count() == 0


def test_without_a_script_it_is_whole_and_can_be_narrowed(browser: Browser, site: Running) -> None:
    page, _ = opened(browser, site, **(PHONE | {"java_script_enabled": False}))
    page.select_option("select[name=class]", label="区县")
    page.select_option("select[name=standing]", label="还欠着的")
    page.get_by_role("button", name="筛选").tap()
    expect(page.locator("#units small").first).to_have_text("筛出 10 家，共 80 家")
    assert page.locator("select[name=standing]").input_value() == "owing"
    assert page.locator(".matrix tbody tr").count() == 10


@pytest.mark.parametrize("day", DAYS)
def test_on_paper_it_takes_two_pages_and_says_every_unit(browser: Browser, site: Running, day: Any) -> None:
    world_of(site).now_at = day
    page, _ = opened(browser, site, **DESK)
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    # Fonts give some characters back as radicals that look the same.
    text = "".join("".join(normalize("NFKC", each.extract_text()).split()) for each in paper.pages)
    assert len(paper.pages) == 2
    names = [row.unit.called for row in town(day).overview.rows]
    assert [name for name in names if name not in text] == []
    assert "筛选" not in text


def test_every_picture_has_words_and_every_table_its_headers(browser: Browser, site: Running) -> None:
    page, _ = opened(browser, site, **DESK)
    bare = "svg:not([aria-hidden=true]):not([role=img][aria-label])"
    assert page.locator(f"main {bare}, img:not([alt])").count() == 0
    tables = page.locator("main table").all()
    assert [table.locator("thead th[scope=col]").count() > 0 for table in tables] == [True] * 3
    assert page.locator("tbody tr:not(:has(th[scope]))").count() == 0
    assert [each for each in page.locator("h1, h2, h3").all_inner_texts() if not each] == []
    for select in page.locator("#filter :is(select, input)").all():
        assert select.evaluate("node => node.labels.length") == 1


def test_the_heads_of_columns_stay_on_one_line_beside_long_names(browser: Browser, site: Running) -> None:
    page, _ = opened(browser, site, **DESK)
    heads = page.locator(".shares thead th")
    wraps = heads.evaluate_all("nodes => nodes.map(node => getComputedStyle(node).whiteSpace)")
    assert set(wraps) == {"nowrap"}


LONG = "其他党政群机关、行业协会商会和企事业单位"
MEASURED = """([cell, long]) => {
  document.querySelectorAll('.matrix th small span:first-child').forEach(node => { node.textContent = long; });
  document.querySelectorAll('.lagging .what small').forEach(node => { node.textContent = '市联席会议成员单位'; });
  const owes = '文字案例差 2 篇，视频案例差 2 部';
  document.querySelectorAll('.lagging .owes').forEach(node => { node.textContent = owes; });
  const lines = node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return new Set([...range.getClientRects()].map(each => Math.round(each.top))).size;
  };
  return [...new Set([...document.querySelectorAll(cell)].map(lines))];
}"""


@pytest.mark.parametrize("options", [PHONE, DESK])
@pytest.mark.parametrize("cell", [".matrix thead th.n", ".matrix td .mark", ".lagging .what small"])
def test_figures_and_classes_stay_on_one_line_beside_the_longest_names(
    browser: Browser, site: Running, cell: str, options: dict[str, Any]
) -> None:
    world_of(site).now_at = DAYS[1]
    page, _ = opened(browser, site, **options)
    assert (page.evaluate(MEASURED, [cell, LONG]), fits(page)) == ([1], True)


def test_a_thousand_units_are_turned_page_by_page(browser: Browser, site: Running) -> None:
    world = world_of(site)
    world.shown = replace(town(DAYS[1], 1000))
    page, _ = opened(browser, site, **PHONE)
    page.get_by_role("link", name="下一页").tap()
    page.wait_for_url("**/board?page=2#units")
    expect(page.locator(".pages span")).to_have_text("第 2 / 10 页")
    assert fits(page)
