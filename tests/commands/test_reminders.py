"""An operator sees when the campaign reminds, why somebody is reminded or not, and reminds by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from rules.deeds_reminders import MuteReminders
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.tables import outbox
from tests.commands.program import call, deployment
from tests.reminders.town import Town, us


def peopled(config: Path, *then: Callable[[Town], Awaitable[object]]) -> None:
    """A county that owes, an association without a floor, their liaisons; and what happens then."""

    async def fill() -> None:
        database = Database.open(sqlite_url(config.parent / "data"))
        await migrate(database)
        town = Town(database, "weifang-2023", "2023-07-15 10:00")
        county, other = await town.unit("奎文区", "county"), await town.unit("某协会", "other")
        await town.unit("寿光市", "county")
        person = await town.liaison(county)
        await town.liaison(other)
        await town.entry(county, "text")
        await town.draft(person, title="诚信\x1b[31m菜市场")
        for each in then:
            await each(town)
        await database.close()

    asyncio.run(fill())


async def season(town: Town) -> None:
    """The campaign up to three days before its end; one asked for peace on the last of them."""
    await town.at("2023-07-19 09:30")
    await town.at("2023-08-24 08:00")
    await town.do(MuteReminders(6, town.notice.id, us("2023-08-29 00:00")))
    await town.at("2023-08-28 08:00")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return deployment(tmp_path, campaigns=("weifang-2023",))


def test_the_list_tells_what_comes_who_owes_and_what_became_of_the_past(config: Path) -> None:
    peopled(config, season)
    told = call("reminders", "list", "weifang-2023", "--at", "2023-08-29 10:00", "--config", config)
    assert (told.exit_code, told.stdout.splitlines()) == (0, [
        "规则：免打扰 21:00–08:00；只在工作日；每人每天最多 2 条〔通知未写，建议值〕",
        "以后：",
        "  2023-08-30 08:00  8月30日（周三）24:00 截止前 1 天（原定 2023-08-30 00:00 是免打扰时段，顺延）",
        "  2023-08-30 20:50  8月30日（周三）24:00 截止前 2 小时"
        "（原定 2023-08-30 22:00 不能打扰，顺延会过截止，提前）",
        "现在：2 个单位的 2 位联络员还有要做的（数量 1，截止 1，草稿 1）。",
        "过去：",
        "  2023-07-19 09:30  每天查看：搁置满 3 天 的草稿、扫描件和退回：发出 1 条",
        "  2023-08-24 08:00  8月30日（周三）24:00 截止前 7 天（原定 2023-08-24 00:00 是免打扰时段，顺延）："
        "发出 2 条，并入同一条 1 条",
        "  2023-08-28 08:00  8月30日（周三）24:00 截止前 3 天（原定 2023-08-28 00:00 是免打扰时段，顺延）："
        "发出 1 条，并入同一条 1 条，没有发 1 条（本人说今天不再提醒）",
    ])  # fmt: skip


def test_a_campaign_that_was_missed_says_so(config: Path) -> None:
    peopled(config, lambda town: town.at("2023-09-02 10:00"))
    told = call("reminders", "list", "weifang-2023", "--at", "2023-09-02 10:00", "--config", config).stdout.splitlines()
    assert told[1:3] == ["以后：", "  没有了。"]
    assert told[3] == "现在：没有要提醒的单位。"
    assert len(told) == 9
    assert told[5].endswith("：没有发，到点时程序没有运行，截止已过")


def test_why_goes_through_every_rule_and_every_reminder(config: Path) -> None:
    peopled(config, season)
    told = call("reminders", "why", "weifang-2023", "奎文区", "--at", "2023-08-29 10:00", "--config", config)
    lines = told.stdout.splitlines()
    assert lines[:10] == [
        "联络员 人4（编号 4，Telegram）",
        "  奎文区，2023-07-15 10:00 加入",
        "    数量  会提醒：还差 文字案例 1 篇（原则上不少于 2，已报 1；通知 四）、"
        "视频案例 2 部（原则上不少于 2，已报 0；通知 四）",
        "    截止  不提醒：有数量下限，由“数量”提醒",
        "    草稿  会提醒：“诚信\\x1b[31m菜市场”没填完，停在“联系电话”",
        "    扫描件  不提醒：没有这样的事",
        "    退回  不提醒：没有这样的事",
        "    任务  不提醒：没有这样的事",
        "  今天已提醒 0 条，最多 2 条。",
        "  下一次：2023-08-30 08:00，8月30日（周三）24:00 截止前 1 天（原定 2023-08-30 00:00 是免打扰时段，顺延）",
    ]
    assert lines[10] == "过去："
    assert [line.split("，")[0] for line in lines[11:]] == [
        "  2023-07-19 09:30  人4  草稿  发出",
        "  2023-08-24 08:00  人4  数量  发出",
        "  2023-08-24 08:00  人4  草稿  并入同一条",
        "  2023-08-28 08:00  人4  数量  发出",
        "  2023-08-28 08:00  人4  草稿  并入同一条",
    ]


async def below(town: Town) -> None:
    """A work of a unit under the county waits for its opinion."""
    await town.entry(await town.unit("某企业", "other", parent="奎文区"), "text")


def test_why_tells_screeners_what_waits_for_them_and_nobody_else_of_screening(config: Path) -> None:
    peopled(config, below)
    at = ("--at", "2023-07-20 10:00", "--config", config)
    told = call("reminders", "why", "weifang-2023", "奎文区", *at).stdout
    assert "  奎文区 审核  会提醒：1 件在等，最久的 WF-0011 已等 5 天；每等满 3 天，在当天 09:30 提醒" in told
    assert "审核" not in call("reminders", "why", "weifang-2023", "某协会", *at).stdout


@pytest.mark.parametrize("who", ["人6", "6"])
def test_why_is_asked_of_a_person_too_and_tells_of_their_peace(config: Path, who: str) -> None:
    peopled(config, season)
    told = call("reminders", "why", "weifang-2023", who, "--at", "2023-08-28 10:00", "--config", config).stdout
    assert "    截止  会提醒：还没有报送文字案例或视频案例" in told
    assert "  本人说今天不再提醒，今天到点的都不发。" in told
    assert told.splitlines()[-1] == "  2023-08-28 08:00  人6  截止  没有发（本人说今天不再提醒）"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("why", "weifang-2023", "寿光市"), "还没有人加入，收不到提醒"),
        (("why", "weifang-2023", "奎"), "没有叫“奎”的单位或联络员；相近的单位有：奎文区。"),
        (("why", "weifang-2023", "99999999999999999999999"), "没有叫“99999999999999999999999”的单位或联络员"),
        (("list", "xian-2024"), "配置里没有活动“xian-2024”"),
        (("list", "weifang-2023", "--at", "哪天"), "“哪天”读不懂"),
        (("now", "weifang-2023", "没有", "--yes"), "名单里没有（或不止一个）：没有"),
    ],
)
def test_what_cannot_be_answered_is_said_plainly(config: Path, asked: tuple[str, ...], said: str) -> None:
    peopled(config)
    told = call("reminders", *asked, "--config", config)
    assert said in told.stdout + told.stderr
    assert told.exit_code == (0 if "寿光市" in asked else 1)


def test_by_hand_it_is_written_down_and_sent_by_the_program(config: Path) -> None:
    peopled(config)
    assert call("reminders", "now", "weifang-2023", "奎文区", "--yes", "--config", config).exit_code == 0

    async def later() -> list[tuple[object, ...]]:
        database = Database.open(sqlite_url(config.parent / "data"))
        town = Town(database, "weifang-2023", "2023-08-01 23:00")
        await town.act()
        async with database.read() as connection:
            rows = (await connection.execute(outbox.select())).all()
        await database.close()
        return [(row.person, row.kind) for row in rows]

    assert asyncio.run(later()) == [(4, "reminder")]


def test_nobody_is_reminded_by_hand_without_a_yes(config: Path) -> None:
    peopled(config)
    assert call("reminders", "now", "weifang-2023", "--config", config).exit_code == 1
