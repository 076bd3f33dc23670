"""One conversation of one person as the engine holds it, with the rows that this message added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.talk.lines import Line, Prompt
from bot.talk.log import ANSWER, FORGET, PIECE, SPENT, Kept, Log, Row
from bot.talk.messages import Choice
from rules.instants import micros


class State(StrEnum):
    """Where a conversation stands. A person has at most one that is active."""

    ACTIVE = "active"
    PARKED = "parked"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Session:
    """A conversation. `shown` is the key of the last question shown; `rows` are new and not yet stored."""

    id: int
    person: int
    flow: str
    campaign: str
    seat: int
    facts: Mapping[str, Any]
    started: datetime
    log: Log
    state: State = State.ACTIVE
    shown: str = ""
    title: str = ""
    step: str = ""
    new: bool = False
    rows: list[Row] = field(default_factory=list)

    def add(self, kind: str, key: str, value: Any, at: datetime) -> Kept | None:
        """Append a row; gives the kept answer when the row is one."""
        row = (self.log.seq + 1, kind, key, value, micros(at))
        self.log.add(row)
        self.rows.append(row)
        return self.log.kept[key] if kind == ANSWER else None

    def reopen(self, key: str, pieces: tuple[Any, ...], at: datetime) -> None:
        """Ask a question again, beginning with these parts."""
        self.add(FORGET, key, None, at)
        for piece in pieces:
            self.add(PIECE, key, piece, at)

    def spend(self, key: str, at: datetime) -> None:
        """Ask a question again, or have a deed done once more, without what it came to before."""
        self.add(FORGET, key, SPENT, at)


def worth_keeping(session: Session) -> bool:
    """Whether somebody answered anything yet."""
    return bool(session.log.kept or session.log.pieces)


@dataclass(slots=True)
class Reply:
    """What the person is told: lines, then the open question as it looks now, then offered commands.

    `quiet` leaves out the question's text and shows its choices only. `card` is a line of its own that tells how far
    something is, and the name of the card that it belongs to.
    """

    lines: list[Line] = field(default_factory=list)
    prompt: Prompt | None = None
    question: str = ""
    quiet: bool = False
    extra: tuple[Choice, ...] = ()
    offers: tuple[str, ...] = ()
    card: tuple[Line, str] | None = None
