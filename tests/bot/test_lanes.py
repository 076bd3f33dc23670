"""Kept messages are settled in the order in which their sender wrote them, whatever they write from."""

from __future__ import annotations

import asyncio

from sqlalchemy import insert, select

from bot.handlers.ports import CannotFetch, Wanted
from bot.talk.messages import Incoming
from storage.tables import addresses, inbox
from tests.bot.door import Door
from tests.bot.test_intake import door

__all__ = ["door"]


async def test_whoever_writes_from_another_messenger_waits_behind_what_is_kept_of_the_first(door: Door) -> None:
    await door.say("你好")
    async with door.office.database.write() as connection:
        person = select(addresses.c.person).where(addresses.c.id == "fake:1").scalar_subquery()
        await connection.execute(insert(addresses).values(id="other:9", person=person))
    door.files.wrong["a"] = [CannotFetch("unreachable", "no")] * 2
    late = await door.intake.accept(door.message("", unread=""), wanted=[Wanted("a", "甲.pdf")])
    from_there = Incoming("other", "9", "n1", door.office.clock.now(), "王")
    after = await door.intake.accept(from_there)
    await asyncio.gather(late, after)
    async with door.office.database.read() as connection:
        came = (await connection.execute(select(inbox.c.id).order_by(inbox.c.number))).scalars().all()
    assert came == ["fake:m1", "fake:m2", "other:n1"]
