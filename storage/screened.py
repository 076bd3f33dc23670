"""What was decided in screening, for whatever depends on it: versions that keep it, caps that count it, annexes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.handed import Material
from rules.screening import PASSING
from storage.moments import Moment
from storage.tables import entries, versions
from storage.tables_materials import materials
from storage.tables_screening import screenings

#: States of an entry that take up a place under a cap (as in `storage.caps`, which builds on this module).
_TAKING = ("submitted", "returned")
_COPIED = ("campaign", "entry", "level", "field", "unit", "decision", "opinion", "clause", "target", "by", "at", "day")


async def carry(moment: Moment, entry: int, version: int, *, but: Collection[str] = ()) -> None:
    """Let what passed the version before hold for this one, too, at all levels `but` these."""
    run = moment.connection.execute
    passed = screenings.c.decision.in_(sorted(PASSING))
    before = (screenings.c.entry == entry, screenings.c.version == version - 1, passed)
    columns = [screenings.c[name] for name in _COPIED]
    kept = [row for row in await run(select(*columns).where(*before)) if row.level not in but]
    if kept:
        rows = [{"id": moment.number(), "version": version, "carried": 1, **row._mapping} for row in kept]
        await run(insert(screenings), rows)


async def carry_into(moment: Moment, entry: int, version: int, handed: Collection[Material]) -> None:
    """Decide whether a version that was just handed in keeps what its predecessor passed.

    It does when the predecessor was sent back (whoever did so looks again), and when only the stamped scan is another.
    """
    run = moment.connection.execute
    mine = (versions.c.entry == entry, versions.c.version.in_((version - 1, version)))
    rows = {row.version: row for row in await run(select(versions).where(*mine))}
    before, now = rows[version - 1], rows[version]
    if before.what == "returned":
        await carry(moment, entry, version)
    elif before.what in ("submitted", "replaced") and before.code == now.code:
        old = await run(
            select(materials.c.key, materials.c.sha256).where(
                materials.c.entry == entry, materials.c.version == version - 1, materials.c.key != "scan"
            )
        )
        if {tuple(row) for row in old} == {(each.key, each.sha256) for each in handed if each.key != "scan"}:
            await carry(moment, entry, version)


def recommended(campaign: str, track: str, unit: int) -> Any:
    """The ids of entries of others that a unit passed on, as a subquery."""
    current = and_(screenings.c.entry == entries.c.id, screenings.c.version == entries.c.version)
    return (
        select(entries.c.id)
        .select_from(entries.join(screenings, current))
        .where(
            entries.c.campaign == campaign, entries.c.track == track, entries.c.unit != unit,
            entries.c.state.in_(_TAKING), screenings.c.unit == unit, screenings.c.decision.in_(sorted(PASSING)),
        )
    )  # fmt: skip


def reported_by(table: Any, campaign: str, track: str, unit: int) -> ColumnElement[bool]:
    """The condition for entries (of `table`) that a unit reported: its own, and those of others that it passed on."""
    return or_(table.c.unit == unit, table.c.id.in_(recommended(campaign, track, unit)))


async def opinions(connection: AsyncConnection, *wanted: ColumnElement[bool]) -> dict[str, dict[str, Any]]:
    """The opinions on the versions in force of some entries, by the code of their form: field of the annex -> value.

    A value is as `documents.fill` takes it: {"opinion": …, "day": "2024-03-01"}; several in one cell are one text.
    """
    current = and_(entries.c.id == screenings.c.entry, entries.c.version == screenings.c.version)
    rows = await connection.execute(
        select(entries.c.code, screenings.c.field, screenings.c.opinion, screenings.c.day)
        .select_from(screenings.join(entries, current))
        .where(*wanted, screenings.c.field != "", screenings.c.decision.in_(sorted(PASSING)))
        .order_by(screenings.c.at, screenings.c.id)
    )
    found: dict[str, dict[str, Any]] = {}
    for code, field, opinion, day in rows:
        before = found.setdefault(code, {}).get(field)
        text = f"{before['opinion']}\n{opinion}" if before is not None else opinion
        found[code][field] = {"opinion": text, "day": day}
    return found
