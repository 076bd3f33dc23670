"""When a task of a notice is reminded of, and what is told of it; whether a unit has done it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from rules.instants import micros
from rules.stages import Task


def has_done(task: Task, said: Set[str], handed: Mapping[str, Sequence[int]]) -> bool:
    """Whether a unit said so itself, or has handed in what is asked for, often enough and with people enough."""
    good = [people for people in handed.get(task.key, ()) if people >= (task.people or 0)]
    return task.key in said or len(good) >= task.times


def task_told(task: Task, closes: int, instant: int, counted: int) -> dict[str, Any] | None:
    """What is told of a task that is owed by a closing, None where it is not told of at this instant.

    By its day, and after it until it may still be told that it was done. What the quiz counts, which is known from
    `counted` on, is not asked for before unless it is due by then. Instants are UTC microseconds.
    """
    facts: dict[str, Any] = {"key": task.key, "label": task.label, "clause": task.clause}
    due = micros(task.due.first_late)
    if due != closes:
        if instant < due:
            return None
        facts["past"] = task.due.text
    if task.from_quiz:
        if instant < counted < closes:
            return None
        facts["counted"] = task.from_quiz
    return facts
