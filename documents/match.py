"""Where a filled-in Word file holds the cells of a form: by printed labels, never by position.

A form may lie in one table, go on in the next (a page break in the notice's own annex), or stand beside other annexes
in the same file. A cell that prints a label's words may still be an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from documents.grid import Cell, Grid, read_grid
from documents.labels import normal
from documents.ooxml import PARAGRAPH, TABLE, Element, tables
from documents.prose import Piece, pieces_of
from rules.forms import Form

#: Characters of the longest cell that may still be a label, and share of a form's labels that makes a table that form.
LONGEST_LABEL, ENOUGH = 60, 0.5
_BRACKETS = re.compile(r"\([^()]*\)$")
_ANNEX = re.compile(r"附\s*[件表]\s*[\d一二三四五六七八九十]")


class Sheet:
    """One table of the file: its grid, the text of each cell, and what stands between it and the table before."""

    def __init__(self, grid: Grid, heading: str, *, nested: bool) -> None:
        self.grid, self.heading, self.nested = grid, heading, nested
        self._pieces: dict[int, list[Piece]] = {}
        self._texts: dict[int, str] = {}

    def pieces(self, cell: Cell) -> list[Piece]:
        key = id(cell)
        if key not in self._pieces:
            self._pieces[key] = pieces_of(cell.element)
        return self._pieces[key]

    def text(self, cell: Cell) -> str:
        key = id(cell)
        if key not in self._texts:
            self._texts[key] = "".join(piece.text for piece in self.pieces(cell))
        return self._texts[key]

    @cached_property
    def places(self) -> Mapping[tuple[int, int], Cell]:
        """Row and column of each distinct cell's first corner -> the cell."""
        return {(cell.row, cell.col): cell for cell in self.grid.cells}

    def right_of(self, cell: Cell) -> list[Cell]:
        """The cells that begin at its right edge, beside any of its rows."""
        column = cell.col + cell.cols
        return [found for row in range(cell.row, cell.row + cell.rows) if (found := self.places.get((row, column)))]


@dataclass(frozen=True, slots=True)
class Found:
    """One label in the file: its sheet, its own cell, and the cells that hold its answer."""

    sheet: Sheet
    label: Cell
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A form found in a file: key of the field -> its labels in order; the sheets it lies in; title seen above it.

    `share` of the form's labels were found; `known` counts cells that print a label of any form asked about.
    """

    fields: Mapping[str, tuple[Found, ...]]
    sheets: tuple[Sheet, ...]
    titled: bool
    share: float
    filled: int


def survey(document: Element) -> tuple[Sheet, ...]:
    """Every table of a settled document tree, with the paragraphs since the table before it."""
    sheets: list[Sheet] = []
    seen = 0
    order = [element for element in document.iter(PARAGRAPH, TABLE) if element.tag == TABLE or _is_outside(element)]
    place = {id(element): at for at, element in enumerate(order)}
    for table in tables(document):
        at = place.get(id(table), 0)
        lines = [_line(element) for element in order[seen:at] if element.tag == PARAGRAPH]
        nested = next(table.iterancestors(TABLE), None) is not None
        sheets.append(Sheet(read_grid(table), "\n".join(lines), nested=nested))
        seen = at
    return tuple(sheets)


def _is_outside(paragraph: Element) -> bool:
    return next(paragraph.iterancestors(TABLE), None) is None


def _line(paragraph: Element) -> str:
    return "".join(piece.text for piece in pieces_of(paragraph))


def best_match(form: Form, sheets: Sequence[Sheet]) -> Match | None:
    """The tables that print most of the form's labels; of equals the titled, then the fullest, then the first."""
    labels = label_table(form)
    found = [_heads(sheet, labels) if form.rows else _labelled(sheet, labels) for sheet in sheets]
    matches = [_match(form, sheets, found, start) for start in range(len(sheets)) if found[start]]
    return max(matches, key=lambda match: (match.share, match.titled, match.filled), default=None)


@lru_cache(maxsize=64)
def label_table(form: Form) -> Mapping[str, str]:
    """Canonical label -> key of its field; a label is also known without its last brackets."""
    exact = {normal(field.label): field.key for field in form.fields}
    return {_bare(label): key for label, key in exact.items()} | exact


