"""What is put away by itself: people's data when they asked for it, codes that open nothing, files made long ago."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Set
from dataclasses import replace

import structlog

from rules.erasing import is_over
from rules.instants import micros
from rules.notice import Notice
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.made import Made
from storage import erasures
from storage.database import Database, StillRead
from storage.erasing import Eraser, Whom
from storage.leases import HOUSE, Leadership
from storage.sealing import seal_old

log = structlog.get_logger(__name__)

_SECOND = 1_000_000
_HOUR = 3600 * _SECOND
#: Seconds between two looks for requests, and between two rounds of the rest.
EVERY, ROUND = 20.0, 3600.0
#: How long a person can still read the answer to a request, and how long an answer that does not get through counts.
GRACE, PATIENCE = 60 * _SECOND, _HOUR
#: Days for which packed exports can be fetched.
DAYS = 7


class Housekeeper:
    """Puts away. Start `run()` as a task."""

    def __init__(
        self, database: Database, made: Made, notices: Mapping[str, Notice], clock: SystemClock | SimulatedClock,
        pepper: bytes,
    ) -> None:  # fmt: skip
        """`pepper` keys the hashes of codes."""
        self._database, self._made, self._notices = database, made, notices
        self._clock, self._pepper, self._leadership = clock, pepper, Leadership(HOUSE)

    async def run(self) -> None:
        """Work until cancelled."""
        waited = ROUND
        while True:
            await asyncio.sleep(EVERY)
            waited += EVERY
            try:
                await self.fulfil()
                if waited >= ROUND:
                    waited = 0.0
                    await self.tidy()
            except Exception as broken:  # noqa: BLE001  what was not done now is due in the next round
                log.error("housekeeping broke off", failure=type(broken).__name__)

    async def fulfil(self) -> int:
        """Erase whoever asked for it, one after the other, unless another program does; gives how many."""
        gone: set[int] = set()
        while await self._asked(gone):
            async with self._leadership.leading(self._database) as mine:
                # Whom another program has erased meanwhile is not among them any more.
                if not mine or not (asked := await self._asked(gone)):
                    break
                await self._erase(asked[0])
                gone.add(asked[0].person)
        if gone:
            await self._made.forget(before=micros(self._clock.now()) + 1)
            try:
                await self._database.scrub()
            except StillRead:
                log.warning("the database's log was being read; what was erased leaves it with the next rest")
        return len(gone)

    async def _asked(self, gone: Set[int]) -> list[Whom]:
        """Those whose request is due, without those who are gone already."""
        now, running = micros(self._clock.now()), self._running()
        asked = await erasures.due(self._database, before=now - GRACE, anyway=now - PATIENCE, running=running)
        return [replace(each, spare=running) for each in asked if each.person not in gone]

    async def _erase(self, whom: Whom) -> None:
        """Erase one person, and note what has to wait for the end of a campaign."""
        now = micros(self._clock.now())
        erased = await Eraser(self._database, note=self._made.note_unnamed).person(whom)
        await self._made.remove_unnamed(self._database)
        if waits := await erasures.left_to_do(self._database, whom):
            await erasures.later(self._database, whom, waits, at=now)
        else:
            counts = {"rows": erased.rows, "files": len(erased.files)}
            await erasures.done(self._database, whom.person, counts, at=now)

    async def tidy(self) -> None:
        """Remove what was made for fetching long ago; the program that leads seals old codes, too."""
        now = micros(self._clock.now())
        await self._made.remove_unnamed(self._database)
        await self._made.forget(before=now - DAYS * 24 * _HOUR)
        async with self._leadership.leading(self._database) as mine:
            if mine:
                await seal_old(self._database, self._pepper, now=now)

    def _running(self) -> tuple[str, ...]:
        return tuple(each for each, notice in self._notices.items() if not is_over(notice, self._clock.now()))
