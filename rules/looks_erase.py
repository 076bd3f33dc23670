"""What somebody may read about their own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.looks import Look


@dataclass(frozen=True, slots=True)
class Trace:
    """One form that somebody filled in and that is handed in: of which campaign, called what, with its answers.

    `number` is that of an entry, "" for the form of a task.
    """

    campaign: str
    form: str
    number: str
    title: str
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Traces:
    """What is kept of a person: seats, messages of theirs, drafts, and the forms that stand in their units' name."""

    seats: int
    messages: int
    drafts: int
    forms: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class TracesOf(Look):
    """What is kept of a person → Traces."""

    person: int
