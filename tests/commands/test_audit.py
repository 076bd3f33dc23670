"""The record of what admins did is listed in words, and a changed one is found out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from rules.deeds import GrantLeave
from rules.deeds_steering import NoteBreach, Pause
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.moments import Moment
from storage.numbers import Numbers
from storage.registry import DEEDS
from storage.tables import people, seats, units
from storage.tables_steering import audit
from tests.commands.program import call, deployment

#: 2024-03-01 10:00 in Asia/Shanghai.
AT = 1_709_258_400_000_000
CAMPAIGN = "xian-2024"


async def _fill(folder: Path) -> None:
    database = Database.open(sqlite_url(folder))
    await migrate(database)
    deeds = (
        GrantLeave(CAMPAIGN, "case", 5, AT + 60_000_000, "系统\x1b[2J故障", 7),
        Pause(CAMPAIGN, "", "维护", 7),
        Pause(CAMPAIGN, "", "再来", 7),
        NoteBreach(CAMPAIGN, 0, "outbox", "答题链接", "八4"),
    )
    async with database.write() as connection:
        await connection.execute(insert(units).values(id=5, campaign=CAMPAIGN, name="碑林区"))
        await connection.execute(insert(people).values(id=7, name="赵老师"))
        await connection.execute(insert(seats).values(id=8, person=7, campaign=CAMPAIGN, role="admin"))
        for place, deed in enumerate(deeds):
            await DEEDS[type(deed)](Moment(connection, AT + place * 60_000_000, Numbers()), deed)
    await database.close()


async def _change(folder: Path) -> None:
    database = Database.open(sqlite_url(folder))
    async with database.write() as connection:
        await connection.execute(update(audit).where(audit.c.seq == 2).values(by=9))
    await database.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    asyncio.run(_fill(tmp_path / "data"))
    return deployment(tmp_path)


def test_the_list_says_who_did_what_and_what_came_of_it(config: Path) -> None:
    result = call("audit", "list", "--config", config)
    assert result.stdout.split("\n") == [
        "4\t2024-03-01 10:03:00\txian-2024\t（命令行或程序）\t保密期拦下\tclause=八4 during=outbox what=答题链接\t已办",
        "3\t2024-03-01 10:02:00\txian-2024\t赵老师\t暂停报送\treason=再来\t没有办：这一类已经暂停了，没有改动。",
        "2\t2024-03-01 10:01:00\txian-2024\t赵老师\t暂停报送\treason=维护\t已办",
        "1\t2024-03-01 10:00:00\txian-2024\t赵老师\t准许补报\t"
        "reason=系统\\x1b[2J故障 track=case unit=碑林区 until=2024-03-01 10:01:00\t已办",
        "",
    ]
    assert call("audit", "list", "--command", "extend", "-n", "1", "--config", config).stdout.count("\n") == 1
    assert call("audit", "list", "--campaign", "weifang-2023", "--config", config).stderr == "没有这样的记录。\n"


def test_a_command_that_is_none_is_refused_with_those_that_are(config: Path) -> None:
    result = call("audit", "list", "--command", "delete", "--config", config)
    assert (result.exit_code, result.stderr.startswith("没有“delete”这种操作；有：invite、extend、")) == (1, True)


def test_a_whole_record_gives_its_seal_and_a_changed_one_is_found_out(config: Path) -> None:
    said = call("audit", "verify", "--config", config)
    assert (said.exit_code, said.stdout.startswith("4 条记录完好，最后一条是第 4 条，校验值 ")) == (0, True)
    seal = said.stdout.split()[-1]
    assert call("audit", "verify", "--expect", seal, "--config", config).exit_code == 0
    gone = call("audit", "verify", "--expect", "ab" * 32, "--config", config)
    assert (gone.exit_code, gone.stderr) == (1, "这个校验值不在记录里：结尾可能被删过，或者校验值抄错了。\n")
    asyncio.run(_change(config.parent / "data"))
    said = call("audit", "verify", "--config", config)
    assert (said.exit_code, said.stderr) == (1, "第 2 条起对不上：记录被改动过，或者有缺失。请保留数据库原样并核查。\n")
