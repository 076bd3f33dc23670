"""Kills, stops, a database that fails and a second program: nothing is lost, and nothing to many goes twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from storage.outbox import DUE, HELD, SENDING, SENT, UNKNOWN, Outbox
from storage.tables import addresses, outbox
from tests.scheduler.conftest import Post, Script

HERE, THERE = "telegram:1", "telegram:2"


async def test_after_a_crash_what_was_being_sent_is_judged_when_its_lease_is_over(office: Post) -> None:
    for kind in ("reply", "broadcast", "card"):
        await office.put(f"telegram:{kind}", kind, kind=kind, state=SENDING, claimed=office.now)
    await office.put("telegram:reply", "之后")
    dispatcher = office.open(lease=45)
    await office.later(44, dispatcher)
    await asyncio.sleep(0.1)
    assert (await office.states(), office.telegram.texts) == ([SENDING, SENDING, SENDING, DUE], [])
    await office.later(2, dispatcher)
    assert await office.end(dispatcher) == [SENT, UNKNOWN, SENT, SENT]
    sent = {letter.outgoing.text: letter.again for letter in office.telegram.given}
    assert sent == {"reply": True, "card": False, "之后": False}
    assert office.telegram.texts.index("reply") < office.telegram.texts.index("之后")


async def test_a_kill_between_claim_and_mark_loses_nothing_and_sends_nothing_to_many_twice(office: Post) -> None:
    await office.put(HERE, "通知", kind="notice")
    await office.put(THERE, "群发", kind="broadcast")
    [first, second] = [letter for _, letter in zip(range(2), await office.outbox.due(), strict=False)]
    await office.outbox.turn([], [first.id, second.id], [], now=office.now)
    dispatcher = office.open()
    await office.later(46, dispatcher)
    assert await office.end(dispatcher) == [SENT, UNKNOWN]
    assert [(letter.outgoing.text, letter.again) for letter in office.telegram.given] == [("通知", True)]


async def test_a_sender_that_comes_back_after_its_lease_changes_nothing_any_more(office: Post) -> None:
    await office.put(HERE, "1")
    office.telegram.stays["1"] = asyncio.Event()
    office.open(lease=5)
    await office.telegram.reached.wait()
    office.senders = {**office.senders, "telegram": Script("telegram")}
    late, other = office.working[0], office.open(lease=5)
    assert not late.done()
    slow = (await office.rows("claimed"))[0][0]
    await office.later(6, other)
    await office.until(lambda states: states == [DUE], [other])
    await office.later(2, other)
    assert await office.until(lambda states: states == [SENT], [other]) == [SENT]
    before = await office.rows("state", "remote", "tries")
    assert (await office.rows("claimed"))[0][0] > slow
    await office.stop(0)  # its sending is cut off now, long after it was given up
    assert await office.rows("state", "remote", "tries") == before


async def test_answers_that_no_door_handed_over_are_sent_after_their_time_and_say_so(office: Post) -> None:
    person = await office.somebody("wechat:w")
    await office.write("wechat:w", person)
    await office.put("wechat:w", "答复", person=person, state="passive", due=office.now + 16_000_000)
    dispatcher = office.open()
    await office.later(15, dispatcher)
    await asyncio.sleep(0.05)
    assert await office.states() == ["passive"]
    await office.later(1, dispatcher)
    await office.until(lambda states: states == [SENT], [dispatcher])
    assert [letter.again for letter in office.wechat.given] == [True]


async def test_at_a_stop_what_is_under_way_is_finished_and_noted(office: Post) -> None:
    await office.put(HERE, "1", "2")
    office.telegram.stays["1"] = asyncio.Event()
    office.open()
    await office.telegram.reached.wait()
    asyncio.get_running_loop().call_later(0.01, office.telegram.stays["1"].set)
    await office.stop()
    assert (await office.states(), office.telegram.texts) == ([SENT, DUE], ["1"])


async def test_a_sending_that_does_not_end_at_a_stop_is_cut_off_and_judged(office: Post) -> None:
    for kind in ("broadcast", "notice"):
        await office.put(f"telegram:{kind}", kind, kind=kind)
        office.telegram.stays[kind] = asyncio.Event()
    office.open()
    await office.seen(lambda: len(office.telegram.given) == 2)
    await office.stop()
    assert await office.rows("state", "again") == [(UNKNOWN, 0), (DUE, 1)]


async def test_a_stop_in_the_middle_of_a_claim_sends_what_was_claimed(
    office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands, go, turn = asyncio.Event(), asyncio.Event(), Outbox.turn

    async def held(self: Outbox, *arguments: Any, **more: Any) -> Any:
        stands.set()
        await go.wait()
        return await turn(self, *arguments, **more)

    await office.put(HERE, "1", kind="broadcast")
    monkeypatch.setattr(Outbox, "turn", held)
    office.open()
    await stands.wait()
    stopping = asyncio.create_task(office.stop())
    await asyncio.sleep(0)
    go.set()
    await stopping
    assert (await office.states(), office.telegram.texts) == ([SENT], ["1"])


async def test_a_database_that_fails_for_a_moment_costs_no_message_and_doubles_none(
    office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, calls = Outbox.turn, [0]

    async def failing(self: Outbox, *arguments: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] in (1, 3):
            raise OSError("disk full")
        return await turn(self, *arguments, **more)

    monkeypatch.setattr(Outbox, "turn", failing)
    await office.put(HERE, "1", "2", kind="broadcast")
    assert await office.settled(office.open()) == [SENT, SENT]
    assert office.telegram.texts == ["1", "2"]


async def test_a_look_that_fails_does_not_end_the_dispatcher(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    due, broken = Outbox.due, [True, True]

    async def failing(self: Outbox, **more: Any) -> Any:
        if broken:
            broken.pop()
            raise OSError("disk full")
        return await due(self, **more)

    monkeypatch.setattr(Outbox, "due", failing)
    await office.put(HERE, "1")
    assert await office.settled(office.open()) == [SENT]


async def test_two_dispatchers_on_one_database_never_send_a_message_twice(office: Post) -> None:
    texts = [f"{number}" for number in range(200)]
    for number, text in enumerate(texts):
        await office.put(f"telegram:{number % 40}", text, kind="broadcast")
    await office.settled(office.open(), office.open())
    assert sorted(office.telegram.texts) == sorted(texts)
    assert await office.states() == [SENT] * 200


async def test_a_message_that_another_program_sent_elsewhere_is_not_lost_with_its_chat(office: Post) -> None:
    [first, _] = await office.put(HERE, "1", "2", kind="notice")
    dispatcher = office.open()
    async with office.world.database.write() as connection:
        await connection.execute(update(outbox).where(outbox.c.id == first).values(address=THERE))
    assert await office.settled(dispatcher) == [SENT, SENT]
    assert sorted((letter.address, letter.outgoing.text) for letter in office.telegram.given) == [
        ("1", "2"),
        ("2", "1"),
    ]


async def test_a_slow_channel_does_not_hold_up_the_others(office: Post) -> None:
    office.senders["mail"].stays["信"] = asyncio.Event()
    for number in range(250):
        await office.put(f"mail:{number}@b.cn", "信", kind="notice")
    await office.put(HERE, "通知", kind="notice")
    office.open()
    await office.seen(lambda: office.telegram.texts == ["通知"])
    assert len(office.senders["mail"].given) <= 192
    office.senders["mail"].stays["信"].set()
    assert await office.settled() == [SENT] * 251


async def test_more_messages_than_are_read_at_once_all_go(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.dispatch.MOST_READ", 10)
    for number in range(35):
        await office.put(f"telegram:{number}", f"{number}", kind="notice" if number % 3 else "broadcast")
    assert await office.settled(office.open()) == [SENT] * 35
    assert len(office.telegram.texts) == 35


async def test_whoever_is_only_in_the_outbox_is_no_reason_to_read_all_addresses(office: Post) -> None:
    await office.somebody(HERE)
    async with office.world.database.write() as connection:
        await connection.execute(insert(addresses).values(id="telegram:9", person=9, since=0, state="blocked"))
        assert (await connection.execute(select(addresses.c.state))).scalars().all() == ["", "blocked"]
    await office.put("telegram:9", "通知", kind="notice", person=9)
    assert await office.settled(office.open()) == [HELD]
    assert office.telegram.texts == []
