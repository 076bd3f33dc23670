"""The board is seen by an admin who has a link, a session and still the seat; it hides numbers and stays bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from rules.figures import Figures, Health
from rules.overview import overview
from rules.passes import LINK, SESSION, NoPass, Pass, PassOver, opened, sealed
from rules.people import Unit
from tests.web.board_town import CAMPAIGN, DAYS, notice, town
from tests.web.fakes import World, settings
from tests.web.test_stream import events
from tests.web.visitor import Visitor
from web.board_matrix import PAGE
from web.ports import LinkExpired, NotOurs, Ports
from web.ports_board import Seen

KEY = b"k" * 32
WHO = 5, 7


@dataclass
class BoardWorld(World):
    """A world with a board. `seats` are the admins' seats; `looked` counts how often figures were asked for."""

    now_at: datetime = DAYS[1]
    seats: set[tuple[int, int]] = field(default_factory=lambda: {WHO})
    shown: Seen | None = None
    looked: int = 0

    def ports(self) -> Ports:
        return replace(World.ports(self), boards=self)

    def link(self, *, life: timedelta = timedelta(hours=1)) -> str:
        """The path of a link."""
        return f"/board/in/{sealed(KEY, LINK, Pass(*WHO, self.now_at + life))}"

    def enter(self, token: str, now: datetime) -> str:
        held = self._opened(LINK, token, now)
        return sealed(KEY, SESSION, Pass(held.seat, held.person, now + timedelta(hours=12)))

    async def campaign(self, session: str, now: datetime) -> str | None:
        held = self._opened(SESSION, session, now)
        return CAMPAIGN if (held.seat, held.person) in self.seats else None

    async def seen(self, campaign: str, now: datetime) -> Seen:
        self.looked += 1
        return self.shown or town(now)

    def _opened(self, purpose: bytes, token: str, now: datetime) -> Pass:
        try:
            return opened(KEY, purpose, token, now)
        except PassOver:
            raise LinkExpired from None
        except NoPass:
            raise NotOurs from None


def board_of(at: Visitor) -> BoardWorld:
    assert isinstance(at.world, BoardWorld)
    return at.world


async def entered(world: BoardWorld | None = None, **changes: Any) -> Visitor:
    """An admin who has followed the link."""
    admin = Visitor(world or BoardWorld(), settings(**changes))
    answer = await admin.get(board_of(admin).link())
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    return admin


def rows(page: str) -> list[str]:
    """The text of each row of the matrix."""
    table = page.split('<table class="matrix">')[1].split("</table>")[0]
    found = [re.sub(r"<[^>]+>", " ", row) for row in table.split("<tbody>")[1].split("</tr>")]
    return [" ".join(unescape(row).split()) for row in found if row.strip() not in ("", "</tbody>")]


async def test_a_link_is_exchanged_for_a_cookie_that_scripts_and_other_sites_do_not_get() -> None:
    admin = Visitor(BoardWorld(), settings(secure=True))
    answer = await admin.get(board_of(admin).link())
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(r"__Host-xinshi-board=[\w-]{48}; HttpOnly; Path=/; SameSite=lax; Secure", cookie)
    assert (answer.status_code, answer.headers["location"], answer.headers["cache-control"]) == (
        303,
        "/board",
        "no-store",
    )
    assert (await admin.get("/board")).status_code == 200


async def test_without_boards_there_is_no_such_page() -> None:
    plain = Visitor()
    assert [(await plain.get(path)).status_code for path in ("/board", "/board/in/x", "/board/events")] == [404] * 3


async def test_whoever_has_no_session_is_told_how_to_get_one() -> None:
    stranger = Visitor(BoardWorld())
    for path in ("/board", "/board/events"):
        answer = await stranger.get(path)
        assert (answer.status_code, "请活动管理员在对话里发“看板”" in answer.text) == (401, True)
    assert board_of(stranger).looked == 0


async def test_a_link_that_is_over_or_not_ours_sets_nothing() -> None:
    admin = Visitor(BoardWorld())
    over = await admin.get(board_of(admin).link(life=timedelta()))
    wrong = await admin.get(f"{board_of(admin).link()[:-1]}!")
    session = await admin.get(f"/board/in/{sealed(KEY, SESSION, Pass(*WHO, DAYS[2]))}")
    told = [(each.status_code, "set-cookie" in each.headers) for each in (over, wrong, session)]
    assert told == [(410, False), (404, False), (404, False)]
    assert "会给您新的链接" in over.text and "没有复制完整" in wrong.text


