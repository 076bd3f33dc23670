"""The audit log: every deed of an admin in its own transaction, and whoever changes a row is found out."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, insert, update

from rules.deeds import Declined, Done, GrantLeave, Invite
from rules.deeds_steering import Pause, Unpause
from storage.audit import Audit, Verdict
from storage.tables import leaves, seats
from storage.tables_steering import audit, pauses
from tests.storage.world import CAMPAIGN, CLOSES, NOW, World


async def seated(world: World, role: str = "admin", unit: int = 0) -> int:
    """Somebody with a seat."""
    person = await world.person("王老师")
    async with world.database.write() as connection:
        row = {"id": world.numbers(), "person": person, "campaign": CAMPAIGN, "role": role, "unit": unit}
        await connection.execute(insert(seats).values(row))
    return person


async def test_a_deed_and_a_refusal_leave_a_row_each_with_what_came_of_it(world: World) -> None:
    admin = await seated(world)
    assert await world.do(Pause(CAMPAIGN, "", "维护", admin)) == Done()
    assert await world.do(Pause(CAMPAIGN, "", "再来", admin), at=NOW + 1) == Declined("pause.already", {})
    acts = await Audit(world.database).acts()
    assert [(act.seq, act.at, act.who, act.command, act.what["reason"], act.result) for act in acts] == [
        (2, NOW + 1, "王老师", "pause", "再来", {"declined": "pause.already"}),
        (1, NOW, "王老师", "pause", "维护", {}),
    ]


async def test_whoever_has_no_seat_does_nothing_and_that_is_recorded(world: World) -> None:
    unit, liaison = await world.unit("碑林区"), await seated(world, "liaison", 1)
    deeds = [Pause(CAMPAIGN, "", "维护", liaison), GrantLeave(CAMPAIGN, "case", unit, CLOSES, "想要", by=liaison)]
    deeds += [Invite(CAMPAIGN, "admin", None, by=liaison), Invite(CAMPAIGN, "liaison", unit, by=liaison)]
    deeds += [Pause("another", "", "维护", await seated(world))]
    assert [await world.do(deed) for deed in deeds] == [Declined("admin.no_seat", {})] * 5
    assert [await world.rows(pauses, "track"), await world.rows(leaves, "unit")] == [[], []]
    assert [act.result for act in await Audit(world.database).acts()] == [{"declined": "admin.no_seat"}] * 5


async def test_a_liaison_may_invite_a_colleague_to_their_own_unit(world: World) -> None:
    unit = await world.unit("碑林区")
    liaison = await seated(world, "liaison", unit)
    assert not isinstance(await world.do(Invite(CAMPAIGN, "liaison", unit, by=liaison)), Declined)


async def test_no_code_of_an_invitation_stands_in_it(world: World) -> None:
    made = await world.do(Invite(CAMPAIGN, "admin", None, by=await seated(world)))
    rows = await world.rows(audit, "what", "result")
    assert [made.code in f"{row}" for row in rows] == [False]


async def several(world: World, count: int = 5) -> None:
    for number in range(count):
        kind = Unpause(CAMPAIGN, "", 0) if number % 2 else Pause(CAMPAIGN, "", f"第 {number} 次", 0)
        await world.do(kind, at=NOW + number)


async def test_an_untouched_log_is_whole_and_gives_its_newest_seal(world: World) -> None:
    assert await Audit(world.database).verify() == Verdict(0, 0, "", 0)
    await several(world)
    first = await Audit(world.database).verify()
    assert (first.rows, first.head, first.broken) == (5, 5, 0)
    await several(world, 1)
    again = await Audit(world.database).verify(expect=first.hash, at_once=2)
    assert (again.rows, again.broken, again.found, again.hash != first.hash) == (6, 0, True, True)
    assert not (await Audit(world.database).verify(expect="ab" * 32)).found


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (update(audit).where(audit.c.seq == 3).values(what='{"reason":"别的","track":""}'), 3),
        (update(audit).where(audit.c.seq == 3).values(by=7), 3),
        (update(audit).where(audit.c.seq == 2).values(at=NOW), 2),
        (delete(audit).where(audit.c.seq == 3), 4),
        (delete(audit).where(audit.c.seq == 1), 2),
        (delete(audit).where(audit.c.seq == 5), 5),
        (update(audit).where(audit.c.seq == 4).values(hash="00" * 32), 4),
    ],
    ids=["words", "doer", "instant", "removed", "the first", "the last", "seal"],
)
async def test_whatever_is_changed_is_found(world: World, change: object, broken: int) -> None:
    await several(world)
    async with world.database.write() as connection:
        await connection.execute(change)  # type: ignore[call-overload]
    assert (await Audit(world.database).verify()).broken == broken


async def test_several_programs_write_one_chain(rivals: list[World]) -> None:
    deeds = [(rivals[number % 3], Pause(CAMPAIGN, f"t{number}", "维护", 0)) for number in range(12)]
    await asyncio.gather(*(each.do(deed) for each, deed in deeds))
    verdict = await Audit(rivals[0].database).verify()
    assert (verdict.rows, verdict.head, verdict.broken) == (12, 12, 0)
