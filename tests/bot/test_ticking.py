"""A running program reminds as soon as its clock says so, and a command that looks at one does not."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot import app as roof
from bot.fakes import FakeClock, Person
from bot.people import make_invite, take_roster, unit_named
from rules.deeds_reminders import RemindNow
from rules.instants import opening
from rules.people import Role
from storage.chats import Chats
from storage.database import sqlite_url

CAMPAIGN = "xian-2024"


async def joined(app: roof.App, clock: FakeClock) -> Person:
    await take_roster(app, CAMPAIGN, roof.ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv")
    unit = await unit_named(app, CAMPAIGN, "碑林区")
    code = (await make_invite(app, CAMPAIGN, Role.LIAISON, unit, at=clock.now())).code
    person = Person(app.desk, clock, channel="web", address="1", chats=Chats(app.database))
    await person.say(f"/start {code}")
    return person


def running(data: Path, clock: FakeClock, *, ticking: bool) -> object:
    return roof.running(
        data=data, database_url=sqlite_url(data), campaign_ids=(CAMPAIGN,), key=b"k" * 32, clock=clock, ticking=ticking
    )


async def test_set_forward_a_clock_reminds_at_once_and_rings_the_page(tmp_path: Path) -> None:
    clock = FakeClock(opening("2024-03-01 10:00", "Asia/Shanghai"))
    async with running(tmp_path, clock, ticking=True) as app:  # type: ignore[attr-defined]
        person = await joined(app, clock)
        waiting = asyncio.create_task(app.bell.wait("1", 60))
        await asyncio.sleep(0)
        clock.move(opening("2024-04-17 08:00", "Asia/Shanghai"))
        await waiting
        assert (await person.news()).startswith("2024年度典型案例及优秀短视频征集：距截止还有 6 天 16 小时")


async def test_a_reminder_by_hand_goes_out_as_soon_as_it_is_committed(tmp_path: Path) -> None:
    clock = FakeClock(opening("2024-03-02 23:00", "Asia/Shanghai"))
    async with running(tmp_path, clock, ticking=True) as app:  # type: ignore[attr-defined]
        person = await joined(app, clock)
        async with app.turns.open() as turns:
            await turns.perform(RemindNow(CAMPAIGN, (), by=0), clock.now())
        for told in app.desk.on_committed:
            told({RemindNow})
        assert "贵单位还差：案例 3 个" in await person.news()


async def test_a_command_beside_it_reminds_nobody(tmp_path: Path) -> None:
    clock = FakeClock(opening("2024-03-01 10:00", "Asia/Shanghai"))
    async with running(tmp_path, clock, ticking=False) as app:  # type: ignore[attr-defined]
        person = await joined(app, clock)
        clock.move(opening("2024-04-17 08:00", "Asia/Shanghai"))
        await asyncio.sleep(0.2)
        past = await Chats(app.database).after("web:1", number=0, limit=100)
        assert [each.outgoing.kind for each in past if each.outgoing is not None] == ["reply"] * len(person.replies)
