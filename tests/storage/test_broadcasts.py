"""Messages to many: who would hear them, each once where they wrote last, and whom nothing reached."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update

from rules.deeds_broadcast import Broadcast
from rules.looks_contact import Receiver, Receivers, Unreached, UnreachedIn
from storage.tables import addresses, outbox, people, seats, units
from storage.tables_post import broadcasts
from tests.storage.world import CAMPAIGN, NOW, World


async def peopled(world: World) -> tuple[int, int]:
    """Two liaisons for two units, one of whom sits for both, and a third unit that nobody sits for."""
    one, two = await world.unit("未央区"), await world.unit("碑林区")
    empty = await world.unit("新城区")
    async with world.database.write() as connection:
        await connection.execute(update(units).where(units.c.id == empty).values(contacts='[["赵","12345678"]]'))
        rows: list[dict[str, Any]] = []
        for person, name, channel, own in ((1, "王", "wechat", [one, two]), (2, "李", "telegram", [two])):
            await connection.execute(insert(people).values(id=person, name=name, channel=channel, address="x"))
            await connection.execute(insert(addresses).values(id=f"{channel}:x", person=person, since=0))
            rows += [{"id": world.numbers(), "person": person, "campaign": CAMPAIGN, "role": "liaison", "unit": unit}
                     for unit in own]  # fmt: skip
        rows.append({"id": world.numbers(), "person": 2, "campaign": CAMPAIGN, "role": "admin", "unit": 0})
        await connection.execute(insert(seats), rows)
    return one, two


async def test_receivers_are_the_liaisons_of_the_campaign_by_unit(world: World) -> None:
    one, two = await peopled(world)
    assert await world.look(Receivers(CAMPAIGN)) == (
        Receiver(1, "王", one, "未央区", "district", "wechat", ""),
        Receiver(1, "王", two, "碑林区", "district", "wechat", ""),
        Receiver(2, "李", two, "碑林区", "district", "telegram", ""),
    )
    assert await world.look(Receivers("another")) == ()


async def test_each_of_many_gets_one_message_after_all_others_where_they_wrote_last(world: World) -> None:
    await peopled(world)
    begun = await world.do(Broadcast(CAMPAIGN, "征集", "请尽快。", (1, 2), by=2))
    assert begun.total == 2
    columns = ("address", "person", "state", "kind", "rank", "due", "batch", "campaign")
    assert await world.rows(outbox, *columns) == [
        ("telegram:x", 2, "due", "broadcast", 2, NOW, begun.batch, CAMPAIGN),
        ("wechat:x", 1, "due", "broadcast", 2, NOW, begun.batch, CAMPAIGN),
    ]
    assert await world.rows(broadcasts, "id", "by", "state", "text") == [(begun.batch, 2, "running", "请尽快。")]


async def test_whom_nothing_reached_stands_on_the_list_once_for_each_unit_with_whom_to_phone(world: World) -> None:
    await peopled(world)
    begun = await world.do(Broadcast(CAMPAIGN, "征集", "请尽快。", (1, 2), by=2))
    again = await world.do(Broadcast(CAMPAIGN, "征集", "再请。", (1,), by=2))
    assert begun.batch != again.batch
    async with world.database.write() as connection:
        held = update(outbox).where(outbox.c.person == 1).values(state="held", why="contact.nobody")
        await connection.execute(held)
    assert await world.look(UnreachedIn(CAMPAIGN)) == (
        Unreached("未央区", "王", "contact.nobody", ""),
        Unreached("碑林区", "王", "contact.nobody", ""),
        Unreached("新城区", "", "not_joined", "赵 12345678"),
    )
