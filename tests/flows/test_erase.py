"""Somebody asks to have their data erased: told what goes and what stays, asked, done a minute later, for good."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scheduler.housekeeping import Housekeeper
from storage.tables import addresses, people, seats
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import submit_case
from tests.flows.test_duty import CAMPAIGN, PICTURE, hand_in_form

PHONE = "13800138000"


def keeper(play: Play) -> Housekeeper:
    return Housekeeper(play.app.database, play.app.made, play.app.notices, play.clock, b"k" * 32)


def bytes_with(folder: Path, needle: str) -> list[str]:
    """The files of a deployment whose bytes hold a text."""
    return [path.name for path in sorted(folder.rglob("*")) if path.is_file() and needle.encode() in path.read_bytes()]


async def ask(player: Player, *answers: str) -> str:
    return await player.all("删除我的信息", *answers)


async def test_a_liaison_is_told_what_goes_and_what_stays_and_goes(play: Opens, tmp_path: Path) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        liaison, colleague = await hongze.liaison("区教体局"), await hongze.liaison("区教体局", "赵老师")
        await hand_in_form(liaison)
        hongze.forget()
        await ask(liaison, "先不删")
        await ask(liaison, "1", "确认删除")
        hongze.matches("erase")
        assert await keeper(hongze).fulfil() == 0
        hongze.clock.advance(timedelta(seconds=61))
        assert await keeper(hongze).fulfil() == 1
        assert await keeper(hongze).fulfil() == 0
        assert "欢迎" not in await liaison.say("菜单")
        assert "张三 · 科长 · 13800138000" in await colleague.all("我的任务", "报送信用知识竞赛工作联络表")
        hongze.at("2020-07-16 00:00")
        assert await keeper(hongze).fulfil() == 1
        assert "张** · 科长 · 138****8000" in await colleague.all("我的任务", "报送信用知识竞赛工作联络表")
        assert bytes_with(tmp_path / CAMPAIGN, PHONE) == []


async def test_after_the_campaign_not_a_byte_of_the_number_is_left(play: Opens, tmp_path: Path) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        liaison, admin = await hongze.liaison("区教体局"), await hongze.admin()
        await hand_in_form(liaison)
        await liaison.send(PICTURE)
        await admin.say("联络表")
        await admin.news()
        hongze.at("2020-08-01 10:00")
        assert bytes_with(tmp_path / CAMPAIGN, PHONE) != []
        await ask(liaison, "1", "确认删除")
        hongze.clock.advance(timedelta(minutes=2))
        await keeper(hongze).fulfil()
        assert bytes_with(tmp_path / CAMPAIGN, PHONE) == []
        assert [path for path in (tmp_path / CAMPAIGN / "files").rglob("*") if path.is_file()] == []


async def test_a_stranger_can_go_as_well(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        stranger, liaison = xian.stranger(), await xian.liaison("碑林区")
        await submit_case(liaison)
        await ask(stranger, "确认删除")
        await ask(liaison, "都不是我", "确认删除")
        xian.clock.advance(timedelta(minutes=2))
        assert await keeper(xian).fulfil() == 2
        async with xian.app.database.read() as connection:
            named = (await connection.execute(people.select().where(people.c.name != ""))).all()
            seated = (await connection.execute(seats.select())).all()
            reached = (await connection.execute(addresses.select())).all()
        assert (named, seated, reached) == ([], [], [])
