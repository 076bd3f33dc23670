"""What doors hand in is kept before it is acknowledged, settled in order, and answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.handlers.ports import CannotFetch, Delivered, Wanted
from bot.intake import MOST_AT_ONCE
from bot.talk.messages import Incoming
from rules.instants import micros
from storage.outbox import DUE, HELD, SENT, Outbox
from storage.store import FileInfected, NotScanned
from storage.tables import addresses, inbox
from storage.tables_post import quarantine, spool
from tests.bot.conftest import Office
from tests.bot.door import Door


@pytest.fixture
async def door(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """An intake at work."""
    monkeypatch.setattr("bot.intake.PAUSE", 0.001)
    monkeypatch.setattr("bot.handed.GATHER", 0.001)
    monkeypatch.setattr("bot.intake.AGAIN", 0.0)
    door = Door(office)
    await door.intake.begin()
    yield door
    await door.intake.end()


PHOTO = [Wanted("ref", "图.jpg", 3)]


async def test_a_message_whose_files_are_still_away_is_kept_and_those_after_it_wait_their_turn(door: Door) -> None:
    await door.say("你好")
    door.files.go["ref"] = asyncio.Event()
    first = await door.intake.accept(door.message(), wanted=PHOTO)
    second = await door.intake.accept(door.message("王"))
    assert (first.done(), second.done(), await door.rows(spool)) == (False, False, 2)
    door.files.go["ref"].set()
    assert [reply.text for reply in await first] == ["收到图.jpg。\n\n姓名？"]
    assert [reply.text for reply in await second] == ["单位？"]
    assert await door.rows(spool) == 0


async def test_the_same_message_again_gives_the_same_replies_before_and_after_it_is_settled(door: Door) -> None:
    await door.say("你好")
    door.files.go["ref"] = asyncio.Event()
    message = door.message()
    first = await door.intake.accept(message, wanted=PHOTO)
    again = await door.intake.accept(message, wanted=PHOTO)
    door.files.go["ref"].set()
    assert await first == await again
    late = await (await door.intake.accept(message, wanted=PHOTO))
    assert (late, door.files.asked, await door.rows(spool)) == (await first, ["ref"], 0)


@pytest.mark.parametrize("kind", ["expired", "too_large", "unreachable"])
async def test_a_file_that_cannot_be_had_is_said_to_its_sender(door: Door, kind: str) -> None:
    await door.say("你好")
    door.files.wrong["ref"] = [CannotFetch(kind, "x")] * 9
    [reply] = await (await door.intake.accept(door.message(), wanted=PHOTO))
    assert (reply.question.endswith("/name"), len(door.files.asked)) == (True, 4 if kind == "unreachable" else 1)


@pytest.mark.parametrize("against", [FileInfected("Eicar"), NotScanned("away")])
async def test_a_file_that_the_scanner_is_against_is_said_to_its_sender_at_once(door: Door, against: Exception) -> None:
    await door.say("你好")
    door.files.wrong["ref"] = [against] * 9
    [reply] = await (await door.intake.accept(door.message(), wanted=PHOTO))
    assert (reply.question.endswith("/name"), door.files.asked) == (True, ["ref"])


@pytest.mark.parametrize("wrong", [CannotFetch("unreachable", "x"), OSError("disk full")])
async def test_a_file_that_comes_at_the_third_try_is_there(door: Door, wrong: Exception) -> None:
    await door.say("你好")
    door.files.wrong["ref"] = [wrong] * 2
    [reply] = await (await door.intake.accept(door.message(), wanted=PHOTO))
    assert reply.text == "收到图.jpg。\n\n姓名？"


async def test_a_channel_whose_files_do_not_come_holds_up_no_other(door: Door) -> None:
    door.intake.fetchers["other"] = door.files
    door.files.go["ref"] = asyncio.Event()
    for number in range(MOST_AT_ONCE):
        stuck = replace(door.message(), channel="other", address=f"{number}", id=f"{number}/1")
        await door.intake.accept(stuck, wanted=PHOTO)
    async with asyncio.timeout(5):
        await (await door.intake.accept(door.message(), wanted=[Wanted("good", "图.jpg", 3)]))
    assert await door.rows(spool) == MOST_AT_ONCE


async def test_after_a_restart_a_retry_gets_what_was_kept_and_the_dispatcher_does_not_send_it_too(door: Door) -> None:
    door.office.desk._posted = frozenset({"fake"})
    await door.say("你好")
    door.files.go["ref"] = asyncio.Event()
    photo, said = door.message(), door.message("王")
    await door.intake.accept(photo, wanted=PHOTO, passive=True)
    await door.intake.accept(said, passive=True)
    await door.intake.end()
    other = Door(door.office)
    other.files.go["ref"] = asyncio.Event()
    await other.intake.begin()
    retried = [await other.intake.accept(each, passive=True) for each in (photo, said)]
    assert not any(each.done() for each in retried)
    other.files.go["ref"].set()
    async with asyncio.timeout(5):
        given = [reply for each in retried for reply in await each]
    assert [reply.text for reply in given] == ["收到图.jpg。\n\n姓名？", "单位？"]
    assert [(await other.state(reply.id))[0] for reply in given] == ["passive", "passive"]
    # The door that has them is killed before it is noted; with the next retry they are its own again, and unmarked.
    again = await (await other.intake.accept(said, passive=True))
    assert (list(again), await other.state(again[0].id)) == (given[1:], ("passive", 0, 0))
    await other.intake.end()


async def test_after_a_restart_what_was_kept_is_settled(door: Door) -> None:
    await door.say("你好")
    door.files.go["ref"] = asyncio.Event()
    await door.intake.accept(door.message(), wanted=PHOTO)
    await door.intake.accept(door.message("王"))
    await door.intake.end()
    assert await door.rows(spool) == 2
    other = Door(door.office)
    await other.intake.begin()
    for _ in range(300):
        if not await other.rows(spool):
            break
        await asyncio.sleep(0.01)
    other.count = 50
    assert (await other.say("甲局"), await other.rows(spool)) == ("记下了：王。\n\n还有呢？", 0)
    await other.intake.end()


async def test_a_database_that_is_away_for_a_moment_does_not_change_the_order(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.say("你好")
    door.files.go["ref"] = asyncio.Event()
    first = await door.intake.accept(door.message(), wanted=PHOTO)
    second = await door.intake.accept(door.message("王"))
    receive, broken = door.office.desk.receive, [True] * 9
    monkeypatch.setattr("bot.intake.LONGEST_PAUSE", 0.002)

    async def failing(incoming: Incoming, **more: Any) -> Any:
        if broken:
            broken.pop()
            raise OSError("disk full")
        return await receive(incoming, **more)

    monkeypatch.setattr(door.office.desk, "receive", failing)
    door.files.go["ref"].set()
    assert [[reply.text for reply in await each] for each in (first, second)] == [
        ["收到图.jpg。\n\n姓名？"], ["单位？"],
    ]  # fmt: skip


async def test_what_waited_goes_out_only_after_the_message_that_frees_it_is_kept(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.say("你好")
    number = await door.put(HELD)
    door.intake.hold("fake:1")
    free, seen = Outbox.free, list[int]()

    async def noting(self: Outbox, address: str, *, now: int) -> None:
        seen.append(await door.rows(inbox))
        await free(self, address, now=now)

    monkeypatch.setattr(Outbox, "free", noting)
    await door.say("王")
    assert (seen, (await door.state(number))[0], door.due, door.intake.holds("fake:1")) == ([2], DUE, 1, False)


async def test_whoever_writes_from_another_address_frees_notices_but_not_answers_of_the_first(door: Door) -> None:
    await door.say("你好")
    notice, answer = await door.put(HELD), await door.put(HELD, kind="reply")
    async with door.office.database.write() as connection:
        person = select(addresses.c.person).where(addresses.c.id == "fake:1").scalar_subquery()
        await connection.execute(insert(addresses).values(id="fake:2", person=person, since=0))
    door.intake.hold("fake:1")
    await door.intake.accept(Incoming("fake", "2", "x", door.office.clock.now(), "王"))
    assert [(await door.state(number))[0] for number in (notice, answer)] == [DUE, HELD]


async def test_whoever_was_said_to_have_left_is_in_reach_as_soon_as_they_write(door: Door) -> None:
    await door.say("你好")
    async with door.office.database.write() as connection:
        await connection.execute(update(addresses).values(state="blocked"))
    door.intake.left("fake:1")
    await door.say("王")
    async with door.office.database.read() as connection:
        assert (await connection.execute(select(addresses.c.state))).scalars().all() == [""]


async def test_what_a_door_handed_over_is_noted_and_what_it_could_not_is_due_with_its_parts(door: Door) -> None:
    await door.say("你好")
    whole, rest, later, back = [await door.put("passive", done=1) for _ in range(4)]
    await door.intake.delivered([Delivered(whole, 3, whole=True), Delivered(rest, 2, whole=False)])
    await door.intake.delivered([Delivered(later, 2, whole=False, rest="held")])
    await door.intake.release([back])
    assert [outgoing.text for outgoing, _ in await door.intake.held("fake:1")] == ["通知"]
    assert [await door.state(number) for number in (whole, rest, later, back)] == [
        (SENT, 3, 0), (DUE, 2, 0), (HELD, 2, 0), (DUE, 1, 0),
    ]  # fmt: skip
    assert (door.due, door.intake.holds("fake:1")) == (1, True)


async def test_news_of_a_handover_that_come_after_its_time_still_count_unless_it_is_being_sent(door: Door) -> None:
    await door.say("你好")
    due, sending = await door.put(DUE), await door.put("sending")
    await door.intake.delivered([Delivered(each, 1, whole=True) for each in (due, sending)])
    await door.intake.held("fake:1")
    assert [(await door.state(number))[0] for number in (due, sending)] == [SENT, "sending"]


async def test_the_same_thing_in_quarantine_twice_is_there_once(door: Door) -> None:
    at = door.office.clock.now()
    for later in (0, 5):
        await door.intake.quarantine("fake", "7", b"<xml", "no XML", at + timedelta(seconds=later))
    async with door.office.database.read() as connection:
        rows = (await connection.execute(select(quarantine))).all()
    assert [tuple(row) for row in rows] == [("fake:7", micros(at), "no XML", b"<xml")]


async def test_what_is_found_out_while_it_is_read_who_waits_is_not_forgotten(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = door.outbox.holding

    async def holding() -> set[str]:
        found = await read()
        door.intake.hold("fake:1")  # its row was written after what was read
        door.intake.left("fake:2")
        return found

    monkeypatch.setattr(door.outbox, "holding", holding)
    await door.intake.begin()
    assert door.intake.holds("fake:1")
    assert door.intake._shut == {"fake:2"}
