"""What is known of a filled form by the version code at its foot, for naming what somebody stamped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from storage.database import Database
from storage.tables import entries, prints, units, versions


@dataclass(frozen=True, slots=True)
class Stamped:
    """A form as it was given out: for whom, when (UTC microseconds), and what it was reported as, if it was.

    `klass` is the class of its unit; `number` "" and `version` 0 where it never was reported.
    """

    code: str
    campaign: str
    form: str
    unit: str
    klass: str
    answers: Mapping[str, Any]
    at: int
    number: str
    version: int


async def stamped(database: Database, codes: Iterable[str]) -> Mapping[str, Stamped]:
    """The forms under these version codes; a code that nobody was given is not among them."""
    wanted = sorted(set(codes))
    found = (
        select(
            prints.c.code, prints.c.campaign, prints.c.form, units.c.name, units.c.klass, prints.c.answers, prints.c.at,
            entries.c.number, versions.c.version,
        )
        .select_from(
            prints.outerjoin(units, units.c.id == prints.c.unit)
            .outerjoin(versions, versions.c.code == prints.c.code)
            .outerjoin(entries, entries.c.id == versions.c.entry)
        )
        .where(prints.c.code.in_(wanted))
        .order_by(prints.c.code, versions.c.version)
    )  # fmt: skip
    async with database.read() as connection:
        rows = (await connection.execute(found)).all()
    return {
        row[0]: Stamped(
            row[0], row[1], row[2], row[3] or "", row[4] or "", orjson.loads(row[5]), row[6], row[7] or "", row[8] or 0
        )
        for row in rows
    }
