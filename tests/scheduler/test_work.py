"""The worker: kinds side by side, progress on the way, results once, whatever crashes or takes too long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest

from bot.desk import Desk
from bot.fakes import FakeClock
from bot.talk.messages import Incoming
from rules.deeds import StartWork
from rules.instants import from_micros
from scheduler.work import MOST_TRIES, Skill, Worker
from storage import work
from storage.tables import work as table
from tests.storage.conftest import shaped as shaped
from tests.storage.conftest import shaped_url as shaped_url
from tests.storage.conftest import world as world
from tests.storage.world import NOW, World

Facts = Mapping[str, Any]


class Ear:
    """A desk that only listens. `deaf` breaks at every message."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.heard: list[Incoming] = []
        self._deaf = deaf

    async def receive(self, incoming: Incoming) -> tuple[()]:
        """Take one message."""
        self.heard.append(incoming)
        if self._deaf:
            raise LookupError("nobody is here")
        return ()

    @property
    def told(self) -> list[tuple[str, Any]]:
        """The number of each message without that of the work, and what it says."""
        return [("/".join(each.id.split("/")[2:]), each.facts.get("said")) for each in self.heard]


async def start(world: World, *names: str, kind: str = "film") -> None:
    for name in names:
        await world.do(StartWork(kind, {"name": name}, session=7, topic=kind))


def worker(world: World, ear: Ear, skills: Mapping[str, Skill], **options: float) -> Worker:
    return Worker(world.database, cast(Desk, ear), FakeClock(from_micros(NOW)), skills, **options)


@asynccontextmanager
async def working(*workers: Worker) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each.run()) for each in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def until(true: Callable[[], bool]) -> None:
    for _ in range(4000):
        if true():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


async def at_rest(world: World) -> None:
    """Return when no work is left."""
    for _ in range(4000):
        if not await work.is_left(world.database):
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


async def states(world: World) -> list[tuple[Any, ...]]:
    return await world.rows(table, "state", "tries", "leased")


async def test_what_is_yielded_is_told_on_the_way_and_the_last_is_the_result(world: World) -> None:
    async def perform(payload: Facts) -> AsyncGenerator[Facts]:
        yield {"progress": True, "stage": "header", "said": "规格"}
        yield {"progress": True, "stage": "whole", "said": "一半"}
        yield {"progress": False, "said": f"{payload['name']}好了"}

    await start(world, "片")
    ear = Ear()
    async with working(worker(world, ear, {"film": Skill(perform, "broken")})):
        await at_rest(world)
    assert ear.told == [("1", "规格"), ("2", "一半"), ("", "片好了")]
    assert {(each.channel, each.address, each.topic) for each in ear.heard} == {("inside", "7", "film")}
    assert [each.facts["asked"] for each in ear.heard] == [{"name": "片"}] * 3
    assert await states(world) == [("done", 1, 0)]


async def test_progress_of_one_stage_is_told_seldom(world: World) -> None:
    async def perform(payload: Facts) -> AsyncGenerator[Facts]:
        for share in range(50):
            yield {"progress": True, "stage": "whole", "said": share}
        yield {"said": "好了"}

    await start(world, "片")
    ear = Ear()
    async with working(worker(world, ear, {"film": Skill(perform, "broken")}, every=3600.0)):
        await until(lambda: ear.told[-1:] == [("", "好了")])
    assert ear.told == [("1", 0), ("", "好了")]


async def test_a_long_film_holds_up_no_form_and_only_so_many_films_go_at_once(world: World) -> None:
    gate, under_way, most = asyncio.Event(), 0, 0

    async def film(payload: Facts) -> Facts:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await gate.wait()
        under_way -= 1
        return {"said": payload["name"]}

    async def form(payload: Facts) -> Facts:
        return {"said": payload["name"]}

    await start(world, "片1", "片2", "片3")
    await start(world, "表", kind="form")
    ear = Ear()
    async with working(worker(world, ear, {"film": Skill(film, "broken", most=2), "form": Skill(form, "broken")})):
        await until(lambda: ear.told == [("", "表")] and under_way == 2)
        gate.set()
        await until(lambda: len(ear.heard) == 4)
    assert (sorted(said for _, said in ear.told), most) == (["片1", "片2", "片3", "表"], 2)


