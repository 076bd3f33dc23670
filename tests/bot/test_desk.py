"""Every message passes exactly once, whatever else happens: twice delivered, two at once, poison, a crash, a stop."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError

from bot.fakes import Person
from bot.talk.messages import File, Press
from storage.database import Database
from storage.incidents import all_incidents
from storage.prepared import Bulk
from storage.tables import addresses
from storage.turns import Batch
from tests.bot.conftest import POISON, Office

APOLOGY = re.compile(
    r"这一步没有保存成功，是我们这边的问题（编号 [0-9A-Z]{6}）。"
    r"您之前填的都在，请再发一次刚才的内容；仍不行请把编号告诉管理员。"
)


async def answers(office: Office) -> list[tuple[str, str]]:
    """Every kept answer, as (key, JSON), in the order of the log."""
    rows = await office.everything()
    return [(key, value) for _, _, kind, key, value, _ in sorted(rows["log"]) if kind == "answer"]


# Once


async def test_a_message_delivered_twice_is_answered_alike_and_changes_nothing(office: Office) -> None:
    person = office.person()
    await person.say("你好")
    first = await person.say("王")
    before = await office.everything()
    assert (first, await person.again(), await person.again()) == ("单位？", "单位？", "单位？")
    assert person.exchanges[-1].replies == person.exchanges[-3].replies
    assert await office.everything() == before


async def test_a_message_delivered_twice_at_once_counts_once(office: Office) -> None:
    person = office.person()
    await person.say("你好")
    message = person.message(text="王")
    both = await asyncio.gather(office.desk.receive(message), office.desk.receive(message))
    assert [[reply.text for reply in replies] for replies in both] == [["单位？"], ["单位？"]]
    assert await answers(office) == [("name", '"王"')]


async def test_a_deed_is_done_once_although_its_message_came_twice(office: Office) -> None:
    person = office.person()
    for text in ("你好", "王", "甲局"):
        await person.say(text)
    assert await person.again() == "记下了：王。\n\n还有呢？"
    rows = await office.everything()
    assert [row[3] for row in rows["log"] if row[2] == "deed"] == ["named"]


# In order


async def test_two_messages_of_one_person_at_once_are_settled_in_their_order(office: Office) -> None:
    person = office.person()
    await person.say("你好")
    messages = [person.message(text=text) for text in ("王", "甲局", "没有了")]
    replies = await asyncio.gather(*(office.desk.receive(message) for message in messages))
    assert [reply[0].text if reply else "" for reply in replies] == ["单位？", "记下了：王。\n\n还有呢？", ""]


async def test_messages_from_two_addresses_of_one_person_are_settled_in_their_order(office: Office) -> None:
    here, there = office.person("1"), office.person("2")
    await here.say("你好")
    [row] = (await office.everything())["people"]
    async with office.database.write() as connection:
        await connection.execute(insert(addresses).values(id="fake:2", person=row[0], since=0))
    messages = [here.message(text="王"), there.message(text="甲局"), here.message(text="没有了")]
    replies = await asyncio.gather(*(office.desk.receive(message) for message in messages))
    assert [reply[0].text if reply else "" for reply in replies] == ["单位？", "记下了：王。\n\n还有呢？", ""]
    assert office.rang[-3:] == ["fake:1", "fake:2", "fake:1"]


async def test_two_hundred_people_at_once_are_all_answered_each_with_their_own(office: Office) -> None:
    people = [office.person(str(number)) for number in range(200)]
    for texts in (["你好"] * 200, [f"王{number}" for number in range(200)], ["甲局"] * 200):
        await asyncio.gather(*(person.say(text) for person, text in zip(people, texts, strict=True)))
    assert [person.text for person in people] == [f"记下了：王{number}。\n\n还有呢？" for number in range(200)]
    assert sorted(row[1] for row in (await office.everything())["people"]) == sorted(f"王{n}" for n in range(200))
    assert office.batches <= 9, "who waits together is settled together"


# Poison


async def with_poison(office: Office) -> tuple[list[Person], Person]:
    """Five people at their second question who answer at once; the third one's answer breaks the flow."""
    people = [office.person(str(number)) for number in range(5)]
    for text in ("你好", "王"):
        await asyncio.gather(*(person.say(text) for person in people))
    said = ["甲局", "乙局", POISON, "丙局", "丁局"]
    await asyncio.gather(*(person.say(text) for person, text in zip(people, said, strict=True)))
    return people, people[2]


async def test_a_message_that_breaks_a_flow_harms_only_itself(office: Office) -> None:
    people, poor = await with_poison(office)
    assert [person.text for person in people if person is not poor] == ["记下了：王。\n\n还有呢？"] * 4
    assert APOLOGY.fullmatch(poor.text)
    assert office.rang[-5:] == [f"fake:{number}" for number in range(5)]


async def test_what_broke_is_kept_with_the_reference_that_the_person_was_told(office: Office) -> None:
    _, poor = await with_poison(office)
    [incident] = await all_incidents(office.database)
    assert f"（编号 {incident.reference}）" in poor.text
    assert (incident.flow, incident.key, incident.inbox) == ("form", "unit", "fake:2/3")
    rows = await office.everything()
    sessions = {row[0]: row[1] for row in rows["sessions"]}
    people = {row[0]: row[1] for row in rows["addresses"]}
    assert sessions[incident.session] == people["fake:2"]
    assert "expected a name that does not break" in incident.error


