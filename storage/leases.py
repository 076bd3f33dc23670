"""Which of several programs on one database acts on time: the one that asks first, as long as it keeps asking."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_reminders import leases

#: Microseconds of the machine's own time after which a leader that did not ask again is no longer one.
LEASE = 60_000_000
NAME = "time"
#: The number of the advisory lock; any number that nobody else uses on this database.
LOCK = 7_315_020_271


@dataclass(slots=True)
class Leadership:
    """One program's claim to act on time. `lead` is asked inside the transaction of every single act."""

    holder: str = field(default_factory=lambda: secrets.token_hex(8))

    async def lead(self, connection: AsyncConnection) -> bool:
        """Whether this program may act in this transaction.

        PostgreSQL: an advisory lock that lasts as long as the transaction, so nothing is left of it when a connection
        is lost. SQLite: a lease, which a leader renews with every act and others take over once it has run out; the
        machine's time may jump, so one that ends too far ahead has run out, too.
        """
        if connection.dialect.name == "postgresql":
            return bool((await connection.execute(select(func.pg_try_advisory_xact_lock(LOCK)))).scalar_one())
        now = time.time_ns() // 1000
        made = sqlite.insert(leases).values(name=NAME, holder="", until=0).on_conflict_do_nothing()
        await connection.execute(made)
        free = or_(leases.c.holder == self.holder, leases.c.until <= now, leases.c.until > now + LEASE)
        taken = update(leases).where(leases.c.name == NAME, free).values(holder=self.holder, until=now + LEASE)
        return (await connection.execute(taken.returning(leases.c.name))).one_or_none() is not None
