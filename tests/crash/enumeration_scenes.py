"""What is played while the program ends at every point: from a form's first answer to a packet that is paid.

Each scene begins where others have gone before, so that it is short: its place is copied for every run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, update

from bot import campaigns
from bot.app import ROOT, running
from bot.people import make_invite, take_roster
from rules.deeds_quiz import FillPool
from rules.instants import from_micros, micros, opening
from rules.looks import UnitsOf
from rules.notice import Notice
from rules.packets import Pool
from rules.people import Role
from storage.database import Database, sqlite_url
from storage.leases import LEASE
from storage.moments import Moment
from storage.registry import DEEDS
from storage.tables import addresses, people
from storage.units import units_of
from tests.crash.enumeration_ballot import ballot
from tests.crash.enumeration_outside import Outside, Scene
from tests.crash.enumeration_places import Staged, gone_on, played_in
from tests.crash.enumeration_stage import KEY
from tests.flows.variants import form_only
from tests.storage.test_quiz import OPENS, played
from tests.storage.world import NOW, World

FORM, QUIZ, ZONE = "weifang-2023", "hongze-quiz-2020", "Asia/Shanghai"
BEGINS = opening("2023-08-01 10:00", ZONE)
#: Seconds after which another program may act by the clock: a lease, and a little.
LEAD = LEASE / 1_000_000 + 10
NEWS = "请于周五前至少报一个作品"
#: One form from its first question to the last look at it.
FORM_ANSWERS = (
    "填报", "1", "诚信菜市场", "王某某", "0536-8791234", "xy@example.org", "胜利东街1号", "1", "一摊一码", "完成",
    "办结时间缩短5天。", "完成",
)  # fmt: skip
HAND_IN = ("确认承诺", "1", "1")


def staged(folder: Path, wanted: Sequence[str] = ()) -> list[Staged]:
    """Every scene, or those that are wanted by name, prepared in a folder."""
    names = wanted or (*_FORMS, "quiz", "pay", "ballot")
    found = _forms(folder, names) if set(names) & set(_FORMS) else []
    found += [_quiz(folder)] if "quiz" in names else []
    found += [_paying(folder)] if "pay" in names else []
    return [*found, *([ballot(folder)] if "ballot" in names else [])]


_FORMS = ("join", "fill", "hand in", "withdraw", "broadcast", "remind")


def _forms(folder: Path, names: Sequence[str]) -> list[Staged]:
    notice = form_only(campaigns.load(ROOT / "campaigns", FORM))
    base = folder / "forms"
    first, second, admin = asyncio.run(_peopled(base, FORM, BEGINS))
    joined = gone_on(base, "joined", Scene("joining", notice, BEGINS, {
        1: (f"/start {first}", "王老师"), 2: (f"/start {second}", "李老师"), 3: (f"/start {admin}", "管理老师"),
    }))  # fmt: skip
    filled = gone_on(joined, "filled", Scene("filling", notice, BEGINS, {1: FORM_ANSWERS}))
    handed = gone_on(filled, "handed", Scene("handing in", notice, BEGINS, {1: HAND_IN}))
    closing = opening("2023-08-24 07:59:58", ZONE)
    scenes = [
        Staged(Scene("join", notice, BEGINS, {9: (f"/start {first}", "王老师", "填报")}), base),
        Staged(Scene("fill", notice, BEGINS, {1: FORM_ANSWERS[:4], 2: (*FORM_ANSWERS[:3], "返回", "暂停")}), joined),
        Staged(Scene("hand in", notice, BEGINS, {1: HAND_IN}), filled),
        Staged(Scene("withdraw", notice, BEGINS, {1: ("我的报送", "1", "撤回", "确认撤回")}), handed),
        Staged(Scene("broadcast", notice, BEGINS, {3: ("群发", "1", NEWS, "1")}), joined),
        Staged(Scene("remind", notice, closing, {2: ("菜单",)}, reminds=True, lasts=LEAD), joined),
    ]
    return [each for each in scenes if each.scene.name in names]


def _quiz(folder: Path) -> Staged:
    notice = campaigns.load(ROOT / "campaigns", QUIZ)
    begins, base = opening("2020-07-08 08:00", ZONE), folder / "quiz"
    code, _, _ = asyncio.run(_peopled(base, QUIZ, begins))
    asyncio.run(_packets(base, begins))
    said: list[str] = [f"/start {code}", "王老师", "答题", "开始答题"]
    place, outside = played_in(base, "quiz-0", Scene("beginning", notice, begins, {1: said}))
    for number in range(9):
        answer = _key(notice, outside)
        place, outside = played_in(
            place, f"quiz-{number + 1}", Scene(f"answer {number}", notice, begins, {1: (answer,)})
        )
    return Staged(Scene("quiz", notice, begins, {1: (_key(notice, outside), "答题")}), place)


def _paying(folder: Path) -> Staged:
    notice = campaigns.load(ROOT / "campaigns", QUIZ)
    assert notice.quiz is not None, "the campaign has a quiz"
    paid = replace(notice, quiz=replace(notice.quiz, packets=replace(notice.quiz.packets, payout="wechat")))
    place = folder / "paying"
    asyncio.run(_won(place))
    return Staged(Scene("pay", paid, from_micros(NOW + 60_000_000), {}, pays=True, lasts=LEAD), place)


async def _peopled(place: Path, campaign: str, at: datetime) -> tuple[str, str, str]:
    """A place with a roster; gives invitations for two liaisons and an admin."""
    async with running(data=place, database_url=sqlite_url(place), campaign_ids=(campaign,), key=KEY) as app:
        await take_roster(app, campaign, ROOT / "campaigns" / f"{campaign}.roster.csv")
        async with app.database.read() as connection:
            units = await units_of(connection, UnitsOf(campaign))
        liaisons = [
            (await make_invite(app, campaign, Role.LIAISON, unit, at=at, uses=3)).code for unit in units[:2]
        ]  # fmt: skip
        return liaisons[0], liaisons[1], (await make_invite(app, campaign, Role.ADMIN, None, at=at)).code


async def _packets(place: Path, at: datetime) -> None:
    database = Database.open(sqlite_url(place))
    world = World(database)
    async with database.write() as connection:
        deed = FillPool(QUIZ, Pool(376, 2), micros(opening("2020-07-08 00:00", ZONE)), 0)
        await DEEDS[FillPool](Moment(connection, micros(at), world.numbers, KEY), deed)
    await database.close()


async def _won(place: Path) -> None:
    """Three people have won a packet."""
    async with running(data=place, database_url=sqlite_url(place), campaign_ids=(QUIZ,), key=KEY) as app:
        world = World(app.database)
        await world.do(FillPool(QUIZ, Pool(1800, 3, 100, 2000), OPENS, 0), at=NOW - 1)
        for name in ("o-1", "o-2", "o-3"):
            person = await world.person("李明")
            async with app.database.write() as connection:
                home = update(people).where(people.c.id == person).values(channel="wechat", address=name)
                await connection.execute(home)
                await connection.execute(insert(addresses).values(id=f"wechat:{name}", person=person, since=NOW))
            await played(world, person)


def _key(notice: Notice, outside: Outside) -> str:
    """The right answer to the question that stands last."""
    shown = outside.letters[-1].text
    banks = campaigns.all_banks(ROOT / "campaigns", {notice.id: notice})
    for question in banks[notice.id].values():
        if question.text in shown:
            options: Sequence[str] = shown.split("|")[1:]
            right = question.options[question.key]
            return next(label for label in options if label[3:] == right)
    raise LookupError(f"expected a question of the bank, found {shown}")
