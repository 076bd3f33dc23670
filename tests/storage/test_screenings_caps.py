"""Caps on what is recommended, and what a unit, the host or a ballot makes of screening."""

from __future__ import annotations

import asyncio

from sqlalchemy import update

from rules.deeds import Declined, Done
from rules.deeds_screening import RejectEntry
from rules.looks_judging import Candidates
from rules.looks_screening import Queue, RecommendedBy, Screens
from rules.screening import HOST
from storage.tables import seats
from tests.storage.screening_town import CHAINS, case, enter, pass_on, seen, town, where
from tests.storage.world import CAMPAIGN, World, outcomes, submission


async def test_a_cap_counts_ones_own_works_and_those_recommended(rivals: list[World]) -> None:
    world = rivals[0]
    ids, people = await town(world)
    own = await enter(world, ids["province"], cap=2, counts="recommended")
    several = [await enter(world, ids["unit"]) for _ in range(3)]
    for entry in several:
        await pass_on(world, entry, people["city"])
    said = await asyncio.gather(
        *(pass_on(each, entry, people["province"], cap=2) for each, entry in zip(rivals, several, strict=True))
    )
    assert (outcomes(said, Done), outcomes(said, Declined)) == (1, 2)
    late = next(each for each in said if isinstance(each, Declined))
    assert late == Declined("screen.cap_reached", {"taken": 2, "cap": 2})
    assert await world.look(RecommendedBy(CAMPAIGN, "case", ids["province"])) == 1
    more = await world.do(submission(ids["province"], people["province"], cap=2, counts="recommended"))
    assert more == Declined("enter.cap_reached", {"cap": 2})
    assert where(await case(world, own)) == ("waiting", "committee", "")


async def test_a_refused_work_gives_its_place_under_the_cap_back(world: World) -> None:
    ids, people = await town(world)
    one, two = [await enter(world, ids["unit"]) for _ in range(2)]
    for entry in (one, two):
        await pass_on(world, entry, people["city"])
    assert await pass_on(world, one, people["province"], cap=1) == Done()
    assert isinstance(await pass_on(world, two, people["province"], cap=1), Declined)
    await world.do(RejectEntry(CAMPAIGN, seen(await case(world, one)), "不符", "二", people["admin"]))
    assert await pass_on(world, two, people["province"], cap=1) == Done()


async def test_where_a_unit_has_nobody_the_host_decides_in_its_place(world: World) -> None:
    ids, people = await town(world)
    entry = await enter(world, ids["unit"])
    async with world.database.write() as connection:
        await connection.execute(update(seats).where(seats.c.unit == ids["city"]).values(unit=1))
    [found] = await world.look(Queue(CAMPAIGN, CHAINS, HOST, people["admin"]))
    assert (found.entry.id, found.vacant, found.desk and found.desk.name) == (entry, True, "西安市")


async def test_a_unit_screens_where_another_names_it(world: World) -> None:
    ids, _ = await town(world)
    assert [await world.look(Screens(CAMPAIGN, ids[name])) for name in ("province", "city", "unit")] == [
        True, True, False,
    ]  # fmt: skip


async def test_only_what_passed_every_level_reaches_a_round_unless_it_is_let_go_along(world: World) -> None:
    ids, people = await town(world)
    one, two = [await enter(world, ids["province"]) for _ in range(2)]
    assert await pass_on(world, one, people["admin"]) == Done()
    screened = Candidates(CAMPAIGN, "expert", of="screening", of_kind="screening", chains=CHAINS)
    assert [each.id for each in await world.look(screened)] == [one]
    assert [each.id for each in await world.look(Candidates(CAMPAIGN, "expert"))] == [one, two]
    assert [each.id for each in await world.look(Candidates(CAMPAIGN, "expert", (two,)))] == [two]
