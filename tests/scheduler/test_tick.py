"""The tick beats from time to time, at once when it is rung, one act at a time, and survives whatever an act does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.fakes import FakeClock
from scheduler.tick import Tick

FOREVER = 3600.0


@asynccontextmanager
async def running(tick: Tick) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(tick.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Acts:
    """Counts acts, and says when there were so many."""

    def __init__(self, then: Callable[[], Awaitable[None]] | None = None) -> None:
        self.count, self._then = 0, then
        self._reached: dict[int, asyncio.Event] = {}

    async def __call__(self) -> None:
        """One act."""
        self.count += 1
        self.reached(self.count).set()
        if self._then is not None:
            await self._then()

    def reached(self, count: int) -> asyncio.Event:
        """The event of the act with this number."""
        return self._reached.setdefault(count, asyncio.Event())


async def test_it_beats_at_once_and_then_again_and_again() -> None:
    acts = Acts()
    async with running(Tick(acts, every=0.05)), asyncio.timeout(30):
        await acts.reached(3).wait()


async def test_rung_it_beats_at_once_and_not_before() -> None:
    acts = Acts()
    tick = Tick(acts, every=FOREVER)
    async with running(tick), asyncio.timeout(30):
        await acts.reached(1).wait()
        await asyncio.sleep(0.1)
        assert acts.count == 1
        tick.rang()
        await acts.reached(2).wait()


async def test_a_clock_that_is_set_forward_rings_it() -> None:
    acts, clock = Acts(), FakeClock(datetime(2024, 3, 1, tzinfo=UTC))
    tick = Tick(acts, every=FOREVER)
    clock.on_moved.append(tick.rang)
    async with running(tick), asyncio.timeout(30):
        await acts.reached(1).wait()
        clock.advance(timedelta(days=3))
        await acts.reached(2).wait()


async def test_rung_in_the_middle_of_an_act_it_acts_once_more_and_never_two_at_once() -> None:
    going, free = asyncio.Event(), asyncio.Event()
    under_way = most = 0

    async def long() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        going.set()
        await free.wait()
        under_way -= 1

    acts = Acts(long)
    tick = Tick(acts, every=FOREVER)
    async with running(tick), asyncio.timeout(30):
        await going.wait()
        tick.rang()
        tick.rang()
        free.set()
        await acts.reached(2).wait()
        await asyncio.sleep(0.1)
        assert (acts.count, most) == (2, 1)


async def test_an_act_that_breaks_is_tried_again() -> None:
    async def breaks() -> None:
        raise OSError("the disk is full")

    acts = Acts(breaks)
    tick = Tick(acts, every=FOREVER)
    with capture_logs() as told:
        async with running(tick), asyncio.timeout(30):
            await acts.reached(1).wait()
            tick.rang()
            await acts.reached(2).wait()
    assert [(each["event"], each["error"]) for each in told] == [("a tick failed", "OSError")] * 2


async def test_a_machine_s_time_that_is_set_back_does_not_silence_it() -> None:
    acts = Acts()
    tick = Tick(acts, every=0.05)
    async with running(tick), asyncio.timeout(30):
        await acts.reached(1).wait()
        # As after an hour back: the next beat is an hour away.
        tick._scheduler.modify_job("tick", next_run_time=datetime.now(UTC) + timedelta(hours=1))
        count = acts.count
        await acts.reached(count + 1).wait()
        await acts.reached(count + 2).wait()


async def test_at_the_end_an_act_under_way_is_finished() -> None:
    going, free, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def long() -> None:
        going.set()
        await free.wait()
        done.set()

    async with asyncio.timeout(30):
        async with running(Tick(Acts(long), every=FOREVER)) as task:
            await going.wait()
            task.cancel()
            await asyncio.sleep(0)
            free.set()
        assert done.is_set()


async def test_a_clock_that_refuses_to_be_set_back_rings_nobody() -> None:
    clock = FakeClock(datetime(2024, 3, 1, tzinfo=UTC))
    told: list[int] = []
    clock.on_moved.append(lambda: told.append(1))
    with pytest.raises(ValueError, match="never set back"):
        clock.move(datetime(2024, 2, 1, tzinfo=UTC))
    assert told == []
