"""When a campaign may be erased: its retention, counted in months from its last day."""

from __future__ import annotations

import calendar
from datetime import datetime

from rules.notice import Notice


def last_instant(notice: Notice) -> datetime:
    """The first instant after everything that the notice plans: stages, tasks and meetings."""
    ends = [stage.closes for stage in notice.stages] + [task.ends.first_late for task in notice.tasks]
    return max([*ends, *(meeting.at for meeting in notice.meetings)])


def erasable_from(notice: Notice) -> datetime:
    """The first instant at which its retention is over. A month's last day stands for days that it does not have."""
    end = last_instant(notice)
    month = end.month - 1 + notice.retention.months
    year, month = end.year + month // 12, month % 12 + 1
    return end.replace(year=year, month=month, day=min(end.day, calendar.monthrange(year, month)[1]))


def spelt(day: datetime) -> str:
    """A day so far away that its year counts: 2026年7月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def is_over(notice: Notice, now: datetime) -> bool:
    """Whether nothing that the notice plans is still ahead: what stands in forms is not needed to reach anybody."""
    return now >= last_instant(notice)
