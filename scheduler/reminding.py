"""Reminds people when the time has come: opens the occasions that are due, and works them off page by page.

What is due is a matter of tables and the clock alone, so restarts, late ticks and clocks that jump change nothing: each
occasion is begun once, and a message that came too late to be of use is left out with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.instants import from_micros, micros
from rules.notice import Notice
from rules.occasions import Calendar, Occasion
from rules.reminder_message import spoken_closing
from rules.workdays import is_known
from scheduler.clock import SimulatedClock, SystemClock
from storage.database import Database
from storage.leases import Leadership
from storage.moments import Moment
from storage.numbers import Numbers
from storage.reminders import (
    PAGE,
    Told,
    begin,
    calendar_of,
    cut_short,
    known_rounds,
    leave_out,
    open_rounds,
    remind,
)
from storage.reminders_fresh import any_stale, freshen

log = structlog.get_logger(__name__)


class Reminding:
    """Reminds for all campaigns of a deployment. `act` does all that is due; several programs may call it."""

    def __init__(
        self,
        database: Database,
        notices: Mapping[str, Notice],
        number: Numbers,
        clock: SystemClock | SimulatedClock,
        *,
        posted: Callable[[], None] = lambda: None,
        rang: Callable[[str], None] = lambda address: None,
        page: int = PAGE,
    ) -> None:
        """`posted` is told that there is something new to send, `rang` where there is news ("channel:address")."""
        self._database, self._notices, self._number, self._clock = database, notices, number, clock
        self.posted, self._rang, self._page = posted, rang, page
        self._leadership = Leadership()
        self._warned: set[tuple[str, int]] = set()

    async def act(self) -> None:
        """Do all that is due now."""
        for notice in self._notices.values():
            self._warn(notice)
            async with self._database.read() as connection:
                idle = not await self._due(connection, notice, self._now()) and not await open_rounds(
                    connection, notice.id
                )
            while not idle:
                idle = await self._page_of(notice)
        await self._freshen()

    async def _page_of(self, notice: Notice) -> bool:
        """One act in one transaction: open what is due, or settle one page; whether nothing is left to do here."""
        told: Told | None = None
        async with self._database.write() as connection:
            if not await self._leadership.lead(connection):
                return True
            moment = Moment(connection, self._now(), self._number)
            under_way = await open_rounds(connection, notice.id)
            if not under_way:
                return not await self._open(moment, notice)
            calendar = await calendar_of(connection, notice)
            waits = {each.occasion: calendar.moment_for(each.occasion, moment.at) for each in under_way}
            if late := _late(waits.items(), moment.at):
                await cut_short(moment, notice.id, late)
                return False
            if any(at > moment.at for at in waits.values()):
                return True  # what was broken off before the night goes on after it
            told = await remind(moment, notice, under_way, most=self._page)
        for address in told.addresses:
            self._rang(address)
        if told.addresses:
            self.posted()
        return False

    async def _open(self, moment: Moment, notice: Notice) -> bool:
        """Open what is due, and leave out what came too late; whether there was anything."""
        found = await self._due(moment.connection, notice, moment.at)
        late = _late(found, moment.at)
        gone = {occasion.key for occasion, _ in late}
        ready = [occasion for occasion, at in found if at <= moment.at and occasion.key not in gone]
        if late:
            await leave_out(moment, notice.id, late)
        if ready:
            await begin(moment, notice.id, ready)
        return bool(late or ready)

    async def _due(self, connection: AsyncConnection, notice: Notice, now: int) -> list[tuple[Occasion, int]]:
        """The occasions whose moment has come and that were not begun, each with when it may be said from `now` on."""
        known = await known_rounds(connection, notice.id)
        calendar = await calendar_of(connection, notice)
        found = [
            (occasion, calendar.moment_for(occasion, now))
            for occasion in due_by(calendar, now) if occasion.key not in known
        ]  # fmt: skip
        return [(occasion, at) for occasion, at in found if at <= now or (occasion.closes and at >= occasion.closes)]

    async def _freshen(self) -> None:
        """Mend what waits undelivered."""
        async with self._database.read() as connection:
            if not await any_stale(connection, self._now()):
                return
        async with self._database.write() as connection:
            if await self._leadership.lead(connection):
                await freshen(connection, self._now(), self._late_facts)

    def _late_facts(self, campaign: str, facts: Mapping[str, Any], closes: int) -> Mapping[str, Any]:
        notice = self._notices.get(campaign)
        zone = ZoneInfo(notice.zone if notice is not None else "UTC")
        return {"title": facts["title"], "closes": spoken_closing(closes, zone)}

    def _warn(self, notice: Notice) -> None:
        """Say once that the holidays of this year are not known here."""
        year = _local(self._now(), notice).year
        if notice.reminders.workdays and not is_known(year) and (notice.id, year) not in self._warned:
            self._warned.add((notice.id, year))
            log.warning("holidays are not known, only weekends are kept free", campaign=notice.id, year=year)

    def _now(self) -> int:
        return micros(self._clock.now())


def due_by(calendar: Calendar, now: int) -> list[Occasion]:
    """The occasions whose moment has come by `now`, whether they were begun or not."""
    daily = calendar.daily(now)
    found = [*calendar.before_closings(), *([daily] if daily is not None else [])]
    return [occasion for occasion in found if occasion.moment <= now]


def _late(found: Iterable[tuple[Occasion, int]], now: int) -> list[tuple[Occasion, str]]:
    """The occasions that can no longer be told of before they close, each with the reason."""
    return [
        (occasion, "late" if now >= occasion.closes else "quiet")
        for occasion, at in found if occasion.closes and at >= occasion.closes
    ]  # fmt: skip


def _local(now: int, notice: Notice) -> datetime:
    return from_micros(now).astimezone(ZoneInfo(notice.zone))
