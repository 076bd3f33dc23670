"""Messages to many that were planned for an instant: when it comes, each goes once, to those it is still meant for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from rules.audience import by_unit, fits
from rules.deeds import Heard
from rules.deeds_steering import NoteBreach
from rules.embargo import Embargo, breaches, hidden
from rules.instants import from_micros, micros, spoken
from rules.looks_contact import Receivers
from rules.looks_steering import Drafting, TalliesOf
from rules.notice import Notice
from scheduler.clock import SimulatedClock, SystemClock
from storage.broadcasts import Planned, call_off, come, launch, receivers
from storage.database import Database
from storage.leases import PLANNED, Leadership
from storage.moments import Moment
from storage.numbers import Numbers
from storage.registry import DEEDS
from storage.tallies import drafting, tallies_of
from storage.telling import tell_person

log = structlog.get_logger(__name__)

#: Seconds between two looks.
EVERY = 1.0


class PlannedBroadcasts:
    """Lets planned messages go. Start `run()` as a task; of several programs on one database one at a time does."""

    def __init__(
        self,
        database: Database,
        notices: Mapping[str, Notice],
        number: Numbers,
        clock: SystemClock | SimulatedClock,
        *,
        every: float = EVERY,
    ) -> None:
        self._database, self._notices, self._number, self._clock, self._every = database, notices, number, clock, every
        self._leadership = Leadership(PLANNED)
        #: Told that there is something new to send.
        self.posted: Callable[[], None] = lambda: None

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.tick()
            except Exception as broken:  # noqa: BLE001  a planned message may be late; the next round lets it go
                log.error("planned broadcasts were not looked at", failure=type(broken).__name__)
            await asyncio.sleep(self._every)

    async def tick(self) -> int:
        """Let everything go whose instant has come; gives how many messages to many went."""
        now = self._clock.now()
        async with self._database.read() as connection:
            due = await come(connection, micros(now))
        went = 0
        for one in due:
            went += await self._go(one, now)
        if went:
            self.posted()
        return went

    async def _go(self, one: Planned, now: datetime) -> bool:
        notice = self._notices.get(one.campaign)
        if notice is None:  # a program that serves other campaigns; one that knows this notice lets it go
            return False
        async with self._database.write() as connection:
            if not await self._leadership.lead(connection):
                return False
            moment = Moment(connection, micros(now), self._number)
            if (embargo := _broken(one, notice, now)) is not None:
                await self._call_off(moment, one, notice, embargo)
                return False
            return await launch(moment, one, await self._still(moment, one, notice)) is not None

    async def _call_off(self, moment: Moment, one: Planned, notice: Notice, embargo: Embargo) -> None:
        """A message that must not go yet ends here; that is recorded, and its author is told."""
        if not await call_off(moment, one):
            return
        await DEEDS[NoteBreach](moment, NoteBreach(one.campaign, 0, "planned", embargo.what, embargo.clause))
        now = from_micros(moment.at)
        facts = {
            "what": embargo.what, "until": spoken(embargo.until), "clause": embargo.clause,
            "text": hidden(one.text, notice.embargoes, now),
        }  # fmt: skip
        await tell_person(moment, one.campaign, Heard("embargo.called_off", facts), one.by)

    async def _still(self, moment: Moment, one: Planned, notice: Notice) -> set[int]:
        """Those whom the message is still meant for."""
        audience, connection = one.audience, moment.connection
        everybody = await receivers(connection, Receivers(one.campaign, audience.role))
        if not audience.state:
            return {each.person for each in everybody}
        tallies = by_unit(await tallies_of(connection, TalliesOf(one.campaign)))
        waiting = await drafting(connection, Drafting(one.campaign))
        return {
            each.person
            for each in everybody
            if fits(audience, each.unit, each.klass, tracks=notice.entered, tallies=tallies, drafting=waiting)
        }


def _broken(one: Planned, notice: Notice, now: datetime) -> Embargo | None:
    """What a message would give away now, by its words or its file."""
    enclosed = one.plan["enclosed"]
    if found := breaches(f"{one.text}\n{enclosed[0] if enclosed else ''}", notice.embargoes, now):
        return found[0].embargo
    keys = enclosed[2] if enclosed else ()
    return next((each for each in notice.embargoes if each.key in keys and now < each.until), None)
