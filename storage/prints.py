"""Filled forms under their version codes, for whoever hands them out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select

from storage.database import Database
from storage.screened import opinions
from storage.tables import entries, prints, units


@dataclass(frozen=True, slots=True)
class Print:
    """One filled state of a form; `opinions` are those of whoever screened it, by field (`documents.fill`)."""

    code: str
    campaign: str
    form: str
    unit: str
    answers: Mapping[str, Any]
    opinions: Mapping[str, Any] = field(default_factory=dict)


async def print_of(database: Database, code: str) -> Print | None:
    """The filled form under a version code."""
    found = (
        select(prints.c.code, prints.c.campaign, prints.c.form, units.c.name, prints.c.answers)
        .select_from(prints.outerjoin(units, units.c.id == prints.c.unit))
        .where(prints.c.code == code)
    )
    async with database.read() as connection:
        row = (await connection.execute(found)).one_or_none()
        if row is None:
            return None
        given = await opinions(connection, entries.c.code == code)
    return Print(row[0], row[1], row[2], row[3] or "", orjson.loads(row[4]), given.get(code, {}))


async def newest_print(database: Database, campaign: str, unit: str) -> Print | None:
    """The form that was filled in last for the unit of this name."""
    found = (
        select(prints.c.code)
        .select_from(prints.join(units, units.c.id == prints.c.unit))
        .where(prints.c.campaign == campaign, units.c.name == unit)
        .order_by(prints.c.at.desc(), prints.c.code)
        .limit(1)
    )
    async with database.read() as connection:
        code = (await connection.execute(found)).scalar_one_or_none()
    return None if code is None else await print_of(database, code)
