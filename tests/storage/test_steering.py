"""Pauses, leaves for all, entries sent back, planned messages: each decided once, inside its statement."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select

from rules.audience import Audience
from rules.deeds import Declined, Done, GrantLeave, Heard, Received
from rules.deeds_broadcast import Broadcast, DecideBroadcast, StopBroadcast, Stopped
from rules.deeds_steering import Pause, ReturnEntry, RevokeLeave, Unpause
from rules.looks import LeaveOf
from rules.looks_steering import LeavesIn, SheetOf
from storage.broadcasts import come, launch
from storage.moments import Moment
from storage.tables import outbox, people, seats
from tests.storage.world import CAMPAIGN, CLOSES, DAY, NOW, World, outcomes, submission

HEARD = Heard("pause.announced", {"title": "某活动"})


async def liaison(world: World, unit: int, name: str = "王") -> int:
    """Somebody who sits for a unit and can be told something."""
    person = world.numbers()
    async with world.database.write() as connection:
        await connection.execute(insert(people).values(id=person, name=name, channel="web", address=f"{person}"))
        seat = {"id": world.numbers(), "person": person, "campaign": CAMPAIGN, "role": "liaison", "unit": unit}
        await connection.execute(insert(seats).values(seat))
    return person


async def told(world: World) -> list[int]:
    """Who was told something, sorted."""
    return [row[0] for row in await world.rows(outbox, "person")]


@pytest.mark.parametrize(("track", "halted"), [("", True), ("case", True), ("video", False)])
async def test_nothing_is_written_during_a_pause_and_everything_after(
    world: World, track: str, *, halted: bool
) -> None:
    unit = await world.unit("碑林区")
    person = await liaison(world, unit)
    await world.do(Pause(CAMPAIGN, track, "维护", 0, HEARD))
    said = await world.do(submission(unit, person))
    assert (said == Declined("enter.paused", {"reason": "维护"})) is halted
    assert await world.do(Unpause(CAMPAIGN, track, 0, HEARD)) == Done()
    assert isinstance(await world.do(submission(unit, person)), Received)
    assert await world.do(Unpause(CAMPAIGN, track, 0, HEARD)) == Declined("pause.not_paused", {})
    assert await told(world) == [person, person]


async def test_of_several_pauses_at_once_one_begins_and_people_hear_once(rivals: list[World]) -> None:
    person = await liaison(rivals[0], await rivals[0].unit("碑林区"))
    found = await asyncio.gather(*(each.do(Pause(CAMPAIGN, "", "维护", 0, HEARD)) for each in rivals))
    assert (outcomes(found, Done), await told(rivals[0])) == (1, [person])


async def test_a_leave_for_all_opens_every_door_until_it_is_taken_back(world: World) -> None:
    one, two = await world.unit("碑林区"), await world.unit("莲湖区")
    people_ = [await liaison(world, one), await liaison(world, two)]
    await world.do(GrantLeave(CAMPAIGN, "case", 0, CLOSES + DAY, "维护", 0, HEARD))
    assert [await world.look(LeaveOf(CAMPAIGN, "case", unit)) for unit in (one, two)] == [CLOSES + DAY] * 2
    assert isinstance(await world.do(submission(one, people_[0]), at=CLOSES), Received)
    [leave] = await world.look(LeavesIn(CAMPAIGN, NOW))
    assert await world.do(RevokeLeave("another", leave.id, 0)) == Declined("leave.gone", {})
    assert await world.do(RevokeLeave(CAMPAIGN, leave.id, 0, HEARD)) == Done()
    assert await world.do(RevokeLeave(CAMPAIGN, leave.id, 0, HEARD)) == Declined("leave.gone", {})
    assert await world.do(submission(two, people_[1]), at=CLOSES) == Declined("enter.closed", {"late": 0})
    assert await told(world) == sorted([*people_, *people_])


async def test_an_entry_goes_back_once_and_only_the_version_that_was_looked_at(world: World) -> None:
    unit, other = await world.unit("碑林区"), await world.unit("莲湖区")
    person, _ = await liaison(world, unit), await liaison(world, other)
    entry = (await world.do(submission(unit, person))).entry
    back = ReturnEntry(CAMPAIGN, entry, 1, {"title": "改", "*": "重新盖章"}, CLOSES + DAY, 0, HEARD)
    assert await world.do(ReturnEntry(CAMPAIGN, entry, 2, {}, 0, 0)) == Declined("return.changed", {})
    assert await world.do(ReturnEntry("another", entry, 1, {}, 0, 0)) == Declined("return.changed", {})
    assert await world.do(back) == Done()
    assert await world.do(back) == Declined("return.changed", {})
    sheet = await world.look(SheetOf(CAMPAIGN, entry=entry))
    assert (sheet.entry.state, sheet.reasons, sheet.until) == (
        "returned", {"title": "改", "*": "重新盖章"}, CLOSES + DAY,
    )  # fmt: skip
    assert await told(world) == [person]


@pytest.mark.parametrize(("at", "taken"), [(CLOSES + DAY - 1, True), (CLOSES + DAY, False)])
async def test_what_goes_back_may_return_until_its_own_instant(world: World, at: int, *, taken: bool) -> None:
    unit = await world.unit("碑林区")
    person = await liaison(world, unit)
    entry, second = [(await world.do(submission(unit, person))).entry for _ in range(2)]
    await world.do(ReturnEntry(CAMPAIGN, entry, 1, {"title": "改"}, CLOSES + DAY, 0))
    said = await world.do(submission(unit, person, entry=entry), at=at)
    assert isinstance(said, Received) is taken
    assert not taken or said.margin == CLOSES + DAY - at
    assert isinstance(await world.do(submission(unit, person, entry=second), at=at), Declined)
    # In again, it has no more time than any other.
    assert isinstance(await world.do(submission(unit, person, entry=entry), at=at), Declined) or not taken


async def planned(world: World, *receivers: int, asks: bool = False, due: int = NOW + DAY) -> int:
    deed = Broadcast(CAMPAIGN, "征集", "请尽快。", receivers, 0, due=due, audience=Audience(), asks=asks)
    return int((await world.do(deed)).batch)


async def test_of_several_programs_one_lets_a_planned_message_go(rivals: list[World]) -> None:
    unit = await rivals[0].unit("碑林区")
    person, gone = await liaison(rivals[0], unit), await liaison(rivals[0], unit, "李")
    await planned(rivals[0], person, gone)
    async with rivals[0].database.read() as connection:
        assert await come(connection, NOW + DAY - 1) == []
        [one] = await come(connection, NOW + DAY)

    async def go(world: World) -> int | None:
        async with world.database.write() as connection:
            return await launch(Moment(connection, NOW + DAY, world.numbers), one, {person})

    found = await asyncio.gather(*(go(each) for each in rivals))
    assert (sorted(found, key=str), await told(rivals[0])) == ([1, None, None], [person])


async def test_a_message_goes_or_is_called_off_never_both(rivals: list[World]) -> None:
    person = await liaison(rivals[0], await rivals[0].unit("碑林区"))
    batch = await planned(rivals[0], person)
    async with rivals[0].database.read() as connection:
        [one] = await come(connection, NOW + DAY)

    async def go(world: World) -> int | None:
        async with world.database.write() as connection:
            return await launch(Moment(connection, NOW + DAY, world.numbers), one, {person})

    went, stopped = await asyncio.gather(go(rivals[0]), rivals[1].do(StopBroadcast(CAMPAIGN, batch, 0)))
    async with rivals[0].database.read() as connection:
        states = list((await connection.execute(select(outbox.c.state))).scalars())
    assert (went, stopped, states) in ((None, Stopped(0, 1), []), (1, Stopped(0, 1), ["dead"]))


async def test_two_admins_agree_once_and_nobody_to_their_own(world: World) -> None:
    unit = await world.unit("碑林区")
    person = await liaison(world, unit)
    async with world.database.write() as connection:
        for admin in (7, 8, 9):
            await connection.execute(insert(people).values(id=admin, name="甲", channel="web", address=f"{admin}"))
            seat = {"id": admin, "person": admin, "campaign": CAMPAIGN, "role": "admin", "unit": 0}
            await connection.execute(insert(seats).values(seat))
    deed = Broadcast(CAMPAIGN, "征集", "请尽快。", (person,), 7, asks=True, heard=HEARD)
    begun = await world.do(deed)
    assert (begun.state, await told(world)) == ("waiting", [8, 9])
    own = DecideBroadcast(CAMPAIGN, begun.batch, 7, agrees=True)
    assert await world.do(own) == Declined("broadcast.decided_already", {})
    assert (await world.do(DecideBroadcast(CAMPAIGN, begun.batch, 8, agrees=True))).state == "running"
    again = DecideBroadcast(CAMPAIGN, begun.batch, 9, agrees=False)
    assert await world.do(again) == Declined("broadcast.decided_already", {})
    assert await told(world) == sorted([person, 8, 9])


async def test_without_another_admin_nothing_waits_for_one(world: World) -> None:
    person = await liaison(world, await world.unit("碑林区"))
    deed = Broadcast(CAMPAIGN, "征集", "请尽快。", (person,), 0, asks=True)
    assert await world.do(deed) == Declined("broadcast.nobody_to_agree", {})
