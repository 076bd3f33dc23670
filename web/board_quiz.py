"""The quiz on the board: its state, bars by the hour, classes and units, hard questions, the packets that are left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.instants import spoken
from rules.notice import Notice
from rules.quiz_view import Group, Hour, QuizView

#: Units of which each has a line of its own; nobody's place is told by the others'.
MOST_UNITS = 60


def quiz_panel(notice: Notice, seen: QuizView) -> dict[str, Any]:
    """What the template draws. The notice has a quiz."""
    assert notice.quiz is not None, "only a notice with a quiz has a panel"
    figures, stage = seen.figures, notice.quiz.stage
    return {
        "state": seen.state,
        "opens": spoken(stage.opens.astimezone(seen.now.tzinfo)),
        "closes": stage.closes_text,
        "people": figures.people, "attempts": figures.attempts, "passed": figures.passed,
        "swift": figures.swift, "void": figures.void, "unfinished": figures.unfinished,
        "packets": figures.stock.count, "left": figures.stock.left,
        "left_of": _of(figures.stock.left, figures.stock.count),
        "classes": [_group(each) for each in seen.classes],
        "above": [_group(each) for each in seen.above],
        "units": [
            {"name": unit.called, "people": play.people, "attempts": play.attempts, "passed": play.passed}
            for unit, play in seen.units[:MOST_UNITS] if play.attempts
        ],
        "playing": sum(play.attempts > 0 for _, play in seen.units),
        "silent": [unit.called for unit in seen.silent],
        "hard": [
            {"text": each.text, "percent": each.percent, "answered": each.answered} for each in seen.hard if each.text
        ],
        **_hours(seen),
    }  # fmt: skip


def _group(group: Group) -> dict[str, Any]:
    return {
        "label": group.label, "units": group.units, "playing": group.playing, "people": group.people,
        "attempts": group.attempts, "of": _of(group.playing, group.units),
    }  # fmt: skip


def _hours(seen: QuizView) -> dict[str, Any]:
    """Bars of the hours until the close, and the same as a table of the days."""
    busiest = seen.busiest
    days: dict[str, list[Hour]] = {}
    for each in seen.hours:
        days.setdefault(f"{each.begins.month}月{each.begins.day}日", []).append(each)
    return {
        "bars": bars_of([each.attempts for each in seen.hours]),
        "wide": (len(seen.hours) + seen.rest) * 10,
        "now": len(seen.hours) * 10 if seen.rest else 0,
        "busiest": {"hour": _hour(busiest), "attempts": busiest.attempts} if busiest is not None else None,
        "days": [{"day": day, "attempts": sum(each.attempts for each in hours)} for day, hours in days.items()],
    }


def _hour(hour: Hour) -> str:
    return f"{hour.begins.month}月{hour.begins.day}日{hour.begins.hour}时"


def bars_of(counts: Sequence[int]) -> list[dict[str, Any]]:
    """Bars in a box of 10 for each count by 100; none where there is nothing."""
    most = max(counts, default=0)
    return [
        {"x": place * 10 + 1, "y": round(100 - 92 * count / most, 2), "high": round(92 * count / most, 2)}
        for place, count in enumerate(counts) if count
    ]  # fmt: skip


def _of(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0
