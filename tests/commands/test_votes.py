"""`votes import` takes the totals of another platform in, or says in which rows what is wrong and changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import config as settings
from bot.commands.people import open_app
from bot.people import take_roster
from documents.sheets import Sheet, workbook
from rules.looks_public import Totals, totals_of
from rules.public_vote import public_rounds
from storage.audit import Audit
from storage.public_terms import public_totals
from tests.commands.program import call, deployment
from tests.flows.voting import put_in
from tests.house.tree import ROOT

UNITS = ("西安市教育局", "西安市公安局", "碑林区")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A deployment with three works."""
    path = deployment(tmp_path)

    async def filled() -> None:
        async with open_app(settings.load(path), "xian-2024") as app:
            await take_roster(app, "xian-2024", ROOT / "campaigns" / "xian-2024.roster.csv")
            await put_in(app, "xian-2024", UNITS)

    asyncio.run(filled())
    return path


def totals(config: Path) -> tuple[Totals, list[str]]:
    """What is kept, and the steps in the audit log."""

    async def read() -> tuple[Totals, list[str]]:
        async with open_app(settings.load(config), "xian-2024") as app:
            notice = app.notices["xian-2024"]
            async with app.database.read() as connection:
                found = await public_totals(connection, totals_of(notice, public_rounds(notice)[0], 0))
            acts = await Audit(app.database).acts(command="votes")
            return found, [f"{act.what['step']} {act.what['file']} {len(act.what['sha256'])}" for act in acts]

    return asyncio.run(read())


def sheet(path: Path, *rows: tuple[str, int | str]) -> Path:
    path.write_bytes(workbook([Sheet("票数", ("作品名称", "得票数"), rows)]))
    return path


def test_totals_are_kept_with_the_files_hash_and_a_rehearsal_keeps_nothing(config: Path, tmp_path: Path) -> None:
    file = sheet(tmp_path / "票数.xlsx", ("案例第 1 件", 12), ("案例第 2 件", 30))
    rehearsed = call("votes", "import", "xian-2024", file, "--dry-run", "--config", config)
    assert rehearsed.exit_code == 0 and "没有导入（--dry-run）。" in rehearsed.stdout
    assert totals(config)[1] == []
    done = call("votes", "import", "xian-2024", file, "--config", config)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:3] == [
        "2 件作品，共 42 票。", "表里没有 XA-C0003，按 0 票计。", "        30 票  XA-C0002  案例第 2 件",
    ]  # fmt: skip
    assert totals(config)[1] == ["import 票数.xlsx 64"]


def test_every_fault_is_told_with_its_row_and_nothing_is_kept(config: Path, tmp_path: Path) -> None:
    file = sheet(tmp_path / "票数.xlsx", ("案例第 1 件", "很多"), ("案例第 9 件", 3), ("案例第 2 件", 4))
    done = call("votes", "import", "xian-2024", file, "--config", config)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "第 2 行：票数“很多”读不成整数，请写数字，例如 1286。",
        "第 3 行：没有找到作品“案例第 9 件”。请核对编号或名称；已撤回的作品不在评选之列，请删去这一行。",
        "有 2 处问题，没有导入。请改好再导入一次。",
    ]
    assert totals(config)[1] == []
    assert call("votes", "import", "xian-2024", tmp_path / "没有.xlsx", "--config", config).exit_code == 1
