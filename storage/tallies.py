"""Live counts: works by unit and track, those of the units under a unit, and who has a draft."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.audience import Tally
from rules.looks_steering import BelowOf, Drafting, TalliesOf
from rules.screening import PASSING
from storage.kin import with_below
from storage.moments import Looks
from storage.tables import entries, seats, sessions, units
from storage.tables_screening import screenings

IN, RETURNED = "submitted", "returned"


async def tallies_of(connection: AsyncConnection, look: TalliesOf) -> tuple[Tally, ...]:
    """Works of every unit and track where there are any, in three statements however many units there are."""
    rows = await connection.execute(
        select(entries.c.unit, entries.c.track, entries.c.state, func.count())
        .where(entries.c.campaign == look.campaign, entries.c.state.in_((IN, RETURNED)))
        .group_by(entries.c.unit, entries.c.track, entries.c.state)
    )
    own: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for unit, track, state, number in rows:
        own[unit, track][state] = number
    above = await _above(connection, look.campaign)
    total: dict[tuple[int, str], int] = defaultdict(int)
    for (unit, track), states in own.items():
        for each in (unit, *above.get(unit, ())):
            total[each, track] += states.get(IN, 0)
    passed = await _recommended(connection, look.campaign)
    return tuple(
        Tally(
            unit, track, own[unit, track].get(IN, 0), own[unit, track].get(RETURNED, 0), total[unit, track],
            passed.get((unit, track), 0),
        )
        for unit, track in sorted({*own, *total, *passed})
    )  # fmt: skip


async def _recommended(connection: AsyncConnection, campaign: str) -> dict[tuple[int, str], int]:
    """The works of others that each unit passed on and that are in or sent back."""
    current = (entries.c.id == screenings.c.entry) & (entries.c.version == screenings.c.version)
    rows = await connection.execute(
        select(screenings.c.unit, entries.c.track, func.count(distinct(entries.c.id)))
        .select_from(entries.join(screenings, current))
        .where(
            entries.c.campaign == campaign, entries.c.state.in_((IN, RETURNED)), screenings.c.unit > 0,
            screenings.c.unit != entries.c.unit, screenings.c.decision.in_(sorted(PASSING)),
        )
        .group_by(screenings.c.unit, entries.c.track)
    )  # fmt: skip
    return {(unit, track): number for unit, track, number in rows}


async def _above(connection: AsyncConnection, campaign: str) -> dict[int, tuple[int, ...]]:
    """For each unit that has one: the units above it, the nearest first."""
    rows = (
        await connection.execute(
            select(units.c.id, units.c.name, units.c.short, units.c.parent).where(units.c.campaign == campaign)
        )
    ).all()
    named = {row.short: row.id for row in rows if row.short} | {row.name: row.id for row in rows}
    parent = {row.id: named[row.parent] for row in rows if row.parent in named}
    found: dict[int, tuple[int, ...]] = {}
    for unit in parent:
        chain, at = [], unit
        while (at := parent.get(at, 0)) and at != unit and at not in chain:
            chain.append(at)
        found[unit] = tuple(chain)
    return found


async def below_of(connection: AsyncConnection, look: BelowOf) -> int:
    """Works that the units under a unit have reported."""
    mine = (entries.c.campaign == look.campaign, entries.c.track == look.track, entries.c.state == IN)
    kin = entries.c.unit.in_(with_below(look.unit))
    found = select(func.count()).select_from(entries).where(*mine, kin, entries.c.unit != look.unit)
    return int((await connection.execute(found)).scalar_one())


async def drafting(connection: AsyncConnection, look: Drafting) -> frozenset[int]:
    """The units of whose liaisons somebody has an unfinished entry."""
    rows = await connection.execute(
        select(seats.c.unit)
        .select_from(sessions.join(seats, seats.c.id == sessions.c.seat))
        .where(
            sessions.c.campaign == look.campaign, sessions.c.flow == "enter",
            sessions.c.state.in_(("parked", "active")), sessions.c.title != "",
        )
        .distinct()
    )  # fmt: skip
    return frozenset(rows.scalars())


LOOKS: Looks = {TalliesOf: tallies_of, BelowOf: below_of, Drafting: drafting}
