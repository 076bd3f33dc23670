"""Where a run's data lie: a folder, and beside it a database of either kind, which is copied for every run."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg

from storage.database import sqlite_url
from tests.postgres import Postgres, serving

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder and the URL of its database; `server` and `name` say where that is if it is PostgreSQL's."""

    data: Path
    url: str
    server: Postgres | None = None
    name: str = ""

    @classmethod
    def empty(cls, data: Path, server: Postgres | None = None) -> Place:
        """A new place with nothing in it."""
        data.mkdir()
        if server is None:
            return cls(data, sqlite_url(data))
        name = server.create()
        return cls(data, server.url(name), server, name)

    def copied(self, name: str) -> Place:
        """A copy beside it. Nobody may have the database open."""
        data = self.data.with_name(name)
        shutil.copytree(self.data, data)
        if self.server is None:
            return Place(data, sqlite_url(data))
        database = self.server.create(self.name)
        return Place(data, self.server.url(database), self.server, database)

    def gone(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.data)
        if self.server is not None:
            self.server.drop(self.name)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return asked(self.url, statement)

    def untouched_rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The same, but whoever opens the database next finds it as a killed program left it.

        SQLite's would be mended by whoever opens it first, so that a copy is asked.
        """
        if self.server is not None:
            return self.rows(statement)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("xinshi.db", "xinshi.db-wal"):
                if (self.data / name).exists():
                    shutil.copy(self.data / name, folder)
            return asked(sqlite_url(Path(folder)), statement)


def asked(url: str, statement: str) -> list[tuple[Any, ...]]:
    """What a statement gives on the database of this URL; what it changes is committed."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.partition(":///")[2])) as connection, connection:
            return connection.execute(statement).fetchall()
    with psycopg.connect(url.replace("+psycopg", "", 1)) as server:
        found = server.execute(statement.encode())
        return found.fetchall() if found.description is not None else []


@contextmanager
def server_for(kind: Literal["sqlite", "postgresql"] | str) -> Iterator[Postgres | None]:
    """PostgreSQL's server if it is wanted, else nothing."""
    if kind == "sqlite":
        yield None
        return
    with serving() as server:
        yield server
