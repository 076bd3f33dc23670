"""Between rounds: standings after run-offs and a draw, short lists that decide who goes on, remarks of nobody."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import update

from rules.deeds import Declined, Done
from rules.deeds_ballot import PrepareRound, RoundsOf
from rules.deeds_rounds import KeepRemarks, ModerateRemarks, ShortList
from rules.looks_judging import Candidates
from rules.looks_rounds import OutcomeOf, RemarksOf, ShortListOf
from storage.moments import Moment
from storage.remarks import Sealed, drafts_of, released_of, to_moderate, unlink, waiting_of
from storage.shortlists import judged_in, keep_draw
from storage.tables_judging import remarks, rounds
from tests.storage.test_ballots import KEY, LATE, why
from tests.storage.test_ballots import opened as opened
from tests.storage.world import CAMPAIGN, NOW, World, submission


def bundle(*rows: list[Any]) -> str:
    return orjson.dumps({"places": {"case": rows}, "opening": {"rule": {"draw": "ab"}}}).decode()


async def published(
    world: World, key: str, places: str, *, round_: str = "long", after: str = "", purpose: str = ""
) -> None:
    """A round that was published, written down at the minute of its number."""
    shares = {1: (201, "print")}
    deed = PrepareRound(key, CAMPAIGN, round_, 2, shares, by=9, after=after, purpose=purpose)
    assert await world.do(deed, at=NOW + int(key[1:])) == Done()
    async with world.database.write() as connection:
        await connection.execute(update(rounds).where(rounds.c.key == key).values(state="published", bundle=places))


async def test_standings_are_those_of_the_newest_round_with_its_run_offs_and_its_draw(world: World) -> None:
    assert await world.look(OutcomeOf(CAMPAIGN, "long")) is None
    await published(world, "r1", bundle([1, 1, "9"]))
    await published(world, "r2", bundle([1, 1, "9"], [2, 2, "5"], [3, 2, "5"], [4, 2, "5"]))
    await published(world, "r3", bundle([3, 1, "9"], [2, 2, "5"], [4, 2, "5"]), after="r2", purpose="runoff")
    await published(world, "r4", bundle([7, 1, "9"]), round_="other")
    found = await world.look(OutcomeOf(CAMPAIGN, "long"))
    assert (found.key, found.lots, found.drawn) == ("r2", "ab", False)
    assert [(each.entry, each.rank) for each in found.lists["case"]] == [(1, 1), (3, 2), (2, 3), (4, 3)]
    async with world.database.write() as connection:
        moment = Moment(connection, NOW, lambda: 1)
        kept = [await keep_draw(moment, "r2", '{"order": [4, 2]}') for _ in range(2)]
    assert kept == [True, False]
    found = await world.look(OutcomeOf(CAMPAIGN, "long"))
    assert [(each.entry, each.rank) for each in found.lists["case"]] == [(1, 1), (3, 2), (4, 3), (2, 4)]
    async with world.database.read() as connection:  # a run-off parts the tied, and is no ranking of its own
        assert (await judged_in(connection, CAMPAIGN)).ranks == {"case": {7: 1}}
    async with world.database.write() as connection:
        await connection.execute(update(rounds).where(rounds.c.key == "r4").values(state="void"))
        assert (await judged_in(connection, CAMPAIGN)).ranks == {"case": {1: 1, 3: 2, 4: 3, 2: 4}}
    rounds_ = await world.look(RoundsOf(CAMPAIGN))
    assert [(each.key, each.after, each.purpose) for each in rounds_ if each.after] == [("r3", "r2", "runoff")]


async def test_a_short_list_decides_who_reaches_the_next_round_until_that_has_opened(world: World) -> None:
    unit, person = await world.unit("碑林区"), await world.person()
    entries = [(await world.do(submission(unit, person, code=f"C{n}", title=f"作品{n}"))).entry for n in range(3)]
    reach = Candidates(CAMPAIGN, "final", of="long", of_kind="expert")
    assert await world.look(reach) == ()
    await published(world, "r1", bundle([entries[0], 1, "9"]))
    deed = ShortList(CAMPAIGN, "long", "r1", tuple(entries[:2]), "前 2 名", ("final",), by=0)
    assert await world.do(deed) == Done()
    assert [each.id for each in await world.look(reach)] == entries[:2]
    assert await world.do(ShortList(CAMPAIGN, "long", "r1", (entries[2],), "前 1 名", ("final",), by=0)) == Done()
    assert (await world.look(ShortListOf(CAMPAIGN, "long")), [each.id for each in await world.look(reach)]) == (
        (entries[2],), [entries[2]],
    )  # fmt: skip
    assert why(await world.do(ShortList(CAMPAIGN, "long", "r9", (), "", ("final",), by=0))) == "judging.not_published"
    await published(world, "r2", bundle([entries[2], 1, "9"]), round_="final")
    assert why(await world.do(deed)) == "judging.short_taken"


async def test_remarks_are_kept_while_a_round_is_open_by_those_on_its_roll(opened: World) -> None:
    for sealed in (b"first", b"second"):
        assert await opened.do(KeepRemarks(KEY, 101, sealed)) == Done()
    assert why(await opened.do(KeepRemarks(KEY, 999, b"x"))) == "remark.over"
    assert why(await opened.do(KeepRemarks(KEY, 102, b"x"), at=LATE)) == "remark.over"
    async with opened.database.read() as connection:
        assert await drafts_of(connection, KEY) == {1: b"second"}


@pytest.fixture
async def unlinked(opened: World) -> World:
    """Two remarks after the tally."""
    await opened.do(KeepRemarks(KEY, 101, b"mine"))
    async with opened.database.write() as connection:
        await unlink(connection, KEY, [Sealed("B", 2, b"two"), Sealed("A", 1, b"one")])
        await connection.execute(update(rounds).where(rounds.c.key == KEY).values(state="tallied"))
    return opened


async def test_a_release_shows_what_was_retyped_and_deletes_every_original(unlinked: World) -> None:
    async with unlinked.database.read() as connection:
        assert await drafts_of(connection, KEY) == {}
        assert await waiting_of(connection, KEY) == (Sealed("A", 1, b"one"), Sealed("B", 2, b"two"))
        assert await to_moderate(connection, 1) == []
    assert await unlinked.look(RemarksOf(KEY)) == 2
    strange = ModerateRemarks("industry-2024", KEY, {"A": "别处"}, release=True, by=0)
    assert why(await unlinked.do(strange)) == "remark.released"
    assert await unlinked.do(ModerateRemarks(CAMPAIGN, KEY, {"A": "", "B": "重写"}, release=False, by=0)) == Done()
    assert await unlinked.do(ModerateRemarks(CAMPAIGN, KEY, {"A": "也重写", "B": ""}, release=True, by=0)) == Done()
    assert why(await unlinked.do(ModerateRemarks(CAMPAIGN, KEY, {}, release=True, by=0))) == "remark.released"
    async with unlinked.database.read() as connection:
        assert await released_of(connection, KEY) == {1: ("也重写",)}
    assert await unlinked.rows(remarks, "code", "sealed") == [("A", b"")]
    stranger = ModerateRemarks(CAMPAIGN, KEY, {"A": "x"}, release=True, by=77)
    assert await unlinked.do(stranger) == Declined("admin.no_seat", {})
