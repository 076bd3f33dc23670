"""Slow work: written down with the message that asks for it, had by one program at a time, done once."""

from __future__ import annotations

import asyncio

import pytest

from rules.deeds import Done, StartWork
from storage import work
from storage.moments import Moment
from storage.tables import work as table
from storage.work import Job
from tests.storage.world import MINUTE, NOW, World

UNTIL = NOW + MINUTE


async def _start(world: World, name: str, kind: str = "read_form") -> None:
    deed = StartWork(kind, {"name": name, "sha256": "ab" * 32}, session=7, topic="document")
    assert await world.do(deed) == Done()


async def _take(world: World, *, now: int = NOW, most: int = 9, kind: str = "read_form") -> list[Job]:
    return await work.take(world.database, kind, most, now=now, until=now + MINUTE)


def _told(jobs: list[Job]) -> list[tuple[str, int]]:
    return [(job.payload["name"], job.tries) for job in jobs]


async def test_work_is_taken_as_it_was_written_down(world: World) -> None:
    await _start(world, "申报表 '1'.docx")
    (job,) = await _take(world)
    payload = {"name": "申报表 '1'.docx", "sha256": "ab" * 32}
    assert job == Job(job.id, "read_form", payload, session=7, topic="document", tries=1, leased=UNTIL)
    assert await world.rows(table, "state", "at", "leased") == [("waiting", NOW, UNTIL)]


async def test_the_oldest_comes_first_and_only_so_many(world: World) -> None:
    for index in range(5):
        await _start(world, f"{index}")
    assert _told(await _take(world, most=2)) == [("0", 1), ("1", 1)]
    assert _told(await _take(world)) == [("2", 1), ("3", 1), ("4", 1)]


async def test_kinds_are_taken_apart_and_named_while_something_of_them_is_free(world: World) -> None:
    await _start(world, "表")
    await _start(world, "片", "check_film")
    kinds = ("read_form", "check_film", "check_scan")
    assert await work.waiting(world.database, kinds, now=NOW) == {"read_form", "check_film"}
    assert await work.waiting(world.database, ("check_film",), now=NOW) == {"check_film"}
    assert _told(await _take(world, kind="check_film")) == [("片", 1)]
    assert await work.waiting(world.database, kinds, now=NOW) == {"read_form"}
    assert await work.is_left(world.database)


async def test_a_lease_keeps_others_away_until_it_ends(world: World) -> None:
    await _start(world, "片")
    await _take(world)
    assert await _take(world, now=UNTIL - 1) == []
    assert _told(await _take(world, now=UNTIL)) == [("片", 2)]


async def test_a_lease_that_is_renewed_goes_on(world: World) -> None:
    await _start(world, "片")
    (job,) = await _take(world)
    await work.renew(world.database, [job.id], until=UNTIL + MINUTE)
    assert await _take(world, now=UNTIL) == []


async def test_two_programs_at_once_never_get_the_same(world: World) -> None:
    for index in range(12):
        await _start(world, f"{index}")
    taken = await asyncio.gather(*(_take(world, most=5) for _ in range(4)))
    names = sorted(int(job.payload["name"]) for jobs in taken for job in jobs)
    assert names == sorted(set(names))
    assert len(names) >= 5


async def test_what_is_given_back_can_be_taken_at_once_and_does_not_count_as_tried(world: World) -> None:
    await _start(world, "片")
    (job,) = await _take(world)
    await work.give_back(world.database, job)
    assert _told(await _take(world)) == [("片", 1)]


async def test_what_another_program_took_over_is_not_given_back(world: World) -> None:
    await _start(world, "片")
    (job,) = await _take(world)
    (again,) = await _take(world, now=UNTIL)
    await work.give_back(world.database, job)
    assert await world.rows(table, "tries", "leased") == [(2, again.leased)]


async def test_what_is_done_or_given_up_is_not_taken_again(world: World) -> None:
    for name in ("good", "bad", "later"):
        await _start(world, name)
    good, bad, later = await _take(world)
    await work.mark(world.database, good, work.DONE)
    await work.mark(world.database, bad, work.FAILED)
    await work.mark(world.database, later, work.WAITING)
    await work.mark(world.database, good, work.FAILED)
    assert _told(await _take(world)) == [("later", 2)]
    assert await world.rows(table, "state", "tries") == [("done", 1), ("failed", 1), ("waiting", 2)]
    assert await work.is_left(world.database)


async def test_work_of_a_message_that_was_rolled_back_never_was(world: World) -> None:
    async def break_off() -> None:
        async with world.database.write() as connection:
            await work.start(Moment(connection, NOW, world.numbers), StartWork("x", {}, session=1, topic=""))
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await break_off()
    assert (await world.rows(table, "id"), await work.is_left(world.database)) == ([], False)
