"""Reminds screeners of entries that wait too long for them: after the notice's `idle`, at its `daily` hour, by day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from rules.instants import micros
from rules.notice import Notice
from rules.screening import chains_of
from scheduler.clock import SimulatedClock, SystemClock
from storage.ageing import tell
from storage.database import Database
from storage.moments import Moment
from storage.numbers import Numbers


class Ageing:
    """Looks once a day for each campaign; what was told is kept, so that another start tells nothing twice."""

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
        self._looked: dict[str, date] = {}

    async def act(self) -> None:
        """Tell what is due to be told today."""
        for notice in self._notices.values():
            if not (day := self._due(notice)):
                continue
            for address in await self._look(notice):
                self._rang(address)
                self.posted()
            self._looked[notice.id] = day

    def _due(self, notice: Notice) -> date | None:
        """The day on which to look, where that has not been done and may be done now."""
        rule = notice.reminders
        if rule.idle is None or "screening" in rule.off or not chains_of(notice).asks("recommender", "lead", "host"):
            return None
        now = self._clock.now()
        local = now.astimezone(ZoneInfo(notice.zone))
        if local.time() < time.fromisoformat(rule.daily) or not rule.hours(notice.zone).allow(now):
            return None
        return local.date() if self._looked.get(notice.id) != local.date() else None

    async def _look(self, notice: Notice) -> list[str]:
        idle = notice.reminders.idle
        assert idle is not None, "asked only where something is told of"
        now = micros(self._clock.now())
        async with self._database.write() as connection:
            moment = Moment(connection, now, self._number)
            before = now - idle // timedelta(microseconds=1)
            return await tell(moment, notice.id, chains_of(notice), before, notice.short_title)
