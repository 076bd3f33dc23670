"""An admin times and weighs a public vote, looks at signs of farming, and takes totals in from elsewhere."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert

from bot.talk.messages import Choice
from documents.sheets import Sheet, workbook
from rules.instants import micros
from rules.looks import UnitsOf
from rules.reaching import candidates
from storage.audit import Audit
from storage.judging import admitted
from storage.tables_public import votes
from storage.units import units_of
from tests.flows.conftest import Opens, Play, Player
from tests.flows.test_public_vote import OPEN, UNITS
from tests.flows.voting import put_in


async def farmed(play: Play, entry: int, count: int = 25) -> None:
    """So many votes for a work within a minute, from one network."""
    at = micros(play.clock.now())
    rows = [
        {
            "campaign": play.campaign, "round": "public", "person": 10_000 + n, "day": 20240506, "entry": entry,
            "bucket": "case", "place": 1, "at": at + n, "way": "page", "network": "n1",
        }
        for n in range(count)
    ]  # fmt: skip
    async with play.app.database.write() as connection:
        await connection.execute(insert(votes), rows)


async def ids(play: Play) -> dict[str, int]:
    async with play.app.database.read() as connection:
        return {each.number: each.id for each in await admitted(connection, candidates(play.notice, "public"))}


async def test_votes_are_watched_set_aside_with_a_reason_and_counted_again(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        admin, voter = await xian.admin(), xian.stranger("市民")
        with xian.aside():
            await voter.all("投票", "XA-C0001", "投给这件", "XA-C0003", "投给这件")
        xian.at("2024-05-06 09:30")
        await farmed(xian, (await ids(xian))["XA-C0002"])
        xian.at("2024-05-06 10:00")
        await admin.all("投票管理", "可疑迹象", "同一网络", "搁置这些票", "一分钟内同一网络连投，非正常投票", "确定")
        await admin.all(
            "投票管理", "各件票数", "投票管理", "可疑迹象", "XA-C0002：同一网络", "恢复计入", "查实是办公网", "确定"
        )
        xian.matches("public_doubts")
        done = await Audit(xian.app.database).acts(command="votes")
        assert [act.what["step"] for act in done] == ["back", "aside"]
        entry = f"{(await ids(xian))['XA-C0002']}"
        assert [(act.result["counted"].get(entry), act.result["everything"][entry]) for act in done] == [
            (25, 25),
            (0, 25),
        ]


async def test_a_vote_without_time_and_weight_opens_when_both_are_settled(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-27 09:00") as xinhua:
        await put_in(xinhua.app, xinhua.campaign, [await _some_unit(xinhua)])
        admin, voter = await xinhua.admin(), xinhua.stranger("市民")
        await voter.say("投票")
        await admin.all("投票管理", "定所占比例", "150", "30", "1", "确定")
        await admin.all(
            "/votes", "定投票时间", "2021-10-28", "2021-11-05 24:00", "评审期内组织投票", "确定", "投票管理", "先这样"
        )
        await voter.say("投票")
        xinhua.at("2021-10-28 08:00")
        await voter.all("投票", "1", "投给这件")
        await admin.all("投票管理", "提前截止", "平台维护", "确定")
        await voter.all("投票")
        xinhua.matches("public_terms")


async def _some_unit(play: Play) -> str:
    async with play.app.database.read() as connection:
        return (await units_of(connection, UnitsOf(play.campaign)))[0].name


def table(*rows: tuple[str, int | str]) -> bytes:
    return workbook([Sheet("票数", ("作品编号", "票数"), rows)])


async def test_totals_of_another_platform_come_in_by_a_table_with_every_fault_told(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        admin, voter = await xian.admin(), xian.stranger("市民")
        with xian.aside():
            await voter.all("投票", "XA-C0001", "投给这件")
        await admin.all("投票管理", "导入票数")
        await admin.send(("票数.xlsx", table(("XA-C0001", "很多"), ("XA-C0099", 3))))
        await admin.told("没有导入")
        good = [(f"XA-C000{n}", n * 100) for n in (1, 2, 3, 4)]
        await admin.send(("票数.xlsx", table(*good)))
        await admin.told("本程序已经收到 1 票")
        await admin.all("只算导入的", "导入", "投票管理")
        xian.matches("public_import")
        [act] = await Audit(xian.app.database).acts(command="votes")
        numbers = await ids(xian)
        assert (act.what["file"], len(act.what["sha256"]), act.what["added"]) == ("票数.xlsx", 64, False)
        assert act.what["votes"] == {f"{numbers[f'XA-C000{n}']}": n * 100 if n < 5 else 0 for n in (1, 2, 3, 4, 5)}


async def test_a_table_that_nobody_asked_for_is_not_taken(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        admin = await xian.admin()
        await admin.say("投票管理")
        assert "现在没有在导入票数" in await admin.send(("票数.xlsx", table(("XA-C0001", 3))))
        await asyncio.sleep(0)
        assert await Audit(xian.app.database).acts(command="votes") == []


async def test_the_state_of_the_campaign_tells_votes_by_the_hour_once_the_vote_has_begun(play: Opens) -> None:
    async with play("xian-2024", "2024-04-29 23:00") as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        admin, voter = await xian.admin(), xian.stranger("市民")
        assert "网络投票" not in await admin.say("报送情况")
        xian.at("2024-05-06 08:00")
        await voter.all("投票", "XA-C0001", "投给这件")
        xian.at(OPEN)
        await voter.all("投票", "XA-C0002", "投给这件")
        told = await admin.say("报送情况")
        assert "网络投票进行中（6月30日（周日）24:00 截止）：共 2 票，最近一小时 1 票，最近 24 小时 2 票。" in told
        assert "投票管理" in [each.label for each in admin.replies[-1].choices]
        assert "投票管理" in [each.label for each in (await menu_of(admin))]


async def menu_of(admin: Player) -> tuple[Choice, ...]:
    """What the menu offers."""
    await admin.say("菜单")
    return admin.replies[-1].choices


async def test_only_admins_manage_a_vote(play: Opens) -> None:
    async with play("xian-2024", OPEN) as xian:
        await put_in(xian.app, xian.campaign, UNITS)
        liaison = await xian.liaison("碑林区")
        assert "搁置" not in await liaison.say("/votes")
        assert "可疑" not in liaison.text


@pytest.mark.parametrize("typed", ["0", "100", "三成", "30.5"])
async def test_a_share_is_a_whole_number_of_hundredths(play: Opens, typed: str) -> None:
    async with play("weifang-2023", "2023-09-01 09:00") as weifang:
        admin = await weifang.admin()
        assert "读不成 1 到 99 之间的整数" in await admin.all("投票管理", "定所占比例", typed)
