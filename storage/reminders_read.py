"""Reminding as operators look at it: what became of each occasion, and what was said to whom, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.occasions import DAILY, Occasion
from storage.tables import outbox, people, seats
from storage.tables_reminders import reminders, rounds

#: Microseconds that no occasion takes.
_LONGEST = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """An occasion that was begun or left out: its state, why, and when it ended (UTC µs, 0 for not yet)."""

    occasion: Occasion
    state: str
    why: str
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Decided:
    """One reminder that was decided: when, for which instant, its fate, and what became of its message."""

    person: int
    rule: str
    instant: int
    at: int
    state: str
    why: str
    letter: int
    delivery: str


async def held(connection: AsyncConnection, campaign: str, *, most: int) -> list[Held]:
    """The latest occasions of a campaign that were begun or left out, oldest first."""
    rows = await connection.execute(
        select(
            rounds.c.key, rounds.c.kind, rounds.c.nominal, rounds.c.moment, rounds.c.closes, rounds.c.shifted,
            rounds.c.state, rounds.c.why, rounds.c.began, rounds.c.ended,
        )
        .where(rounds.c.campaign == campaign)
        .order_by(rounds.c.began.desc(), rounds.c.nominal.desc())
        .limit(most)
    )  # fmt: skip
    return [Held(Occasion(*row[:6]), *row[6:]) for row in reversed(rows.all())]


async def counted(connection: AsyncConnection, campaign: str, one: Held) -> dict[tuple[str, str], int]:
    """How many reminders of an occasion had which fate and reason."""
    mine = reminders.c.instant == one.occasion.nominal
    if one.occasion.kind == DAILY:
        # What rested is told of at instants of its own; it is not named with a closing.
        until = one.ended or one.began + _LONGEST
        mine = and_(reminders.c.at.between(one.began, until), reminders.c.subject.not_like("%@%"))
    rows = await connection.execute(
        select(reminders.c.state, reminders.c.why, func.count())
        .where(reminders.c.campaign == campaign, mine)
        .group_by(reminders.c.state, reminders.c.why)
    )
    return {(state, why): count for state, why, count in rows}


async def decided(connection: AsyncConnection, campaign: str, persons: Sequence[int], *, most: int) -> list[Decided]:
    """The latest reminders of some people, oldest first."""
    rows = await connection.execute(
        select(
            reminders.c.person, reminders.c.rule, reminders.c.instant, reminders.c.at, reminders.c.state,
            reminders.c.why, reminders.c.letter, func.coalesce(outbox.c.state, ""),
        )
        .select_from(reminders.outerjoin(outbox, outbox.c.id == reminders.c.letter))
        .where(reminders.c.campaign == campaign, reminders.c.person.in_(persons))
        .order_by(reminders.c.at.desc(), reminders.c.instant.desc(), reminders.c.state, reminders.c.rule.desc())
        .limit(most)
    )  # fmt: skip
    return [Decided(*row) for row in reversed(rows.all())]


async def liaisons_called(connection: AsyncConnection, campaign: str, name: str) -> list[int]:
    """The liaisons of a campaign who asked to be called so, or the one with this number."""
    called = people.c.name == name
    which = called | (people.c.id == int(name)) if name.isascii() and name.isdigit() and len(name) < 19 else called
    rows = await connection.execute(
        select(people.c.id)
        .join(seats, seats.c.person == people.c.id)
        .where(seats.c.campaign == campaign, seats.c.role == "liaison", which)
        .distinct()
        .order_by(people.c.id)
    )
    return list(rows.scalars())


async def names_of(connection: AsyncConnection, persons: Sequence[int]) -> dict[int, str]:
    """What people asked to be called."""
    rows = await connection.execute(select(people.c.id, people.c.name).where(people.c.id.in_(persons)))
    return {row.id: row.name for row in rows}
