"""A copy holds a database at one instant, is the same from SQLite and PostgreSQL, and fills an empty one wholly."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import insert, select, text, update

from storage.database import Database, sqlite_url
from storage.outbox import DUE, SENT, UNKNOWN
from storage.snapshots import LEFT_OUT, Content, Damaged, NotEmpty, put_back, taking
from storage.tables import outbox, prints
from storage.tables_judging import ballot_drafts, envelopes
from tests.storage.world import World

AT = "2026-01-01T00:00:00+00:00"
DRAFT = b"a draft that was sealed for one expert"
WORDS = ("乙", "甲", "B", "a", "_", "é", "😀")


@pytest.fixture
async def filled(world: World) -> World:
    """A database with rows whose order depends on how texts are compared, bytes, large numbers, and a draft."""
    order = random.Random(3).sample(range(len(WORDS)), len(WORDS))
    async with world.database.write() as connection:
        for place in order:
            row = {
                "campaign": "c",
                "form": "f",
                "unit": 2**62 + place,
                "person": 1,
                "answers": '{"a": "\\n"}',
                "at": -1,
            }
            await connection.execute(insert(prints).values(code=WORDS[place], **row))
        await connection.execute(
            insert(envelopes).values(round="R", number=1, ciphertext=bytes(range(256)), leaf="x", seed=b"")
        )
        await connection.execute(insert(ballot_drafts).values(round="R", number=1, sealed=DRAFT))
        for number, state in enumerate((DUE, SENT), start=1):
            await connection.execute(insert(outbox).values(id=number, address="web:a", body="{}", state=state))
    return world


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(sqlite_url(tmp_path))
    yield database
    await database.close()


async def copied(database: Database) -> tuple[list[bytes], dict[str, Content]]:
    async with taking(database) as copy:
        told = b"".join([lines async for lines in copy.lines(AT)])
    return told.splitlines(keepends=True), copy.contents


async def test_a_copy_is_in_the_order_of_keys_and_fills_an_empty_database(filled: World, empty: Database) -> None:
    lines, contents = await copied(filled.database)
    assert (contents["prints"].rows, contents["envelopes"].rows) == (len(WORDS), 1)
    assert LEFT_OUT.isdisjoint(contents)
    rows = [orjson.loads(line) for line in lines]
    start = next(place for place, row in enumerate(rows) if isinstance(row, dict) and row.get("table") == "prints")
    assert [row[0] for row in rows[start + 1 : start + 1 + len(WORDS)]] == sorted(WORDS, key=str.encode)
    told = b"".join(lines)
    assert (b64encode(bytes(range(256))) in told, b64encode(DRAFT) in told) == (True, False)
    assert await put_back(empty, iter(lines), contents) == 1
    async with empty.read() as connection:
        states = [row[0] for row in await connection.execute(select(outbox.c.state).order_by(outbox.c.id))]
        assert states == [UNKNOWN, SENT], "what was on its way is not sent again by itself"
        assert (await connection.execute(select(envelopes.c.ciphertext))).scalar_one() == bytes(range(256))
    again = (await copied(empty))[1]
    assert {name for name, content in again.items() if contents[name] != content} == {"outbox"}


async def test_what_is_written_meanwhile_is_not_in_the_copy(filled: World) -> None:
    async with taking(filled.database) as copy:
        lines = copy.lines(AT)
        await anext(lines)
        async with filled.database.write() as connection:
            await connection.execute(update(prints).values(answers="later"))
        assert b"later" not in b"".join([line async for line in lines])


async def test_a_database_with_tables_is_not_touched_and_a_copy_that_lies_leaves_none(
    filled: World, empty: Database
) -> None:
    lines, contents = await copied(filled.database)
    with pytest.raises(NotEmpty):
        await put_back(filled.database, iter(lines), contents)
    contents["prints"] = Content(contents["prints"].rows, "0" * 64)
    with pytest.raises(Damaged):
        await put_back(empty, iter(lines), contents)
    async with empty.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM sqlite_master"))).scalar_one() == 0
