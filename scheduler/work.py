"""Slow work after the turn: done outside of any transaction, its result sent back in as a message.

A piece of work is leased before it is begun, so that two programs on one database never do the same one. A crash
between doing and noting repeats the work; its messages have the work's number, so each counts once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot.desk import Desk
from bot.talk.messages import Incoming
from bot.talk.wishes import INSIDE
from rules.instants import micros
from scheduler.clock import SimulatedClock, SystemClock
from storage import work
from storage.database import Database

log = structlog.get_logger(__name__)

Facts = Mapping[str, Any]
Performer = Callable[[Facts], Awaitable[Facts] | AsyncIterator[Facts]]

MOST_TRIES = 3
#: Seconds after which waiting work is looked for even if nobody rang.
IDLE = 5.0
#: Seconds for which a piece of work is leased; the lease is renewed in every look.
LEASE = 60.0
#: Seconds between two words of progress on the same stage. Source: the Bot API allows about one message a second to a
#: chat, edits included.
EVERY = 2.0
#: Seconds that the end of a piece of work, once it has a result, may take when the program is stopped.
LAST = 5.0


class NoResult(RuntimeError):
    """A performer ended without its last facts."""


@dataclass(frozen=True, slots=True)
class Skill:
    """How one kind of work is done: by whom, at most how many at once, and what is said when it fails for good.

    A performer is awaited for its facts, or it is an async generator: facts with "progress" are told as they come, the
    last facts are the result. `broken` is a wording key; its sentence gets the `name` of the payload.
    """

    perform: Performer
    broken: str
    most: int = 1


class Worker:
    """Does what waits, oldest first, kinds side by side. Start `run()` as a task; `rang()` wakes it."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        clock: SystemClock | SimulatedClock,
        skills: Mapping[str, Skill],
        *,
        lease: float = LEASE,
        every: float = EVERY,
    ) -> None:
        """`skills` by kind; what they give goes back as the facts of messages. `lease` and `every` in seconds."""
        self._database, self._desk, self._clock, self._skills = database, desk, clock, skills
        self._lease, self._every = timedelta(seconds=lease), every
        self._news = asyncio.Event()
        self._at_work: dict[asyncio.Task[None], work.Job] = {}

    def rang(self) -> None:
        """There may be new work."""
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled; what is under way then is given back."""
        try:
            while True:
                self._news.clear()
                await _uncut(self._look())
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(IDLE, self._lease.total_seconds() / 3)):
                        await self._news.wait()
        finally:
            await asyncio.shield(self._end())

    async def _look(self) -> None:
        try:
            await self._begin()
        except Exception as broken:  # noqa: BLE001  the next look will do; the worker must not end
            log.error("work was not looked for", failure=type(broken).__name__)

    async def _begin(self) -> None:
        """Renew what is under way and begin what there is room for."""
        now = self._clock.now()
        until = micros(now + self._lease)
        mine = [job.id for job in self._at_work.values()]
        if mine:
            await work.renew(self._database, mine, until=until)
        busy = [job.kind for job in self._at_work.values()]
        room = {kind: skill.most - busy.count(kind) for kind, skill in self._skills.items()}
        free = [kind for kind, places in room.items() if places > 0]
        for kind in sorted(await work.waiting(self._database, free, now=micros(now))):
            jobs = await work.take(self._database, kind, room[kind], now=micros(now), until=until, but=mine)
            for job in jobs:
                task = asyncio.create_task(self._do(job))
                self._at_work[task] = job
                task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._at_work[task]
        self._news.set()
        if not task.cancelled() and (broken := task.exception()) is not None:
            log.error("work lost its end", failure=type(broken).__name__)

    async def _end(self) -> None:
        """Give back what is under way, so that whoever works next need not wait for the lease to end."""
        at_work = dict(self._at_work)
        for task in at_work:
            task.cancel()
        for task, job in at_work.items():
            await asyncio.wait({task})
            if task.cancelled():
                await work.give_back(self._database, job)

    async def _do(self, job: work.Job) -> None:
        facts = await self._result(job)
        await _uncut(self._finish(job, facts))

    async def _finish(self, job: work.Job, facts: Facts | None) -> None:
        """Send a result in and note it; without one the piece waits for another try."""
        if facts is None:
            await work.mark(self._database, job, work.WAITING)
            return
        try:
            await self._send(job, "", facts)
        except Exception:
            # The desk has kept the incident; a result that nobody can take must not stop the work of others.
            log.exception("nobody took the result", work=job.id, kind=job.kind, session=job.session)
            await work.mark(self._database, job, work.FAILED)
            return
        await work.mark(self._database, job, work.DONE if "error" not in facts else work.FAILED)

    async def _result(self, job: work.Job) -> Facts | None:
        """What the work gave, or that it failed for good; None where another try is left."""
        skill = self._skills[job.kind]
        try:
            # Counted before it was begun: what takes the whole program with it is not tried for ever.
            if job.tries <= MOST_TRIES:
                return await self._perform(job, skill.perform)
        except Exception:
            log.exception("work failed", work=job.id, kind=job.kind, tries=job.tries)
        if job.tries < MOST_TRIES:
            return None
        return {"error": {"key": skill.broken, "facts": {"name": job.payload.get("name", "")}}}

    async def _perform(self, job: work.Job, perform: Performer) -> Facts:
        doing = perform(job.payload)
        if not isinstance(doing, AsyncIterator):
            return await doing
        assert isinstance(doing, AsyncGenerator), "a performer that yields is an async generator function"
        last: Facts | None = None
        told, stage, number = -self._every, "", 0
        seconds = asyncio.get_running_loop().time
        async with aclosing(doing):
            async for facts in doing:
                if not facts.get("progress"):
                    last = facts
                    continue
                number += 1
                if facts.get("stage", "") != stage or seconds() - told >= self._every:
                    told, stage = seconds(), facts.get("stage", "")
                    await self._tell(job, number, facts)
        if last is None:
            raise NoResult(f"expected a result of {job.kind!r} at the end, found progress only; check its performer")
        return last

    async def _tell(self, job: work.Job, number: int, facts: Facts) -> None:
        try:
            await self._send(job, f"/{number}", facts)
        except Exception:
            log.exception("nobody took the progress", work=job.id, kind=job.kind, session=job.session)

    async def _send(self, job: work.Job, part: str, facts: Facts) -> None:
        """Send facts in; with them goes what was asked for, by which a conversation knows what they are about."""
        told = {**facts, "asked": job.payload}
        number = f"work/{job.id}{part}"
        await self._desk.receive(
            Incoming(INSIDE, str(job.session), number, self._clock.now(), topic=job.topic, facts=told)
        )


async def _uncut(doing: Coroutine[Any, Any, None]) -> None:
    """Finish what uses the database, even when the program is told to stop meanwhile."""
    task = asyncio.ensure_future(doing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=LAST)
        task.cancel()
        raise
