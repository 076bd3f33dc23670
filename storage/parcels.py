"""Entries as they are packed for an organiser, and which of them were mailed: each version at most once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select, update

from rules.handed import Material
from storage import materials
from storage.database import Database
from storage.screened import opinions
from storage.tables import entries, prints, units
from storage.tables_parcels import parcels
from storage.upserts import insert_into

#: A mail is under way, was taken by the server, was not taken, or nobody knows.
SENDING, SENT, FAILED, UNSURE = "sending", "sent", "failed", "unsure"


@dataclass(frozen=True, slots=True)
class Filed:
    """An entry with everything that goes into its package; `parent` names the body above its unit, "" for none.

    Among the `answers` are the opinions of whoever screened it.
    """

    entry: int
    number: str
    campaign: str
    track: str
    title: str
    state: str
    version: int
    code: str
    unit: str
    parent: str
    answers: Mapping[str, Any]
    materials: tuple[Material, ...]


async def filed(database: Database, *, entry: int = 0, number: str = "") -> Filed | None:
    """An entry by its row or its number; None where there is none."""
    wanted = entries.c.id == entry if entry else entries.c.number == number
    found = (
        select(
            entries.c.id, entries.c.number, entries.c.campaign, entries.c.track, entries.c.title, entries.c.state,
            entries.c.version, entries.c.code, units.c.name, units.c.parent, prints.c.answers,
        )
        .select_from(
            entries.join(units, units.c.id == entries.c.unit).join(prints, prints.c.code == entries.c.code)
        )
        .where(wanted)
        .limit(1)
    )  # fmt: skip
    async with database.read() as connection:
        row = (await connection.execute(found)).one_or_none()
        if row is None:
            return None
        handed = await materials.of_version(connection, row[0], row[6])
        given = await opinions(connection, entries.c.id == row[0])
    return Filed(*row[:10], orjson.loads(row[10]) | given.get(row[7], {}), handed)


async def claim(database: Database, filed: Filed, receiver: str, *, by: int, at: int) -> str:
    """Take a version for sending; "" where it is ours now, else how it stands. A failed one may be tried again."""
    key = {"entry": filed.entry, "version": filed.version}
    values = {"campaign": filed.campaign, "receiver": receiver, "state": SENDING, "why": "", "by": by, "at": at}
    statement = insert_into(parcels, database).values(**key, **values)
    taken = statement.on_conflict_do_update(
        index_elements=["entry", "version"], set_=values, where=parcels.c.state == FAILED
    ).returning(parcels.c.entry)
    mine = (parcels.c.entry == filed.entry, parcels.c.version == filed.version)
    async with database.write() as connection:
        if (await connection.execute(taken)).one_or_none() is not None:
            return ""
        return str((await connection.execute(select(parcels.c.state).where(*mine))).scalar_one())


async def settle(database: Database, filed: Filed, state: str, *, why: str = "", at: int) -> None:
    """Note what came of a mail that was under way."""
    mine = (parcels.c.entry == filed.entry, parcels.c.version == filed.version, parcels.c.state == SENDING)
    async with database.write() as connection:
        await connection.execute(update(parcels).where(*mine).values(state=state, why=why[:200], at=at))
