"""Prizes written as the awards part writes them, for whoever builds on what was given."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from storage.database import Database
from storage.numbers import Numbers
from storage.tables import entries, units
from storage.tables_awards import honours


async def give(
    database: Database, campaign: str, number: str, *, prize: str, label: str, gift: int = 0, state: str = "final"
) -> int:
    """A prize for an entry by its number, or for a unit by its name; gives the prize's number."""
    row = Numbers()()
    async with database.write() as connection:
        found = (await connection.execute(
            select(entries.c.id, entries.c.unit, entries.c.track)
            .where(entries.c.campaign == campaign, entries.c.number == number)
        )).one_or_none()  # fmt: skip
        unit = (await connection.execute(select(units.c.id).where(units.c.name == number))).scalar_one_or_none()
        await connection.execute(insert(honours).values(
            id=row, campaign=campaign, prize=prize, within=found.track if found else "", label=label,
            entry=found.id if found else 0, unit=found.unit if found else unit, track=found.track if found else "",
            gift=gift, state=state, at=1, settled=1,
        ))  # fmt: skip
    return row


async def settle(database: Database, rows: Sequence[int], state: str) -> None:
    """Have these prizes final, or withdrawn."""
    async with database.write() as connection:
        await connection.execute(update(honours).where(honours.c.id.in_(rows)).values(state=state))