def named(text: str, labels: Mapping[str, str]) -> str | None:
    """The key of the field whose label this text prints, and nothing else."""
    if not text or len(text) > LONGEST_LABEL:
        return None
    name = normal(text)
    return labels.get(name) or labels.get(_bare(name))


def _bare(label: str) -> str:
    return _BRACKETS.sub("", label) or label


def _heads(sheet: Sheet, labels: Mapping[str, str]) -> dict[int, tuple[Cell, str]]:
    """The labels that head a list: below them the same words are answers."""
    first: dict[str, Cell] = {}
    for cell in sheet.grid.cells:
        if key := named(sheet.text(cell), labels):
            first.setdefault(key, cell)
    return {id(cell): (cell, key) for key, cell in first.items()}


def _labelled(sheet: Sheet, labels: Mapping[str, str]) -> dict[int, tuple[Cell, str]]:
    """id of a cell that is a label -> the cell and the key of its field, in reading order.

    The right-hand neighbour of a label is its answer, even where it prints another label's words, if that other label
    is printed elsewhere as well.
    """
    named_cells = [(cell, key) for cell in sheet.grid.cells if (key := named(sheet.text(cell), labels))]
    counts: dict[str, int] = {}
    for _, key in named_cells:
        counts[key] = counts.get(key, 0) + 1
    labelled: dict[int, tuple[Cell, str]] = {}
    answers: set[int] = set()
    for cell, key in named_cells:
        if id(cell) in answers and counts[key] > 1:
            counts[key] -= 1
            continue
        labelled[id(cell)] = cell, key
        answers.update(id(neighbour) for neighbour in sheet.right_of(cell))
    return labelled


def _match(form: Form, sheets: Sequence[Sheet], found: Sequence[dict[int, tuple[Cell, str]]], start: int) -> Match:
    """The form beginning in the sheet at `start`, with the sheets that go on with it."""
    chain = [start]
    for at in range(start + 1, len(sheets)):
        if sheets[at].nested and not sheets[start].nested:
            continue
        if not _goes_on([key for each in chain for _, key in found[each].values()], sheets[at], found[at]):
            break
        chain.append(at)
    fields: dict[str, list[Found]] = {}
    for at in chain:
        last = list(fields)[-1:]
        if not found[at] and last:
            sheet = sheets[at]
            rest = tuple(cell for cell in sheet.grid.cells if cell.col + cell.cols == sheet.grid.width)
            fields[last[0]].append(Found(sheet, sheet.grid.cells[0], rest))
        for cell, key in found[at].values():
            fields.setdefault(key, []).append(Found(sheets[at], cell, _values(sheets[at], cell, found[at])))
    own = [field.key for field in form.fields if field.into is None]
    filled = sum(
        any(each.sheet.text(cell).strip() for each in spots for cell in each.values) for spots in fields.values()
    )
    return Match(
        fields={key: tuple(spots) for key, spots in fields.items()},
        sheets=tuple(sheets[at] for at in chain),
        titled=normal(form.title) in normal(sheets[start].heading),
        share=len([key for key in own if key in fields]) / len(own),
        filled=filled,
    )


def _goes_on(before: Sequence[str], sheet: Sheet, labelled: Mapping[int, tuple[Cell, str]]) -> bool:
    """Whether a table continues the one before: new labels, at most the last one again, and no new annex between."""
    keys = {key for _, key in labelled.values()}
    if _ANNEX.search(sheet.heading):
        return False
    if not keys:
        return not sheet.heading.strip() and sheet.grid.width > 1 and not sheet.text(sheet.grid.cells[0]).strip()
    return not keys & set(before[:-1])


def _values(sheet: Sheet, label: Cell, labelled: Mapping[int, tuple[Cell, str]]) -> tuple[Cell, ...]:
    """The cells of a label's answer: to its right, or below where another label (or nothing) stands to the right."""
    beside = [cell for cell in sheet.right_of(label) if id(cell) not in labelled]
    if not beside:
        below = sheet.places.get((label.row + label.rows, label.col))
        return (below,) if below is not None and id(below) not in labelled else ()
    if any(sheet.text(cell).strip() for cell in beside):
        return tuple(beside)
    row: list[Cell] = beside
    while (row := [cell for each in row for cell in sheet.right_of(each)]) and not any(
        id(cell) in labelled for cell in row
    ):
        if any(sheet.text(cell).strip() for cell in row):
            return tuple(row)
    return tuple(beside)
