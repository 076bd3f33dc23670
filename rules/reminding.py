"""What a notice says about reminding: how long before a closing, at which hours, how often, and of what not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from rules.hours import Hours, Quiet, read_quiet
from rules.schema import Settings, Unreadable, Written, shown
from rules.stages import read_clock, read_opening

#: The rules that remind: closings without a floor, floors, drafts, forms without their scan, returned entries, tasks.
Rule = Literal["deadline", "floor", "draft", "scan", "returned", "task"]
#: What a notice can let rest: these, and telling screeners of what waits for them (`scheduler/ageing.py`).
Restable = Literal["deadline", "floor", "draft", "scan", "returned", "task", "screening"]
RULES: tuple[Rule, ...] = get_args(Rule)
#: What stands for the clause where the notice says nothing.
SUGGESTED = "通知未写，建议值"
#: The hours in which nobody is reminded, unless a notice says otherwise.
NIGHT = Quiet(time(21), time(8))
_SPAN = re.compile(r"(\d{1,3})\s*(天|日|小时|分钟?)")
_UNITS = {"天": timedelta(days=1), "日": timedelta(days=1), "小时": timedelta(hours=1), "分": timedelta(minutes=1)}


def read_before(found: Any, _: Settings | None = None) -> timedelta:
    """A span: "7 天", "2 小时", "30 分钟"."""
    match = _SPAN.fullmatch(found.strip()) if isinstance(found, str) else None
    if match is None or not int(match[1]):
        raise Unreadable(f"时长应写成“7 天”“2 小时”或“30 分钟”，写的是{shown(found)}。")
    return int(match[1]) * _UNITS[match[2].removesuffix("钟")]


@dataclass(frozen=True, slots=True)
class Reminding:
    """When and how a campaign reminds: `before` each closing and `at` instants, moved by `quiet` hours and days off.

    `idle`: a draft, a form without its scan, a returned entry and one that waits for a screener are told of once they
    rested so long (None: only before closings), at the hour `daily`. `most`: messages of this kind to one person in one
    day. `off`: rules at rest.
    """

    clause: str = SUGGESTED
    before: Annotated[tuple[timedelta, ...], Written(via=read_before)] = (
        timedelta(days=7), timedelta(days=3), timedelta(days=1), timedelta(hours=2),
    )  # fmt: skip
    at: Annotated[tuple[datetime, ...], Written(via=read_opening)] = ()
    idle: Annotated[timedelta | None, Written(via=read_before)] = timedelta(days=3)
    daily: Annotated[str, Written(via=read_clock)] = "09:30"
    quiet: Annotated[Quiet | None, Written(via=read_quiet)] = NIGHT
    workdays: bool = True
    most: Annotated[int, Written(at_least=1)] = 2
    off: tuple[Restable, ...] = ()

    def hours(self, zone: str) -> Hours:
        """The hours in which this campaign speaks up."""
        return Hours(self.quiet, self.workdays, ZoneInfo(zone))

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.quiet is not None and self.quiet.holds(time.fromisoformat(self.daily)):
            yield "daily", f"每天提醒的钟点 {self.daily} 在免打扰时段 {self.quiet} 里。"


#: What holds for a notice that says nothing of it.
SUGGESTION = Reminding()
