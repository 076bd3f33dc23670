"""The pages open for whom the link was made, refuse other sites and late papers, and leave no choice anywhere."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import select

from rules.people import Role
from storage.tables import inbox, log, outbox
from tests.ballots.hall import hall
from tests.ballots.test_round import filled, prepared, vote
from tests.bot.test_ballots import written


async def test_a_page_opens_for_its_expert_only_and_not_from_another_site(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        opened, shares = await prepared(here)
        path = f"{here.page('专家2')}/{opened.key}"
        stranger = await here.person("联络员", Role.LIAISON, "碑林区")
        other = here.app.links.page(f"web:{stranger.address}", here.clock.now()).removeprefix("https://xinshi.example")
        assert "不在您的名下" in await here.get(f"{other}/{opened.key}", status=404)
        assert "打不开" in await here.get(f"{path[:20]}x{path[21:]}", status=404)
        upload = here.app.links.upload_path("web:p1", here.clock.now()).removeprefix("/u/")
        await here.get(f"/b/{upload}/{opened.key}", status=404)
        fields = {**filled(await here.get(path), 2), "action": "keep"}
        elsewhere = await here.http.post(path, data=fields, headers={"sec-fetch-site": "cross-site"})
        assert (elsewhere.status_code, "已评 0/6" in await here.get(path)) == (403, True)
        answer = await here.http.get(path)
        assert answer.headers["cache-control"] == "no-store"
        share = {"share": shares["专家1"]}
        early = f"{here.page('专家1')}/{opened.key}/share"
        assert (await here.post(early, share), "投票还在进行" in await here.get(early)) == (early, True)
        here.at("2024-05-24 09:00")
        assert "已经过期" in await here.get(path, status=410)


async def test_a_recused_work_is_shown_as_such_and_cannot_be_marked(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        opened, _ = await prepared(here)
        assert opened.opening is not None
        path = f"{here.page('专家3')}/{opened.key}"
        page = await here.get(path)
        away = min(opened.opening.paper.entries)
        assert ("已回避" in page, f"m{away}.0" in page) == (True, False)
        await here.post(path, {f"m{away}.0": "9", "action": "keep"})
        assert "已评 0/5" in await here.get(path)
        assert await vote(here, "专家3", 3)


async def test_a_late_paper_and_a_second_one_are_told_why(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        opened, _ = await prepared(here)
        path = f"{here.page('专家2')}/{opened.key}"
        fields = filled(await here.get(path), 2)
        await vote(here, "专家2", 2)
        assert "不能再改" in await here.post(path, {**fields, "action": "keep"}, status=409)
        late = f"{here.page('专家4')}/{opened.key}"
        fields = filled(await here.get(late), 4)
        here.at("2024-05-20 17:00:01")
        assert "已经截止" in await here.post(late, {**fields, "action": "keep"}, status=409)
        assert "投票已截止" in await here.get(late)


async def test_neither_choices_nor_the_address_of_a_page_stand_in_any_table(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        opened, shares = await prepared(here)
        await here.people["专家2"].say("选票")
        assert "您的页面" in here.people["专家2"].text
        for number in range(1, 10):
            await vote(here, f"专家{number}", number)
        path = f"{here.page('专家10')}/{opened.key}"
        await here.post(path, {**filled(await here.get(path), 10), "action": "keep"})
        async with here.app.database.read() as connection:
            bodies = [
                row[0] for table in (inbox.c.body, outbox.c.body, log.c.value)
                for row in await connection.execute(select(table))
            ]  # fmt: skip
        assert [body for body in bodies if re.search(r'/b/[\w-]{20}|"m\d+\.\d|\bm\d{15,19}\.', body)] == []
    kept = written(tmp_path)
    told = [share.encode() in kept or share.replace("-", "").encode() in kept for share in shares.values()]
    assert told == [False] * 3
