"""What came of a rehearsal, as plain facts: the play writes them, the report and the findings read them.

Instants are timezone-aware. Nothing here knows how the play was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rules.notice import Notice

#: Kinds of lines: what a person wrote, what answered it; anything else the program said by itself, by its own name.
OWN, REPLY = "own", "reply"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat: its instant, its kind, its text as its reader sees it, its buttons, how it came."""

    at: datetime
    kind: str
    text: str
    buttons: tuple[str, ...] = ()
    way: str = ""

    @property
    def by_itself(self) -> bool:
        """Whether the program said it on its own account."""
        return self.kind not in (OWN, REPLY)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One invented person: who they are, how they behave (in Chinese, for the report), and their chat in order."""

    name: str
    address: str
    role: str
    unit: str
    habit: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Owing:
    """What a unit had handed in of what it owes (`floor`) in a track, at an instant."""

    at: datetime
    unit: str
    klass: str
    track: str
    floor: int
    have: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whom a message did not reach, and why, in words for the report."""

    at: datetime
    name: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of the time-line: a stage that opens or closes, a restart, an act of the office."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of results: winners, totals of a quiz, votes."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Assumed:
    """What the play had to assume because the notice does not say it; `place`: where its file would say it, or ""."""

    what: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A whole rehearsal. `files` are what was made (annexes, dossier, exports): name in the report → path.

    `faults` are where the program's own figures were not what the people did: a defect of the program, never of the
    notice. `took` is in seconds of the real clock.
    """

    notice: Notice
    seed: int
    units: int
    began: datetime
    ended: datetime
    took: float
    people: tuple[Rehearsed, ...]
    timeline: tuple[Moment, ...]
    owing: tuple[Owing, ...]
    unreached: tuple[Unreached, ...]
    results: tuple[Table, ...]
    files: Mapping[str, Path]
    faults: tuple[str, ...]
    assumed: tuple[Assumed, ...] = ()
