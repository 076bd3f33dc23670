"""Who writes in a rush is told how many are ahead before the platform gives up, and is answered later, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.desk import MOST_TRIES
from bot.handlers.ports import PutOff
from bot.talk.messages import Incoming
from bot.waiting import MOST_AT_ONCE, Pace, Queue, Waiting
from rules.numbers import about
from storage.incidents import all_incidents
from storage.outbox import DUE
from storage.tables import inbox, outbox
from storage.tables_post import spool
from tests.bot.conftest import Office
from tests.bot.door import Door
from tests.bot.talk.room import START
from tests.bot.test_desk import fail


@pytest.fixture
async def door(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """An intake on a desk that rests until it is let, and whose messages are all late."""
    monkeypatch.setattr("bot.handed.GATHER", 0.001)
    monkeypatch.setattr("bot.desk.PATIENCE", -1.0)
    office.desk._posted = frozenset({"fake"})
    await rest(office)
    door = Door(office)
    yield door
    await door.intake.end()


async def rest(office: Office) -> None:
    """Stop the desk, so that what comes waits."""
    assert office.working is not None
    office.working.cancel()
    with suppress(asyncio.CancelledError):
        await office.working


def said(person: int, number: int = 1, text: str = "你好") -> Incoming:
    return Incoming("fake", str(person), f"{person}/{number}", START, text)


async def rush(door: Door, messages: Sequence[Incoming]) -> list[Any]:
    """Messages that a door waits for, all there before the desk begins: replies, or how many are ahead."""
    tasks = [asyncio.ensure_future(door.intake.accept(each, passive=True)) for each in messages]
    await asyncio.sleep(0)
    door.office.begin()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    return [each.ahead if isinstance(each, PutOff) else each for each in found]


async def test_what_is_kept_waits_for_a_database_that_is_away_and_is_answered_then(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.REST", 0.01)
    gone = OperationalError("INSERT", {}, psycopg.OperationalError("server closed the connection"))
    fail(door.office, monkeypatch, "arrived", times=MOST_TRIES, fault=gone)
    assert await rush(door, [said(1)]) == [0]
    assert len(await settled(door.office, 1)) == 1
    assert await all_incidents(door.office.database) == []


async def settled(office: Office, count: int) -> list[tuple[str, str]]:
    """Wait until so many messages were answered; gives (cause, state) of every answer."""
    for _ in range(500):
        async with office.database.read() as connection:
            came = len((await connection.execute(select(inbox.c.id))).all())
            found = (await connection.execute(select(outbox.c.cause, outbox.c.state).order_by(outbox.c.id))).all()
        if came == count:
            return [tuple(each) for each in found]
        await asyncio.sleep(0.01)
    raise AssertionError(f"expected {count} messages settled, found {came}")


async def test_everybody_is_told_how_many_are_ahead_and_answered_once(door: Door) -> None:
    assert await rush(door, [said(person) for person in range(5)]) == [0, 1, 2, 3, 4]
    assert await settled(door.office, 5) == [(f"fake:{person}/1", DUE) for person in range(5)]
    assert await door.rows(spool) == 0


async def test_people_are_counted_and_not_their_messages(door: Door) -> None:
    told = await rush(door, [said(1), said(1, 2, "王"), said(2), said(1, 3, "甲局"), said(3)])
    assert told == [0, 0, 1, 0, 2], "their place is that of their first"
    assert len(await settled(door.office, 5)) == 5


async def test_what_was_put_off_survives_the_program(door: Door) -> None:
    """The program dies after it said so and before it answered; the next one does."""
    await door.spool.put_all([said(1), said(2)])
    door.office.begin()
    await door.intake.begin()
    assert sorted(await settled(door.office, 2)) == [("fake:1/1", DUE), ("fake:2/1", DUE)]
    for _ in range(500):
        if await door.rows(spool) == 0:
            break
        await asyncio.sleep(0.01)
    assert await door.rows(spool) == 0


async def test_a_message_that_was_put_off_and_comes_again_changes_nothing(door: Door) -> None:
    assert await rush(door, [said(1)]) == [0]
    await settled(door.office, 1)
    await door.spool.put_all([said(2)])
    await door.spool.put_all([said(2)])
    assert await door.rows(spool) == 1
    [again] = await asyncio.gather(door.office.desk.receive(said(1)))
    assert len(again) == 1
    assert len(await settled(door.office, 1)) == 1


async def test_what_cannot_be_kept_is_not_put_off(door: Door) -> None:
    async def full(_: Sequence[Incoming]) -> None:
        raise OSError("the disk is full")

    door.office.desk.keep = full
    [replies] = await rush(door, [said(1)])
    assert [each.text for each in replies.result()] == ["姓名？"]


def queued(*messages: tuple[int, float, bool]) -> Queue:
    """A queue of messages as (person, second of arrival, whether a door waits)."""
    queue, future = Queue(), None
    for person, since, passive in messages:
        incoming = said(person)
        queue.put(Waiting(incoming, cast("Any", future), incoming.id, str(person), since, passive))
    return queue


def late(queue: Queue, now: float, pace: float = 0.0) -> list[tuple[int, int]]:
    return [(int(each.address), ahead) for each, ahead in queue.overdue(now, 4.0, pace)]


def test_only_whom_a_door_waits_for_and_only_who_would_be_answered_too_late() -> None:
    queue = queued((1, 1.0, False), (2, 2.0, True), (1, 3.0, True), (3, 9.0, True))
    assert late(queue, 5.9) == []
    assert late(queue, 6.0) == [(2, 2)], "who can still be answered in time comes first"
    assert late(queue, 7.0) == [(2, 1), (1, 2)]
    assert late(queue, 6.0, 1.0) == [(2, 1), (1, 2)], "the next batch takes a second"


def test_behind_the_next_batch_there_is_another_to_wait_for() -> None:
    queue = queued(*((person, 1.0, True) for person in range(MOST_AT_ONCE + 2)))
    assert late(queue, 3.0, 0.9) == []
    assert late(queue, 3.0, 1.0) == [(MOST_AT_ONCE, MOST_AT_ONCE), (MOST_AT_ONCE + 1, MOST_AT_ONCE + 1)]
    assert len(late(queue, 3.0, 2.0)) == MOST_AT_ONCE + 2


def put_off(queue: Queue, now: float, *siblings: str) -> list[tuple[int, int]]:
    """Postpone who is overdue, all of these addresses one person's; gives them, as the desk does."""
    found = queue.overdue(now, 4.0, 0.0)
    for waiting, _ in found:
        waiting.passive = False
    queue.postpone([waiting for waiting, _ in found], dict.fromkeys(siblings, siblings))
    return [(int(waiting.address), ahead) for waiting, ahead in found]


