"""Works that look like one another: asked for by their liaisons and by whoever decides, and decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_twins import SetApart
from rules.looks_twins import Pair, SameText, Side, Twin, TwinsIn
from storage.database import Database
from storage.fingerprints import APART, OPEN, WITHDRAWN, in_force
from storage.moments import Deeds, Looks, Moment
from storage.tables import entries, units
from storage.tables_materials import materials
from storage.tables_twins import fingerprints, twins


async def same_text(connection: AsyncConnection, look: SameText) -> tuple[Twin, ...]:
    """Works of a track that say exactly the same, one's own with their names."""
    columns = (entries.c.unit, entries.c.number, entries.c.title, entries.c.track, fingerprints.c.theme)
    same = (
        fingerprints.c.campaign == look.campaign, fingerprints.c.digest == look.digest,
        fingerprints.c.track == look.track, fingerprints.c.entry != look.entry,
    )  # fmt: skip
    rows = await connection.execute(
        select(*columns).select_from(fingerprints, entries).where(*same, in_force()).order_by(entries.c.id)
    )
    return tuple(
        Twin("text", True, 100, True, *row[1:]) if row[0] == look.unit else Twin("text", True, 100, False)
        for row in rows
    )


async def twins_in(connection: AsyncConnection, look: TwinsIn) -> tuple[Pair, ...]:
    """Pairs without a decision, of entries that are in."""
    found = select(twins).where(twins.c.campaign == look.campaign, twins.c.state == OPEN)
    order = (twins.c.same.desc(), twins.c.percent.desc(), twins.c.one, twins.c.other)
    rows = (await connection.execute(found.order_by(*order))).all()
    sides = await _sides(connection, look.campaign)
    return tuple(
        Pair(sides[row.one], sides[row.other], row.what, bool(row.same), row.percent)
        for row in rows
        if row.one in sides and row.other in sides
    )


async def _sides(connection: AsyncConnection, campaign: str) -> Mapping[int, Side]:
    """Every entry that is one of an open pair and was not withdrawn."""
    paired = select(twins.c.one).where(twins.c.campaign == campaign, twins.c.state == OPEN)
    other = select(twins.c.other).where(twins.c.campaign == campaign, twins.c.state == OPEN)
    ids = paired.union(other).subquery()
    rows = await connection.execute(
        select(
            entries.c.id, entries.c.number, entries.c.title, entries.c.track, fingerprints.c.theme,
            units.c.name, entries.c.state, entries.c.code,
        )
        .select_from(ids.join(entries, entries.c.id == ids.c.one).join(units, units.c.id == entries.c.unit))
        .join(fingerprints, fingerprints.c.entry == entries.c.id)
        .where(in_force())
    )  # fmt: skip
    found = rows.all()
    sheets = await sheets_of(connection, [row[0] for row in found])
    return {row[0]: Side(*row, bool(sheets.get(row[0]))) for row in found}


async def sheets_of(connection: AsyncConnection, ids: list[int]) -> Mapping[int, str]:
    """The contact sheet (SHA-256) of the newest film of each of these entries that has one."""
    newer = materials.alias("newer")
    mine = (newer.c.entry == materials.c.entry, newer.c.key == "film")
    newest = select(func.max(newer.c.version)).where(*mine).scalar_subquery()
    films = (materials.c.entry.in_(ids), materials.c.key == "film", materials.c.version == newest)
    rows = await connection.execute(select(materials.c.entry, materials.c.facts).where(*films))
    facts = {entry: orjson.loads(told or "{}") for entry, told in rows}
    return {entry: told["sheet"] for entry, told in facts.items() if told.get("sheet")}


async def sheets(database: Database, one: int, other: int) -> list[tuple[str, str]]:
    """The contact sheets (SHA-256) of two entries with the entries' numbers, in this order; "" where there is none."""
    async with database.read() as connection:
        found = await sheets_of(connection, [one, other])
        rows = await connection.execute(select(entries.c.id, entries.c.number).where(entries.c.id.in_((one, other))))
        numbers = {row.id: row.number for row in rows}
    return [(found.get(each, ""), numbers.get(each, "")) for each in (one, other)]


async def set_apart(moment: Moment, deed: SetApart) -> Done | Declined:
    """Note that two works are no duplicates."""
    values: dict[str, Any] = {"state": APART, "by": deed.by, "at": moment.at}
    pair = (
        twins.c.campaign == deed.campaign, twins.c.one == deed.one, twins.c.other == deed.other,
        twins.c.what == deed.what, twins.c.state == OPEN,
    )  # fmt: skip
    gone = select(entries.c.id).where(entries.c.id.in_((deed.one, deed.other)), entries.c.state == WITHDRAWN).exists()
    done = await moment.connection.execute(update(twins).where(*pair, ~gone).values(values).returning(twins.c.one))
    return Done() if done.one_or_none() is not None else Declined("twin.gone", {})


DEEDS: Deeds = {SetApart: set_apart}
LOOKS: Looks = {SameText: same_text, TwinsIn: twins_in}
