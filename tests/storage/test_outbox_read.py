"""What an operator sees of the outbox: what is not through, for whom, what was tried, and what could not be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bot.talk.messages import Outgoing
from storage.letters import outgoing_body
from storage.outbox import DEAD, DUE, HELD, PASSIVE, PULLED, SENDING, SENT, UNKNOWN, Attempt, Claimed, Outbox
from storage.outbox_read import OPERATOR, Listed, OutboxRead, Reader, Tried, Unread, doubtful
from storage.spool import Quarantine
from storage.tables import outbox, people, seats
from tests.storage.world import CAMPAIGN, MINUTE, NOW, World


async def _letter(world: World, person: int, **values: Any) -> int:
    """A message in the outbox; a broadcast to Telegram that is dead unless said otherwise."""
    kind = values.setdefault("kind", "broadcast")
    kept = {"address": "telegram:7", "at": NOW, "state": DEAD, "campaign": CAMPAIGN, "person": person, **values}
    kept["body"] = outgoing_body(Outgoing("好", kind=kind))
    return await world._put(outbox, **kept)


async def _liaison(world: World, unit: int, *, campaign: str = CAMPAIGN, role: str = "liaison") -> int:
    person = await world.person()
    seat = await world._put(seats, person=person, campaign=campaign, role=role, unit=unit)
    async with world.database.write() as connection:
        await connection.execute(update(people).where(people.c.id == person).values(seat=seat))
    return person


async def _numbers(world: World, *states: str, **how: Any) -> list[int]:
    return [one.letter.id for one in await OutboxRead(world.database).listed(states, **how)]


async def test_the_newest_of_the_wanted_states_come_first(world: World) -> None:
    person = await world.person()
    made = {state: await _letter(world, person, state=state) for state in (DEAD, SENT, HELD, PULLED, DUE)}
    assert await _numbers(world, DEAD, HELD, DUE) == [made[DUE], made[HELD], made[DEAD]]
    assert await _numbers(world, DEAD, HELD, DUE, most=2) == [made[DUE], made[HELD]]
    assert await _numbers(world, UNKNOWN) == []


async def test_a_message_is_told_with_its_reader(world: World) -> None:
    unit = await world.unit("碑林区")
    person = await _liaison(world, unit)
    number = await _letter(world, person, why="blocked", via="", due=NOW + MINUTE, tries=3, done=1, again=1)
    letter = Claimed(number, "telegram:7", person, Outgoing("好", kind="broadcast"), 1, True, 3, "", CAMPAIGN, NOW)
    told = Listed(letter, DEAD, NOW + MINUTE, "", "blocked", Reader("liaison", "碑林区"))
    assert await OutboxRead(world.database).one(number) == told
    assert await OutboxRead(world.database).one(number + 1) is None


async def test_the_reader_is_named_by_the_seat_that_the_message_is_about(world: World) -> None:
    person = await _liaison(world, await world.unit("碑林区"))
    await world._put(seats, person=person, campaign="weifang-2023", role="admin", unit=0)
    read = OutboxRead(world.database)
    wanted = {"": Reader("liaison", "碑林区"), CAMPAIGN: Reader("liaison", "碑林区"),
              "weifang-2023": Reader("admin", ""), "xinhua-2021": Reader()}  # fmt: skip
    for campaign, reader in wanted.items():
        one = await read.one(await _letter(world, person, campaign=campaign))
        assert one is not None
        assert one.reader == reader, campaign


async def test_somebody_who_became_one_with_another_is_named_as_they_are_now(world: World) -> None:
    now = await _liaison(world, await world.unit("碑林区"))
    former = await world._put(people, merged=now)
    number = await _letter(world, former, campaign="")
    assert await _numbers(world, DEAD, campaign=CAMPAIGN) == [number]
    one = await OutboxRead(world.database).one(number)
    assert one is not None
    assert one.reader == Reader("liaison", "碑林区")


async def test_one_campaigns_messages_are_its_own_and_the_answers_to_its_people(world: World) -> None:
    mine = await _liaison(world, await world.unit("碑林区"))
    theirs = await _liaison(world, await world.unit("奎文区", campaign="weifang-2023"), campaign="weifang-2023")
    notice, answer = await _letter(world, mine), await _letter(world, mine, campaign="", kind="reply")
    other = await _letter(world, theirs, campaign="weifang-2023")
    await _letter(world, await world.person(), campaign="")
    assert await _numbers(world, DEAD, campaign=CAMPAIGN) == [answer, notice]
    assert await _numbers(world, DEAD, campaign="weifang-2023") == [other]


async def test_tries_are_told_in_order_with_what_came_of_them(world: World) -> None:
    number = await _letter(world, await world.person())
    post = Outbox(world.database, world.numbers)
    for at, way in ((NOW, "customer"), (NOW + MINUTE, "template")):
        _, (tried,) = await post.turn([], [], [Attempt(number, "wechat:o", way)], now=at)
        if way == "customer":
            await post.turn([], [], [], [(tried, "shut", "45015")], now=at)
    await post.turn([], [], [Attempt(number + 1, "wechat:o", "mail")], now=NOW)
    assert await OutboxRead(world.database).tries(number) == [
        Tried(NOW, "wechat:o", "customer", "shut", "45015"),
        Tried(NOW + MINUTE, "wechat:o", "template", "", ""),
    ]


@pytest.mark.parametrize("state", [DEAD, UNKNOWN, HELD])
async def test_what_was_given_up_or_waits_is_due_again_and_it_is_noted(world: World, state: str) -> None:
    number = await _letter(world, await world.person(), state=state, tries=16, why="blocked", done=1, due=NOW)
    read = OutboxRead(world.database)
    assert await read.again(number, numbers=world.numbers, now=NOW + MINUTE)
    one = await read.one(number)
    assert one is not None
    assert (one.state, one.due, one.why, one.letter.tries, one.letter.done) == (DUE, NOW, "", 0, 1)
    assert one.letter.again == (state == UNKNOWN), "its reader is told that it may be there already"
    assert await read.tries(number) == [Tried(NOW + MINUTE, "telegram:7", OPERATOR, "again", "")]
    due = await Outbox(world.database, world.numbers).due()
    assert [each.id for each in due] == [number]


@pytest.mark.parametrize("state", [DUE, SENDING, SENT, PULLED, PASSIVE])
async def test_nothing_else_is_touched(world: World, state: str) -> None:
    number = await _letter(world, await world.person(), state=state, tries=2)
    read = OutboxRead(world.database)
    before = await read.one(number)
    assert not await read.again(number, numbers=world.numbers, now=NOW + MINUTE)
    assert not await read.again(number + 1, numbers=world.numbers, now=NOW)
    assert (await read.one(number), await read.tries(number)) == (before, [])


async def test_of_two_operators_one_sends_it_again(rivals: list[World]) -> None:
    number = await _letter(rivals[0], await rivals[0].person())
    done = [await OutboxRead(one.database).again(number, numbers=one.numbers, now=NOW) for one in rivals]
    assert done == [True, False, False]
    assert len(await OutboxRead(rivals[0].database).tries(number)) == 1


async def test_a_message_may_have_arrived_where_a_try_has_no_certain_end(world: World) -> None:
    one = await OutboxRead(world.database).one(await _letter(world, await world.person()))
    assert one is not None
    certain = [Tried(NOW, "wechat:o", "customer", "wrong", ""), Tried(NOW, "wechat:o", OPERATOR, "", "")]
    assert not doubtful(one, certain)
    assert doubtful(one, [*certain, Tried(NOW, "wechat:o", "customer", "", "")])
    assert doubtful(one, [Tried(NOW, "wechat:o", "customer", "unsure", "cut")])
    assert doubtful(replace(one, state=UNKNOWN), [])
    assert doubtful(replace(one, letter=replace(one.letter, again=True)), [])


async def test_what_could_not_be_read_is_told_without_its_bytes_and_shown_with_them(world: World) -> None:
    kept, read = Quarantine(world.database), OutboxRead(world.database)
    await kept.put("wechat:a", b"\x00\xff<xml>", "no MsgType", NOW)
    await kept.put("telegram:1/2", b"", "empty", NOW + MINUTE)
    assert await read.unread() == [
        Unread("telegram:1/2", NOW + MINUTE, "empty", 0),
        Unread("wechat:a", NOW, "no MsgType", 7),
    ]
    assert await read.unread(most=1) == [Unread("telegram:1/2", NOW + MINUTE, "empty", 0)]
    assert [await read.contents(each) for each in ("wechat:a", "telegram:1/2", "a")] == [b"\x00\xff<xml>", b"", None]
