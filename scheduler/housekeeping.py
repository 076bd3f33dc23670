"""What is put away by itself: people's data when they asked for it, codes that open nothing, files made long ago."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import structlog

from rules.erasing import is_over
from rules.instants import micros
from rules.notice import Notice
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.made import Made
from storage import erasures
from storage.database import Database, StillRead
from storage.erasing import Eraser
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
        self._clock, self._pepper = clock, pepper

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
        """Erase whoever asked for it; gives how many."""
        now = micros(self._clock.now())
        running = self._running()
        asked = await erasures.due(self._database, before=now - GRACE, anyway=now - PATIENCE, running=running)
        for whom in [replace(each, spare=running) for each in asked]:
            erased = await Eraser(self._database, note=self._made.note_unnamed).person(whom)
            await self._made.remove_unnamed(self._database)
            if waits := await erasures.left_to_do(self._database, whom):
                await erasures.later(self._database, whom, waits, at=now)
            else:
                counts = {"rows": erased.rows, "files": len(erased.files)}
                await erasures.done(self._database, whom.person, counts, at=now)
        if asked:
            await self._made.forget(before=now + 1)
            try:
                await self._database.scrub()
            except StillRead:
                log.warning("the database's log was being read; what was erased leaves it with the next rest")
        return len(asked)

    async def tidy(self) -> None:
        """Seal old codes, and remove what was made for fetching long ago."""
        now = micros(self._clock.now())
        await self._made.remove_unnamed(self._database)
        await seal_old(self._database, self._pepper, now=now)
        await self._made.forget(before=now - DAYS * 24 * _HOUR)

    def _running(self) -> tuple[str, ...]:
        return tuple(each for each, notice in self._notices.items() if not is_over(notice, self._clock.now()))
