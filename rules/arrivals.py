"""What came in on which day, from the opening to now, and where the closing lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.figures import Arrivals
from rules.notice import Notice

_HOUR = 3_600_000_000
#: Days that are shown one by one; a longer time is shown in weeks.
MOST_DAYS = 62
#: Weeks that are shown at most, the newest ones.
MOST_WEEKS = 60


@dataclass(frozen=True, slots=True)
class Bin:
    """What came in from one day on, by track in the notice's order."""

    begins: date
    entries: tuple[int, ...]

    @property
    def total(self) -> int:
        """Works of all tracks."""
        return sum(self.entries)


@dataclass(frozen=True, slots=True)
class Days:
    """Bins of `length` days each, 1 or 7, from the first opening (or entry) to now, or to the last closing or entry.

    The last closing lies after so many bins as `closing` says: more than there are bins while it is still to come.
    """

    bins: tuple[Bin, ...] = ()
    length: int = 1
    closing: int = 0


def days_of(notice: Notice, arrivals: Sequence[Arrivals], now: datetime) -> Days:
    """Put hours into days of the notice's own zone."""
    if not notice.tracks:
        return Days()
    zone, places = ZoneInfo(notice.zone), {track.key: place for place, track in enumerate(notice.tracks)}
    found: Counter[tuple[date, int]] = Counter()
    for each in arrivals:
        if each.track in places:
            day = datetime.fromtimestamp(each.hour * _HOUR // 1_000_000, zone).date()
            found[day, places[each.track]] += each.entries
    entered = [day for day, _ in found]
    closes = max(track.closes for track in notice.tracks) - timedelta(microseconds=1)
    begins = min([track.opens.astimezone(zone).date() for track in notice.tracks] + entered)
    ends = max([min(now, closes).astimezone(zone).date(), begins, *entered])
    last = max(ends, closes.astimezone(zone).date())
    length = 1 if (last - begins).days < MOST_DAYS else 7
    begins = _shown_from(begins, ends, length)
    counted: Counter[tuple[int, int]] = Counter()
    for (day, place), entries in found.items():
        counted[(day - begins).days // length, place] += entries
    bins = [
        Bin(begins + timedelta(days=length * step), tuple(counted[step, place] for place in range(len(places))))
        for step in range((ends - begins).days // length + 1)
    ]
    return Days(tuple(bins), length, (closes.astimezone(zone).date() - begins).days // length + 1)


def _shown_from(begins: date, ends: date, length: int) -> date:
    """The first day that is shown: of a very long time, only the newest weeks are."""
    steps = (ends - begins).days // length + 1
    return begins + timedelta(days=length * max(0, steps - (MOST_DAYS if length == 1 else MOST_WEEKS)))
