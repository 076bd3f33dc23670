"""Slow work after the turn: done outside of any transaction, its result sent back in as a message.

A crash between doing and noting repeats the work; the result's message has the work's number, so it counts once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog

from bot.desk import Desk
from bot.talk.messages import Incoming
from bot.talk.wishes import INSIDE
from scheduler.clock import SimulatedClock, SystemClock
from storage import work
from storage.database import Database

log = structlog.get_logger(__name__)

Performer = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

MOST_TRIES = 3
#: Seconds after which waiting work is looked for even if nobody rang.
IDLE = 5.0


class Worker:
    """Takes waiting work, oldest first, one piece at a time. Start `run()` as a task; `rang()` wakes it."""

    def __init__(
        self, database: Database, desk: Desk, clock: SystemClock | SimulatedClock, performers: Mapping[str, Performer]
    ) -> None:
        """`performers` do the work by kind; what they give goes back as the facts of a message."""
        self._database, self._desk, self._clock, self._performers = database, desk, clock, performers
        self._news = asyncio.Event()

    def rang(self) -> None:
        """There may be new work."""
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._news.clear()
            jobs = await work.waiting(self._database)
            for job in jobs:
                await self._do(job)
            if jobs:
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE):
                    await self._news.wait()

    async def _do(self, job: work.Job) -> None:
        try:
            facts = await self._performers[job.kind](job.payload)
        except Exception:
            log.exception("work failed", work=job.id, kind=job.kind, tries=job.tries + 1)
            if job.tries + 1 < MOST_TRIES:
                await work.mark(self._database, job, work.WAITING)
                return
            facts = {"error": {"key": "reading.broken", "facts": {"name": job.payload.get("name", "")}}}
        try:
            await self._desk.receive(
                Incoming(INSIDE, str(job.session), f"work/{job.id}", self._clock.now(), topic=job.topic, facts=facts)
            )
        except Exception:
            # The desk has kept the incident; a result that nobody can take must not stop the work of others.
            log.exception("nobody took the result", work=job.id, kind=job.kind, session=job.session)
            await work.mark(self._database, job, work.FAILED)
            return
        await work.mark(self._database, job, work.DONE if "error" not in facts else work.FAILED)
