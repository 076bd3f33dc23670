"""The calendar of reminding: at which instants a campaign reminds, worked out from its notice and its recorded leaves.

An occasion stands for everybody at once; whom it concerns, and of what, `rules/reminders.py` says. Instants are UTC
microseconds; a closing is named by its first late instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.hours import Hours
from rules.instants import from_micros, micros
from rules.notice import Notice

#: What an occasion is: before a closing, the daily look at what rested, or an admin's wish.
BEFORE, DAILY, NOW = "before", "daily", "now"
_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class Occasion:
    """One instant at which a campaign reminds.

    `nominal` is when the notice's rule means it, `moment` when it may be said, and `shifted` why that differs ("",
    "quiet", "workday", "early"). `closes` is the closing it comes before, 0 for the daily look and an admin's wish.
    """

    key: str
    kind: str
    nominal: int
    moment: int
    closes: int
    shifted: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """Something that closes: from when it is open, its first late instant, whether a leave moved it there."""

    opens: int
    closes: int
    by_leave: bool = False


class Calendar:
    """The occasions of one campaign. `leaves` maps the first late instant of a leave to when it was granted."""

    def __init__(self, notice: Notice, leaves: Mapping[int, int]) -> None:
        self.rule, self.zone = notice.reminders, ZoneInfo(notice.zone)
        self.hours: Hours = notice.reminders.hours(notice.zone)
        self.doors = tuple(sorted(_doors(notice, leaves), key=lambda door: door.closes))
        self._tracks = [door for door in self.doors if door.by_leave] + [
            Door(micros(track.opens), micros(track.closes)) for track in notice.entered
        ]

    def before_closings(self) -> list[Occasion]:
        """Every occasion before a closing, in the order in which they come."""
        found = [self._before(door, nominal) for door in self.doors for nominal in self._nominals(door)]
        return sorted(found, key=lambda occasion: (occasion.moment, occasion.nominal))

    def _nominals(self, door: Door) -> Iterator[int]:
        # A closing at 17:00 is late from 17:00:01 on; two hours before it is 15:00.
        named = door.closes - door.closes % _MINUTE
        spans = {named - span // timedelta(microseconds=1) for span in self.rule.before}
        own = {micros(instant) for instant in self.rule.at}
        yield from sorted(at for at in spans | own if door.opens <= at < door.closes)

    def _before(self, door: Door, nominal: int) -> Occasion:
        shift = self.hours.shifted(from_micros(nominal), from_micros(door.closes))
        key = f"{BEFORE}/{door.closes}/{nominal}"
        return Occasion(key, BEFORE, nominal, micros(shift.moment), door.closes, shift.why)

    def daily(self, now: int) -> Occasion | None:
        """Today's look at what rested; None on days off, before a closing's reminder, and when nothing is open."""
        local = from_micros(now).astimezone(self.zone)
        moment = datetime.combine(local.date(), time.fromisoformat(self.rule.daily), self.zone)
        at = micros(moment)
        if self.rule.idle is None or not self.hours.allow(moment) or not self._is_open(at):
            return None
        if any(self._day(occasion.moment) == local.date() for occasion in self.before_closings()):
            return None
        return Occasion(f"{DAILY}/{local.date()}", DAILY, at, at, 0)

    def next_daily(self, now: int) -> Occasion | None:
        """The first daily look from `now` on, None when there will be none."""
        for days in range(60):
            found = self.daily(now + days * 86_400_000_000)
            if found is not None and found.moment > now:
                return found
        return None

    def moment_for(self, occasion: Occasion, now: int) -> int:
        """When an occasion that is due may be said at the earliest, seen from `now`; its closing when too late."""
        here = from_micros(now)
        if occasion.kind == NOW or self.hours.allow(here):
            return now
        if occasion.closes and self.hours.still_before(here, from_micros(occasion.closes)):
            return now
        later = micros(self.hours.next(here))
        return min(later, occasion.closes) if occasion.closes else later

    def open_doors(self, now: int) -> list[Door]:
        """What is open at an instant, soonest closing first."""
        return [door for door in self.doors if door.opens <= now < door.closes]

    def day_of(self, now: int) -> tuple[int, int]:
        """When the day that `now` lies in begins and ends, in the campaign's zone."""
        day = self._day(now)
        midnights = (datetime.combine(each, time(0), self.zone) for each in (day, day + timedelta(days=1)))
        begins, ends = map(micros, midnights)
        return begins, ends

    def _is_open(self, at: int) -> bool:
        return any(door.opens <= at < door.closes for door in self._tracks)

    def _day(self, at: int) -> date:
        return from_micros(at).astimezone(self.zone).date()


def _doors(notice: Notice, leaves: Mapping[int, int]) -> Iterable[Door]:
    """Everything that closes, each closing once, open from the earliest opening that leads to it."""
    found: dict[int, Door] = {}
    for opens, closes in (
        *((micros(track.opens), micros(track.closes)) for track in notice.entered),
        *(
            (micros(task.opens) if task.opens else 0, micros(closing.first_late))
            for task in notice.tasks
            for closing in (task.due, task.ends)
        ),
    ):
        known = found.get(closes)
        found[closes] = Door(min(opens, known.opens) if known else opens, closes)
    for closes, granted in leaves.items():
        found.setdefault(closes, Door(granted, closes, by_leave=True))
    return found.values()