async def test_two_programs_do_not_both_decode_the_same_film(world: World) -> None:
    begun: list[str] = []

    async def film(payload: Facts) -> Facts:
        begun.append(payload["name"])
        await asyncio.sleep(0.02)
        return {"said": payload["name"]}

    await start(world, *(f"片{number}" for number in range(6)))
    ear = Ear()
    skills = {"film": Skill(film, "broken", most=2)}
    async with working(worker(world, ear, skills), worker(world, ear, skills)):
        await until(lambda: len(ear.heard) == 6)
    assert sorted(begun) == [f"片{number}" for number in range(6)]


async def test_what_is_under_way_when_the_program_stops_is_given_back(world: World) -> None:
    begun = asyncio.Event()

    async def film(payload: Facts) -> Facts:
        begun.set()
        await asyncio.Event().wait()
        return {}

    await start(world, "片")
    ear = Ear()
    async with working(worker(world, ear, {"film": Skill(film, "broken")})):
        await asyncio.wait_for(begun.wait(), 20)
    assert await states(world) == [("waiting", 0, 0)]

    async def quick(payload: Facts) -> Facts:
        return {"said": "好了"}

    async with working(worker(world, ear, {"film": Skill(quick, "broken")})):
        await until(lambda: bool(ear.heard))
    assert ear.told == [("", "好了")]


async def test_what_fails_is_tried_again_and_then_given_up_with_a_sentence(world: World) -> None:
    tries = 0

    async def film(payload: Facts) -> AsyncGenerator[Facts]:
        nonlocal tries
        tries += 1
        yield {"progress": True, "stage": "header", "said": "规格"}
        raise OSError("the disk is full")

    await start(world, "片.mp4")
    ear = Ear()
    async with working(worker(world, ear, {"film": Skill(film, "material.broken")})):
        await at_rest(world)
    assert tries == MOST_TRIES
    assert ear.heard[-1].facts["error"] == {"key": "material.broken", "facts": {"name": "片.mp4"}}
    assert {each.id for each in ear.heard} == {ear.heard[0].id, ear.heard[-1].id}
    assert await states(world) == [("failed", MOST_TRIES, 0)]


async def test_what_took_the_program_with_it_each_time_is_not_tried_for_ever(world: World) -> None:
    await start(world, "片")
    for _ in range(MOST_TRIES):
        assert len(await work.take(world.database, "film", 1, now=NOW, until=NOW)) == 1
    begun = False

    async def film(payload: Facts) -> Facts:
        nonlocal begun
        begun = True
        return {}

    ear = Ear()
    async with working(worker(world, ear, {"film": Skill(film, "material.broken")})):
        await until(lambda: bool(ear.heard))
    assert (begun, ear.heard[0].facts["error"]["key"]) == (False, "material.broken")


async def test_a_performer_that_ends_with_progress_only_has_failed(world: World) -> None:
    async def film(payload: Facts) -> AsyncGenerator[Facts]:
        yield {"progress": True, "stage": "header"}

    await start(world, "片")
    ear = Ear()
    async with working(worker(world, ear, {"film": Skill(film, "material.broken")})):
        await at_rest(world)
    assert [state for state, _, _ in await states(world)] == ["failed"]


@pytest.mark.parametrize("names", [("一", "二")])
async def test_a_result_that_nobody_can_take_stops_no_other_work(world: World, names: tuple[str, ...]) -> None:
    async def film(payload: Facts) -> Facts:
        return {"said": payload["name"]}

    await start(world, *names)
    ear = Ear(deaf=True)
    async with working(worker(world, ear, {"film": Skill(film, "broken")})):
        await until(lambda: len(ear.heard) == 2)
    assert ear.told == [("", "一"), ("", "二")]
