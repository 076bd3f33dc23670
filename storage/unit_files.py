"""All about one unit on one page: its people, entries, drafts, and the contacts that the roster names."""

from __future__ import annotations

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks import EntriesOf
from rules.looks_steering import Member, UnitFile, UnitFileOf
from rules.people import Role, Unit
from storage.entries import entries_of
from storage.moments import Looks
from storage.tables import addresses, inbox, people, seats, sessions, units


async def unit_file(connection: AsyncConnection, look: UnitFileOf) -> UnitFile | None:
    """Everything that is known of a unit now."""
    row = (
        await connection.execute(
            select(units.c.id, units.c.campaign, units.c.name, units.c.short, units.c.klass, units.c.contacts).where(
                units.c.id == look.unit, units.c.campaign == look.campaign
            )
        )
    ).one_or_none()
    if row is None:
        return None
    contacts = tuple((pair[0], pair[1]) for pair in orjson.loads(row.contacts or "[]"))
    entries = await entries_of(connection, EntriesOf(look.campaign, look.unit))
    return UnitFile(
        Unit(*row[:5]), await _members(connection, look), contacts, entries, await _drafts(connection, look)
    )


async def _members(connection: AsyncConnection, look: UnitFileOf) -> tuple[Member, ...]:
    theirs = addresses.alias("theirs")
    wrote = inbox.join(theirs, theirs.c.id == inbox.c.address)
    heard = (
        select(func.coalesce(func.max(inbox.c.at), 0))
        .select_from(wrote)
        .where(theirs.c.person == people.c.id)
        .scalar_subquery()
    )
    home = addresses.c.id == people.c.channel + ":" + people.c.address
    rows = await connection.execute(
        select(people.c.id, people.c.name, heard, people.c.channel, addresses.c.state)
        .select_from(seats.join(people, people.c.id == seats.c.person).outerjoin(addresses, home))
        .where(seats.c.campaign == look.campaign, seats.c.unit == look.unit, seats.c.role == Role.LIAISON.value)
        .order_by(seats.c.since, people.c.id)
    )
    return tuple(Member(*row[:4], row[4] or "") for row in rows)


async def _drafts(connection: AsyncConnection, look: UnitFileOf) -> tuple[tuple[str, str], ...]:
    rows = await connection.execute(
        select(sessions.c.title, sessions.c.step)
        .select_from(sessions.join(seats, seats.c.id == sessions.c.seat))
        .where(
            seats.c.unit == look.unit, sessions.c.campaign == look.campaign, sessions.c.flow == "enter",
            sessions.c.state.in_(("parked", "active")), sessions.c.title != "",
        )
        .order_by(sessions.c.touched.desc())
    )  # fmt: skip
    return tuple((row.title, row.step) for row in rows)


LOOKS: Looks = {UnitFileOf: unit_file}
