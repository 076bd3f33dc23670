"""The board's panel of a quiz: figures, bars, classes, units; and none where there is no quiz."""

from __future__ import annotations

import re
from html import unescape

from rules.figures import Figures, Health, Room
from rules.instants import micros, opening
from rules.looks_quiz import UnitPlays
from rules.overview import overview
from tests.rules.test_quiz_view import HONGZE, MEMBERS, ZONE, view
from tests.web.test_board import BoardWorld, entered
from web.ports_board import Seen


async def test_a_campaign_with_a_quiz_has_its_panel() -> None:
    at = opening("2020-07-09", ZONE)
    plays = (UnitPlays(2, "", 5, 9, 7), UnitPlays(0, "", 8, 8, 8))
    quiz = view("2020-07-09", plays, {micros(at) - 3_600_000_000: 17})
    over = overview(HONGZE, Figures(members=MEMBERS), at)
    admin = await entered(BoardWorld(shown=Seen(HONGZE, over, Health(), Room(), quiz=quiz)))
    page = (await admin.get("/board")).text
    panel = " ".join(
        unescape(re.sub(r"<[^>]+>", " ", page.split('class="wide quiz"')[1].split("</section>")[0])).split()
    )
    assert "进行中，7月14日（周二）24:00 截止" in panel
    assert "13 人完成 17 次，合格 0 次；1 / 4 家单位有人参加。" in panel
    assert "最忙 7月8日23时，17 次" in panel
    assert "以个人身份 — 8 8" in panel and "财政局 1 / 3 家 5 9" in panel
    assert "还没有人参加的 3 家：经济开发区、第一小学、第二小学" in panel
    assert "没填完的草稿" not in page and "答完题的人" in page


async def test_a_campaign_without_a_quiz_has_no_panel_of_one() -> None:
    assert 'class="wide quiz"' not in (await (await entered()).get("/board")).text
