"""Messages that wait for their files come back as they were, in order, and once."""

from __future__ import annotations

import asyncio

from sqlalchemy import insert

from bot.talk.messages import Incoming, Press
from rules.instants import from_micros
from storage.spool import Spool
from storage.tables import inbox
from tests.storage.world import NOW, World

MESSAGE = Incoming(
    "telegram", "1", "b/7", from_micros(NOW), "文", Press("q", "c"), origin="5", bound="8/film", unread="voice"
)
WANTED = [("ref", "图.jpg", None), ("other", "b.mp4", 5)]


async def test_a_message_comes_back_as_it_was(world: World) -> None:
    spool = Spool(world.database, world.numbers)
    assert [await spool.put(MESSAGE, WANTED) for _ in range(2)] == [True, False]
    [kept] = await spool.all()
    assert (kept.key, kept.incoming, list(kept.wanted), kept.tries) == ("telegram:b/7", MESSAGE, WANTED, 0)
    await spool.tried(kept.key)
    assert ([each.tries for each in await spool.all()], await spool.has(kept.key)) == ([1], True)
    await spool.drop(kept.key)
    assert (await spool.all(), await spool.has(kept.key)) == ([], False)


async def test_what_is_settled_already_is_not_kept_again(world: World) -> None:
    async with world.database.write() as connection:
        await connection.execute(insert(inbox).values(id="telegram:b/7", number=1, address="telegram:1", at=NOW))
    assert await Spool(world.database, world.numbers).put(MESSAGE, WANTED) is False


async def test_the_oldest_comes_first(world: World) -> None:
    spool = Spool(world.database, world.numbers)
    for number in range(5):
        await spool.put(Incoming("telegram", "1", f"{9 - number}", from_micros(NOW)), ())
    assert [each.incoming.id for each in await spool.all()] == ["9", "8", "7", "6", "5"]


async def test_the_same_message_at_two_programs_at_once_is_kept_once(rivals: list[World]) -> None:
    puts = [Spool(world.database, world.numbers).put(MESSAGE, WANTED) for world in rivals]
    assert sorted(await asyncio.gather(*puts)) == [False, False, True]
