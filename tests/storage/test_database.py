"""Opening a database: nothing acknowledged is lost, nothing half done is seen, and nobody waits without need."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage.database import Database, away, sqlite_url

_purses = Table(
    "purses", MetaData(), Column("name", Text, primary_key=True), Column("coins", BigInteger, nullable=False)
)


@pytest.fixture
async def two(database_url: str) -> AsyncIterator[tuple[Database, Database]]:
    """Two programs on one database with an empty purse in it."""
    first, second = Database.open(database_url), Database.open(database_url)
    async with first.write() as connection:
        await connection.run_sync(_purses.create)
        await connection.execute(insert(_purses).values(name="ours", coins=0))
    yield first, second
    await first.close()
    await second.close()


async def _coins(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(_purses.c.coins))).scalar_one())


async def test_sqlite_is_opened_for_keeps(tmp_path: Path) -> None:
    database = Database.open(sqlite_url(tmp_path))
    wanted = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    for opened in (database.write, database.read):
        async with opened() as connection:
            found = [(await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in wanted]
        assert found == ["wal", 2, 1, 10_000]
    await database.close()


async def test_reading_and_then_writing_in_two_programs_loses_no_update(two: tuple[Database, Database]) -> None:
    async def fill(database: Database) -> None:
        for _ in range(40):
            async with database.write() as connection:
                found = await connection.execute(select(_purses.c.coins).with_for_update())
                await asyncio.sleep(0)
                await connection.execute(update(_purses).values(coins=found.scalar_one() + 1))

    await asyncio.gather(*(fill(database) for database in two))
    assert await _coins(two[0]) == 80


async def test_a_writer_on_sqlite_holds_the_lock_before_its_first_statement(tmp_path: Path) -> None:
    database = Database.open(sqlite_url(tmp_path))
    rival = sqlite3.connect(tmp_path / "xinshi.db", timeout=0, isolation_level=None)
    async with database.write():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            rival.execute("BEGIN IMMEDIATE")
    rival.execute("BEGIN IMMEDIATE")
    rival.close()
    await database.close()


async def test_without_the_lock_the_second_of_two_writers_would_fail(tmp_path: Path) -> None:
    """The twin: a transaction that begins as a reader cannot write once another has."""
    database = Database.open(sqlite_url(tmp_path))
    async with database.write() as connection:
        await connection.run_sync(_purses.create)
        await connection.execute(insert(_purses).values(name="ours", coins=0))
    async with database.read() as late:
        await late.execute(select(_purses))
        async with database.write() as connection:
            await connection.execute(update(_purses).values(coins=1))
        with pytest.raises(OperationalError, match="locked"):
            await late.execute(update(_purses).values(coins=2))
    await database.close()


async def test_readers_see_only_what_is_committed_and_wait_for_nobody(two: tuple[Database, Database]) -> None:
    async with asyncio.timeout(5):
        async with two[0].write() as connection:
            await connection.execute(update(_purses).values(coins=7))
            assert [await _coins(database) for database in two] == [0, 0]
        assert [await _coins(database) for database in two] == [7, 7]


async def test_a_reader_in_the_middle_does_not_hold_up_a_writer(two: tuple[Database, Database]) -> None:
    async with asyncio.timeout(5), two[0].read() as reader:
        await reader.execute(select(_purses))
        for database in two:
            async with database.write() as connection:
                await connection.execute(update(_purses).values(coins=_purses.c.coins + 1))
    assert await _coins(two[0]) == 2


async def test_what_breaks_is_undone_and_the_next_one_may_write(two: tuple[Database, Database]) -> None:
    class Broke(Exception):
        pass

    async def break_off() -> None:
        async with two[0].write() as connection:
            await connection.execute(update(_purses).values(coins=99))
            raise Broke

    with pytest.raises(Broke):
        await break_off()
    async with two[0].write() as connection:
        await connection.execute(update(_purses).values(coins=_purses.c.coins + 1))
    assert await _coins(two[1]) == 1


async def test_a_writer_who_is_cancelled_leaves_nothing_behind(two: tuple[Database, Database]) -> None:
    wrote = asyncio.Event()

    async def write_and_wait() -> None:
        async with two[0].write() as connection:
            await connection.execute(update(_purses).values(coins=99))
            wrote.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write_and_wait())
    await wrote.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), two[0].write() as connection:
        await connection.execute(update(_purses).values(coins=_purses.c.coins + 1))
    assert await _coins(two[0]) == 1


async def test_writers_of_one_program_take_turns(two: tuple[Database, Database]) -> None:
    async def add(database: Database) -> None:
        async with database.write() as connection:
            await connection.execute(update(_purses).values(coins=_purses.c.coins + 1))

    await asyncio.gather(*(add(two[index % 2]) for index in range(30)))
    assert await _coins(two[0]) == 30


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([], []),
        (["a"], ["a"]),
        (["a", "a", "nobody"], ["a"]),
        (["it's", '"quoted"', "区，县", "a"], ['"quoted"', "a", "it's", "区，县"]),
    ],
)
async def test_many_texts_are_asked_for_at_once(
    two: tuple[Database, Database], wanted: list[str], found: list[str]
) -> None:
    database = two[0]
    async with database.write() as connection:
        for name in ("a", "it's", '"quoted"', "区，县"):
            await connection.execute(insert(_purses).values(name=name, coins=1))
    statement = select(_purses.c.name).where(database.among(_purses.c.name, "names"))
    async with database.read() as connection:
        rows = await connection.execute(statement, {"names": database.keys(wanted)})
        assert sorted(rows.scalars()) == found


async def test_many_numbers_are_asked_for_at_once_up_to_the_largest(two: tuple[Database, Database]) -> None:
    database, largest = two[0], 2**63 - 1
    async with database.write() as connection:
        await connection.execute(insert(_purses), [{"name": str(n), "coins": n} for n in (5, 2**53 + 1, largest)])
    statement = select(_purses.c.coins).where(database.among(_purses.c.coins, "coins"))
    async with database.read() as connection:
        rows = await connection.execute(statement, {"coins": database.keys([largest, 2**53 + 1, 2**53])})
        assert sorted(rows.scalars()) == [2**53 + 1, largest]


def _rights(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_only_the_owner_may_read_a_new_database(tmp_path: Path) -> None:
    database = Database.open(sqlite_url(tmp_path))
    async with database.write() as connection:
        await connection.run_sync(_purses.create)
    found = _rights(tmp_path)
    await database.close()
    assert found == {"xinshi.db": 0o600, "xinshi.db-wal": 0o600, "xinshi.db-shm": 0o600}


async def test_an_older_database_keeps_the_rights_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "xinshi.db"
    path.touch()
    path.chmod(0o640)
    database = Database.open(sqlite_url(tmp_path))
    async with database.write() as connection:
        await connection.run_sync(_purses.create)
    await database.close()
    assert _rights(tmp_path) == {"xinshi.db": 0o640}


@pytest.mark.parametrize("name", ["plain", "a b", "100%", "50%20", "?x=1", "#1", "数据", "it's"])
async def test_a_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    database = Database.open(sqlite_url(folder))
    async with database.write() as connection:
        await connection.run_sync(_purses.create)
    await database.close()
    assert [path.name for path in folder.iterdir()] == ["xinshi.db"]


def test_a_database_is_named_without_its_password() -> None:
    database = Database.open("postgresql+psycopg://xinshi:kept-quiet@db.example/xinshi")
    assert database.place == "postgresql+psycopg://xinshi:***@db.example/xinshi"


@pytest.mark.parametrize("steps", range(0, 14, 2))
def test_a_reader_who_is_cancelled_while_connecting_leaves_no_thread_that_talks_to_nobody(
    tmp_path: Path, steps: int
) -> None:
    """As at the end of a short command, when the loop is closed at once; pytest fails for what a thread raises."""

    async def stop_early() -> None:
        database = Database.open(sqlite_url(tmp_path))
        reader = asyncio.create_task(_read_once(database))
        for _ in range(steps):
            await asyncio.sleep(0)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        await database.close()

    before = threading.active_count()
    for _ in range(5):
        asyncio.run(stop_early())
    ended_by = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < ended_by:
        time.sleep(0.01)
    assert threading.active_count() <= before, "threads of earlier tests may end meanwhile, none may be left"


async def _read_once(database: Database) -> None:
    async with database.read() as connection:
        await connection.execute(text("SELECT 1"))


def _said(code: int) -> sqlite3.OperationalError:
    found = sqlite3.OperationalError("as SQLite says it")
    found.sqlite_errorcode = code
    return found


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (_said(sqlite3.SQLITE_FULL), True),
        (_said(sqlite3.SQLITE_IOERR_WRITE), True),
        (_said(sqlite3.SQLITE_ERROR), False),
        (OperationalError("", {}, _said(sqlite3.SQLITE_BUSY)), True),
        (DBAPIError("", {}, psycopg.OperationalError("gone"), connection_invalidated=True), True),
        (DBAPIError("", {}, psycopg.ProgrammingError("no such column")), False),
        (IntegrityError("", {}, psycopg.errors.UniqueViolation("there already")), False),
        (OSError("disk full"), False),
    ],
)
def test_a_fault_of_the_database_itself_is_told_from_one_that_a_message_may_cause(
    fault: Exception, expected: bool
) -> None:
    assert away(fault) is expected
    wrapped = ValueError()
    wrapped.__cause__ = fault
    assert away(wrapped) is expected
