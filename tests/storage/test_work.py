"""Slow work: written down with the message that asks for it, taken oldest first, and not taken again when done."""

from __future__ import annotations

import pytest

from rules.deeds import Done, StartWork
from storage import work
from storage.moments import Moment
from storage.tables import work as table
from storage.work import Job
from tests.storage.world import NOW, World


async def _start(world: World, name: str) -> None:
    deed = StartWork("read_form", {"name": name, "sha256": "ab" * 32}, session=7, topic="document")
    assert await world.do(deed) == Done()


async def _waiting(world: World) -> list[tuple[str, int]]:
    return [(job.payload["name"], job.tries) for job in await work.waiting(world.database)]


async def test_work_waits_as_it_was_written_down(world: World) -> None:
    await _start(world, "申报表 '1'.docx")
    (job,) = await work.waiting(world.database)
    payload = {"name": "申报表 '1'.docx", "sha256": "ab" * 32}
    assert job == Job(job.id, "read_form", payload, session=7, topic="document", tries=0)
    assert await world.rows(table, "state", "at") == [("waiting", NOW)]


async def test_the_oldest_comes_first_and_only_so_many(world: World) -> None:
    for index in range(5):
        await _start(world, f"{index}")
    assert await _waiting(world) == [(f"{index}", 0) for index in range(5)]
    assert [job.payload["name"] for job in await work.waiting(world.database, most=2)] == ["0", "1"]


async def test_what_is_done_or_given_up_is_not_taken_again(world: World) -> None:
    for name in ("good", "bad", "later"):
        await _start(world, name)
    good, bad, later = await work.waiting(world.database)
    await work.mark(world.database, good, work.DONE)
    await work.mark(world.database, bad, work.FAILED)
    await work.mark(world.database, later, work.WAITING)
    assert await _waiting(world) == [("later", 1)]
    assert await world.rows(table, "state", "tries") == [("done", 1), ("failed", 1), ("waiting", 1)]


async def test_work_of_a_message_that_was_rolled_back_never_was(world: World) -> None:
    async def break_off() -> None:
        async with world.database.write() as connection:
            await work.start(Moment(connection, NOW, world.numbers), StartWork("x", {}, session=1, topic=""))
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await break_off()
    assert await _waiting(world) == []