def taken(queue: Queue) -> list[tuple[int, float]]:
    return [(int(each.address), each.since) for each in queue.take()]


def arrive(queue: Queue, person: int, since: float) -> None:
    queue.put(Waiting(said(person), cast("Any", None), f"{person}/{since}", str(person), since, passive=True))


def test_who_can_still_be_answered_in_time_comes_before_who_was_put_off() -> None:
    queue = queued((1, 0.0, True), (2, 0.0, True))
    assert put_off(queue, 5.0) == [(1, 0), (2, 1)]
    arrive(queue, 3, 5.0)
    assert taken(queue) == [(3, 5.0), (1, 0.0), (2, 0.0)]


def test_a_part_of_every_batch_belongs_to_who_was_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.waiting.MOST_AT_ONCE", 4)
    queue = queued((1, 0.0, True), (2, 0.0, True))
    put_off(queue, 5.0)
    for person in range(10, 20):
        arrive(queue, person, 5.0)
    assert [person for person, _ in taken(queue)] == [10, 11, 12, 1]
    assert [person for person, _ in taken(queue)] == [13, 14, 15, 2]
    assert [person for person, _ in taken(queue)] == [16, 17, 18, 19], "nobody waits any more who was put off"
    assert not queue


def test_all_that_one_wrote_keeps_its_order_when_its_first_is_put_off() -> None:
    queue = queued((1, 0.0, True), (1, 3.0, True))
    assert put_off(queue, 5.0) == [(1, 0)]
    arrive(queue, 1, 5.0)
    arrive(queue, 2, 5.0)
    assert queue.of("1") == 3
    assert put_off(queue, 7.5) == [(1, 1)], "a door waits for the second, too"
    assert [taken(queue) for _ in range(3)] == [[(2, 5.0), (1, 0.0)], [(1, 3.0)], [(1, 5.0)]]
    arrive(queue, 1, 9.0)
    arrive(queue, 2, 9.0)
    assert taken(queue) == [(1, 9.0), (2, 9.0)], "nothing of the first waits any more"


