"""What came in before a demonstration begins: a few units whose liaisons talked to the real desk in the days before."""

from __future__ import annotations

from bot.app import App
from bot.fakes.person import Person
from bot.fakes.samples import NAMES, Samples
from bot.people import make_invite, unit_named
from rules.deeds_screening import PassEntry, Seen
from rules.instants import opening
from rules.looks_screening import CasesOf
from rules.people import Role
from rules.screening import chains_of
from scheduler.clock import SimulatedClock
from storage.chats import Chats
from storage.screenings_read import cases_of
from web.ports import Gone

ZONE = "Asia/Shanghai"
#: Levels that a chain of screening has at most.
_MOST_LEVELS = 5
#: When the first of them wrote: the morning of the first day.
BEGINS = "2024-02-27 09:00"
#: Instants and units: those that hand a work in, one that stops half way, one that only joins. Nobody whom the
#: demonstration is tried as is among them.
_ENTERING = (
    ("2024-02-27 15:30", "西安市民政局", "养老机构信用评价"),
    ("2024-02-28 10:20", "西安市教育局", "信用进校园：诚信积分换实践"),
    ("2024-02-29 15:05", "西安市公安局", "出租房屋信用分级管理"),
    ("2024-02-29 16:40", "未央区", "物业服务信用公示"),
    ("2024-02-29 17:20", "雁塔区", "餐饮门店信用码"),
    ("2024-03-01 09:10", "西安市司法局", "公证信用承诺容缺办理"),
)
_STOPPING = ("2024-03-01 09:30", "西安市文化和旅游局", "旅行社信用合同")
_JOINING = ("2024-03-01 09:40", "西安市科学技术局")
_ANSWERS = ("029-86780000", "example@example.cn", "西安市示例路 1 号")
_CONTENT = (
    "一、要解决的问题\n信息分散，群众看不到，监管只能平均用力。\n二、创新举措\n归集信息，分级分类，守信的少打扰。\n"
    "三、工作成效及意义\n检查次数减少三成，整改时间由 7 天缩短到 2 天。"
)


async def enter_some(app: App, campaign: str, clock: SimulatedClock, samples: Samples) -> None:
    """Let these units talk, one after another, each at its instant; the clock goes on with them.

    Where no stamped page can be drawn, their entries wait for it.
    """
    for at, unit, title in _ENTERING:
        liaison = await _joined(app, campaign, clock, at, unit)
        await _fill(liaison, title)
        for said in ("完成", _CONTENT, "完成", "跳过", "同意", "没有问题"):
            await liaison.say(said)
        await _hand_in(liaison, samples)
    liaison = await _joined(app, campaign, clock, *_STOPPING[:2])
    await _fill(liaison, _STOPPING[2])
    await liaison.say("暂停")
    await _joined(app, campaign, clock, *_JOINING)


async def pass_waiting(app: App, campaign: str) -> None:
    """Let everything pass that still waits for its screening, so that there is something to vote for."""
    chains = chains_of(app.notices[campaign])
    for _ in range(_MOST_LEVELS):
        async with app.database.read() as connection:
            found = await cases_of(connection, CasesOf(campaign, chains))
        async with app.turns.open() as turns:
            for case in found:
                if (level := case.stand.level) is not None:
                    entry = case.entry
                    seen = Seen(entry.id, entry.number, entry.version, level.key, case.stand.desk)
                    await turns.perform(PassEntry(campaign, seen, "同意推荐。", 0), app.clock.now())


async def _hand_in(liaison: Person, samples: Samples) -> None:
    """The stamped page, looked at by the program as any other, and the entry with it."""
    try:
        page, _, _ = await samples.make("scan", f"{liaison.channel}:{liaison.address}")
    except Gone:
        await liaison.say("暂停")
        return
    await liaison.send((NAMES["scan"], page))
    await liaison.say("完成")
    await liaison.news(seconds=60.0)
    if "就用这一份" in liaison.choices:
        await liaison.say("就用这一份")
    await liaison.say("现在报送")


async def _fill(liaison: Person, title: str) -> None:
    """A case as far as its highlight."""
    for said in ("填报", "信用案例", "李老师", *_ANSWERS, title, "3", "一处归集，处处可用。"):
        await liaison.say(said)


async def _joined(app: App, campaign: str, clock: SimulatedClock, at: str, name: str) -> Person:
    clock.move(opening(at, ZONE))
    unit = await unit_named(app, campaign, name)
    invited = await make_invite(app, campaign, Role.LIAISON, unit, at=clock.now())
    liaison = Person(
        app.desk, clock, address=f"demo-{unit.id}", channel="web", files=app.files, chats=Chats(app.database)
    )
    await liaison.say(f"/start {invited.code}")
    await liaison.say("李老师")
    return liaison
