"""Statements of the hot path, compiled once and handed to SQLite's driver as they are.

SQLAlchemy's way to a statement costs more than most statements. Both ways run on the same connection, inside the same
transaction. Values are plain texts and whole numbers, which need no conversion on their way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.direct import Direct


class Prepared:
    """A query, compiled for SQLite at its first use; PostgreSQL runs it through SQLAlchemy, which caches by itself."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._sql = ""
        self._given: dict[str, Any] = {}
        self._order: tuple[str, ...] = ()

    async def all(self, connection: AsyncConnection | Direct, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """All rows."""
        if connection.dialect.name != "sqlite":
            return (await connection.execute(self._statement, dict(values))).all()
        if not self._sql:
            self._compile(connection.dialect)
        bound = {**self._given, **values}
        if isinstance(connection, Direct):
            return connection.raw.execute(self._sql, tuple([bound[name] for name in self._order])).fetchall()
        driver = await _driver(connection)
        return list(await driver.execute_fetchall(self._sql, tuple([bound[name] for name in self._order])))

    def _compile(self, dialect: Dialect) -> None:
        compiled = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Core statement has it
        self._given = {name: value for name, value in compiled.params.items() if value is not None}
        self._order = tuple(compiled.positiontup or ())
        self._sql = str(compiled)


class Bulk(Prepared):
    """A statement that changes rows, run for many tuples of values at once; `names` says what stands in a tuple."""

    def __init__(self, statement: Executable, *names: str) -> None:
        super().__init__(statement)
        self._names = names

    async def run(self, connection: AsyncConnection | Direct, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run it once for every tuple."""
        if connection.dialect.name != "sqlite":
            await connection.execute(self._statement, [dict(zip(self._names, row, strict=True)) for row in rows])
            return
        if not self._sql:
            self._compile(connection.dialect)
            if self._order != self._names:
                raise ValueError(f"expected values in the order {self._order}, found {self._names}")
        if isinstance(connection, Direct):
            connection.raw.executemany(self._sql, rows)
            return
        cursor = await (await _driver(connection)).executemany(self._sql, rows)
        await cursor.close()


async def _driver(connection: AsyncConnection) -> Any:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None, "a connection inside its transaction has a driver"
    return driver
