"""Every statement on SQLite is one visit to its thread, and gives what the driver's own way gives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database, sqlite_url

_coins = Table(
    "coins", MetaData(), Column("number", BigInteger, primary_key=True), Column("name", Text, nullable=False)
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database of SQLite with three coins."""
    opened = Database.open(sqlite_url(tmp_path))
    async with opened.write() as connection:
        await connection.run_sync(_coins.create)
        await connection.execute(insert(_coins), [{"number": number, "name": "旧"} for number in (1, 2, 3)])
    async with opened.read() as connection:
        await connection.execute(select(_coins))
    yield opened
    await opened.close()


@pytest.fixture
def visits(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the thread is asked to do from now on."""
    found: list[str] = []
    execute: Any = aiosqlite.Connection._execute

    async def noted(self: aiosqlite.Connection, act: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        found.append(next((each.split()[0] for each in arguments[1:2] if isinstance(each, str)), act.__name__))
        return await execute(self, act, *arguments, **more)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noted)
    return found


async def test_a_statement_with_its_rows_is_one_visit(database: Database, visits: list[str]) -> None:
    async with database.read() as connection:
        assert [tuple(row) for row in await connection.execute(select(_coins))] == [(1, "旧"), (2, "旧"), (3, "旧")]
        assert (await connection.execute(select(_coins.c.name).where(_coins.c.number == 9))).all() == []
    assert visits == ["BEGIN", "SELECT", "SELECT", "rollback"]
    visits.clear()
    async with database.write() as connection:
        changed = await connection.execute(update(_coins).values(name="新"))
        assert changed.rowcount == 3
        await connection.execute(insert(_coins), [{"number": 4, "name": "四"}, {"number": 5, "name": "五"}])
    assert visits == ["BEGIN", "UPDATE", "INSERT", "commit"]


async def test_a_statement_gives_what_the_drivers_own_way_gives(database: Database, tmp_path: Path) -> None:
    plain = create_async_engine(sqlite_url(tmp_path))
    statements = (
        select(_coins), insert(_coins).values(number=4, name="四").returning(_coins.c.name),
        text("PRAGMA user_version"),
        update(_coins).values(name="新").where(_coins.c.number < 3), text("SELECT 1 AS 壹, NULL AS 空"),
    )  # fmt: skip
    for statement in statements:
        seen = []
        for connect in (database.engine.connect, plain.connect):
            async with connect() as connection:
                found = await connection.execute(statement)
                seen.append((found.returns_rows and (found.keys(), found.all()), found.rowcount))
        assert seen[0] == seen[1], statement
    await plain.dispose()


async def test_what_fails_in_the_thread_is_told_as_the_database_tells_it(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(insert(_coins).values(number=1, name="又"))
    with pytest.raises(OperationalError, match="no such table"):
        async with database.read() as connection:
            await connection.execute(text("SELECT * FROM nowhere"))
    async with database.read() as connection:
        assert len((await connection.execute(select(_coins))).all()) == 3


async def test_streamed_rows_come_piece_by_piece(database: Database, visits: list[str]) -> None:
    async with database.write() as connection:
        await connection.execute(insert(_coins), [{"number": number, "name": "多"} for number in range(10, 5000)])
    visits.clear()
    async with database.read() as connection, connection.stream(select(_coins.c.number)) as found:
        first = await anext(aiter(found))
        assert first == (1,)
        assert visits.count("fetchmany") == 1, "the others are still where they were"
