"""Where somebody can be reached, what they did there last, and what is left of the budgets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from rules.contact import Place
from storage.contacts import Contacts
from storage.tables import addresses, inbox, people, seats
from storage.tables_post import attempts
from tests.storage.world import CAMPAIGN, MINUTE, NOW, World

W = "wechat:w"


async def known(world: World) -> Contacts:
    """Somebody with WeChat, Telegram and e-mail, who wrote on WeChat last."""
    async with world.database.write() as connection:
        await connection.execute(insert(people).values(id=1, channel="wechat", address="w"))
        for since, address in enumerate((W, "telegram:1", "mail:a@example.cn")):
            await connection.execute(insert(addresses).values(id=address, person=1, since=since))
    return Contacts(world.database)


async def wrote(world: World, at: int, *, event: bool = False) -> None:
    """They wrote, or something happened that nobody typed."""
    number = world.numbers()
    row = {"id": f"{number}", "number": number, "address": W, "at": at, "body": '{"o":"event"}' if event else "{}"}
    async with world.database.write() as connection:
        await connection.execute(insert(inbox).values(**row))


async def tried(world: World, at: int, outcome: str, *, way: str = "customer") -> None:
    """A try to send."""
    row: dict[str, Any] = {"id": world.numbers(), "letter": 1, "address": W, "way": way, "outcome": outcome, "at": at}
    async with world.database.write() as connection:
        await connection.execute(insert(attempts).values(**row))


async def test_a_person_has_a_home_and_places_oldest_first(world: World) -> None:
    contacts = await known(world)
    home, places = await contacts.of(1)
    assert (home, places) == (W, [Place("wechat", "w"), Place("telegram", "1"), Place("mail", "a@example.cn")])
    assert (await contacts.of(99), await contacts.at("telegram:99")) == (("", []), [])


async def test_windows_begin_with_the_newest_message_and_the_newest_event(world: World) -> None:
    contacts = await known(world)
    await wrote(world, NOW)
    await wrote(world, NOW + MINUTE, event=True)
    await wrote(world, NOW - MINUTE)
    [place] = await contacts.at(W)
    assert (place.heard, place.event) == (NOW, NOW + MINUTE)


async def test_only_what_may_have_gone_out_since_uses_up_a_budget(world: World) -> None:
    contacts = await known(world)
    await wrote(world, NOW)
    await tried(world, NOW - 1, "sent")
    for outcome in ("sent", "unsure", "", "later", "wrong", "left"):
        await tried(world, NOW + 1, outcome)
    await tried(world, NOW + 1, "sent", way="template")
    [place] = await contacts.at(W)
    assert place.after_heard == 3


async def test_what_the_platform_itself_says_is_used_up_is_used_up_until_they_write_again(world: World) -> None:
    contacts = await known(world)
    await wrote(world, NOW)
    await tried(world, NOW + 1, "shut")
    assert [place.after_heard for place in await contacts.at(W)] == [1000]
    await wrote(world, NOW + 2)
    assert [place.after_heard for place in await contacts.at(W)] == [0]


async def test_grants_add_up_and_never_fall_below_none(world: World) -> None:
    contacts = await known(world)
    for more in (1, 1, -1):
        await contacts.grant(W, "T", more=more)
    assert (await contacts.at(W))[0].grants == frozenset({"T"})
    for _ in range(3):
        await contacts.grant(W, "T", more=-1)
    assert (await contacts.at(W))[0].grants == frozenset()
    await contacts.grant(W, "T", more=1)
    assert (await contacts.at(W))[0].grants == frozenset({"T"})


async def test_who_is_out_of_reach_and_who_is_an_admin(world: World) -> None:
    contacts = await known(world)
    await contacts.reach(W, "unfollowed")
    assert (await contacts.shut(), (await contacts.at(W))[0].state) == ({W}, "unfollowed")
    await contacts.reach(W, "")
    assert await contacts.shut() == set()
    assert await contacts.is_admin("telegram:1") is False
    async with world.database.write() as connection:
        await connection.execute(insert(seats).values(id=1, person=1, campaign=CAMPAIGN, role="admin"))
    assert (await contacts.is_admin("telegram:1"), await contacts.admins("telegram")) == (True, {"1"})
