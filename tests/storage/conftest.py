"""Databases of both kinds in their newest shape, and several programs on one of them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from storage.database import Database
from storage.migrate import migrate
from storage.schema import metadata
from tests.postgres import Postgres
from tests.storage.world import World


@pytest.fixture(scope="session")
def shaped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where a database in its newest shape is copied from, by kind; filled at first use."""
    return {"folder": str(tmp_path_factory.mktemp("shaped"))}


@pytest.fixture(params=["sqlite", "postgresql"])
async def shaped_url(request: pytest.FixtureRequest, tmp_path: Path, shaped: dict[str, str]) -> AsyncIterator[str]:
    """URL of a database in its newest shape, empty, that is this test's own while it runs."""
    if request.param == "sqlite":
        if "sqlite" not in shaped:
            shaped["sqlite"] = f"{shaped['folder']}/shaped.db"
            await _shape(f"sqlite+aiosqlite:///{shaped['sqlite']}")
        shutil.copy(shaped["sqlite"], tmp_path / "test.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    if "postgresql" not in shaped:
        shaped["postgresql"] = postgres.url(postgres.create())
        await _shape(shaped["postgresql"])
    yield shaped["postgresql"]
    # Emptying one database takes a tenth of the time of making another; at once, a tenth of that.
    database = Database.open(shaped["postgresql"])
    async with database.write() as connection:
        await connection.exec_driver_sql("; ".join(str(delete(table)) for table in metadata.sorted_tables))
    await database.close()


async def _shape(url: str) -> None:
    database = Database.open(url)
    await migrate(database)
    await database.close()


@pytest.fixture
async def world(shaped_url: str) -> AsyncIterator[World]:
    """One program on its database."""
    database = Database.open(shaped_url)
    yield World(database)
    await database.close()


@pytest.fixture
async def rivals(shaped_url: str) -> AsyncIterator[list[World]]:
    """Three programs on the same database, each with connections of its own."""
    databases = [Database.open(shaped_url) for _ in range(3)]
    yield [World(database) for database in databases]
    for database in databases:
        await database.close()
