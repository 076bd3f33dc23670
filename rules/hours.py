"""When people may be spoken to without having asked: outside the quiet hours, on workdays; and where else it is moved.

A quiet period is half-open: at 21:00 sharp it is quiet, at 08:00 sharp it is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Literal

from rules.schema import Settings, Unreadable, shown
from rules.workdays import is_workday

#: How long before quiet hours begin something is said that would come too late after them: a tick may be late.
LEEWAY = timedelta(minutes=10)
_INSTANT = timedelta(microseconds=1)
#: More days in a row than any calendar keeps free.
_MOST_DAYS = 40


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours of a day in which nobody is reminded; `begins` later than `ends` goes over midnight."""

    begins: time
    ends: time

    def holds(self, clock: time) -> bool:
        """Whether a time of day is quiet."""
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"


def read_quiet(found: Any, _: Settings | None = None) -> Quiet:
    """Quiet hours from "21:00–08:00"."""
    parts = [] if not isinstance(found, str) else found.replace("-", "–").replace("—", "–").split("–")
    try:
        begins, ends = (time.fromisoformat(part.strip()) for part in parts)
    except ValueError:
        raise Unreadable(f"免打扰时段应写成“21:00–08:00”，写的是{shown(found)}。") from None
    if begins == ends:
        raise Unreadable(f"免打扰时段“{found}”的起止相同，一天里就没有可以提醒的时候。")
    return Quiet(begins, ends)


@dataclass(frozen=True, slots=True)
class Shift:
    """Where something was moved to, and why: "" not at all, "quiet" or "workday" onwards, "early" back."""

    moment: datetime
    why: Literal["", "quiet", "workday", "early"]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one campaign, in its zone."""

    quiet: Quiet | None
    workdays: bool
    zone: tzinfo

    def is_day(self, moment: datetime) -> bool:
        """Whether an instant lies outside the quiet hours."""
        return self.quiet is None or not self.quiet.holds(moment.astimezone(self.zone).time())

    def allow(self, moment: datetime) -> bool:
        """Whether somebody may be reminded at an instant."""
        return self.is_day(moment) and self._works(moment.astimezone(self.zone))

    def shifted(self, moment: datetime, closes: datetime) -> Shift:
        """The next allowed instant; where that is not before `closes`, the last allowed one before `moment`."""
        if self.allow(moment):
            return Shift(moment, "")
        later = self.next(moment)
        if later < closes:
            return Shift(later, "workday" if not self._works(moment.astimezone(self.zone)) else "quiet")
        return Shift(self._last(moment), "early")

    def next(self, moment: datetime) -> datetime:
        """The first allowed instant from `moment` on."""
        local = moment.astimezone(self.zone)
        for _ in range(_MOST_DAYS):
            if not self._works(local):
                local = self._midnight(local) + timedelta(days=1)
            elif self.quiet is not None and self.quiet.holds(local.time()):
                ends = self._at(local, self.quiet.ends)
                local = ends if ends > local else ends + timedelta(days=1)
            else:
                break
        return local

    def still_before(self, now: datetime, closes: datetime) -> bool:
        """Whether `now` will do although it is no workday: by day, and no workday comes before `closes`."""
        return self.is_day(now) and now < closes <= self.next(now)

    def _last(self, moment: datetime) -> datetime:
        """The last allowed instant before a forbidden one, with some leeway."""
        local = moment.astimezone(self.zone)
        for _ in range(_MOST_DAYS):
            if not self._works(local):
                local = self._midnight(local) - _INSTANT
            elif self.quiet is not None and self.quiet.holds(local.time()):
                begins = self._at(local, self.quiet.begins)
                local = (begins if begins <= local else begins - timedelta(days=1)) - LEEWAY
            else:
                break
        return local

    def _works(self, local: datetime) -> bool:
        return not self.workdays or is_workday(local.date())

    def _midnight(self, local: datetime) -> datetime:
        return self._at(local, time(0))

    def _at(self, local: datetime, clock: time) -> datetime:
        return datetime.combine(local.date(), clock, self.zone)
