"""A new version takes over an older database in the middle of things: nobody is asked again, nothing comes twice."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import orjson
from sqlalchemy import insert, select

from bot.fakes import Person
from bot.fakes.telegram import FakeTelegram
from bot.fakes.telegram_people import TelegramPerson
from bot.people import make_invite, unit_named
from bot.talk.messages import Outgoing
from rules.forms import Field
from rules.instants import micros
from rules.notice import Notice
from rules.people import Role
from storage.letters import outgoing_body
from storage.migrate import revision
from storage.tables import addresses, entries, outbox, prints
from tests.ballots.hall import Hall, hall
from tests.flows.filling import CONTENT
from tests.flows.variants import form_only, opened_as
from tests.storage.older import left_by

CAMPAIGN, AT = "xian-2024", "2024-03-05 10:00"
BEGUN = ("填报", "信用案例", "张三", "029-86780000", "zhang@163.com", "西安市某路 1 号")
REST = ("诚信菜市场", "3，4", "一摊一码，群众监督。", "完成", CONTENT, "完成", "跳过", "同意", "没有问题", "现在报送")
#: What stands over a question that was answered before.
ANSWERED = re.compile(r"第 \d+ 项，共 \d+ 项 · (联系人|联系电话|邮箱|单位地址)")


@asynccontextmanager
async def telephoned() -> AsyncIterator[FakeTelegram]:
    telegram = FakeTelegram(limits=False)
    async with telegram.running():
        yield telegram
    assert telegram.violations == []


async def before(folder: Path, telegram: FakeTelegram) -> dict[str, Person]:
    """Three people and a phone in the middle of things: a form, a draft that lies aside, a work that is in."""
    async with hall(folder, CAMPAIGN, AT, telegram=telegram) as here:
        people = {
            "half": await here.person("甲", Role.LIAISON, "碑林区"),
            "parked": await here.person("乙", Role.LIAISON, "未央区"),
            "done": await here.person("丙", Role.LIAISON, "莲湖区"),
        }
        asked = [await person.say(text) for text in BEGUN for person in people.values()]
        assert sum(bool(ANSWERED.search(each)) for each in asked) == 4 * len(people), "they are told from others"
        await people["parked"].say("暂停")
        for text in REST:
            await people["done"].say(text)
        assert "案例题目" in people["half"].text
        assert await titles(here) == ["诚信菜市场"]
        phone = await joined(here, telegram)
        for text in BEGUN:
            phone.say(text)
            await phone.heard()
        return people


async def joined(here: Hall, telegram: FakeTelegram) -> TelegramPerson:
    unit = await unit_named(here.app, CAMPAIGN, "雁塔区")
    phone = telegram.person(501, "丁")
    phone.start((await make_invite(here.app, CAMPAIGN, Role.LIAISON, unit, at=here.clock.now())).code)
    await phone.heard()
    phone.say("丁")
    await phone.heard()
    return phone


async def titles(here: Hall) -> list[str]:
    async with here.app.database.read() as connection:
        return [title for (title,) in await connection.execute(select(entries.c.title).order_by(entries.c.id))]


def moved(person: Person, here: Hall) -> Person:
    """The same person at the program as it runs now."""
    again = Person(here.app.desk, here.clock, address=person.address, channel=person.channel)
    again._count = 1000  # numbers of messages that were not used before
    return again


async def due(here: Hall, *texts: str) -> None:
    """Messages to the phone that the program had written and not sent when it ended, and one that was sent."""
    async with here.app.database.write() as connection:
        person = (
            await connection.execute(select(addresses.c.person).where(addresses.c.id == "telegram:501"))
        ).scalar_one()
        for text in texts:
            await connection.execute(
                insert(outbox).values(
                    id=here.app.numbers(), address="telegram:501", person=person, cause="", at=micros(here.clock.now()),
                    body=outgoing_body(Outgoing(text)), state="sent" if text == "早已送到" else "due", kind="reply",
                )
            )  # fmt: skip


async def test_everybody_goes_on_where_they_stood_and_what_was_due_comes_once(tmp_path: Path) -> None:
    async with telephoned() as telegram:
        with opened_as(form_only):
            people = await before(tmp_path / "new", telegram)
            (tmp_path / "old").mkdir()
            await left_by("0008", tmp_path / "new" / "xinshi.db", tmp_path / "old" / "xinshi.db")
            phone = telegram.person(501)
            async with hall(tmp_path / "old", CAMPAIGN, "2024-03-06 10:00", roster=False, telegram=telegram) as here:
                await due(here, "早已送到", "还没送到一", "还没送到二")
            async with hall(tmp_path / "old", CAMPAIGN, "2024-03-06 10:00", roster=False, telegram=telegram) as here:
                async with here.app.database.read() as connection:
                    assert await connection.run_sync(revision) > "0008"
                told = [each.text for each in await phone.heard("还没送到二")]
                half, parked, done = (moved(people[name], here) for name in ("half", "parked", "done"))
                asked = [await half.say(text) for text in REST]
                asked += [await parked.say("接着填"), *[await parked.say(text) for text in REST]]
                asked.append(await done.say("我的报送"))
                phone.say("诚信菜市场")
                [now] = await phone.heard()
                assert [each for each in asked if ANSWERED.search(each)] == []
                assert ("案例主题" in now.text, "已报 1 个" in done.text) == (True, True)
                assert await titles(here) == ["诚信菜市场"] * 3
                assert await kept(here, "contact") == {"张三"}
            async with hall(tmp_path / "old", CAMPAIGN, "2024-03-06 11:00", roster=False, telegram=telegram) as here:
                phone.say("3，4")
                again = [each.text for each in await phone.heard()]
    assert [text for text in told if "送到" in text] == ["还没送到一", "还没送到二"]
    assert [text for text in again if "送到" in text] == []


async def kept(here: Hall, field: str) -> set[str]:
    """What was kept of a field in all filled forms."""
    async with here.app.database.read() as connection:
        rows = await connection.execute(select(prints.c.answers))
        return {orjson.loads(answers)[field] for (answers,) in rows}


def changed(notice: Notice) -> Notice:
    """The campaign with a form that has one question more, one less, and boxes where there was a line."""
    track, *others = form_only(notice).tracks
    assert track.form is not None
    more = Field("fax", "传真", "line", "附件1", hint="没有就写“无”。")
    boxes = Field("contact", "联系人", "boxes", "附件1", options=("科长", "科员"))
    fields = [boxes if each.key == "contact" else each for each in track.form.fields if each.key != "address"]
    place = [each.key for each in fields].index("email")
    form = replace(track.form, fields=(*fields[:place], more, *fields[place:]))
    return replace(notice, tracks=(replace(track, form=form), *others))


async def test_a_form_that_gained_lost_and_changed_questions_goes_on(tmp_path: Path) -> None:
    async with telephoned() as telegram:
        with opened_as(form_only):
            people = await before(tmp_path / "new", telegram)
        (tmp_path / "old").mkdir()
        await left_by("0021", tmp_path / "new" / "xinshi.db", tmp_path / "old" / "xinshi.db")
        with opened_as(changed):
            async with hall(tmp_path / "old", CAMPAIGN, "2024-03-06 10:00", roster=False) as here:
                half = moved(people["half"], here)
                asked = [await half.say(text) for text in ("继续", "科长", "无", *REST)]
                assert "申报表的联系人有调整，原来填的内容对不上了" in asked[0]
                assert ("· 传真" in asked[1], "· 案例题目" in asked[2]) == (True, True)
                assert [found[1] for each in asked if (found := ANSWERED.search(each))] == ["联系人"]
                assert await titles(here) == ["诚信菜市场"] * 2
