"""Caps that move: one request at a time, one answer, and the number consented to decides, also in a race."""

from __future__ import annotations

import asyncio

from sqlalchemy import update

from rules.deeds import Declined, Done, Received
from rules.deeds_steering import AskCap, DecideCap, DropAsk
from rules.looks_steering import AsksIn, BelowOf, CapOf, TalliesOf
from storage.tables import units
from tests.storage.world import CAMPAIGN, NOW, World, outcomes, submission


async def asked(world: World, unit: int, cap: int) -> int:
    """A request for a cap; gives its number."""
    person = await world.person("王老师")
    assert await world.do(AskCap(CAMPAIGN, "case", unit, person, cap, "案例较多")) == Done()
    return int((await world.look(AsksIn(CAMPAIGN, unit)))[0].id)


async def test_the_cap_consented_to_is_what_decides_from_then_on(world: World) -> None:
    unit, person = await world.unit("陕西"), await world.person()
    limited = {"cap": 1, "moves": True}
    assert isinstance(await world.do(submission(unit, person, **limited)), Received)
    assert await world.do(submission(unit, person, **limited)) == Declined("enter.cap_reached", {"cap": 1})
    ask = await asked(world, unit, 2)
    assert await world.do(submission(unit, person, **limited)) == Declined("enter.cap_reached", {"cap": 1})
    assert await world.do(DecideCap(CAMPAIGN, ask, 2, "", 0)) == Done()
    assert await world.look(CapOf(CAMPAIGN, "case", unit)) == 2
    assert isinstance(await world.do(submission(unit, person, **limited)), Received)
    assert await world.do(submission(unit, person, **limited)) == Declined("enter.cap_reached", {"cap": 2})


async def test_a_cap_that_the_notice_does_not_let_move_stays(world: World) -> None:
    unit, person = await world.unit("陕西"), await world.person()
    assert await world.do(DecideCap(CAMPAIGN, await asked(world, unit, 5), 5, "", 0)) == Done()
    await world.do(submission(unit, person, cap=1))
    assert await world.do(submission(unit, person, cap=1)) == Declined("enter.cap_reached", {"cap": 1})


async def test_another_unit_and_another_track_keep_theirs(world: World) -> None:
    unit, other, person = await world.unit("陕西"), await world.unit("山西"), await world.person()
    await world.do(DecideCap(CAMPAIGN, await asked(world, unit, 9), 9, "", 0))
    for where in ({"unit": other}, {"unit": unit, "track": "video"}):
        deed = submission(person=person, cap=1, moves=True, **where)
        assert isinstance(await world.do(deed), Received)
        again = submission(person=person, cap=1, moves=True, **where)
        assert await world.do(again) == Declined("enter.cap_reached", {"cap": 1})


async def test_a_second_request_waits_for_the_first_and_one_is_answered_once(world: World) -> None:
    unit, person = await world.unit("陕西"), await world.person()
    ask = await asked(world, unit, 5)
    assert await world.do(AskCap(CAMPAIGN, "case", unit, person, 7, "再多些")) == Declined("quota.asked_already", {})
    assert await world.do(DecideCap("another", ask, 5, "", 0)) == Declined("quota.decided_already", {})
    assert await world.do(DecideCap(CAMPAIGN, ask, None, "不够好", 0)) == Done()
    assert await world.do(DecideCap(CAMPAIGN, ask, 5, "", 0)) == Declined("quota.decided_already", {})
    assert await world.do(DropAsk(ask, unit)) == Declined("quota.decided_already", {})
    assert await world.look(CapOf(CAMPAIGN, "case", unit)) is None


async def test_nobody_drops_anothers_request(world: World) -> None:
    unit, other = await world.unit("陕西"), await world.unit("山西")
    ask = await asked(world, unit, 5)
    assert await world.do(DropAsk(ask, other)) == Declined("quota.decided_already", {})
    assert await world.do(DropAsk(ask, unit)) == Done()


async def test_of_many_who_answer_at_once_one_does_and_of_many_entries_as_many_come_in(rivals: list[World]) -> None:
    unit, person = await rivals[0].unit("陕西"), await rivals[0].person()
    ask = await asked(rivals[0], unit, 3)
    answers = [each.do(DecideCap(CAMPAIGN, ask, 3, "", 0)) for each in rivals * 2]
    entries = [each.do(submission(unit, person, cap=1, moves=True)) for each in rivals * 4]
    found = await asyncio.gather(*answers, *entries)
    assert outcomes(found[:6], Done) == 1
    more = await asyncio.gather(*(each.do(submission(unit, person, cap=1, moves=True)) for each in rivals * 4))
    assert outcomes([*found[6:], *more], Received) == 3


async def test_works_of_the_units_under_it_count_where_the_notice_says_so(world: World) -> None:
    county, town, deep = await world.unit("奎文区"), await world.unit("某街道"), await world.unit("某社区")
    person = await world.person()
    async with world.database.write() as connection:
        for unit, parent in ((town, "奎文区"), (deep, "某街道"), (county, "某社区")):  # a circle, by mistake
            await connection.execute(update(units).where(units.c.id == unit).values(parent=parent))
    for unit in (town, deep):
        assert isinstance(await world.do(submission(unit, person)), Received)
    assert await world.look(BelowOf(CAMPAIGN, "case", county)) == 2
    own = submission(county, person, cap=2, counts="below")
    assert await world.do(own) == Declined("enter.cap_reached", {"cap": 2})
    assert isinstance(await world.do(submission(county, person, cap=2)), Received)
    tallies = {each.unit: (each.reported, each.with_below) for each in await world.look(TalliesOf(CAMPAIGN))}
    assert tallies == {county: (1, 3), town: (1, 3), deep: (1, 3)}


async def test_a_returned_entry_keeps_its_place(world: World) -> None:
    from rules.deeds_steering import ReturnEntry

    unit, person = await world.unit("陕西"), await world.person()
    entry = (await world.do(submission(unit, person, cap=1))).entry
    assert await world.do(ReturnEntry(CAMPAIGN, entry, 1, {"title": "改"}, NOW + 5, 0)) == Done()
    assert await world.do(submission(unit, person, cap=1)) == Declined("enter.cap_reached", {"cap": 1})
    assert (await world.do(submission(unit, person, cap=1, entry=entry))).version == 3
