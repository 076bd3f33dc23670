"""Prizes that were given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks_awards import Honour, HonoursOf
from storage.moments import Deeds, Looks
from storage.tables import entries, units
from storage.tables_awards import honours


async def honours_of(connection: AsyncConnection, look: HonoursOf) -> tuple[Honour, ...]:
    """The prizes given in a campaign."""
    wanted = [honours.c.campaign == look.campaign, *([honours.c.unit == look.unit] if look.unit else [])]
    rows = await connection.execute(
        select(
            honours.c.id, honours.c.prize, honours.c.within, honours.c.label, honours.c.entry, honours.c.unit,
            units.c.name.label("unit_name"), honours.c.track, entries.c.number, entries.c.title, honours.c.gift,
            honours.c.state,
        )
        .select_from(
            honours.outerjoin(entries, entries.c.id == honours.c.entry).outerjoin(units, units.c.id == honours.c.unit)
        )
        .where(*wanted)
        .order_by(honours.c.id)
    )  # fmt: skip
    return tuple(_honour(*row) for row in rows)


def _honour(*columns: Any) -> Honour:
    """An honour from its columns; a prize of a unit has no entry, so no number and no title."""
    plain: list[Any] = ["" if value is None else value for value in columns]
    return Honour(*plain)


DEEDS: Deeds = {}
LOOKS: Looks = {HonoursOf: honours_of}
