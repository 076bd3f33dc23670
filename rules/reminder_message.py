"""Several reminders of one person as one message: what it says, and what becomes of each reminder.

"sent" is the one that carries the message, "merged" are those told in it, "dropped" those that nobody is told of, each
with its reason: "muted" (the person asked for peace today) or "cap" (enough for one day). "by_hand" marks the first two
where an admin asked for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from rules.instants import from_micros, spoken_day, spoken_span
from rules.reminders import Item, Reader

SENT, MERGED, DROPPED = "sent", "merged", "dropped"
#: The word by which a unit's liaison lets a colleague take over.
HANDOVER = "换人负责"


@dataclass(slots=True)
class Fate:
    """What became of one reminder."""

    item: Item
    state: str
    why: str = ""


@dataclass(slots=True)
class Message:
    """What one person is told: the facts of its sentence, the buttons below it, and until when it is worth saying."""

    facts: Mapping[str, Any]
    buttons: tuple[str, ...]
    closes: int


def settled(
    reader: Reader,
    items: Sequence[Item],
    *,
    most: int,
    title: str,
    now: int,
    zone: ZoneInfo,
    by_hand: bool = False,
    natural: bool = False,
) -> tuple[list[Fate], Message | None]:
    """The fates of one person's reminders, and their message if there is one to send.

    `by_hand`: an admin asked for it, who sees the hour; `most` does not count it, and peace is kept all the same.
    `natural`: the reader enters for themselves; there is no colleague to hand over to.
    """
    if not items:
        return [], None
    if why := "muted" if reader.muted else "cap" if reader.today >= most and not by_hand else "":
        return [Fate(item, DROPPED, why) for item in items], None
    # Each thing is said once, however many occasions call for it.
    told = items if len(items) == 1 else list({(item.rule, item.thing): item for item in items}.values())
    fates = [Fate(item, SENT if item is told[0] else MERGED, "by_hand" if by_hand else "") for item in items]
    facts = facts_of(told, title=title, now=now, zone=zone, several=len(reader.places) > 1)
    facts |= {"natural": True} if natural else {}
    buttons = _buttons(frozenset([item.rule for item in told]))
    if natural:
        buttons = tuple(word for word in buttons if word != HANDOVER)
    return fates, Message(facts, buttons, max(item.closes for item in told))


def facts_of(told: Sequence[Item], *, title: str, now: int, zone: ZoneInfo, several: bool) -> dict[str, Any]:
    """The facts of the sentence `remind.message`; with `several` each thing is told with its unit's name."""
    closings: dict[int, dict[str, Any]] = {}
    for item in sorted(told, key=_CLOSES) if len(told) > 1 else told:
        if (group := closings.get(item.closes)) is None:
            closes, remaining = _closing(item.closes, now, zone)
            group = closings[item.closes] = {"closes": closes, "remaining": remaining, "until": item.closes}
        facts = {**item.facts, "unit": item.name} if several else item.facts
        if until := item.facts.get("until", 0):
            facts = {**facts, "by": spoken_closing(until, zone), "over": until <= now}
        group.setdefault(_GROUPS[item.rule], []).append(facts)
    return {"title": title, "closings": list(closings.values())}


def as_of(facts: Mapping[str, Any], now: int) -> Mapping[str, Any]:
    """The facts of a message as they are when it is delivered: the time that is left then, "" for none."""
    closings = facts.get("closings", ())
    if not any("until" in each for each in closings):
        return facts
    return {**facts, "closings": [{**each, "remaining": _left(each["until"] - now)} for each in closings]}


def _left(span: int) -> str:
    return spoken_span(timedelta(microseconds=span)) if span > 0 else ""


_CLOSES = attrgetter("closes")
#: Under which name the reminders of a rule stand in the facts of the message.
_GROUPS = {
    "floor": "floors", "deadline": "silent", "draft": "drafts", "scan": "scans", "returned": "returned",
    "task": "tasks",
}  # fmt: skip


@lru_cache(maxsize=256)
def _closing(closes: int, now: int, zone: ZoneInfo) -> tuple[str, str]:
    """A closing as people say it, and the time until it. A whole page of people shares both."""
    return spoken_closing(closes, zone), spoken_span(timedelta(microseconds=closes - now))


def spoken_closing(closes: int, zone: ZoneInfo) -> str:
    """The last moment that counts, from the first late instant: 4月23日（周二）24:00, 10月25日（周一）17:00."""
    last = from_micros(closes).astimezone(zone) - timedelta(seconds=1)
    if (last.hour, last.minute, last.second) == (23, 59, 59):
        return f"{spoken_day(last.date())}24:00"
    return f"{spoken_day(last.date())}{last:%H:%M}" + (f":{last:%S}" if last.second else "")


@lru_cache(maxsize=256)
def _buttons(rules: frozenset[str]) -> tuple[str, ...]:
    """The words below a message, the most useful first."""
    first = ["接着填"] if rules & {"draft", "scan"} else []
    first += ["我的报送"] if "returned" in rules else []
    first += ["填报"] if not first and rules & {"floor", "deadline"} else []
    first += ["我的任务", "已经办好"] if "task" in rules else []
    return (*first, "今天不再提醒", HANDOVER)
