"""Figures of a deployment are counted in its database, hold nobody, and are read anew only after some seconds."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.fakes import FakeClock
from bot.vitals import LEAST_DISK, DeploymentVitals
from rules.instants import micros, opening
from storage.database import Database
from storage.migrate import migrate
from storage.tables import entries, outbox
from storage.tables_judging import roll

AT = opening("2026-03-01 09:00", "Asia/Shanghai")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    found = Database.open(database_url)
    await migrate(found)
    yield found
    await found.close()


async def told(here: DeploymentVitals) -> dict[str, list[tuple[dict[str, str], float]]]:
    return {figure.name: [(dict(labels), value) for labels, value in figure.values] for figure in await here.figures()}


async def test_what_waits_is_counted_and_nobody_is_in_it(database: Database, tmp_path: Path) -> None:
    here = DeploymentVitals(database, tmp_path, FakeClock(AT))
    async with database.write() as connection:
        for number, state in enumerate(("due", "due", "sent"), start=1):
            row = {"id": number, "address": f"telegram:{number}", "body": "你好，张三", "state": state}
            await connection.execute(insert(outbox).values(due=micros(AT) - number * 10**6, **row))
        await connection.execute(insert(roll).values(round="R", number=1, person=77, state="voted"))
        await connection.execute(insert(entries).values(id=1, campaign="c", track="case", state="submitted", version=1))
    found = await told(here)
    assert found["xinshi_outbox_messages"] == [({"state": "due"}, 2), ({"state": "sent"}, 1)]
    assert found["xinshi_outbox_oldest_due_seconds"] == [({}, 2.0)]
    assert found["xinshi_entries"] == [({"campaign": "c", "track": "case", "state": "submitted"}, 1)]
    assert found["xinshi_database_bytes"][0][1] > 100_000
    labels = {label for values in found.values() for each, _ in values for label in each.values()}
    assert labels == {"due", "sent", "c", "case", "submitted"}
    assert not [name for name in found if "roll" in name or "ballot" in name], "turnout would tell who has just voted"
    async with database.write() as connection:
        await connection.execute(outbox.delete())
    assert (await told(here))["xinshi_outbox_messages"] == found["xinshi_outbox_messages"], "read within seconds"
    assert await here.faults() == []


async def test_a_full_disk_and_a_lost_database_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Database.open("postgresql+psycopg://nobody@/none?host=/nowhere")
    here = DeploymentVitals(lost, tmp_path, FakeClock(AT))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=LEAST_DISK - 1))
    assert await here.faults() == ["database", "disk"]
    await lost.close()
