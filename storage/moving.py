"""A deployment carried from SQLite to PostgreSQL: all of one instant, after which the old database takes nothing.

While it is carried over the old database is locked, so a program that runs on it waits; what it could not write it does
not acknowledge, and platforms hand it over again. At the end every table of the old database refuses changes, in the
same transaction that was held all along: nothing can be written to the one that is no longer looked at.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.migrate import MOVED, MOVED_BEFORE, VERSIONS, MovedDatabase, revision
from storage.snapshots import Content, Taking, put_back, sound


async def move(source: Database, target: Database, *, at: str, folder: Path) -> Mapping[str, Content]:
    """Carry everything from a SQLite database into an empty one, compared row by row; gives what each table holds.

    `folder` has room for the database's content in text. Raises `storage.snapshots.NotEmpty` where the target holds
    something, `storage.snapshots.Damaged`, `storage.migrate.MovedDatabase`; then nothing has changed.
    """
    async with source.write() as held:
        if await held.run_sync(revision) == MOVED:
            raise MovedDatabase(MOVED_BEFORE)
        await sound(held)
        with tempfile.TemporaryFile(dir=folder) as file:
            taking = Taking(held, leaving_out=frozenset())
            async for line in taking.lines(at):
                file.write(line)
            file.seek(0)
            await put_back(target, file, taking.contents, doubtful=False)
        await held.run_sync(_close)
    return taking.contents


def _close(connection: Connection) -> None:
    """From the end of this transaction on, no table takes a change; the version says where the content went."""
    connection.execute(text(f"UPDATE {VERSIONS} SET version_num = '{MOVED}'"))  # noqa: S608  our own names
    for table in inspect(connection).get_table_names():
        for change in ("INSERT", "UPDATE", "DELETE"):
            name = f"{MOVED}_{table}_{change.lower()}"
            refused = f"RAISE(ABORT, 'expected the database to be in use, found that it was {MOVED}')"
            connection.execute(
                text(f'CREATE TRIGGER "{name}" BEFORE {change} ON "{table}" BEGIN SELECT {refused}; END')
            )
