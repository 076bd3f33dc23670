"""A published round takes the votes of the public by itself, waits until they are all in, and can be counted again."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import update

from bot.fakes import Person, bare
from rules.deeds_public import ImportTotals
from rules.looks_judging import Candidates
from rules.recount import recount
from storage.audit import Audit
from storage.judging import admitted
from storage.tables_public import votes
from tests.ballots.hall import Hall, hall
from tests.ballots.test_round import prepared, vote
from tests.flows.voting import let_through


async def tallied(here: Hall) -> tuple[str, Person]:
    """A round that was voted on and counted, and its admin."""
    opened, shares = await prepared(here)
    async with here.app.database.write() as connection:
        for entry in await entries_of(here):
            await let_through(connection, here.app, here.campaign, "case", entry)
    for number in range(1, 11):
        await vote(here, f"专家{number}", number)
    here.at("2024-05-20 17:00:01")
    admin = here.people["管理员"]
    await here.tell(admin, "评审", "请监票人开票")
    for name in ("专家1", "管理员"):
        await here.post(f"{here.page(name)}/{opened.key}/share", {"share": shares[name]}, status=200)
    return opened.key, admin


async def voted(here: Hall, name: str, *numbers: str) -> None:
    """A citizen votes for these works."""
    voter = Person(here.app.desk, here.clock, address=name, channel="web")
    for number in numbers:
        await here.tell(voter, "投票", number, "投给这件")
        assert "已投给" in bare(voter.text)


async def test_votes_given_here_are_taken_without_those_set_aside_once_the_vote_is_over(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        key, admin = await tallied(here)
        await voted(here, "v1", "T-C0001", "T-C0002")
        await voted(here, "v2", "T-C0001", "T-C0003")
        async with here.app.database.write() as connection:
            await connection.execute(update(votes).where(votes.c.place == 1, votes.c.way == "web").values(aside=1))
        assert "网络投票还在进行" in await here.tell(admin, "评审")
        await here.tell(admin, "投票管理", "提前截止", "评审已结束", "确定", "评审")
        said = bare("\n".join(reply.text for reply in admin.replies))
        assert "本程序收到 4 票，其中 2 票已搁置、不计入" in said and "10 位投票" in said
        await admin.press("公布")
        bundle = json.loads(await here.get(f"/rounds/{key}.json"))
        assert (recount(bundle), sorted(bundle["votes"].values())) == ((), [0, 0, 0, 0, 1, 1])
        acts = await Audit(here.app.database).acts(command="ballot")
        [act] = [each for each in acts if each.what["step"] == "publish"]
        assert sorted(act.what["everything"].values()) == [0, 0, 0, 1, 1, 2]
        assert "不能再改" in await here.tell(admin, "投票管理", "改投票时间", "2024-06-01 24:00", "再开", "确定")


async def test_imported_totals_are_taken_in_the_place_of_votes_given_here(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        key, admin = await tallied(here)
        await voted(here, "v1", "T-C0001")
        bundle_of = {row: n * 10 for n, row in enumerate(await entries_of(here))}
        async with here.app.turns.open() as turns:
            deed = ImportTotals("xian-2024", "public", bundle_of, "票数.xlsx", "ab" * 32, added=False, by=0)
            await turns.perform(deed, here.clock.now())
        await here.tell(admin, "评审")
        assert "按“票数.xlsx”导入的 150 票计，本程序的票不计入" in bare("\n".join(each.text for each in admin.replies))
        await admin.press("公布")
        bundle = json.loads(await here.get(f"/rounds/{key}.json"))
        assert (recount(bundle), bundle["votes"]) == ((), {f"{entry}": n for entry, n in bundle_of.items()})


async def entries_of(here: Hall) -> list[int]:
    """The works, in the order of their numbers."""
    async with here.app.database.read() as connection:
        return [each.id for each in await admitted(connection, Candidates(here.campaign, "expert"))]
