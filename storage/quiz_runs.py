"""Every attempt of a quiz with its answers, for whoever looks for unfair play; and who the players are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.quiz_runs import Kept
from storage.quiz_statements import OPEN
from storage.tables import people, units
from storage.tables_quiz import players, quiz_answers, quiz_attempts

#: Numbers in one statement.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who plays: what they are called ("" for nothing), their channel, and their unit ("" for none)."""

    name: str
    channel: str
    unit: str


async def kept_runs(connection: AsyncConnection, campaign: str) -> list[Kept]:
    """All attempts that were begun."""
    given: dict[int, list[tuple[str, int, bool, int]]] = defaultdict(list)
    of = quiz_answers.c
    found = await connection.execute(
        select(of.attempt, of.code, of.picked, of.correct, of.at)
        .select_from(quiz_answers.join(quiz_attempts, quiz_attempts.c.id == of.attempt))
        .where(quiz_attempts.c.campaign == campaign)
        .order_by(of.attempt, of.place)
    )
    for attempt, code, picked, right, at in found:
        given[attempt].append((code, picked, bool(right), at))
    here = quiz_attempts.c
    rows = await connection.execute(
        select(here.id, here.person, here.unit, here.begun, here.state, here.seed).where(here.campaign == campaign)
    )
    return [
        Kept(number, person, unit, begun, state != OPEN, bytes.fromhex(seed), tuple(given[number]))
        for number, person, unit, begun, state, seed in rows
    ]


async def players_of(connection: AsyncConnection, campaign: str, numbers: Collection[int]) -> dict[int, Player]:
    """Those of these numbers who are there still."""
    found: dict[int, Player] = {}
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _AT_ONCE):
        theirs = (players.c.campaign == campaign) & (players.c.person == people.c.id)
        rows = await connection.execute(
            select(people.c.id, people.c.name, people.c.channel, func.coalesce(units.c.name, ""))
            .select_from(people.outerjoin(players, theirs).outerjoin(units, units.c.id == players.c.unit))
            .where(people.c.id.in_(ordered[start : start + _AT_ONCE]))
        )
        found |= {number: Player(name or "", channel or "", unit) for number, name, channel, unit in rows}
    return found
