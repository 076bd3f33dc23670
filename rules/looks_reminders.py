"""What a flow may read about reminders: who would be reminded of what if it were done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.looks import Look
from rules.notice import Notice


@dataclass(frozen=True, slots=True)
class Owing:
    """A unit that would be reminded now: how many people would hear it, who of them asked for peace, and of what.

    `facts` are those of the message (`remind.message`), for a preview; `hear` the persons who did not ask for peace.
    """

    unit: int
    name: str
    klass: str
    people: int
    muted: int
    facts: Mapping[str, Any]
    hear: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DueReminders(Look):
    """Who would be reminded of what by `RemindNow` at the instant `at` (UTC microseconds) → tuple[Owing, ...].

    In the order of the roster. Units that owe nothing, and those that nobody has joined for, are not among them.
    """

    #: Left out of the hash: some notices hold what has none.
    notice: Notice = field(hash=False)
    at: int


@dataclass(frozen=True, slots=True)
class TasksOf(Look):
    """The tasks that a unit has done → frozenset[str] of their keys."""

    campaign: str
    unit: int
