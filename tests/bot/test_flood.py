"""One sends as fast as a machine can while others chat: he is told once, little of his waits, and nobody suffers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot.backlog import MOST_OF_ONE, Backlog
from bot.handlers.ports import TooMany
from bot.talk.messages import Incoming
from bot.waiting import SEVERAL
from storage.tables import inbox
from storage.tables_post import spool
from tests.bot.conftest import Office
from tests.bot.door import Door
from tests.bot.handlers import telegram_script as telegram
from tests.bot.handlers import wechat_platform as wechat
from tests.bot.handlers.telegram_script import message, other
from tests.bot.talk.room import START
from tests.bot.test_put_off import queued, rest

OTHERS, FLOOD = 50, 3 * MOST_OF_ONE
SCRIPT = ("你好", "王", "甲局")


@pytest.fixture
async def door(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """An intake on a desk that rests until it is let."""
    monkeypatch.setattr("bot.handed.GATHER", 0.001)
    monkeypatch.setattr("bot.waiting.PAUSE", 0.001)
    await rest(office)
    door = Door(office)
    yield door
    await door.intake.end()


def said(person: str, number: int, text: str) -> Incoming:
    return Incoming("fake", person, f"{person}/{number}", START, text)


async def sent(door: Door, messages: Sequence[Incoming]) -> list[Any]:
    """Messages handed in at once; what came of each."""
    tasks = [asyncio.ensure_future(door.intake.accept(each)) for each in messages]
    await asyncio.sleep(0)
    if door.office.working is None or door.office.working.done():
        door.office.begin()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def keys(office: Office, person: str) -> list[str]:
    """What was settled of one person, in its order."""
    async with office.database.read() as connection:
        rows = await connection.execute(select(inbox.c.id).order_by(inbox.c.number))
        return [key for (key,) in rows if key.startswith(f"fake:{person}/")]


async def test_who_floods_is_told_once_and_the_others_are_answered_each_in_their_order(door: Door) -> None:
    flood = [said("flood", number, "快") for number in range(FLOOD)]
    chats = [said(f"p{person}", step, text) for step, text in enumerate(SCRIPT) for person in range(OTHERS)]
    found = await sent(door, flood + chats)
    refused = [each.first for each in found[:FLOOD] if isinstance(each, TooMany)]
    assert refused == [True] + [False] * (FLOOD - MOST_OF_ONE - 1)
    assert await keys(door.office, "flood") == [f"fake:flood/{number}" for number in range(MOST_OF_ONE)]
    answers = [[reply.text for reply in each.result()] for each in found[FLOOD:]]
    assert answers == [["姓名？"]] * OTHERS + [["单位？"]] * OTHERS + answers[2 * OTHERS :]
    assert all(answers[2 * OTHERS :])
    for person in range(OTHERS):
        assert await keys(door.office, f"p{person}") == [f"fake:p{person}/{step}" for step in range(len(SCRIPT))]


async def test_what_waits_of_one_is_bounded_also_where_it_was_put_by(door: Door) -> None:
    with pytest.raises(TooMany) as first:
        await door.intake.put_by([said("flood", number, "快") for number in range(FLOOD)])
    with pytest.raises(TooMany) as again:
        await door.intake.put_by([said("flood", FLOOD, "快")])
    with pytest.raises(TooMany):
        await door.intake.accept(said("flood", FLOOD + 1, "快"))
    assert (first.value.first, again.value.first, await door.rows(spool)) == (True, False, MOST_OF_ONE)
    found = await sent(door, [said("p", step, text) for step, text in enumerate(SCRIPT)])
    assert [isinstance(each, BaseException) for each in found] == [False] * 3
    for _ in range(500):
        if not await door.rows(spool):
            break
        await asyncio.sleep(0.01)
    assert await keys(door.office, "flood") == [f"fake:flood/{number}" for number in range(MOST_OF_ONE)]


async def test_who_was_told_and_has_nothing_waiting_any_more_is_heard_and_may_be_told_again(door: Door) -> None:
    for time in range(2):
        found = await sent(door, [said("flood", 1000 * time + number, "快") for number in range(MOST_OF_ONE + 2)])
        assert [each.first for each in found if isinstance(each, TooMany)] == [True, False]
        [one] = await sent(door, [said("flood", 1000 * time + 999, "好")])
        assert one.result()


def test_who_was_told_waits_until_all_that_waits_is_answered() -> None:
    waiting = {"p": MOST_OF_ONE}
    backlog = Backlog(lambda address: waiting[address])
    assert backlog.room("p") == 0
    assert [backlog.refused("p").first, backlog.refused("p").first] == [True, False]
    waiting["p"] = 1
    assert backlog.room("p") == 0
    waiting["p"] = 0
    assert (backlog.room("p"), backlog.refused("p").first) == (MOST_OF_ONE, True)


async def test_a_flood_begins_no_batch_by_itself_and_anybody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.waiting.PAUSE", 60.0)
    few, many = queued(*[(1, 0.0, True)] * SEVERAL), queued(*[(1, 0.0, True)] * (SEVERAL + 1))
    await asyncio.wait_for(few.turn(), 5)
    turn = asyncio.ensure_future(many.turn())
    await asyncio.sleep(0)
    many.put(few.take()[0])
    await asyncio.sleep(0)
    assert not turn.done(), "one more of the same sender"
    [somebody] = queued((2, 0.0, True)).take()
    many.put(somebody)
    await asyncio.wait_for(turn, 5)
    await asyncio.wait_for(many.turn(), 5)


async def test_on_wechat_the_first_that_is_not_taken_in_says_so_and_the_others_say_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.handlers.wechat_door.SLOWED", 0.0)
    intake = wechat.Intake()
    platform = wechat.Platform(intake)

    async def full(incoming: Incoming, **more: Any) -> Any:
        raise TooMany(first=incoming.text == "1")

    monkeypatch.setattr(intake, "accept", full)
    assert [await platform.post(wechat.said(f"{number}", number)) for number in (1, 2, 3)] == ["太快了", "", ""]


async def test_on_telegram_what_one_wrote_at_once_is_put_by_and_what_is_too_much_is_told_once() -> None:
    room = telegram.Room()
    room.intake.most = 5
    flood = [message(number, f"快{number}") for number in range(1, 13)]
    offsets = await room.polled([*flood, other(13, "别人")])
    assert offsets == [None, 14]
    assert room.intake.put == [f"{telegram.BOT}/{number}" for number in range(4, 9)]
    assert sorted(room.intake.texts) == sorted([*(f"快{number}" for number in range(1, 9)), "别人"])
    told = [each["text"] for each in room.request.named("sendMessage")]
    assert told == [telegram.TOO_MANY]


async def test_on_telegram_what_was_not_put_by_is_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    room = telegram.Room()

    async def full(messages: Sequence[Incoming]) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(room.intake, "put_by", full)
    flood = [message(number, f"快{number}") for number in range(1, 13)]
    assert await room.polled(flood, flood[3:]) == [None, 4, 7]
