"""SQLite's driver as SQLAlchemy uses it, with one visit to the connection's thread for each statement.

SQLAlchemy's adapter of aiosqlite makes a cursor, runs the statement, fetches its rows and closes the cursor: four hops
to the thread and back, each dearer than most statements. Here all of it is one. Rows that are streamed are fetched
piece by piece, as the adapter does it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class _Visit:
    """A cursor of aiosqlite to its adapter; everything is there, and closed, once the statement was run."""

    arraysize = 1

    def __init__(self, connection: Any) -> None:
        """`connection` is aiosqlite's."""
        self._connection = connection
        self.description: Any = None
        self.rowcount, self.lastrowid = -1, 0
        self._rows: list[Any] = []

    async def __aenter__(self) -> _Visit:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection._execute(self._run, "execute", operation, parameters)

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._connection._execute(self._run, "executemany", operation, parameters)

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """It is closed already."""

    def _run(self, how: str, operation: str, parameters: Sequence[Any]) -> None:
        """In the connection's thread."""
        cursor = self._connection._conn.cursor()
        try:
            getattr(cursor, how)(operation, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid or 0
        finally:
            cursor.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Visit(connection)


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = _Cursor


class Visits(AsyncAdapt_aiosqlite_dbapi):
    """The driver; `create_async_engine` takes it as its `module`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        """Open a connection. Waits for it, so it is called as SQLAlchemy calls it."""
        opened: Any = super().connect(*arg, **kw)._connection
        return _Connection(self, opened)
