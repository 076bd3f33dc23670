"""The outbox from the dispatcher's side: each message is one program's, and only that one may say what became of it."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import insert

from bot.talk.messages import Outgoing
from storage.letters import outgoing_body
from storage.outbox import DEAD, DUE, HELD, PASSIVE, SENDING, SENT, Attempt, Mark, Outbox, Waiting
from storage.progress import Broadcasts
from storage.tables import addresses, outbox
from storage.tables_post import attempts
from tests.storage.world import NOW, World


async def put(world: World, number: int, **more: Any) -> None:
    """A message that is due."""
    body = outgoing_body(Outgoing(f"{number}", kind=more.get("kind", "reply")))
    row = {"id": number, "address": "telegram:1", "person": 1, "body": body, "state": DUE, "at": NOW, "due": NOW}
    async with world.database.write() as connection:
        await connection.execute(insert(outbox).values(**row | more))


def of(world: World) -> Outbox:
    """The outbox of a world."""
    return Outbox(world.database, world.numbers)


async def test_what_is_due_comes_by_rank_and_number_above_a_number_and_not_all_at_once(world: World) -> None:
    for number, rank in ((1, 2), (2, 0), (3, 1), (4, 0)):
        await put(world, number, rank=rank)
    await put(world, 5, state=HELD)
    assert [each.id for each in await of(world).due()] == [2, 4, 3, 1]
    assert await of(world).due(above=2, most=1) == [Waiting(4, "telegram:1", 0, NOW)]


async def test_each_message_is_claimed_by_one_program(rivals: list[World]) -> None:
    for number in range(1, 41):
        await put(rivals[0], number)
    turns = [of(world).turn([], list(range(1, 41)), [], now=NOW) for world in rivals]
    claimed = [letter.id for found, _ in await asyncio.gather(*turns) for letter in found]
    assert sorted(claimed) == list(range(1, 41))


async def test_a_mark_counts_only_while_its_claim_holds(world: World) -> None:
    box = of(world)
    await put(world, 1)
    [[first], _] = await box.turn([], [1], [], now=NOW)
    [taken] = await box.take_over([1], before=NOW + 5, now=NOW + 9)
    assert await box.take_over([1], before=NOW + 5, now=NOW + 9) == [], "only one program gets it"
    await box.turn([Mark(1, SENT, "telegram:1", claimed=first.claimed)], [], [], now=NOW)
    assert await world.rows(outbox, "state", "claimed") == [(SENDING, NOW + 9)]
    await box.turn([Mark(1, DUE, "mail:x", due=7, done=2, again=True, tries=3, why="w", claimed=taken.claimed)], [], [],
                   now=NOW)  # fmt: skip
    columns = ("state", "address", "due", "done", "again", "tries", "why")
    assert await world.rows(outbox, *columns) == [(DUE, "mail:x", 7, 2, 1, 3, "w")]
    await box.turn([Mark(1, DEAD, "mail:x", claimed=taken.claimed)], [], [], now=NOW)
    assert await world.rows(outbox, "state") == [(DUE,)]


async def test_marks_tries_ends_and_claims_of_a_round_stand_together(world: World) -> None:
    box = of(world)
    await put(world, 1)
    await put(world, 2)
    [[one], _] = await box.turn([], [1], [], now=NOW)
    _, [number] = await box.turn([], [], [Attempt(1, "wechat:w", "customer", "heard")], now=NOW)
    done = Mark(1, DUE, "telegram:1", claimed=one.claimed)
    found, _ = await box.turn([done], [1, 2, 3], [], [(number, "later", "busy")], now=NOW + 1)
    assert sorted((letter.id, letter.claimed) for letter in found) == [(1, NOW + 1), (2, NOW + 1)]
    assert await world.rows(attempts, "id", "letter", "way", "budget", "outcome", "why", "at") == [
        (number, 1, "customer", "heard", "later", "busy", NOW)
    ]
    assert sorted(each.id for each in await box.sending()) == [1, 2]


async def test_answers_nobody_handed_over_are_due_after_their_time_exactly(world: World) -> None:
    await put(world, 1, state=PASSIVE, due=NOW)
    assert [await of(world).unhanded(now=now) for now in (NOW - 1, NOW, NOW)] == [0, 1, 0]
    assert await world.rows(outbox, "state", "again") == [(DUE, 1)]


async def test_who_frees_what(world: World) -> None:
    async with world.database.write() as connection:
        for address, person in (("telegram:1", 1), ("wechat:w", 1), ("telegram:2", 2)):
            await connection.execute(insert(addresses).values(id=address, person=person, since=0))
    box = of(world)
    await put(world, 1, state=HELD, kind="reply", tries=5)
    await put(world, 2, state=HELD, kind="notice", done=1)
    await put(world, 3, state=HELD, kind="reply", address="telegram:2", person=2)
    assert await box.holding() == {"telegram:1", "wechat:w", "telegram:2"}
    assert [(each.text, done) for each, done in await box.held("wechat:w")] == [("2", 0)]
    assert [(each.text, done) for each, done in await box.held("telegram:1")] == [("1", 0), ("2", 1)]
    await box.free("wechat:w", now=NOW + 1)
    assert await world.rows(outbox, "id", "state", "tries") == [(1, HELD, 5), (2, DUE, 0), (3, HELD, 0)]
    await box.free("telegram:1", now=NOW + 1)
    assert await world.rows(outbox, "id", "state", "tries") == [(1, DUE, 0), (2, DUE, 0), (3, HELD, 0)]


async def test_the_messages_of_a_broadcast_are_counted_by_state(world: World) -> None:
    for number, state in ((1, SENT), (2, SENT), (3, HELD)):
        await put(world, number, state=state, batch=7)
    await put(world, 4, state=SENT, batch=8)
    assert await Broadcasts(world.database).counts(7) == {SENT: 2, HELD: 1}
    given = await of(world).given([1, 99])
    assert {number: (address, letter.text, letter.id) for number, (address, letter) in given.items()} == {
        1: ("telegram:1", "1", 1)
    }
