"""What flows may have done about duties: confirm one, hand in what a task asks for, take a report back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.deeds import Deed, Done


@dataclass(frozen=True, slots=True)
class ConfirmDuty(Deed):
    """Keep that a unit has read its duty. `stand` is `rules.duties.stand_of` of it: a changed duty is unread again."""

    result = Done
    campaign: str
    unit: int
    person: int
    row: int
    stand: str


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was handed in is kept: its slot, its version (from 1), the UTC microseconds left (negative: it is late)."""

    slot: str
    version: int
    margin: int


@dataclass(frozen=True, slots=True)
class HandIn(Deed):
    """Hand in what a task asks for, or a new version of it. Declined: too early, or too late where that is refused.

    `slot` tells apart what may come several times ("" for what comes once; "new" makes another). `closes` is the first
    late instant in UTC microseconds; with `marks` what comes later is taken and marked. `code` and `answers` are those
    of a filled form; `held` is the day of an event (2020-07-08), `counts` what was counted, `files` a list of
    [name, size, sha256].
    """

    result = HandedIn
    campaign: str
    task: str
    unit: int
    person: int
    opens: int
    closes: int
    marks: bool
    slot: str = ""
    form: str = ""
    code: str = ""
    answers: Mapping[str, Any] | None = None
    held: str = ""
    counts: Mapping[str, int] | None = None
    words: str = ""
    files: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True, slots=True)
class TakeBack(Deed):
    """Take a report back while the task is open. Declined: too late, not there any more."""

    result = Done
    campaign: str
    task: str
    unit: int
    person: int
    slot: str
    closes: int
