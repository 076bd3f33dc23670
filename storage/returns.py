"""Entries sent back: with a reason for each field to be mended, until an instant, and in a new version they are in."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_steering import Heeded, ReturnEntry
from rules.looks import Entry
from rules.looks_steering import Sheet, SheetOf
from rules.people import Unit
from storage import materials
from storage.moments import Deeds, Looks, Moment
from storage.screened import carry
from storage.tables import entries, prints, units, versions
from storage.tables_steering import returns
from storage.telling import overtaken, tell_liaisons

IN, RETURNED = "submitted", "returned"
#: How liaisons are told that an entry came back.
ANNOUNCED = "return.announced"


async def return_entry(moment: Moment, deed: ReturnEntry) -> Done | Declined:
    """Send one version of an entry back; one that is newer by now, or not in, is left alone."""
    run = moment.connection.execute
    same = (entries.c.id == deed.entry, entries.c.campaign == deed.campaign, entries.c.version == deed.version)
    back = (
        update(entries)
        .where(*same, entries.c.state == IN)
        .values(state=RETURNED, version=entries.c.version + 1)
        .returning(entries.c.unit, entries.c.version, entries.c.code)
    )
    row = (await run(back)).one_or_none()
    if row is None:
        return Declined("return.changed", {})
    await run(
        insert(versions).values(
            entry=deed.entry, version=row.version, what="returned", code=row.code, person=deed.by, at=moment.at
        )
    )
    await materials.carry_over(moment.connection, deed.entry, row.version)
    await carry(moment, deed.entry, row.version, but=deed.again)
    reasons = orjson.dumps(dict(deed.reasons)).decode()
    values = {"entry": deed.entry, "version": row.version, "reasons": reasons, "until": deed.until, "by": deed.by}
    await run(insert(returns).values(**values, at=moment.at))
    await tell_liaisons(moment, deed.campaign, deed.heard, unit=row.unit)
    return Done()


async def heeded(moment: Moment, deed: Heeded) -> Done:
    """Take back what would tell somebody what they are doing."""
    await overtaken(moment, deed.campaign, ANNOUNCED, number=deed.number, persons=(deed.person,))
    return Done()


def mended_until(entry: int) -> Any:
    """Until when an entry that is sent back may be handed in again, 0 for any other, as a part of a statement."""
    sent_back = entries.alias("sent_back")
    mine = (returns.c.entry == entry, returns.c.version == sent_back.c.version, sent_back.c.state == RETURNED)
    found = select(func.coalesce(func.max(returns.c.until), 0))
    joined = returns.join(sent_back, sent_back.c.id == returns.c.entry)
    return found.select_from(joined).where(*mine).scalar_subquery()


async def sheet_of(connection: AsyncConnection, look: SheetOf) -> Sheet | None:
    """One entry with its answers in force, and why it was sent back where it was."""
    wanted: ColumnElement[bool] = entries.c.id == look.entry if look.entry else entries.c.number == look.number
    current = (returns.c.entry == entries.c.id) & (returns.c.version == entries.c.version)
    row = (
        await connection.execute(
            select(
                entries.c.id, entries.c.number, entries.c.track, entries.c.title, entries.c.state, entries.c.version,
                entries.c.code, entries.c.received, entries.c.unit, units.c.name, units.c.short, units.c.klass,
                entries.c.form, prints.c.answers, returns.c.reasons, returns.c.until,
            )
            .select_from(
                entries.join(prints, prints.c.code == entries.c.code)
                .join(units, units.c.id == entries.c.unit)
                .outerjoin(returns, current)
            )
            .where(entries.c.campaign == look.campaign, wanted)
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    unit = Unit(row.unit, look.campaign, row.name, row.short, row.klass)
    reasons = orjson.loads(row.reasons or "{}") if row.state == RETURNED else {}
    return Sheet(Entry(*row[:9]), unit, row.form, orjson.loads(row.answers), reasons, row.until or 0)


DEEDS: Deeds = {ReturnEntry: return_entry, Heeded: heeded}
LOOKS: Looks = {SheetOf: sheet_of}
