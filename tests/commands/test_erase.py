"""`./xinshi erase`: who is meant, what would go, what goes, what stays and why; and never by a slip."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import app as roof
from bot import config as settings
from bot.cli import app
from bot.fakes import FakeClock, Person
from bot.people import make_invite, take_roster, unit_named
from rules.codes import shown
from rules.instants import opening
from rules.people import Role
from storage.chats import Chats
from tests.commands.program import deployment

CAMPAIGN = "hongze-quiz-2020"
PHONE = "13800138000"
FORM = (
    "我的任务", "报送信用知识竞赛工作联络表", f"张三 科长 {PHONE}\n李四 科员 13800138001\n王五 科员 13800138002",
    "完成", "20", "300", "没有问题",
)  # fmt: skip


def call(config: Path, *arguments: str, said: str = "") -> Result:
    result = CliRunner().invoke(app, ["erase", *arguments, "--config", str(config)], input=said)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A deployment in which one liaison has handed in the liaison form."""
    path = deployment(tmp_path, campaigns=[CAMPAIGN])
    asyncio.run(_lived_in(path))
    return path


async def _lived_in(path: Path) -> None:
    loaded, clock = settings.load(path), FakeClock(opening("2020-07-03 10:00", "Asia/Shanghai"))
    async with roof.running(
        data=loaded.data, database_url=loaded.database_url(), campaign_ids=(CAMPAIGN,), key=loaded.key(), clock=clock
    ) as running:
        await take_roster(running, CAMPAIGN, roof.ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv")
        for address, unit, words in (("1", "区教体局", FORM), ("2", "区卫健委", ())):
            found = await unit_named(running, CAMPAIGN, unit)
            invited = await make_invite(running, CAMPAIGN, Role.LIAISON, found, at=clock.now())
            person = Person(running.desk, clock, address=address, channel="telegram", files=running.files,
                            chats=Chats(running.database))  # fmt: skip
            for text in (f"/start {shown(invited.code)}", "王老师", *words):
                await person.say(text)
            if words:
                await person.send(("现场.jpg", b"picture"))


def bytes_with(config: Path, needle: str) -> list[str]:
    files = [path for path in (config.parent / "data").rglob("*") if path.is_file()]
    return sorted(path.name for path in files if needle.encode() in path.read_bytes())


def number_of(config: Path, unit: str) -> str:
    said = call(config, "person", unit, "--dry-run")
    assert said.exit_code == 0
    listed = call(config, "person", "王老师")
    return next(line.split("\t")[0] for line in listed.stderr.splitlines() if unit in line)


def test_several_people_of_one_name_are_listed_and_nobody_goes(config: Path) -> None:
    said = call(config, "person", "王老师")
    assert said.exit_code == 1
    head, *rows = said.stderr.splitlines()
    assert head == "“王老师”对应 2 个人，请写编号。"
    assert [row.split("\t")[1] for row in rows] == ["王老师 Telegram 区教体局", "王老师 Telegram 区卫健委"]
    assert call(config, "person", "没有这个人").stderr == "没有找到“没有这个人”。\n"


def test_not_a_byte_of_a_persons_number_is_left(config: Path) -> None:
    number = number_of(config, "区教体局")
    assert bytes_with(config, PHONE) != []
    said = call(config, "person", number, "--name", "张三", "--phone", PHONE, "--forms", "mask", said=f"{number}\n")
    assert said.exit_code == 0
    assert "文件 1 个" in said.stdout
    assert "留下：管理操作记录" in said.stdout
    assert bytes_with(config, PHONE) == []
    assert [path for path in (config.parent / "data" / "files").rglob("*") if path.is_file()] == []
    assert bytes_with(config, "13800138001") != []


def test_a_rehearsal_and_a_slip_at_the_question_change_nothing(config: Path) -> None:
    number = number_of(config, "区教体局")
    before = bytes_with(config, PHONE)
    assert call(config, "person", number, "--phone", PHONE, "--dry-run").stdout.startswith("会删除：")
    said = call(config, "person", number, said="不\n")
    assert (said.exit_code, "什么都没有删" in said.stderr) == (1, True)
    assert bytes_with(config, PHONE) == before


def test_a_campaign_before_its_retention_is_refused_and_afterwards_goes(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = FakeClock(opening("2021-07-15 23:59", "Asia/Shanghai"))
    monkeypatch.setattr(roof, "SystemClock", lambda: early)
    said = call(config, "campaign", CAMPAIGN)
    assert said.exit_code == 1
    kept = "保存 12 个月（通知未写，按主办单位档案管理要求调整）"
    assert said.stderr.startswith(f"“{CAMPAIGN}”的资料{kept}，2021年7月16日起才能删除。")
    assert call(config, "campaign", CAMPAIGN, "--now", said="x\n").exit_code == 1
    assert bytes_with(config, PHONE) != []
    early.move(opening("2021-07-16", "Asia/Shanghai"))
    said = call(config, "campaign", CAMPAIGN, said=f"{CAMPAIGN}\n")
    assert said.exit_code == 0
    assert (bytes_with(config, PHONE), bytes_with(config, "王老师")) == ([], [])


def test_a_number_that_is_none_and_a_wrong_wish_are_refused(config: Path) -> None:
    said = call(config, "person", "1", "--phone", "12345")
    assert (said.exit_code, "有一个电话不完整" in said.stderr, "12345" in said.stderr) == (1, True, False)
    assert call(config, "person", "1", "--forms", "maybe").exit_code == 1
