"""What is written in one visit to SQLite's thread is in the open transaction; nothing else may be awaited there."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from storage.database import Database, sqlite_url
from storage.direct import Direct, StrayAwait
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.tables import counters
from storage.turns import Turns


async def turns_of(folder: Path) -> Turns:
    database = Database.open(sqlite_url(folder))
    await migrate(database)
    return Turns(database, await Numbers.above(database))


async def kept(turns: Turns) -> list[str]:
    async with turns.database.read() as connection:
        return list((await connection.execute(select(counters.c.name).order_by(counters.c.name))).scalars())


async def test_the_first_visit_ends_nobodys_transaction(tmp_path: Path) -> None:
    turns = await turns_of(tmp_path)
    async with turns.open() as batch:
        await batch.connection.execute(insert(counters).values(name="before"))

        async def work() -> str:
            await batch.connection.execute(insert(counters).values(name="inside"))
            return "done"

        assert await batch.at_once(work) == "done"
        await batch.connection.execute(insert(counters).values(name="after"))
    assert await kept(turns) == ["after", "before", "inside"]
    await turns.database.close()


async def test_what_breaks_inside_rolls_all_of_it_back(tmp_path: Path) -> None:
    turns = await turns_of(tmp_path)

    async def once() -> None:
        async with turns.open() as batch:
            await batch.connection.execute(insert(counters).values(name="before"))

            async def work() -> None:
                await batch.connection.execute(insert(counters).values(name="before"))

            await batch.at_once(work)

    with pytest.raises(Exception, match="UNIQUE constraint failed"):
        await once()
    assert await kept(turns) == []
    await turns.database.close()


async def test_nothing_else_may_be_awaited_there(tmp_path: Path) -> None:
    turns = await turns_of(tmp_path)

    async def once() -> None:
        async with turns.open() as batch:
            await batch.at_once(lambda: asyncio.sleep(0))

    with pytest.raises(StrayAwait):
        await once()
    await turns.database.close()


def test_it_is_not_made_while_a_transaction_is_open() -> None:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    raw.execute("BEGIN")
    with pytest.raises(AssertionError, match="without a transaction"):
        Direct(raw)
    raw.close()
