"""The pages of a public vote: anybody votes with a browser alone, once a work and a day, as one and not as two."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
from sqlalchemy import select

from bot.fakes import Person
from rehearsal.pages import form_of
from storage.tables import addresses
from storage.tables_public import votes
from tests.ballots import hall as place
from tests.ballots.hall import Hall, hall
from tests.flows.voting import let_through
from tests.web.fakes import settings
from web.board_matrix import Wanted
from web.board_view import View
from web.pages import Pages

AT, UNITS = "2024-05-10 09:00", ["西安市教育局", "西安市公安局", "碑林区", "莲湖区"]
LIST = "/vote/xian-2024.public"


async def put_in(here: Hall, units: list[str], track: str = "case") -> None:
    """Works that were handed in and passed their screening."""
    made = await place.put_in(here, units, track)
    async with here.app.database.write() as connection:
        for entry in made:
            await let_through(connection, here.app, here.campaign, track, entry)


async def vote(here: Hall, number: str, *, status: int = 303) -> str:
    """Open a work and press its button."""
    path = f"{LIST}/{number}"
    return await here.post(path, form_of(await here.get(path)), status=status)


async def kept(here: Hall) -> list[tuple[int, str, int]]:
    async with here.app.database.read() as connection:
        rows = await connection.execute(select(votes.c.person, votes.c.way, votes.c.place).order_by(votes.c.at))
        return [tuple(row) for row in rows]


async def test_somebody_new_votes_with_a_browser_alone_and_stays_one_voter(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS)
        page = await here.get(LIST)
        assert "您今天还可以投 3 票" in page and page.count("T-C000") == 8
        async with here.app.database.read() as connection:
            assert (await connection.execute(select(addresses.c.id))).all() == []
        assert await vote(here, "T-C0001") == f"{LIST}/T-C0001?voted"
        thanks = await here.get(f"{LIST}/T-C0001?voted")
        assert "已记下您的一票" in thanks and "您今天已经投过了" in thanks and "您今天还可以投 2 票" in thanks
        await vote(here, "T-C0002")
        await vote(here, "T-C0003")
        found = await kept(here)
        assert len({person for person, _, _ in found}) == 1
        assert [(way, place) for _, way, place in found] == [("page", 1), ("page", 2), ("page", 3)]
        last = await here.get(f"{LIST}/T-C0004")
        assert "已经投完" in last and "<button" not in last


async def test_the_order_of_works_stays_the_same_before_and_after_the_first_vote(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS * 5)
        before = re.findall(r"T-C\d{4}", await here.get(LIST))
        await vote(here, "T-C0001")
        assert re.findall(r"T-C\d{4}", await here.get(LIST)) == before
        assert before != sorted(before)


async def test_an_old_page_cannot_exceed_the_limit_and_says_why(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS)
        paths = [f"{LIST}/T-C000{n}" for n in (1, 2, 3, 4)]
        await here.get(LIST)
        forms = [form_of(await here.get(path)) for path in paths]
        first = httpx.Cookies(here.http.cookies)
        for path, form in zip(paths[:3], forms[:3], strict=True):
            here.http.cookies.clear()
            here.http.cookies.update(first)  # as if every answer had been lost on its way
            await here.post(path, form)
        here.http.cookies.clear()
        here.http.cookies.update(first)
        assert "您今天的 3 票（这一类）已经投完，这一票没有记上" in await here.post(paths[3], forms[3], status=409)
        assert len({person for person, _, _ in await kept(here)}) == 1
        assert "已经投过了" in await here.post(paths[0], forms[0], status=409)


async def test_other_sites_and_forms_of_others_are_refused(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS)
        path = f"{LIST}/T-C0001"
        form = form_of(await here.get(path))
        elsewhere = await here.http.post(path, data=form, headers={"sec-fetch-site": "cross-site"})
        assert elsewhere.status_code == 403
        here.http.cookies.clear()
        await here.post(path, form, status=403)
        assert await kept(here) == []
        assert "没有找到" in await here.get("/vote/xian-2024.expert", status=404)
        assert "没有找到" in await here.get(f"{LIST}/T-C9999", status=404)


async def test_a_personal_link_from_chat_votes_as_that_person_and_is_in_no_address(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS)
        voter = Person(here.app.desk, here.clock, address="v1", channel="web")
        await voter.say("投票")
        await voter.say("T-C0001")
        await voter.say("投给这件")
        assert "您今天还可以投 2 票" in voter.text
        link = here.app.links.page("web:v1", here.clock.now()).removeprefix("https://xinshi.example")
        answer = await here.http.get(f"{link}{LIST}")
        assert (answer.status_code, answer.headers["location"]) == (303, LIST)
        page = await here.get(LIST)
        assert "您今天还可以投 2 票" in page and page.count("已投") == 1
        await vote(here, "T-C0002")
        await voter.say("投票")
        assert "您今天还可以投 1 票" in voter.text
        assert len({person for person, _, _ in await kept(here)}) == 1
        assert "打不开" in await here.get(f"{link[:20]}x{link[21:]}{LIST}", status=404)


async def test_before_and_after_nothing_can_be_voted_and_it_says_when(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-04-29 23:59:59") as here:
        await put_in(here, UNITS)
        assert "4月30日（周二）00:00 开始投票" in await here.get(LIST)
        early = await here.get(f"{LIST}/T-C0001")
        assert "<button" not in early
        here.at("2024-06-30 23:59:59")
        form = form_of(await here.get(f"{LIST}/T-C0001"))
        here.at("2024-07-01 00:00")
        assert "投票已经结束，这一票没有记上" in await here.post(f"{LIST}/T-C0001", form, status=409)
        assert "结束，谢谢关注" in await here.get(LIST)


async def test_hidden_totals_are_on_no_page_and_open_ones_are(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS)
        await vote(here, "T-C0001")
        page = await here.get(LIST)
        assert "票数在专家评审结束以后才显示" in page
        assert 'class="count"' not in page


async def test_the_board_of_admins_shows_votes_by_the_hour_though_they_are_hidden(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS)
        await vote(here, "T-C0001")
        here.at("2024-05-10 11:30")
        await vote(here, "T-C0002")
        seen = await here.app.boards.seen("xian-2024", here.clock.now())
        [shown] = View(seen, Pages(settings()).say).facts(Wanted())["votes"]
        assert (shown["given"], shown["hour"], shown["day"], shown["most"]) == (2, 1, 2, 1)
        assert [bar["x"] for bar in shown["bars"]] == [211, 231]


async def test_the_network_is_kept_as_a_hash_that_differs_by_day(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", AT) as here:
        await put_in(here, UNITS)
        await vote(here, "T-C0001")
        await vote(here, "T-C0002")
        here.at("2024-05-11 09:00")
        await vote(here, "T-C0001")
        async with here.app.database.read() as connection:
            found = list((await connection.execute(select(votes.c.network).order_by(votes.c.at))).scalars())
        assert len(set(found)) == 2 and found[0] == found[1] and "127.0.0.1" not in found