async def test_after_an_apology_the_person_stands_at_the_same_question(office: Office) -> None:
    _, poor = await with_poison(office)
    assert await poor.say("戊局") == "记下了：王。\n\n还有呢？"


async def test_a_poison_message_delivered_again_gets_the_same_apology(office: Office) -> None:
    _, poor = await with_poison(office)
    first = poor.text
    assert await poor.again() == first
    assert len(await all_incidents(office.database)) == 1


async def test_somebody_whose_very_first_message_breaks_hears_an_apology_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, scene: Any, log: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("bot.talk.replay.Talk.__init__", broken)
        person = office.person()
        assert APOLOGY.fullmatch(await person.say("你好"))
    assert await person.say("你好") == "姓名？"


# A crash


@pytest.mark.parametrize("statement", ["session", "new_sessions", "new_rows", "arrived", "sent"])
async def test_a_batch_that_fails_between_two_writes_leaves_nothing_behind_and_is_settled_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    old, new = office.person("old"), office.person("new")
    await old.say("你好")
    fail(office, monkeypatch, statement, times=1)
    await asyncio.gather(old.say("王"), new.say("你好"))
    assert (old.text, new.text) == ("单位？", "姓名？")
    assert await answers(office) == [("name", '"王"')]
    assert await all_incidents(office.database) == []


@pytest.mark.parametrize("statement", ["session", "new_rows", "arrived", "sent"])
async def test_a_database_that_takes_nothing_leaves_the_message_unacknowledged_and_everything_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    person = office.person()
    await person.say("你好")
    before = await office.everything()
    with monkeypatch.context() as patch:
        fail(office, patch, "arrived", times=9)
        fail(office, patch, statement, times=9)
        with pytest.raises(OSError, match="disk"):
            await person.say("王")
    assert await office.everything() == before
    assert await person.say("王") == "单位？", "the same person goes on once the database works again"


def fail(
    office: Office, monkeypatch: pytest.MonkeyPatch, statement: str, *, times: int, fault: Exception | None = None
) -> None:
    """Let one statement of the hot path fail some times."""
    target, left, run = getattr(office.turns._statements, statement), [times], Bulk.run

    async def failing(self: Bulk, connection: Any, rows: Any) -> None:
        if self is target and left[0]:
            left[0] -= 1
            raise fault or OSError("disk full")
        await run(self, connection, rows)

    monkeypatch.setattr(Bulk, "run", failing)


# A stop


async def test_when_the_desk_is_stopped_the_batch_under_way_is_finished(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, flushing, go = office.person(), asyncio.Event(), asyncio.Event()
    flush = Batch.flush

    async def slow(self: Batch, settled: Any) -> None:
        flushing.set()
        await go.wait()
        await flush(self, settled)

    monkeypatch.setattr(Batch, "flush", slow)
    asked = asyncio.create_task(person.say("你好"))
    await flushing.wait()
    assert office.working is not None
    office.working.cancel()
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await office.working
    assert await asked == "姓名？"
    rows = await office.everything()
    assert ([row[0] for row in rows["inbox"]], len(rows["sessions"]), len(rows["outbox"])) == (["fake:1/1"], 1, 1)


async def test_messages_that_wait_at_a_stop_are_settled_after_the_next_start(office: Office) -> None:
    assert office.working is not None
    office.working.cancel()
    person = office.person()
    asked = asyncio.create_task(person.say("你好"))
    await asyncio.sleep(0.01)
    office.begin()
    assert await asked == "姓名？"


# What nobody can see


async def test_control_characters_and_directions_are_taken_out_of_texts(office: Office) -> None:
    person = office.person()
    await person.say("你\x00好")
    await person.say("王\x00老\u202e师\x02\x03\ud800\u200b")
    assert await person.say("甲局") == "记下了：王老师。\n\n还有呢？"
    assert [row[1] for row in (await office.everything())["people"]] == ["王老师"]


@pytest.mark.parametrize("strange", ["a\x00b", "a\u202eb", "a\x02b", "a\ud800b"])
async def test_strange_buttons_and_file_names_break_nothing(office: Office, strange: str) -> None:
    person = office.person()
    await person.say("你好")
    press = person.message(press=Press(f"{strange}/name", strange))
    assert await person.send_message(press, "") == "刚才的按钮是前面一步的，没有改动任何内容。您现在在这里：\n\n姓名？"
    file = person.message(files=(File(f"{strange}.docx", 1, "00" * 32),))
    assert await person.send_message(file, "") == "收到ab.docx。\n\n姓名？"
    assert await all_incidents(office.database) == []


# A database that is in the way for a moment


@pytest.mark.parametrize("fault", [OperationalError("", None, OSError()), sqlite3.OperationalError("locked")])
async def test_a_message_that_meets_a_passing_fault_of_the_database_is_settled_at_the_next_try(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    person = office.person()
    await person.say("你好")
    fail(office, monkeypatch, "arrived", times=2, fault=fault)
    assert await person.say("王") == "单位？"
    assert await answers(office) == [("name", '"王"')]
    assert await all_incidents(office.database) == []


async def test_a_database_that_cannot_rest_does_not_end_the_desk(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested = asyncio.Event()

    async def broken(self: Database) -> None:
        rested.set()
        raise OSError("disk full")

    monkeypatch.setattr("bot.desk.QUIET", 0.01)
    monkeypatch.setattr(Database, "rest", broken)
    person = office.person()
    await person.say("你好")
    await rested.wait()
    async with asyncio.timeout(5):
        assert await person.say("王") == "单位？"
