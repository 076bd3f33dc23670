"""One database, SQLite or PostgreSQL, opened the way that loses nothing that was acknowledged.

SQLite: WAL, `synchronous=FULL`, foreign keys, `BEGIN IMMEDIATE`; one connection writes, others read beside it.
PostgreSQL: the pool's connections, ordinary transactions.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import psycopg
from sqlalchemy import URL, ColumnElement, bindparam, event, func, make_url, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import BigInteger, Text

from storage.direct import Direct, inside
from storage.visits import Visits

_SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout=10000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # 256 MB of log at most; it is brought into the database in quiet moments (`Database.rest`), not in a rush.
    "PRAGMA wal_autocheckpoint=65536",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)
#: Those of SQLite itself too: the hot path speaks to its driver.
_PASSING = (IntegrityError, OperationalError, InterfaceError, sqlite3.OperationalError, sqlite3.IntegrityError)
#: What SQLite says when the file cannot be used just now.
_AWAY = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
)
_READING = {"reading": True}
#: How often the log is tried to be emptied; each try waits for readers as long as `busy_timeout` says.
MOST_TRIES = 3


class StillRead(OSError):
    """The database's log could not be emptied, because somebody was reading it all the time; try again later."""


def sqlite_url(folder: Path) -> str:
    """The URL of the SQLite database in a data folder, whatever characters its path holds."""
    return URL.create("sqlite+aiosqlite", database=str(folder / "xinshi.db")).render_as_string()


class Database:
    """An open database. `write()` and `read()` give connections; `among` and `keys` ask for many rows at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.sqlite = engine.dialect.name == "sqlite"
        self._writer: AsyncConnection | None = None
        self._direct: Direct | None = None
        self._writing = asyncio.Lock()

    @classmethod
    def open(cls, url: str) -> Database:
        """Open `sqlite+aiosqlite:///PATH` or `postgresql+psycopg://…`; connects at first use."""
        driver = {"module": Visits()} if make_url(url).get_driver_name() == "aiosqlite" else {}
        engine = create_async_engine(url, hide_parameters=True, **driver)  # hidden is what people wrote
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "do_connect", _keep_private)
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return cls(engine)

    @property
    def place(self) -> str:
        """Where the database is, without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits at the end of the block, or rolls back when the block raises."""
        if not self.sqlite:
            async with self.engine.begin() as connection:
                yield connection
            return
        async with self._writing:
            if self._writer is None:
                self._writer = await self._open_writer()
            async with self._writer.begin():
                yield self._writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading what is committed; it takes no lock."""
        connection = await _connected(self.engine)
        try:
            yield await connection.execution_options(**_READING)
        finally:
            await asyncio.shield(connection.close())

    def direct(self, raw: sqlite3.Connection) -> Direct | None:
        """The writer as deeds and looks use it inside its own thread; None for any other connection."""
        return self._direct if self._direct is not None and self._direct.raw is raw else None

    async def _open_writer(self) -> AsyncConnection:
        """The one connection that writes. Its direct twin is made before its first transaction, which it would end."""
        writer = await self.engine.connect()
        self._direct = await inside(writer, Direct)
        return writer

    def among(self, column: Any, name: str) -> ColumnElement[bool]:
        """The condition that `column` is one of the values bound to `name`; bind them with `keys`."""
        if self.sqlite:
            values = func.json_each(bindparam(name, type_=Text)).table_valued("value")
            listed: ColumnElement[bool] = column.in_(select(values.c.value))
            return listed
        kind = BigInteger if isinstance(column.type, BigInteger) else Text
        among: ColumnElement[bool] = column == func.any(bindparam(name, type_=ARRAY(kind)))
        return among

    def keys(self, values: Sequence[int] | Sequence[str]) -> Any:
        """Values as `among` wants them."""
        return orjson.dumps(values).decode() if self.sqlite else list(values)

    async def rest(self) -> None:
        """Use a quiet moment to bring SQLite's write-ahead log into the database.

        On the writing connection, because SQLite before 3.51.3 must not checkpoint on two connections at once.
        """
        if not self.sqlite or self._writer is None:
            return
        async with self._writing:
            driver = (await self._writer.get_raw_connection()).driver_connection
            assert driver is not None, "the writing connection is open"
            await driver.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")

    async def scrub(self) -> None:
        """Make sure that what was deleted is in no file of the database any more.

        SQLite: the database is written anew, with deleted content overwritten, and its log is emptied. It takes as long
        as copying the file, and twice its room; writing waits meanwhile. PostgreSQL: the tables are written anew; its
        own log of the last hours, and backups, end when they are rotated.
        """
        if not self.sqlite:
            engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            async with engine.connect() as connection:
                await connection.execute(text("VACUUM FULL"))
            return
        async with self._writing:
            if self._writer is None:
                self._writer = await self._open_writer()
            driver = (await self._writer.get_raw_connection()).driver_connection
            assert driver is not None, "the writing connection is open"
            for statement in ("PRAGMA secure_delete=ON", "VACUUM", "PRAGMA secure_delete=OFF"):
                await driver.execute_fetchall(statement)
            for _ in range(MOST_TRIES):
                # (busy, pages of the log, pages brought in); busy while somebody reads what is in the log.
                [[busy, *_]] = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                if not busy:
                    return
        raise StillRead

    async def close(self) -> None:
        """Close every connection."""
        if self._writer is not None:
            await self._writer.close()
            self._writer = None
        await self.engine.dispose()


def passes(error: BaseException) -> bool:
    """Whether a fault may be gone at the next try: a lost connection, a deadlock, a row that another program wrote."""
    return isinstance(error, _PASSING) or isinstance(error.__cause__, _PASSING)


def away(error: BaseException) -> bool:
    """Whether a fault is the database's own, which no message causes: out of reach, locked, a disk full or failing."""
    for each in (error, error.__cause__):
        if isinstance(each, DBAPIError):
            each = each.orig
        if isinstance(each, sqlite3.Error):
            return getattr(each, "sqlite_errorcode", 0) & 0xFF in _AWAY
        if isinstance(each, psycopg.OperationalError | psycopg.InterfaceError):
            return True
    return False


async def _connected(engine: AsyncEngine) -> AsyncConnection:
    """A connection. Whoever is cancelled while it is being made waits for it and closes it.

    Left alone, the thread that makes it for SQLite would report to a loop that may be gone.
    """
    making = asyncio.ensure_future(_start(engine))
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        await (await making).close()
        raise


async def _start(engine: AsyncEngine) -> AsyncConnection:
    return await engine.connect()


def _keep_private(dialect: Any, record: Any, arguments: list[Any], keywords: dict[str, Any]) -> None:
    """Make a new file readable by its owner only; SQLite gives the files beside it the same rights."""
    Path(arguments[0]).touch(mode=0o600)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
