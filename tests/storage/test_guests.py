"""Web identities: a token is known by its hash only, replaced once, and dead afterwards."""

from __future__ import annotations

import asyncio
import hashlib

from rules.instants import from_micros
from storage.guests import Guests
from storage.tables import guests
from tests.storage.world import NOW, World

AT = from_micros(NOW)
OLD, NEW, OTHER = (hashlib.sha256(token).digest() for token in (b"old", b"new", b"other"))


async def test_an_admitted_token_is_known_and_another_is_not(world: World) -> None:
    ours = Guests(world.database)
    await ours.admit(OLD, "a1", AT)
    assert [await ours.known(token) for token in (OLD, NEW)] == ["a1", None]
    assert await world.rows(guests, "token_hash", "address", "at") == [(OLD.hex(), "a1", NOW)]


async def test_a_token_admitted_again_keeps_its_address(world: World) -> None:
    ours = Guests(world.database)
    for address in ("a1", "a2"):
        await ours.admit(OLD, address, AT)
    assert await ours.known(OLD) == "a1"


async def test_a_replaced_token_is_dead(world: World) -> None:
    ours = Guests(world.database)
    await ours.admit(OLD, "a1", AT)
    await ours.admit(OTHER, "a2", AT)
    await ours.replace(OLD, NEW, AT)
    assert [await ours.known(token) for token in (OLD, NEW, OTHER)] == [None, "a1", "a2"]


async def test_a_token_that_was_never_issued_replaces_nothing(world: World) -> None:
    ours = Guests(world.database)
    await ours.replace(OLD, NEW, AT)
    assert [await ours.known(token) for token in (OLD, NEW)] == [None, None]


async def test_the_button_pressed_twice_at_once_replaces_once(rivals: list[World]) -> None:
    first = Guests(rivals[0].database)
    await first.admit(OLD, "a1", AT)
    await asyncio.gather(*(Guests(each.database).replace(OLD, NEW, AT) for each in rivals))
    await asyncio.gather(*(Guests(each.database).admit(OTHER, f"b{n}", AT) for n, each in enumerate(rivals)))
    assert [await first.known(token) for token in (OLD, NEW)] == [None, "a1"]
    assert len(await rivals[0].rows(guests, "address")) == 2
