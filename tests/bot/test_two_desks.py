"""Two programs on one database: a person whose messages reach both of them is heard once, and in order, by both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from bot.desk import Desk
from bot.fakes import FakeClock, Person
from bot.talk.messages import Incoming
from bot.talk.wishes import House
from storage.database import Database
from storage.incidents import all_incidents
from storage.numbers import Numbers
from storage.turns import Batch, Turns
from tests.bot.conftest import TABLE, Office, _wording
from tests.bot.talk.room import START


@pytest.fixture
async def offices(shaped_url: str) -> AsyncIterator[list[Office]]:
    """Two programs at work on the same database."""
    offices = [await _office(shaped_url) for _ in range(2)]
    yield offices
    for office in offices:
        assert office.working is not None
        office.working.cancel()
        with suppress(asyncio.CancelledError):
            await office.working
        await office.database.close()


async def _office(url: str) -> Office:
    database = Database.open(url)
    turns = Turns(database, await Numbers.above(database), pepper=b"pepper")
    office = Office(database, turns, Desk(House(TABLE, {}, turns.number), turns, _wording()), FakeClock(START), [])
    office.begin()
    return office


def same(offices: list[Office]) -> tuple[Person, Person]:
    """One person whose messages reach the one program or the other; no two have the same id."""
    here, there = (office.person() for office in offices)
    there._count = 50
    return here, there


def hold(office: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[asyncio.Event, asyncio.Event]:
    """Stop this office's next batch before it writes; the events say that it stands there, and that it may go on."""
    stands, go, flush = asyncio.Event(), asyncio.Event(), Batch.flush

    async def held(self: Batch, settled: Any) -> None:
        if self._database is office.database:
            stands.set()
            await go.wait()
        await flush(self, settled)

    monkeypatch.setattr(Batch, "flush", held)
    return stands, go


async def both(
    offices: list[Office], first: Incoming, second: Incoming, monkeypatch: pytest.MonkeyPatch
) -> list[list[str]]:
    """What is answered to a message while another program still holds one of the same person."""
    stands, go = hold(offices[0], monkeypatch)
    one = asyncio.create_task(offices[0].desk.receive(first))
    await stands.wait()
    two = asyncio.create_task(offices[1].desk.receive(second))
    await asyncio.sleep(0.3)
    go.set()
    return [[reply.text for reply in await each] for each in (one, two)]


async def test_a_message_waits_for_the_one_that_another_program_settles(
    offices: list[Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = same(offices)
    await here.say("你好")
    answered = await both(offices, here.message(text="王"), there.message(text="甲局"), monkeypatch)
    assert answered == [["单位？"], ["记下了：王。\n\n还有呢？"]]
    assert await all_incidents(offices[0].database) == []


async def test_what_a_program_remembers_of_a_conversation_is_not_used_after_another_program_went_on(
    offices: list[Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = same(offices)
    await there.say("你好")
    answered = await both(offices, here.message(text="王"), there.message(text="甲局"), monkeypatch)
    assert answered == [["单位？"], ["记下了：王。\n\n还有呢？"]]
    assert await all_incidents(offices[0].database) == []


async def test_a_cancelled_conversation_is_not_brought_back_by_a_message_that_waited(
    offices: list[Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = same(offices)
    for text in ("你好", "王", "取消"):
        await here.say(text)
    await both(offices, here.message(text="确认取消"), there.message(text="甲局"), monkeypatch)
    rows = await offices[0].everything()
    assert sorted(row[6] for row in rows["sessions"]) == ["active", "cancelled"]
    assert await all_incidents(offices[0].database) == []


async def test_the_very_first_messages_of_somebody_at_two_programs_are_both_answered(
    offices: list[Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = same(offices)
    answered = await both(offices, here.message(text="你好"), there.message(text="王"), monkeypatch)
    assert answered == [["姓名？"], ["单位？"]]
    assert len((await offices[0].everything())["people"]) == 1


async def test_the_same_message_delivered_to_two_programs_counts_once(
    offices: list[Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = same(offices)
    await here.say("你好")
    message = here.message(text="王")
    assert await both(offices, message, message, monkeypatch) == [["单位？"], ["单位？"]]
    rows = await offices[0].everything()
    assert len([row for row in rows["log"] if row[2] == "answer"]) == 1
    assert await all_incidents(offices[0].database) == []
