"""Tells screeners of what waits for them, and the host of what nobody passed on: when, by `rules.ageing`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.ageing import Watch, begins_of
from rules.instants import from_micros, micros
from rules.notice import Notice
from rules.occasions import Calendar
from rules.screening import chains_of
from scheduler.clock import SimulatedClock, SystemClock
from storage.ageing import tell
from storage.database import Database
from storage.moments import Moment
from storage.numbers import Numbers
from storage.reminders import calendar_of

_MICRO = timedelta(microseconds=1)


class Ageing:
    """Looks when something may be due: daily, before closings and after them. What was told is kept in the database,
    so that another start tells nothing twice."""

    def __init__(
        self,
        database: Database,
        notices: Mapping[str, Notice],
        number: Numbers,
        clock: SystemClock | SimulatedClock,
        *,
        rang: Callable[[str], None] = lambda address: None,
    ) -> None:
        """`rang` is told where there is news ("channel:address")."""
        self._database, self._notices, self._number, self._clock = database, notices, number, clock
        self._rang = rang
        #: Told that there is something new to send.
        self.posted: Callable[[], None] = lambda: None
        #: When each campaign was looked at last (UTC microseconds).
        self._looked: dict[str, int] = {}

    async def act(self) -> None:
        """Tell what is due to be told now."""
        for notice in self._notices.values():
            now = micros(self._clock.now())
            if not _asks(notice) or not notice.reminders.hours(notice.zone).allow(from_micros(now)):
                continue
            async with self._database.read() as connection:
                calendar = await calendar_of(connection, notice)
            if not any(self._looked.get(notice.id, 0) < at <= now for at in _instants(notice, calendar, now)):
                continue
            for address in await self._look(notice, calendar, now):
                self._rang(address)
                self.posted()
            self._looked[notice.id] = now

    async def _look(self, notice: Notice, calendar: Calendar, now: int) -> list[str]:
        idle = notice.reminders.idle
        watch = Watch(now, idle // _MICRO if idle is not None else None, begins_of(notice), moments=_moments(calendar))
        async with self._database.write() as connection:
            return await tell(Moment(connection, now, self._number), notice, chains_of(notice), watch)


def _asks(notice: Notice) -> bool:
    """Whether anybody screens, and is to be told of it."""
    return "screening" not in notice.reminders.off and chains_of(notice).asks("recommender", "lead", "host")


def _instants(notice: Notice, calendar: Calendar, now: int) -> Iterator[int]:
    """When something may become due: at the daily look, at the moments before closings, and at the closings."""
    today = from_micros(now).astimezone(ZoneInfo(notice.zone)).date()
    yield micros(datetime.combine(today, time.fromisoformat(notice.reminders.daily), ZoneInfo(notice.zone)))
    yield from (occasion.moment for occasion in calendar.before_closings())
    yield from (door.closes for door in calendar.doors)


def _moments(calendar: Calendar) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for occasion in calendar.before_closings():
        found.setdefault(occasion.closes, []).append(occasion.moment)
    return found
