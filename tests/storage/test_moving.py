"""What was carried to PostgreSQL is the same there, row by row; the old database takes no change any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Integer,
    LargeBinary,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DatabaseError

from storage.database import Database, sqlite_url
from storage.migrate import MovedDatabase, migrate
from storage.moving import move
from storage.outbox import DUE
from storage.schema import metadata
from storage.snapshots import NotEmpty
from storage.tables import outbox, prints
from storage.tables_judging import ballot_drafts, envelopes

AT = "2026-01-01T00:00:00+00:00"
DRAFT = b"a draft that was sealed for one expert"


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Database]:
    """A database in use: a filled form, an envelope, a draft of a ballot, a message that is due."""
    database = Database.open(sqlite_url(tmp_path))
    await migrate(database)
    row = {"campaign": "c", "form": "f", "unit": 2**62, "person": 1, "answers": '{"a": "二\\n😀"}', "at": -1}
    async with database.write() as connection:
        await connection.execute(insert(prints).values(code="K", **row))
        await connection.execute(
            insert(envelopes).values(round="R", number=1, ciphertext=bytes(range(256)), leaf="x", seed=b"")
        )
        await connection.execute(insert(ballot_drafts).values(round="R", number=1, sealed=DRAFT))
        await connection.execute(insert(outbox).values(id=7, address="web:a", body="{}", state=DUE))
    yield database
    await database.close()


@pytest.fixture
async def new(postgres_url: str) -> AsyncIterator[Database]:
    database = Database.open(postgres_url)
    yield database
    await database.close()


def left(folder: Path) -> list[str]:
    """What lies in a folder beside a database."""
    return [path.name for path in folder.iterdir() if path.suffix not in (".db", ".db-wal", ".db-shm")]


async def test_everything_is_there_also_drafts_and_what_is_due(old: Database, new: Database, tmp_path: Path) -> None:
    contents = await move(old, new, at=AT, folder=tmp_path)
    assert contents["ballot_drafts"].rows == contents["prints"].rows == 1
    await migrate(new)
    async with new.read() as connection:
        [[answers, unit]] = (await connection.execute(select(prints.c.answers, prints.c.unit))).all()
        assert (answers, unit) == ('{"a": "二\\n😀"}', 2**62)
        assert bytes((await connection.execute(select(envelopes.c.ciphertext))).scalar_one()) == bytes(range(256))
        assert bytes((await connection.execute(select(ballot_drafts.c.sealed))).scalar_one()) == DRAFT
        assert (await connection.execute(select(outbox.c.state))).scalar_one() == DUE, "nothing was sent meanwhile"
    async with new.write() as connection:
        await connection.execute(insert(outbox).values(id=8, address="web:a", body="{}", state=DUE))
    assert left(tmp_path) == []


def _something(column: Column[Any], number: int) -> object:
    """A value of a column's kind, another for each number."""
    match column.type:
        case LargeBinary():
            return bytes([0, 255, number % 256])
        case Integer():
            return 2**31 - 1 - number if not isinstance(column.type, BigInteger) else 2**62 + number
        case Float():
            return number / 7
        case _:
            return f"值 {number}\n'😀"


async def test_a_row_of_every_table_is_carried_over(new: Database, tmp_path: Path) -> None:
    database = Database.open(sqlite_url(tmp_path))
    await migrate(database)
    rows = {
        table.name: {column.name: _something(column, at + place) for place, column in enumerate(table.columns)}
        for at, table in enumerate(metadata.sorted_tables)
    }
    async with database.write() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(delete(table))
            await connection.execute(insert(table).values(rows[table.name]))
    await move(database, new, at=AT, folder=tmp_path)
    async with new.read() as connection:
        found = {
            table.name: dict((await connection.execute(select(table))).mappings().one())
            for table in metadata.sorted_tables
        }
    assert len(found) > 60
    assert found == rows
    await database.close()


async def test_the_old_one_takes_no_change_and_says_where_to_look(old: Database, new: Database, tmp_path: Path) -> None:
    await move(old, new, at=AT, folder=tmp_path)
    changes = (
        insert(outbox).values(id=9, address="web:a", body="{}", state=DUE), update(outbox).values(body="[]"),
        delete(envelopes),
    )  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError, match="found that it was moved"):
            async with old.write() as connection:
                await connection.execute(change)
    with pytest.raises(MovedDatabase, match="已经搬到 PostgreSQL"):
        await migrate(old)
    with pytest.raises(MovedDatabase):
        await move(old, new, at=AT, folder=tmp_path)
    async with old.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(outbox))).scalar_one() == 1


async def test_a_target_that_holds_something_and_one_that_breaks_leave_the_old_one_in_use(
    old: Database, new: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with new.write() as connection:
        await connection.execute(text("CREATE TABLE theirs (id int)"))
    with pytest.raises(NotEmpty):
        await move(old, new, at=AT, folder=tmp_path)
    async with new.write() as connection:
        await connection.execute(text("DROP TABLE theirs"))

    async def cut(*_: object, **__: object) -> int:
        raise ConnectionError("the server has gone away")

    monkeypatch.setattr("storage.moving.put_back", cut)
    with pytest.raises(ConnectionError):
        await move(old, new, at=AT, folder=tmp_path)
    monkeypatch.undo()
    async with old.write() as connection:
        await connection.execute(update(outbox).values(body="[]"))
    assert (await move(old, new, at=AT, folder=tmp_path))["outbox"].rows == 1
