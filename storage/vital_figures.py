"""Counts of a deployment for whoever watches over it: nobody is in them, and nothing of ballots under way."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import DUE
from storage.tables import STILL_OPEN, entries, incidents, outbox, work
from storage.tables_post import quarantine

#: Rows as (labels' values, count).
Counts = Sequence[tuple[tuple[str, ...], int]]


async def outbox_by_state(connection: AsyncConnection) -> Counts:
    """Messages by what has become of them."""
    return await _grouped(connection, outbox, "state")


async def oldest_due(connection: AsyncConnection) -> int:
    """When the message was due that has waited longest to be sent (UTC microseconds), 0 for none."""
    found = await connection.execute(select(func.min(outbox.c.due)).where(STILL_OPEN, outbox.c.state == DUE))
    return int(found.scalar_one() or 0)


async def work_by_state(connection: AsyncConnection) -> Counts:
    """Work beside the conversation by kind and state."""
    return await _grouped(connection, work, "kind", "state")


async def entries_by_state(connection: AsyncConnection) -> Counts:
    """Entries by campaign, track and state."""
    return await _grouped(connection, entries, "campaign", "track", "state")


async def set_aside(connection: AsyncConnection) -> tuple[int, int]:
    """What could not be read, and messages that broke a conversation."""
    unreadable = (await connection.execute(select(func.count()).select_from(quarantine))).scalar_one()
    broken = (await connection.execute(select(func.count()).select_from(incidents))).scalar_one()
    return int(unreadable), int(broken)


async def database_size(connection: AsyncConnection) -> int:
    """Bytes of the database, without its log."""
    if connection.dialect.name != "sqlite":
        return int((await connection.execute(text("SELECT pg_database_size(current_database())"))).scalar_one())
    pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
    return int(pages) * int((await connection.execute(text("PRAGMA page_size"))).scalar_one())


async def _grouped(connection: AsyncConnection, table: Table, *names: str) -> Counts:
    columns = [table.c[name] for name in names]
    found = await connection.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns))
    return [(tuple(row[:-1]), row[-1]) for row in found]