def test_what_somebody_writes_from_another_messenger_comes_after_what_was_put_off() -> None:
    queue = queued((1, 0.0, True), (2, 1.0, True))
    assert put_off(queue, 4.5, "1", "2") == [(1, 1)]
    arrive(queue, 2, 5.0)
    arrive(queue, 3, 5.0)
    assert taken(queue) == [(3, 5.0), (1, 0.0)], "at most one message of each sender"
    assert [taken(queue) for _ in range(2)] == [[(2, 1.0)], [(2, 5.0)]]
    arrive(queue, 2, 9.0)
    arrive(queue, 3, 8.0)
    assert taken(queue) == [(2, 9.0), (3, 8.0)], "nothing of theirs waits any more"


def test_two_messengers_that_become_one_persons_while_they_wait_are_counted_once_each() -> None:
    queue = queued((1, 0.0, True))
    put_off(queue, 5.0)
    arrive(queue, 2, 2.0)
    put_off(queue, 7.0, "1", "2")
    assert taken(queue) == [(1, 0.0), (2, 2.0)]
    assert not queue
    arrive(queue, 1, 9.0)
    assert taken(queue) == [(1, 9.0)]


def test_what_is_put_back_goes_before_all_that_its_sender_wrote() -> None:
    queue = queued((1, 0.0, True), (1, 1.0, True))
    put_off(queue, 6.0)
    batch = queue.take()
    queue.put_back(batch)
    arrive(queue, 1, 8.0)
    put_off(queue, 20.0)
    assert [taken(queue) for _ in range(3)] == [[(1, 0.0)], [(1, 1.0)], [(1, 8.0)]]


def test_the_number_ahead_falls_as_people_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.waiting.MOST_AT_ONCE", 2)
    queue = queued(*((person, 0.0, True) for person in range(6)))
    assert [ahead for _, ahead in put_off(queue, 5.0)] == [0, 1, 2, 3, 4, 5]
    queue.take()
    arrive(queue, 5, 6.0)
    arrive(queue, 9, 6.0)
    assert put_off(queue, 10.0) == [(9, 4), (5, 3)]


def test_a_slow_batch_is_expected_again_for_a_while_but_never_costs_more_than_half_of_the_patience() -> None:
    pace = Pace()
    pace.took(0.0, 0.8)
    pace.took(0.8, 1.0)
    assert 0.7 < pace.within(4.0) < 0.8
    for batch in range(5, 300):
        pace.took(batch / 5, batch / 5 + 0.2)
    assert pace.within(4.0) == pytest.approx(0.2)
    pace.took(61.0, 65.0)
    assert pace.within(4.0) == 1.0, "whoever is not in the next batch may have two before them"


@pytest.mark.parametrize(
    ("number", "told"), [(0, 0), (19, 19), (21, 21), (99, 99), (101, 100), (1234, 1200), (1250, 1300), (98_765, 99_000)]
)
def test_about_a_number(number: int, told: int) -> None:
    assert about(number) == told
