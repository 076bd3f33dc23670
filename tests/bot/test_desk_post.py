"""How answers go out: fetched by their reader, sent by the dispatcher, or handed over by the door itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.desk import Desk
from bot.fakes import FakeClock
from bot.talk.messages import Incoming, Outgoing, Press
from bot.talk.wishes import House
from bot.wording import house_wording
from rules.instants import micros
from storage.tables import outbox
from tests.bot.conftest import TABLE, WORDING, Office
from tests.bot.talk.room import START

Told = list[tuple[int, str]]


@pytest.fixture
async def posting(office: Office) -> AsyncIterator[tuple[Desk, Told]]:
    """A second desk on the office's database, whose channel "push" is the dispatcher's."""
    wording = house_wording()
    for key, text in WORDING.items():
        wording = wording.with_sentence(key, text)
    desk = Desk(House(TABLE, {}, office.turns.number), office.turns, wording, posted=frozenset({"push"}))
    told: Told = []
    desk.on_due = told.extend
    working = asyncio.create_task(desk.run())
    yield desk, told
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def message(number: int, text: str = "", *, channel: str = "push", press: Press | None = None) -> Incoming:
    """A message of one person."""
    return Incoming(channel, "1", f"{number}", FakeClock(START).now(), text, press)


async def rows(office: Office, *columns: str) -> list[tuple[object, ...]]:
    """Columns of all answers, in their order."""
    async with office.database.read() as connection:
        found = await connection.execute(select(*(outbox.c[name] for name in columns)).order_by(outbox.c.id))
        return [tuple(row) for row in found]


async def test_answers_are_pulled_due_or_passive(office: Office, posting: tuple[Desk, Told]) -> None:
    desk, told = posting
    await desk.receive(message(1, "你好", channel="web"))
    [due] = await desk.receive(message(2, "你好"))
    [passive] = await desk.receive(message(3, "王"), passive=True)
    now = micros(START)
    assert await rows(office, "state", "due") == [("pulled", 0), ("due", now), ("passive", now + 16_000_000)]
    assert told == [(due.id, "push:1")], "what a door hands over is not told"
    assert passive.id > due.id > 0


async def test_a_redelivery_gives_the_same_answers_with_their_numbers_and_sends_nothing_again(
    office: Office, posting: tuple[Desk, Told]
) -> None:
    desk, told = posting
    first = await desk.receive(message(1, "你好"))
    again = await desk.receive(message(1, "你好"))
    assert ([each.id for each in again], again) == ([each.id for each in first], first)
    assert (len(told), len(await rows(office, "id"))) == (1, 1)


async def test_what_cannot_be_read_says_so_and_moves_nothing(office: Office, posting: tuple[Desk, Told]) -> None:
    desk, _ = posting
    [asked] = await desk.receive(message(1, "你好"))
    [said] = await desk.receive(replace(message(2), unread="sticker"))
    [pressed] = await desk.receive(replace(message(3), unread="button"))
    assert said.question == pressed.question == asked.question
    assert ("姓名？" in said.text, pressed.text.endswith("姓名？")) == (False, True)
    [answered] = await desk.receive(message(4, "王"))
    assert answered.text == "单位？"


async def test_an_answer_that_asks_the_same_again_replaces_the_message_of_the_button(
    office: Office, posting: tuple[Desk, Told]
) -> None:
    desk, _ = posting
    [asked] = await desk.receive(message(1, "你好"))
    await desk.receive(replace(message(2, press=Press("0/old", "x")), origin="77"))
    await desk.receive(replace(message(3, press=Press(asked.question, "x")), origin="78"))
    assert [row[0] for row in await rows(office, "edits")] == ["", "", "78"]
    assert isinstance(asked, Outgoing)


@pytest.mark.parametrize(
    ("stands", "gives", "then"),
    [
        pytest.param({"state": "passive"}, True, "passive", id="the-door-was-about-to"),
        pytest.param({"state": "sent", "via": "passive", "done": 1}, True, "sent", id="the-door-sent-it-astray"),
        pytest.param({"state": "due"}, True, "passive", id="it-waits-for-the-dispatcher"),
        pytest.param({"state": "held"}, True, "passive", id="it-waits-for-its-reader"),
        pytest.param({"state": "due", "again": 1}, False, "due", id="it-may-have-arrived-and-will-say-so"),
        pytest.param({"state": "held", "done": 1}, False, "held", id="a-part-of-it-arrived"),
        pytest.param({"state": "sending"}, False, "sending", id="it-is-being-sent"),
        pytest.param({"state": "sent", "via": "push:1 customer"}, False, "sent", id="it-was-sent"),
        pytest.param({"state": "unknown"}, False, "unknown", id="nobody-knows"),
    ],
)
async def test_a_door_that_asks_once_more_gets_what_nobody_else_sends(
    office: Office, posting: tuple[Desk, Told], stands: dict[str, str | int], gives: bool, then: str
) -> None:
    desk, _ = posting
    [first] = await desk.receive(message(1, "你好"), passive=True)
    async with office.database.write() as connection:
        await connection.execute(update(outbox).values(stands))
    again = await desk.receive(message(1, "你好"), passive=True)
    assert again == ((first,) if gives else ())
    assert await rows(office, "state") == [(then,)]
    if gives and then == "passive":
        assert await rows(office, "due") == [(micros(START) + 16_000_000,)], "the door has its time once more"
