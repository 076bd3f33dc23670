"""What flows may read about duties: who has confirmed, and what was handed in for which task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.looks import Look


@dataclass(frozen=True, slots=True)
class Receipt:
    """A unit's confirmation of its duty: the duty's stand that was read, when (UTC microseconds), by whom."""

    row: int
    stand: str
    at: int
    by: str


@dataclass(frozen=True, slots=True)
class Handed:
    """What a unit has handed in for a task, as it is in force; `late` says that it came after the closing."""

    task: str
    slot: str
    version: int
    at: int
    by: str
    late: bool
    code: str
    answers: Mapping[str, Any]
    held: str
    counts: Mapping[str, int]
    words: str
    files: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """One unit: every name it goes by (the full one first), its confirmation if any, what it has handed in."""

    unit: int
    klass: str
    names: tuple[str, ...]
    receipt: Receipt | None
    handed: tuple[Handed, ...]

    @property
    def name(self) -> str:
        """The full name."""
        return self.names[0]

    def of(self, task: str) -> tuple[Handed, ...]:
        """What it has handed in for one task, oldest slot first."""
        return tuple(each for each in self.handed if each.task == task)


@dataclass(frozen=True, slots=True)
class DutyBoard(Look):
    """How a campaign's units stand with their duties, in the order of the roster → tuple[UnitDuty, ...].

    With `unit` only that one.
    """

    campaign: str
    unit: int = 0
