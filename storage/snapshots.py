"""The content of a whole database at one instant, as lines; and a database made from such lines again.

Lines are JSON in UTF-8: the head, then for each table its name and columns and one line for each row, in the order of
its primary key, which is the same in SQLite and PostgreSQL. So neither the order in which rows were written nor what
was deleted is in them, and what was taken from one kind of database can be put into the other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Column, MetaData, Table, Text, collate, func, insert, inspect, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.migrate import VERSIONS, revision, shape
from storage.outbox import DUE, PASSIVE, SENDING, UNKNOWN
from storage.tables import STILL_OPEN, outbox
from storage.tables_judging import ballot_drafts, presses, remark_drafts

#: What no copy holds: papers under way. Their keys are in no copy either, so that nobody could use them.
LEFT_OUT = frozenset(table.name for table in (ballot_drafts, remark_drafts, presses))
#: Rows that are written at once.
_AT_ONCE = 500


class Damaged(ValueError):
    """A database, or a copy of one, is not what it was when it was written; the message says where."""


class NotEmpty(Exception):
    """The database that is to be filled holds tables already."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one table holds: rows, and the SHA-256 of their lines."""

    rows: int
    sha256: str


class _Counting:
    """Counts and hashes the rows of a table as they pass."""

    def __init__(self) -> None:
        self._rows, self._hash = 0, hashlib.sha256()

    def line(self, row: Sequence[Any]) -> bytes:
        """The line of a row."""
        line = orjson.dumps([_written(value) for value in row]) + b"\n"
        self._rows += 1
        self._hash.update(line)
        return line

    def content(self) -> Content:
        """All that has passed."""
        return Content(self._rows, self._hash.hexdigest())


class Taking:
    """A copy under way. `lines` gives everything of one instant, after which `contents` says what it was."""

    def __init__(self, connection: AsyncConnection, *, leaving_out: Set[str] = LEFT_OUT) -> None:
        self._connection, self._leaving_out = connection, leaving_out
        self.contents: dict[str, Content] = {}

    async def lines(self, at: str) -> AsyncIterator[bytes]:
        """The head and all tables, several lines at once. `at` is written into the head."""
        found = await self._connection.run_sync(revision)
        tables = await self._connection.run_sync(_tables)
        yield orjson.dumps({"xinshi": 1, "at": at, "revision": found}) + b"\n"
        for table in tables:
            if table.name in self._leaving_out:
                continue
            yield orjson.dumps({"table": table.name, "columns": [column.name for column in table.columns]}) + b"\n"
            counting = _Counting()
            async for rows in _rows(self._connection, table):
                yield b"".join(map(counting.line, rows))
            self.contents[str(table.name)] = counting.content()


@asynccontextmanager
async def taking(database: Database) -> AsyncIterator[Taking]:
    """Copy a database while it is used. Raises `Damaged` for one that SQLite itself finds damaged."""
    if not database.sqlite:
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield Taking(connection)
        return
    async with database.read() as connection:
        await sound(connection)
        yield Taking(connection)


async def sound(connection: AsyncConnection) -> None:
    """Raises `Damaged` for a database that SQLite itself finds damaged."""
    found = [row[0] for row in await connection.execute(text("PRAGMA integrity_check(3)"))]
    if found != ["ok"]:
        raise Damaged("; ".join(found))


async def put_back(
    database: Database, lines: Iterator[bytes], contents: Mapping[str, Content], *, doubtful: bool = True
) -> int:
    """Fill an empty database from lines, wholly or not at all, and read it again to see that it holds the same.

    Gives how many messages were on their way: they count as perhaps delivered, and are not sent by themselves, unless
    nothing can have happened since (`doubtful` is false).
    Raises `NotEmpty`, `Damaged`, `storage.migrate.NewerDatabase`.
    """
    head = orjson.loads(next(lines))
    async with database.write() as connection:
        if await connection.run_sync(lambda raw: inspect(raw).get_table_names()):
            raise NotEmpty
        await connection.run_sync(shape, head["revision"])
        tables = {table.name: table for table in await connection.run_sync(_tables)}
        await _fill(connection, tables, lines)
        for name, expected in contents.items():
            counting = _Counting()
            async for rows in _rows(connection, tables[name]):
                for row in rows:
                    counting.line(row)
            if counting.content() != expected:
                raise Damaged(f"{name}: expected {expected.rows} rows, found others after they were written")
        await connection.run_sync(shape)
        return await _doubt(connection) if doubtful else 0


async def _fill(connection: AsyncConnection, tables: Mapping[str, Table], lines: Iterator[bytes]) -> None:
    table: Table | None = None
    names: list[str] = []
    waiting: list[dict[str, Any]] = []

    async def write() -> None:
        if table is not None and waiting:
            await connection.execute(insert(table), waiting)
            waiting.clear()

    for line in lines:
        found = orjson.loads(line)
        if isinstance(found, dict):
            await write()
            if found["table"] not in tables:
                raise Damaged(f"expected a table of this version, found {found['table']}")
            table, names = tables[found["table"]], found["columns"]
        else:
            waiting.append(dict(zip(names, map(_read, found), strict=True)))
            if len(waiting) >= _AT_ONCE:
                await write()
    await write()


async def _doubt(connection: AsyncConnection) -> int:
    """What was on its way when the copy was made was delivered since, or not: nobody knows."""
    under_way = STILL_OPEN, outbox.c.state.in_((PASSIVE, DUE, SENDING))
    count = (await connection.execute(select(func.count()).where(*under_way))).scalar_one()
    await connection.execute(update(outbox).where(*under_way).values(state=UNKNOWN, why="restored"))
    return int(count)


def _tables(connection: Any) -> list[Table]:
    """The tables as they are, whichever version shaped them; those that others refer to first."""
    found = MetaData()
    found.reflect(bind=connection)
    return [table for table in found.sorted_tables if table.name != VERSIONS]


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Sequence[Any]]]:
    """Rows, some hundred at once, in an order that does not hang on the database's language."""
    binary = connection.dialect.name != "sqlite"

    def key(column: Column[Any]) -> Any:
        return collate(column, "C") if binary and isinstance(column.type, Text) else column

    asked = select(table).order_by(*(key(column) for column in table.primary_key))
    async with connection.stream(asked) as found:
        async for rows in found.partitions(_AT_ONCE):
            yield rows


def _written(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _read(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value
