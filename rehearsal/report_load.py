"""How much came and went, by day and by hour, as bars."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rehearsal.record import OWN, Record
from rules.hours import Quiet
from rules.instants import spoken_day
from web.board_quiz import bars_of

#: Hours that are told one by one.
BUSIEST = 5
#: How high the highest bar is in a box of 100.
_HIGH = 92
_HOUR = timedelta(hours=1)


def load(record: Record) -> dict[str, Any]:
    """Bars of all days, of the hours of a day, and of the busiest day; `None` where nobody wrote anything."""
    zone = ZoneInfo(record.notice.zone)
    own: Counter[datetime] = Counter()
    told: Counter[datetime] = Counter()
    for person in record.people:
        for line in person.lines:
            hour = line.at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
            (own if line.kind == OWN else told)[hour] += 1
    if not own and not told:
        return {}
    busiest = max((own + told).items(), key=lambda each: (each[1], each[0]))[0].date()
    return {
        "days": _days(record, own, told, zone),
        "clock": _clock(own, record.notice.reminders.quiet),
        "busiest": _busiest(busiest, own),
        "hours": [
            {"hour": f"{spoken_day(hour.date())}{hour:%H}–{hour + _HOUR:%H} 时", "own": own[hour], "told": told[hour]}
            for hour, _ in sorted((own + told).items(), key=lambda each: (-each[1], each[0]))[:BUSIEST]
        ],
    }


def _days(record: Record, own: Counter[datetime], told: Counter[datetime], zone: ZoneInfo) -> dict[str, Any]:
    """A bar for each day, what people wrote below what they were told; lines where something closes."""
    first, last = min([*own, *told]).date(), max([*own, *told]).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    below, above = _by_day(own), _by_day(told)
    most = max(below[day] + above[day] for day in days)
    bars: list[dict[str, Any]] = []
    for place, day in enumerate(days):
        foot = 100.0
        for kind, count in (("own", below[day]), ("told", above[day])):
            high = _HIGH * count / most
            foot -= high
            if count:
                bars.append({"x": place * 10 + 1, "y": round(foot, 2), "high": round(high, 2), "kind": kind})
    closings = {(day - first).days + 1 for stage in record.notice.stages if first <= (day := stage.ends.day) <= last}
    table = [{"day": spoken_day(day), "own": below[day], "told": above[day]} for day in days]
    return {
        "wide": len(days) * 10, "bars": bars, "most": most, "closings": [place * 10 for place in sorted(closings)],
        "first": spoken_day(first), "last": spoken_day(last),
        "table": [each for each in table if each["own"] or each["told"]],
    }  # fmt: skip


def _by_day(counts: Counter[datetime]) -> Counter[date]:
    found: Counter[date] = Counter()
    for hour, count in counts.items():
        found[hour.date()] += count
    return found


def _clock(own: Counter[datetime], quiet: Quiet | None) -> dict[str, Any]:
    """What people wrote by the hour of the day, all days together; the quiet hours lie behind it."""
    hours = [sum(count for at, count in own.items() if at.hour == hour) for hour in range(24)]
    night = [hour * 10 for hour in range(24) if quiet is not None and quiet.holds(time(hour))]
    resting = sum(hours[place // 10] for place in night)
    return {"bars": bars_of(hours), "night": night, "most": max(hours), "resting": resting, "whole": sum(hours)}


def _busiest(day: date, own: Counter[datetime]) -> dict[str, Any]:
    hours = [0] * 24
    for at, count in own.items():
        if at.date() == day:
            hours[at.hour] += count
    return {"day": spoken_day(day), "bars": bars_of(hours), "most": max(hours)}
