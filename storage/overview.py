"""A campaign as its board sees it, in a fixed number of statements whatever the number of units and messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.figures import Arrivals, Figures, Health, Presence, Tally, Trouble, Unfinished
from rules.looks import UnitsOf
from rules.looks_contact import UnreachedIn
from rules.looks_screening import Progress, ProgressOf
from rules.people import Role
from rules.screening import Chains
from storage import overview_statements as statements
from storage.broadcasts import unreached
from storage.database import Database
from storage.outbox import DUE
from storage.screenings_read import progress
from storage.tables import incidents, seats
from storage.tables_post import quarantine
from storage.units import units_of


class Overviews:
    """The campaigns of a deployment, for their admins to look at."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, campaign: str) -> Figures:
        """Where every unit stands now."""
        async with self._database.read() as connection:
            return Figures(
                members=await units_of(connection, UnitsOf(campaign)),
                tallies=tuple(Tally(*row) for row in await _all(connection, statements.tallies(campaign))),
                arrivals=tuple(Arrivals(*row) for row in await _all(connection, statements.arrivals(campaign))),
                unfinished=tuple(Unfinished(*row) for row in await _all(connection, statements.unfinished(campaign))),
                presences=tuple(Presence(*row) for row in await _all(connection, statements.presences(campaign))),
                invited=frozenset(unit for (unit,) in await _all(connection, statements.invited(campaign))),
            )

    async def figures_at(self, campaign: str, at: int) -> Figures:
        """Which works were in at an instant (UTC microseconds), whatever came of them later: units and entries only."""
        async with self._database.read() as connection:
            return Figures(
                members=await units_of(connection, UnitsOf(campaign)),
                tallies=tuple(Tally(*row) for row in await _all(connection, statements.tallies_at(campaign, at))),
                arrivals=tuple(Arrivals(*row) for row in await _all(connection, statements.arrivals_at(campaign, at))),
            )

    async def screening(self, campaign: str, chains: Chains) -> dict[str, Progress]:
        """How far the entries of each track are in screening."""
        async with self._database.read() as connection:
            return await progress(connection, ProgressOf(campaign, chains))

    async def health(self, campaign: str, now: int) -> Health:
        """How the program does now (UTC microseconds), and whom of this campaign it does not reach."""
        since = now - statements.WEEK
        async with self._database.read() as connection:
            waits = await _all(connection, statements.waiting())
            return Health(
                open={row.state: row.messages for row in waits},
                oldest_due=next((row.oldest for row in waits if row.state == DUE), 0),
                lately={row.state: row.messages for row in await _all(connection, statements.lately(since))},
                work={row.state: row.jobs for row in await _all(connection, statements.jobs())},
                unread=await _count(connection, select(func.count()).select_from(quarantine)),
                troubled=await _count(
                    connection, select(func.count()).select_from(incidents).where(incidents.c.at >= since)
                ),
                troubles=tuple(Trouble(*row) for row in await _all(connection, statements.troubles(since))),
                unreached=await unreached(connection, UnreachedIn(campaign)),
            )

    async def seen_by(self, seat: int, person: int) -> str | None:
        """The campaign of an admin's seat, None where the person has it no more."""
        theirs = (seats.c.id == seat, seats.c.person == person, seats.c.role == Role.ADMIN.value)
        async with self._database.read() as connection:
            return (await connection.execute(select(seats.c.campaign).where(*theirs))).scalar_one_or_none()


async def _all(connection: AsyncConnection, statement: Select[Any]) -> Sequence[Any]:
    rows: Sequence[Any] = (await connection.execute(statement)).all()
    return rows


async def _count(connection: AsyncConnection, statement: Select[Any]) -> int:
    return int((await connection.execute(statement)).scalar_one())
