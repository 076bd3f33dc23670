"""Screening as it stands: read with the roster in a few statements, and weighed by `rules.screening`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks import Entry
from rules.looks_screening import (
    Case,
    CasesOf,
    Colleague,
    Colleagues,
    Progress,
    ProgressOf,
    Queue,
    RecommendedBy,
    Screens,
)
from rules.people import Role, Unit
from rules.screening import (
    HOST,
    PASSING,
    REJECTED,
    RETURNED,
    SUBMITTED,
    Chains,
    Decision,
    Member,
    Roster,
    What,
    asked_of,
    is_through,
    stand,
)
from rules.tracks import Level
from storage.moments import Looks
from storage.screened import recommended
from storage.tables import entries, people, seats, units
from storage.tables_screening import screenings

_STATES = (SUBMITTED, RETURNED, REJECTED)
_ENTRY = (
    entries.c.id, entries.c.number, entries.c.track, entries.c.title, entries.c.state, entries.c.version,
    entries.c.code, entries.c.received, entries.c.unit,
)  # fmt: skip


async def cases(connection: AsyncConnection, campaign: str, chains: Chains, *wanted: ColumnElement[bool]) -> list[Case]:
    """Entries of a campaign that were not withdrawn, each with where it stands, oldest first."""
    mine = (entries.c.campaign == campaign, entries.c.state.in_(_STATES), *wanted)
    rows = (await connection.execute(select(*_ENTRY).where(*mine).order_by(entries.c.received, entries.c.id))).all()
    if not rows:
        return []
    members = await _members(connection, campaign)
    roster = Roster(members.values(), chains.leads)
    decided = await _decisions(connection, *mine)
    seated = await _seated(connection, campaign)
    found = []
    for row in rows:
        entry = Entry(*row)
        here = stand(chains.of(entry.track), roster, entry.unit, entry.state, decided.get(entry.id, ()), entry.received)
        desk = _unit(campaign, members[here.desk]) if here.desk > 0 else None
        vacant = here.desk > 0 and here.desk not in seated
        # A work of somebody by themselves belongs to no unit.
        unit = _unit(campaign, members.get(entry.unit, Member(0, "")))
        found.append(Case(entry, unit, here, desk, vacant))
    return found


def _unit(campaign: str, member: Member) -> Unit:
    return Unit(member.id, campaign, member.name, member.short, member.klass)


async def _members(connection: AsyncConnection, campaign: str) -> dict[int, Member]:
    columns = (
        units.c.id, units.c.name, units.c.short, units.c.klass, units.c.parent, units.c.recommender, units.c.lead,
    )  # fmt: skip
    rows = await connection.execute(select(*columns).where(units.c.campaign == campaign))
    return {row[0]: Member(*row) for row in rows}


async def _decisions(connection: AsyncConnection, *mine: ColumnElement[bool]) -> dict[int, Sequence[Decision]]:
    """The decisions on the version in force of each entry, oldest first; that one was missed holds for later ones."""
    now = or_(entries.c.version == screenings.c.version, screenings.c.decision == "missed")
    current = and_(entries.c.id == screenings.c.entry, now)
    rows = await connection.execute(
        select(
            screenings.c.entry, screenings.c.level, screenings.c.decision, people.c.name, units.c.name,
            screenings.c.opinion, screenings.c.clause, screenings.c.at, screenings.c.target, screenings.c.carried,
        )
        .select_from(
            screenings.join(entries, current)
            .outerjoin(people, people.c.id == screenings.c.by)
            .outerjoin(units, units.c.id == screenings.c.unit)
        )
        .where(*mine)
        .order_by(screenings.c.at, screenings.c.id)
    )  # fmt: skip
    found: dict[int, list[Decision]] = defaultdict(list)
    for entry, level, what, by, unit, opinion, clause, at, target, carried in rows:
        decision = Decision(level, cast(What, what), by or "", unit or "", opinion, clause, at, target, bool(carried))
        found[entry].append(decision)
    return dict(found)


async def _seated(connection: AsyncConnection, campaign: str) -> set[int]:
    """The units for which somebody speaks."""
    theirs = (seats.c.campaign == campaign, seats.c.role == Role.LIAISON.value)
    return set((await connection.execute(select(seats.c.unit).where(*theirs).distinct())).scalars())


async def queue(connection: AsyncConnection, look: Queue) -> tuple[Case, ...]:
    """What waits for a person: at their desk, handed to them, or for the host where a unit has nobody or was late."""
    waiting = await cases(connection, look.campaign, look.chains, entries.c.state == SUBMITTED)
    mine = [case for case in waiting if case.stand.state == "waiting" and _waits_for(case, look)]
    return tuple(sorted(mine, key=lambda case: (case.stand.since, case.entry.id)))


def _waits_for(case: Case, look: Queue) -> bool:
    handed = case.stand.handed
    if handed:
        return handed == look.person
    if handed == HOST or case.vacant:
        return look.unit == HOST
    if case.stand.missed and look.unit == HOST:
        return True
    return case.stand.desk == look.unit


async def cases_of(connection: AsyncConnection, look: CasesOf) -> tuple[Case, ...]:
    """Entries with where they stand."""
    wanted = [
        column == value
        for column, value in ((entries.c.id, look.entry), (entries.c.number, look.number), (entries.c.unit, look.unit))
        if value
    ]
    return tuple(await cases(connection, look.campaign, look.chains, *wanted))


async def screens(connection: AsyncConnection, look: Screens) -> bool:
    """Whether another unit's row names this one."""
    me, others = units.alias("me"), units.alias("others")
    named = [
        or_(column == me.c.name, and_(column == me.c.short, me.c.short != ""))
        for column in (others.c.parent, others.c.recommender, others.c.lead)
    ]
    same = (me.c.id == look.unit, others.c.campaign == look.campaign, others.c.id != look.unit, or_(*named))
    return bool((await connection.execute(select(exists().where(*same)))).scalar_one())


