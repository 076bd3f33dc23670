"""The tick: from time to time, and whenever somebody rings, what is due by the clock is done.

APScheduler beats in this process and knows nothing else: no job store, so nothing is run twice by two programs; what is
due stands in tables. The deployment's clock may be a simulated one; then the tick is rung as soon as that is moved.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)

#: Seconds between two beats.
EVERY = 5.0


class Tick:
    """Calls `act` again and again. Start `run()` as a task; `rang()` asks for a beat at once."""

    def __init__(self, act: Callable[[], Awaitable[None]], *, every: float = EVERY) -> None:
        self._act, self._every = act, every
        self._scheduler: Any = None
        self._again = False
        self._beating: asyncio.Task[None] | None = None
        self._last = 0.0

    def rang(self) -> None:
        """Something may be due now."""
        if self._beating is not None and not self._beating.done():
            self._again = True  # one act at a time
        elif self._scheduler is not None:
            self._beating = asyncio.create_task(self._acted())

    async def run(self) -> None:
        """Work until cancelled; an act under way is finished first."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            self._beat, "interval", seconds=self._every, id="tick", next_run_time=datetime.now(UTC),
            misfire_grace_time=None, coalesce=True, max_instances=1,
        )  # fmt: skip
        self._scheduler.start()
        try:
            await self._watch()
        finally:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
            if self._beating is not None:
                with suppress(asyncio.CancelledError):
                    await asyncio.shield(self._beating)

    async def _watch(self) -> None:
        """Beat also when the machine's time was set back: the scheduler would sleep until it has caught up."""
        seconds = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(self._every)
            if seconds() - self._last > 2 * self._every:
                next_one = datetime.now(UTC) + timedelta(seconds=self._every)
                self._scheduler.modify_job("tick", next_run_time=next_one)
                self.rang()

    async def _beat(self) -> None:
        """One beat, in a task of its own, which stopping the scheduler does not cut off."""
        self.rang()

    async def _acted(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            self._last = asyncio.get_running_loop().time()
            try:
                await self._act()
            except Exception as broken:
                # What was not done is still due; the next beat does it.
                log.exception("a tick failed", error=type(broken).__name__)
