"""Which of several programs on one database acts on time: the one that asks first, as long as it keeps asking."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables_reminders import leases

#: Microseconds of the machine's own time after which a leader that did not ask again is no longer one.
LEASE = 60_000_000
#: What there is to lead: reminders, planned messages to many, putting away, fetching Telegram's updates, paying.
TIME, PLANNED, HOUSE, TELEGRAM, PAYING = "time", "planned", "house", "telegram", "paying"
#: The numbers of their advisory locks; any that nobody else uses on this database.
LOCKS = {
    TIME: 7_315_020_271, PLANNED: 7_315_020_272, HOUSE: 7_315_020_273, TELEGRAM: 7_315_020_274, PAYING: 7_315_020_275,
}  # fmt: skip


@dataclass(slots=True)
class Leadership:
    """One program's claim to act on time. `lead` is asked inside the transaction of every single act."""

    name: str = TIME
    holder: str = field(default_factory=lambda: secrets.token_hex(8))

    async def lead(self, connection: AsyncConnection) -> bool:
        """Whether this program may act in this transaction.

        PostgreSQL: an advisory lock that lasts as long as the transaction, so nothing is left of it when a connection
        is lost. SQLite: a lease, which a leader renews with every act and others take over once it has run out; the
        machine's time may jump, so one that ends too far ahead has run out, too.
        """
        if connection.dialect.name == "postgresql":
            lock = select(func.pg_try_advisory_xact_lock(LOCKS[self.name]))
            return bool((await connection.execute(lock)).scalar_one())
        now = time.time_ns() // 1000
        made = sqlite.insert(leases).values(name=self.name, holder="", until=0).on_conflict_do_nothing()
        await connection.execute(made)
        free = or_(leases.c.holder == self.holder, leases.c.until <= now, leases.c.until > now + LEASE)
        taken = update(leases).where(leases.c.name == self.name, free).values(holder=self.holder, until=now + LEASE)
        return (await connection.execute(taken.returning(leases.c.name))).one_or_none() is not None

    @asynccontextmanager
    async def leading(self, database: Database) -> AsyncIterator[bool]:
        """Whether this program may act until the block ends, for an act that takes transactions of its own.

        PostgreSQL: a transaction that holds the lock stays open meanwhile. SQLite: the lease, given back at the end.
        """
        if database.sqlite:
            async with database.write() as connection:
                mine = await self.lead(connection)
            try:
                yield mine
            finally:
                if mine:
                    async with database.write() as connection:
                        kept = (leases.c.name == self.name, leases.c.holder == self.holder)
                        await connection.execute(update(leases).where(*kept).values(until=0))
            return
        async with database.write() as connection:
            yield await self.lead(connection)
