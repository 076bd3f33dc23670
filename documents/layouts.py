"""The terms in which an annex is laid out on paper: rows of labels, room to write, boxes, stamps.

"|" in a label or title breaks its line. Widths are twentieths of a point (twips) and fill the text width of an A4 page
with margins of 3.17 cm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

#: Text width of the page in twips: 11906 (A4) less two margins of 1800.
WIDTH = 8306


@dataclass(frozen=True, slots=True)
class Label:
    """A centred label; "|" breaks the line, `upright` prints one character to a line."""

    text: str
    span: int = 1
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """An empty cell to write in, or one with printed explanation that the answer replaces, and a stamp below it.

    `room` counts the empty lines between explanation and stamp.
    """

    span: int = 1
    hints: tuple[str, ...] = ()
    stamp: bool = False
    room: int = 1
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes to tick, line by line as printed; `ruled` is the one that has a ruled line for a text behind it.

    `stops` says where the second box and those after it start (twips), by the number of boxes in the line.
    """

    lines: tuple[tuple[str, ...], ...]
    stops: tuple[tuple[int, ...], ...] = ((), (2700,), (2130, 4260))
    span: int = 1
    ruled: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A cell for an opinion: its printed promise if any, room, then stamp (or signature) line and date line."""

    span: int = 1
    promise: str = ""
    seal: str = "（盖章）"
    date: bool = False
    room: int = 2


Part: TypeAlias = Label | Space | Boxes | Opinion


@dataclass(frozen=True, slots=True)
class Row:
    """One table row: its cells from left to right and its least height in twips."""

    parts: tuple[Part, ...]
    height: int = 600


@dataclass(frozen=True, slots=True)
class Layout:
    """One annex: where its blank lives, what stands above the table, the columns' widths, the rows."""

    campaign: str
    form: str
    annex: str
    title: str
    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in reading order, without the breaks of their lines."""
        parts = (part for row in self.rows for part in row.parts)
        return tuple(part.text.replace("|", "") for part in parts if isinstance(part, Label))
