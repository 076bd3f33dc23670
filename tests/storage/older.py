"""A database as an older version of the program left it: its shape, and of today's rows what fits into that."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, MetaData, create_engine, insert, select

from storage.database import Database
from storage.migrate import VERSIONS, shape


async def left_by(revision: str, new: Path, old: Path) -> None:
    """Make the SQLite file `old` in the shape of a revision, with the rows of `new`, a file in today's shape."""
    database = Database.open(f"sqlite+aiosqlite:///{old}")
    async with database.write() as connection:
        await connection.run_sync(lambda raw: shape(raw, revision))
    async with database.write() as connection:
        await connection.run_sync(_filled, new)
    await database.close()


def _filled(connection: Connection, new: Path) -> None:
    engine, then, now = create_engine(f"sqlite:///{new}"), MetaData(), MetaData()
    then.reflect(connection)
    now.reflect(engine)
    with engine.connect() as source:
        for table in then.sorted_tables:
            if table.name == VERSIONS or table.name not in now.tables:
                continue
            columns = [column for column in now.tables[table.name].c if column.name in table.c]
            if rows := [dict(row) for row in source.execute(select(*columns)).mappings()]:
                connection.execute(insert(table), rows)
    engine.dispose()
