"""Many statements of one transaction in one visit to SQLite's thread.

Every statement through aiosqlite costs a hop to its thread and back, which is dearer than the statement itself. What a
message looks at and does is written as coroutines that await nothing but the connection; so on SQLite a whole batch of
them is run inside the thread, on the same connection and inside the same transaction, by a connection that answers at
once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Dialect, Executable, create_engine
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import StaticPool

R = TypeVar("R")


class StrayAwait(RuntimeError):
    """Something was awaited in SQLite's thread that is not the connection; deeds and looks may await nothing else."""


class Direct:
    """A connection for use inside SQLite's thread, with the one method that deeds and looks await."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        """`raw` is the driver's own connection; its transactions are begun and ended by whoever has it."""
        self.raw = raw
        # No reset, no return, no dispose: this engine only compiles and runs statements on a connection of others. Its
        # own first look at the connection ends with a rollback, so no transaction may be open now.
        assert not raw.in_transaction, "expected a connection without a transaction, which this would end"
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, pool_reset_on_return=None)
        self._connection: Connection = engine.connect()

    @property
    def dialect(self) -> Dialect:
        """SQLite's."""
        return self._connection.dialect

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a statement at once."""
        return self._connection.execute(statement, parameters)


def complete(work: Coroutine[Any, Any, R]) -> R:
    """What a coroutine gives that never has to wait. Raises `StrayAwait`."""
    try:
        work.send(None)
    except StopIteration as end:
        result: R = end.value
        return result
    work.close()
    raise StrayAwait("expected nothing but the connection to be awaited, found something that waits")


async def inside(connection: AsyncConnection, job: Callable[[sqlite3.Connection], R]) -> R:
    """Run a function on the driver's own connection in its own thread, in the transaction that is open there."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None, "a connection inside its transaction has a driver"
    result: R = await driver._execute(lambda: job(driver._conn))
    return result