async def test_a_link_is_no_session() -> None:
    admin = Visitor(BoardWorld())
    admin.http.cookies.set("xinshi-board", board_of(admin).link().rpartition("/")[2], domain="chat.example")
    assert (await admin.get("/board")).status_code == 401


async def test_whoever_tries_many_links_is_slowed_down_and_a_good_one_is_not_concerned() -> None:
    guest = Visitor(BoardWorld(), settings(door_burst=3))
    assert [(await guest.get("/board/in/x")).status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    assert (await guest.get(board_of(guest).link())).status_code == 303


async def test_a_session_ends_with_its_time_and_with_the_seat() -> None:
    admin = await entered()
    world = board_of(admin)
    world.now_at += timedelta(hours=12)
    assert (await admin.get("/board")).status_code == 410
    admin = await entered()
    assert (await admin.get("/board")).status_code == 200
    board_of(admin).seats.clear()
    looked = board_of(admin).looked
    for path in ("/board", "/board/events"):
        answer = await admin.get(path)
        assert (answer.status_code, "您现在不是这项活动的管理员了" in answer.text) == (403, True)
    assert board_of(admin).looked == looked


async def test_nothing_is_taken_in() -> None:
    admin = await entered()
    found = [(await admin.http.request(method, "/board")).status_code for method in ("POST", "PUT", "DELETE", "PATCH")]
    assert found == [405] * 4


async def test_the_page_says_where_the_campaign_stands() -> None:
    admin = await entered()
    page = (await admin.get("/board")).text
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    for said in (
        "2024年度典型案例及优秀短视频征集",
        "截至 4月19日（周五）16:30",
        "距最近的截止还有 4 天 7 小时",
        "信用案例 75 个 47 家还没有达到要求 截止 4月23日（周二）24:00",
        "在名单上 80 100%",
        "达到要求 33 41%",
        "最要紧的单位 共 47 家欠着",
        "示例市第三局 市级部门 · 1 人 · 草稿 1 · 4月15日 0 /1 差 1 1 ✓",
        "等着发出 3 最早的从 4月19日（周五）16:26 等起",
    ):
        assert said in plain, said
    assert len(rows(page)) == 80


async def test_phone_numbers_are_not_shown() -> None:
    admin = await entered()
    page = (await admin.get("/board")).text
    assert ("138****8000" in page, "029-****0000" in page) == (True, True)
    assert re.findall(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}", unescape(re.sub(r"<[^>]+>", " ", page))) == []


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 80), ("class=district", 20), ("standing=owing", 47), ("standing=complete", 33), ("standing=absent", 9),
     ("class=district&standing=complete", 10), ("q=示例一区", 1), ("q=单位 51", 1), ("q=（单位51）", 1),
     ("class=nobody", 0), ("standing=nobody", 80), ("q=%00", 80), ("page=9", 80), ("page=0", 80), ("page=٣", 80)],
)  # fmt: skip
async def test_the_matrix_is_narrowed_by_class_standing_and_name(query: str, count: int) -> None:
    admin = await entered()
    answer = await admin.get(f"/board?{query}")
    assert answer.status_code == 200
    assert len(rows(answer.text) if "matrix" in answer.text.split("</header>")[1] else []) == count


async def test_a_thousand_units_come_page_by_page_and_a_page_stays_small() -> None:
    world = BoardWorld()
    world.shown = town(DAYS[1], 1000)
    admin = await entered(world)
    first, last = [await admin.get(f"/board?page={page}") for page in (1, 10)]
    assert (len(rows(first.text)), len(rows(last.text)), len(first.content) < 130_000) == (PAGE, PAGE, True)
    assert rows(first.text)[-1] != rows(last.text)[-1]
    assert 'href="/board?page=2#units"' in first.text and 'href="/board?page=9#units"' in last.text
    assert 'rel="prev"' not in first.text and 'rel="next"' not in last.text
    narrowed = await admin.get("/board?standing=owing")
    assert 'href="/board?standing=owing&amp;page=2#units"' in narrowed.text


