"""Drafts: whose they are, which are only set aside, and the one touched last first."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from rules.looks import Draft, Drafts
from storage.tables import sessions
from tests.storage.world import CAMPAIGN, World


async def _put(world: World, number: int, **changes: object) -> None:
    row = {"id": number, "person": 1, "flow": "enter", "campaign": CAMPAIGN, "title": f"第{number}份"}
    row |= {"step": "案例内容", "touched": number, "state": "parked", **changes}
    async with world.database.write() as connection:
        await connection.execute(insert(sessions).values(row))


async def test_drafts_are_those_set_aside_newest_first(world: World) -> None:
    await _put(world, 1, touched=30)
    await _put(world, 2, touched=10)
    await _put(world, 3, touched=20)
    await _put(world, 4, touched=20)
    await _put(world, 5, state="active")
    await _put(world, 6, state="done")
    await _put(world, 7, state="cancelled")
    await _put(world, 8, person=2)
    await _put(world, 9, campaign="other")
    found = await world.look(Drafts(1, CAMPAIGN))
    assert [draft.session for draft in found] == [1, 4, 3, 2]
    assert found[0] == Draft(1, "enter", "第1份", "案例内容", 30, CAMPAIGN)
    assert [draft.session for draft in await world.look(Drafts(2, CAMPAIGN))] == [8]
    assert await world.look(Drafts(3, CAMPAIGN)) == ()


async def test_nobody_can_have_two_active_conversations(world: World) -> None:
    await _put(world, 1, state="active")
    await _put(world, 2, state="active", person=2)
    await _put(world, 3)
    with pytest.raises(IntegrityError):
        await _put(world, 4, state="active")
    assert await world.rows(sessions, "id", "state") == [(1, "active"), (2, "active"), (3, "parked")]