async def colleagues(connection: AsyncConnection, look: Colleagues) -> tuple[Colleague, ...]:
    """Who else sits at a desk."""
    role = Role.LIAISON if look.unit else Role.ADMIN
    theirs = (seats.c.campaign == look.campaign, seats.c.role == role.value, seats.c.person != look.but)
    rows = await connection.execute(
        select(people.c.id, people.c.name)
        .join(seats, seats.c.person == people.c.id)
        .where(*theirs, *([seats.c.unit == look.unit] if look.unit else []))
        .distinct()
        .order_by(people.c.id)
    )
    return tuple(Colleague(*row) for row in rows)


async def progress(connection: AsyncConnection, look: ProgressOf) -> dict[str, Progress]:
    """Counts by track."""
    waiting: dict[str, Counter[str]] = defaultdict(Counter)
    others: dict[str, Counter[str]] = defaultdict(Counter)
    for case in await cases(connection, look.campaign, look.chains):
        others[case.entry.track][case.stand.state] += 1
        if case.stand.level is not None:
            waiting[case.entry.track][case.stand.level.key] += 1
    return {
        track: Progress(dict(waiting[track]), counts["through"], counts["returned"], counts["rejected"])
        for track, counts in others.items()
    }


async def through(connection: AsyncConnection, campaign: str, chains: Chains) -> list[int]:
    """The entries that passed every level. Asked at every look at a list to vote for: only what that takes is read."""
    mine = (entries.c.campaign == campaign, entries.c.state == SUBMITTED)
    current = and_(entries.c.id == screenings.c.entry, entries.c.version == screenings.c.version)
    passing = (
        select(screenings.c.entry, screenings.c.level, screenings.c.decision)
        .select_from(screenings.join(entries, current))
        .where(*mine, screenings.c.decision.in_(PASSING))
    )
    made: dict[int, dict[str, str]] = defaultdict(dict)
    for entry, level, what in await connection.execute(passing):
        made[entry][level] = what
    roster = Roster((await _members(connection, campaign)).values(), chains.leads)
    asked: dict[tuple[str, int], tuple[Level, ...]] = {}
    found: list[int] = []
    rows = await connection.execute(select(entries.c.id, entries.c.track, entries.c.unit).where(*mine))
    for entry, track, unit in rows:
        if (track, unit) not in asked:
            asked[track, unit] = asked_of(chains.of(track), roster, unit)
        if is_through(asked[track, unit], made.get(entry, {})):
            found.append(entry)
    return found


async def recommended_by(connection: AsyncConnection, look: RecommendedBy) -> int:
    """How many works of others a unit passed on."""
    found: Any = recommended(look.campaign, look.track, look.unit).distinct().subquery()
    return int((await connection.execute(select(func.count()).select_from(found))).scalar_one())


LOOKS: Looks = {
    Queue: queue,
    CasesOf: cases_of,
    Screens: screens,
    Colleagues: colleagues,
    ProgressOf: progress,
    RecommendedBy: recommended_by,
}
