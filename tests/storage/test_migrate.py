"""A database comes to the newest shape by itself, once, whoever starts first; what cannot be used is said plainly."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, text

from storage.database import Database, sqlite_url
from storage.migrate import SCRIPTS, NewerDatabase, UnusableDatabase, migrate, versions
from storage.schema import metadata
from storage.tables import people
from tests import shaping
from tests.house.tree import ROOT


@pytest.fixture(autouse=True)
def really(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the migrations themselves run, each time."""
    monkeypatch.setattr("storage.migrate.shape", shaping.SHAPE)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database.open(database_url)
    yield database
    await database.close()


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def _shape(connection: Connection) -> dict[str, Any]:
    """Every table as the database itself describes it, defaults included, which alembic does not compare well."""
    found = inspect(connection)
    return {
        name: {
            "columns": [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "indexes": sorted(_plain(index) for index in found.get_indexes(name)),
            "options": found.get_table_options(name),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def _plain(index: Any) -> str:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


async def _asked(database: Database, question: str) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(text(question))).scalars())


async def test_a_fresh_database_is_as_the_tables_say(database: Database) -> None:
    await migrate(database)
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
        migrated = await connection.run_sync(_shape)
    async with database.write() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
    async with database.read() as connection:
        assert migrated == await connection.run_sync(_shape)


async def test_a_forgotten_migration_would_be_noticed(database: Database) -> None:
    await migrate(database)
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE people DROP COLUMN name"))
        await connection.execute(text("DROP INDEX uq_units_campaign_name"))
    async with database.read() as connection:
        found = await connection.run_sync(_differences)
    assert sorted(difference[0] for difference in found) == ["add_column", "add_index"]


async def test_the_second_start_changes_nothing(database: Database) -> None:
    await migrate(database)
    async with database.write() as connection:
        await connection.execute(insert(people).values(id=1, name="王老师"))
    await migrate(database)
    async with database.read() as connection:
        assert (await connection.execute(select(people.c.id, people.c.name))).all() == [(1, "王老师")]
        assert await connection.run_sync(_differences) == []
    assert await _asked(database, "SELECT version_num FROM alembic_version") == ["0027"]


def test_a_version_is_named_in_its_file_and_the_newest_follows_all_others() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert versions() == {script.revision for script in scripts.walk_revisions()}
    assert scripts.get_heads() == [max(versions())]


async def test_a_start_with_nothing_to_change_does_not_load_what_changes_databases(tmp_path: Path) -> None:
    database = Database.open(sqlite_url(tmp_path))
    await migrate(database)
    await database.close()
    start = (
        "import asyncio, sys; from storage.database import Database; from storage.migrate import migrate\n"
        "database = Database.open(sys.argv[1]); asyncio.run(migrate(database))\n"
        "print('alembic' in sys.modules, flush=True)\n"
        "import os; os._exit(0)"
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, loaded in ((tmp_path, "False\n"), (empty, "True\n")):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", start, sqlite_url(folder), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await child.communicate()
        assert said.decode() == loaded


async def test_several_programs_that_start_at_once_all_start(database_url: str) -> None:
    program = (
        "import asyncio, sys; from storage.database import Database; from storage.migrate import migrate\n"
        "sys.stdin.readline(); database = Database.open(sys.argv[1])\n"
        "asyncio.run(migrate(database)); print('started', flush=True)\n"
        "import os; os._exit(0)"
    )
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, database_url, cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]  # fmt: skip
    said = await asyncio.gather(*(child.communicate(b"go\n") for child in children))
    assert [(out.decode(), err.decode()) for out, err in said] == [("started\n", "")] * 3
    database = Database.open(database_url)
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
    await database.close()


async def test_a_database_newer_than_the_program_is_left_alone(database: Database) -> None:
    await migrate(database)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase) as refused:
        await migrate(database)
    assert str(refused.value) == (
        "数据库已由更新版本的信使升级（到 9999），本程序只认识到 0027。请改用新版本的程序，或恢复升级之前的备份。"
    )
    assert await _asked(database, "SELECT version_num FROM alembic_version") == ["9999"]


async def test_a_migration_that_breaks_leaves_the_database_as_it_was(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE work (id INTEGER)"))
    with pytest.raises(Exception, match=r"work.* already exists"):
        await migrate(database)
    async with database.read() as connection:
        assert await connection.run_sync(lambda found: inspect(found).get_table_names()) == ["work"]


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "xinshi.db").write_text("the minutes of a meeting" * 100)
    database = Database.open(sqlite_url(tmp_path))
    with pytest.raises(UnusableDatabase) as refused:
        await migrate(database)
    await database.close()
    assert str(refused.value) == (
        f"打不开数据库 {database.place}：file is not a database。请核对设置里的 database 和 data。"
    )


async def test_a_server_out_of_reach_is_named_without_its_password() -> None:
    database = Database.open("postgresql+psycopg://xinshi:kept-quiet@127.0.0.1:1/xinshi")
    with pytest.raises(UnusableDatabase) as refused:
        await migrate(database)
    await database.close()
    assert str(refused.value).startswith("打不开数据库 postgresql+psycopg://xinshi:***@127.0.0.1:1/xinshi：")
    assert "kept-quiet" not in str(refused.value)


def test_there_is_one_revision_for_each_issue_that_landed() -> None:
    found = sorted(path.name for path in (SCRIPTS / "versions").glob("*.py"))
    assert found == [
        "0001_house.py",
        "0002_channels.py",
        "0003_uploads.py",
        "0004_materials.py",
        "0005_reminders.py",
        "0006_steering.py",
        "0007_duties.py",
        "0008_twins.py",
        "0010_judging.py",
        "0011_rounds.py",
        "0012_honours.py",
        "0013_screenings.py",
        "0014_public_vote.py",
        "0015_awards.py",
        "0016_publication.py",
        "0017_presses.py",
        "0018_several_rounds.py",
        "0020_units_below.py",
        "0021_quiz.py",
        "0022_payouts.py",
        "0023_referrals.py",
        "0024_packets_by_person.py",
        "0025_questions.py",
        "0026_entries_back.py",
        "0027_shut.py",
    ]


async def test_the_quick_way_of_the_tests_makes_the_same_shape(tmp_path: Path) -> None:
    shapes = []
    for name, way in (("real", shaping.SHAPE), ("quick", shaping.shape)):
        database = Database.open(f"sqlite+aiosqlite:///{tmp_path / name}.db")
        async with database.write() as connection:
            await connection.run_sync(way)
        shapes.append(sorted(await _asked(database, "SELECT coalesce(sql, name) FROM sqlite_master")))
        shapes[-1] += await _asked(database, "SELECT version_num FROM alembic_version")
        await database.close()
    assert len(shapes[0]) > 100
    assert shapes[0] == shapes[1]