async def test_names_are_shown_as_they_are_and_run_nothing() -> None:
    evil = "<script>alert(1)</script>\"'&"
    units = (Unit(1, CAMPAIGN, evil, "", "district"), Unit(2, CAMPAIGN, "好", evil, "district"))
    world = BoardWorld()
    over = overview(notice(), Figures(units), DAYS[1])
    world.shown = Seen(notice(), over, Health(unreached=()), town(DAYS[1]).room)
    admin = await entered(world)
    page = (await admin.get("/board", params={"q": evil[:9]})).text
    assert (evil in page, "<script>alert" in page, len(rows(page))) == (False, False, 2)
    assert unescape(evil) in unescape(page)


@pytest.mark.parametrize("tracks", [True, False])
async def test_an_empty_campaign_has_a_board_too(tracks: bool) -> None:
    told = notice() if tracks else replace(notice(), tracks=())
    world = BoardWorld()
    world.shown = Seen(told, overview(told, Figures(()), DAYS[0]), Health(), town(DAYS[0]).room)
    admin = await entered(world)
    page = (await admin.get("/board")).text
    assert ("名单还是空的" in page, "还没有单位报送" in page, "达到要求" in page) == (True, tracks, tracks)


async def test_the_page_runs_no_script_of_others_and_has_no_style_of_its_own() -> None:
    admin = await entered()
    answer = await admin.get("/board")
    assert "script-src 'self'; style-src 'self'" in answer.headers["content-security-policy"]
    assert re.findall(r"https?://|\son\w+=|\sstyle=|<style|<script(?! src=\"/static/)", answer.text) == []


def held(answer: httpx.Response) -> str:
    found = re.search(r'data-mark="(\w+)"', answer.text)
    assert found is not None
    return found[1]


async def test_the_stream_tells_the_time_while_nothing_happens_and_the_board_once_when_something_does() -> None:
    admin = await entered(stream_life=0.4, board_pause=0.02)
    mark = held(await admin.get("/board"))
    told = events((await admin.get(f"/board/events?seen={mark}")).text)
    assert {(event.kind, event.data["mark"], "html" in event.data) for event in told} == {("tick", mark, False)}
    assert told[0].data["now"] == "4月19日（周五）16:30"
    board_of(admin).shown = town(DAYS[2])
    told = events((await admin.get(f"/board/events?seen={mark}")).text)
    assert told[0].kind == "board"
    assert {event.kind for event in told[1:]} <= {"tick"}, "a busy machine may look no second time"
    assert told[0].data["html"] in (await admin.get("/board")).text


async def test_the_stream_shows_the_units_that_the_page_shows() -> None:
    admin = await entered(stream_life=0.05, board_pause=0.05)
    page = await admin.get("/board?class=district&q=示例")
    [event] = events((await admin.get(f"/board/events?class=district&q=示例&seen={held(page)}")).text)
    assert event.kind == "tick"
    [event] = events((await admin.get(f"/board/events?seen={held(page)}")).text)
    assert (event.kind, len(rows(event.data["html"]))) == ("board", 80)


async def test_the_stream_ends_when_the_seat_is_lost() -> None:
    admin = await entered(stream_life=5.0, board_pause=0.01)
    world = board_of(admin)
    real = world.seen

    async def losing(campaign: str, now: datetime) -> Seen:
        if world.looked == 2:
            world.seats.clear()
        return await real(campaign, now)

    world.seen = losing  # type: ignore[method-assign]
    told = events((await admin.get("/board/events")).text)
    assert [event.kind for event in told] == ["board", "tick", "tick", "over"]
    assert "您现在不是这项活动的管理员了" in told[-1].data["said"]


async def test_a_server_that_stops_ends_the_streams() -> None:
    admin = await entered(stream_life=60.0, board_pause=60.0)
    admin.app.state.end_streams()
    assert events((await admin.get("/board/events")).text) == []


async def test_too_many_pages_at_once_are_asked_to_wait() -> None:
    admin = await entered(send_burst=2)
    assert [(await admin.get("/board")).status_code for _ in range(3)] == [200, 200, 429]
