"""The kept answers of one conversation: an append-only log, folded into what counts now.

Rows are never changed. An edit is a newer row for the same key; `forget` reopens a question and leaves its old
answer readable as the previous one, unless its value says that it is spent; a `piece` is part of an answer that takes
several messages. A deed that is forgotten may be done once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

ANSWER: Final = "answer"
PIECE: Final = "piece"
UNDO: Final = "undo"
FORGET: Final = "forget"
DEED: Final = "deed"
#: The value of a `forget` after which the old answer is not offered again.
SPENT: Final = "spent"


#: One row: number within its conversation (from 1), kind, key, JSON-plain value, receipt in UTC microseconds. A plain
#: tuple, because every message reads all rows of its conversation.
Row = tuple[int, str, str, Any, int]


class Kept(NamedTuple):
    """An answer in force; `at` in UTC microseconds."""

    value: Any
    at: int
    seq: int


@dataclass(slots=True)
class Log:
    """The folded log of one conversation."""

    kept: dict[str, Kept]
    previous: dict[str, Any]
    pieces: dict[str, list[Any]]
    deeds: dict[str, Any]
    seq: int
    #: Answers that a question has loaded: the very question, and what it gave. Spared work, never truth.
    fits: dict[str, tuple[object, Any]] = field(default_factory=dict, compare=False)

    @classmethod
    def fold(cls, rows: Iterable[Row]) -> Log:
        """Fold rows in the order of their numbers."""
        log = cls({}, {}, {}, {}, 0)
        for row in rows:
            log.add(row)
        return log

    def add(self, row: Row) -> None:
        """Let one more row count."""
        seq, kind, key, value, at = row
        self.seq = seq
        if kind == ANSWER:
            self.kept[key] = Kept(value, at, seq)
            self.fits.pop(key, None)
            self.pieces.pop(key, None)
            self.previous.pop(key, None)
        elif kind == PIECE:
            self.pieces.setdefault(key, []).append(value)
        elif kind == UNDO:
            if pieces := self.pieces.get(key):
                pieces.pop()
        elif kind == FORGET:
            self.pieces.pop(key, None)
            self.fits.pop(key, None)
            self.deeds.pop(key, None)
            old = self.kept.pop(key, None)
            if value == SPENT:
                self.previous.pop(key, None)
            elif old is not None:
                self.previous[key] = old.value
        elif kind == DEED:
            self.deeds[key] = value
        else:
            raise ValueError(f"expected a row of kind answer, piece, undo, forget or deed, found {kind!r}")
