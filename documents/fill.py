"""The official annex, filled: answers go into the cells beside their printed labels, and nothing else is touched.

A blank needs no markup, so an organiser's own annex can be dropped in. It is read once; each filling copies the tree,
writes a few cells, and adds only the changed parts to a stock that is compressed already.

    LookupError
      LabelMissing     the blank prints no such label, or has no cell for its value
      BoxMissing       the blank prints boxes, but not this one         (documents.boxes)
    ValueError
      NotWord          the blank is no Word file                        (documents.package)
      WrongValue       an answer has not the shape of its field's kind
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from documents.boxes import BoxMissing
from documents.cells import Line
from documents.grid import Cell, Grid, best_grid, read_grids
from documents.labels import normal
from documents.marks import Marked, is_code, make_ready
from documents.ooxml import Element, twin
from documents.package import NotWord, Stock, main_part, parse, unpack, write
from documents.press import Press, follow
from documents.rows import enter_rows
from documents.values import WrongValue, is_empty, lines_of
from rules.forms import Field, Form

__all__ = ["Blank", "BoxMissing", "LabelMissing", "NotWord", "WrongValue", "fill"]


class LabelMissing(LookupError):
    """The blank has no cell for a field: its label is not printed, or no cell stands beside or below it."""

    def __init__(self, *, labels: Sequence[str], found: Sequence[str]) -> None:
        self.labels, self.found = tuple(labels), tuple(found)
        missing = "”“".join(self.labels)
        printed = "、".join(self.found) or "没有表格"
        super().__init__(f"空白表里找不到“{missing}”这一栏。表中印有：{printed}。请核对空白表与活动文件里的 label。")


#: The child numbers that lead from the root to an element.
Way: TypeAlias = tuple[int, ...]
#: How many forms a blank stays set up for; in practice one or two.
_MOST_SETS = 16


@dataclass(frozen=True, slots=True)
class Places:
    """Where a form's values go in one blank: field key -> the way from the root to its cell."""

    cells: Mapping[str, Way]
    table: Way
    missing: Mapping[str, str]
    found: tuple[str, ...]


class Blank:
    """A blank annex, read once. Safe to share between threads: filling works on a copy."""

    def __init__(self, data: bytes) -> None:
        """Reads a .docx. Raises `NotWord`."""
        parts = unpack(data)
        self._main = main_part(parts)
        self._parts = parts
        self._plain = parse(parts[self._main])
        self._grids = read_grids(self._plain)
        self._sets: dict[tuple[int, bool], Set] = {}

    @classmethod
    def open(cls, source: Path | bytes) -> Blank:
        """The blank in this file or these bytes; an unchanged file is read only once. Raises `NotWord`, OSError."""
        if isinstance(source, bytes):
            return cls(source)
        facts = source.stat()
        return _opened(source, facts.st_mtime_ns, facts.st_size)

    def missing(self, form: Form) -> tuple[str, ...]:
        """The labels of this form that the blank does not print, or prints without a cell for the value."""
        return tuple(find_places(self._grids, form).missing.values())

    def set_up(self, form: Form, *, coded: bool) -> Set:
        """Everything about filling this form that is the same for all answers; kept for the next time."""
        made = self._sets.get((id(form), coded))
        if made is None or made.form is not form:
            if len(self._sets) >= _MOST_SETS:
                self._sets.clear()
            made = self._sets[id(form), coded] = self._make(form, coded=coded)
        return made

    def _make(self, form: Form, *, coded: bool) -> Set:
        document, parts, marked = twin(self._plain), self._parts, None
        if coded:
            marked = make_ready(parts, self._main, document)
            parts = {**parts, **marked.parts}
        places = find_places(self._grids, form)
        press = Press(document, places.cells, {field.key: field for field in form.fields})
        changing = {self._main, *(marked.footers if marked else ())}
        return Set(form, places, document, press, marked, self._main, Stock(parts, changing))


@dataclass(frozen=True, slots=True)
class Set:
    """A blank set up for one form: where its values go, the press that prints them, and what stays the same."""

    form: Form
    places: Places
    document: Element
    press: Press
    marked: Marked | None
    main: str
    stock: Stock


def fill(
    blank: Blank,
    form: Form,
    answers: Mapping[str, Any],
    *,
    code: str = "",
    registration: Mapping[str, Any] | None = None,
) -> bytes:
    """The .docx with these answers in it, and at its foot the version code if one is given; equal input, equal bytes.

    `answers`: field key -> value as in the table of kinds; absent, None or empty leaves the cell as printed. A form
    with `rows` takes {"rows": [answers of one row, …]}. Fields known from the registration take its value where
    `answers` has none. Raises `LabelMissing` for a value that has no cell, `BoxMissing`, `WrongValue`, ValueError for
    a code that is no short line of printable ASCII.
    """
    if code and not is_code(code):
        raise ValueError(f"a version code is 1 to 40 printable ASCII characters without spaces around; found {code!r}")
    known = registration or {}
    set_up = blank.set_up(form, coded=bool(code))
    document = _filled_rows if form.rows is not None else _filled
    parts = {set_up.main: document(set_up, answers, known)}
    if set_up.marked is not None:
        parts.update(set_up.marked.parts_for(code))
    return set_up.stock.with_parts(parts)


def _filled(set_up: Set, answers: Mapping[str, Any], known: Mapping[str, Any]) -> bytes:
    """The document part of a form with one cell per field."""
    fields = set_up.form.fields
    values = {field.key: _value(field, answers, known) for field in fields}
    below: dict[str, list[Line]] = {field.key: [] for field in fields}
    for field in fields:
        if field.into is not None and values[field.key] is not None:
            below[field.into] += lines_of(field, values[field.key], told=True)
    missing = set_up.places.missing
    _refuse(set_up, [key for key in missing if values[key] is not None or below[key]])
    return set_up.press.printed(values, below)


def _filled_rows(set_up: Set, answers: Mapping[str, Any], known: Mapping[str, Any]) -> bytes:
    """The document part of a form with one table row per set of answers."""
    form = set_up.form
    rows = answers.get("rows", [answers] if answers else [])
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise WrongValue(form.title, rows, '形如 {"rows": [{…}, {…}]} 的几行')
    values = [{field.key: _value(field, row, known) for field in form.fields} for row in rows]
    _refuse(set_up, [key for key in set_up.places.missing if any(row[key] is not None for row in values)])
    document = twin(set_up.document)
    if values:
        enter_rows(follow(document, set_up.places.table), form, values)
    return write(document)


def _value(field: Field, answers: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    value = answers.get(field.key)
    if is_empty(value) and field.source == "registration":
        value = known.get(field.key)
    return None if is_empty(value) else value


def _refuse(set_up: Set, keys: Sequence[str]) -> None:
    if keys:
        labels = [set_up.places.missing[key] for key in keys]
        raise LabelMissing(labels=labels, found=set_up.places.found)


def find_places(grids: Sequence[Grid], form: Form) -> Places:
    """Where the values of a form go, in the table that prints most of its labels, then in the others."""
    hosts = [field for field in form.fields if field.into is None]
    labels = [field.label for field in hosts]
    best = best_grid(grids, labels)
    if best is None:
        printed = tuple(dict.fromkeys(text for grid in grids for text in _labels_of(grid)))
        return Places({}, (), {field.key: field.label for field in hosts}, printed)
    ordered = [best, *(grid for grid in grids if grid is not best)]
    cells: dict[str, Way] = {}
    taken: list[Element] = []
    for field in hosts:
        cell = _place(ordered, field.label, labels, taken)
        if cell is not None:
            cells[field.key] = _way(cell.element)
            taken.append(cell.element)
    missing = {field.key: field.label for field in hosts if field.key not in cells}
    return Places(cells, _way(best.element), missing, _labels_of(best))


def _place(grids: Sequence[Grid], label: str, labels: Sequence[str], taken: Sequence[Element]) -> Cell | None:
    """The value's cell: beside the first printed label whose place is still free, in the table that fits best first."""
    for grid in grids:
        for printed in grid.find_all(label):
            cell = grid.value_cell(printed, labels=labels)
            if cell is not None and not any(_overlap(cell.element, other) for other in taken):
                return cell
    return None


def _overlap(one: Element, other: Element) -> bool:
    return one is other or one in other.iterancestors() or other in one.iterancestors()


def _labels_of(grid: Grid) -> tuple[str, ...]:
    """What a person would take for the labels of a table: its short texts."""
    texts = dict.fromkeys(normal(cell.text) for cell in grid.cells)
    return tuple(text for text in texts if 0 < len(text) <= 30)


def _way(element: Element) -> Way:
    """The child numbers that lead from the root to an element, the same in every copy of the tree."""
    way: list[int] = []
    while (parent := element.getparent()) is not None:
        way.append(parent.index(element))
        element = parent
    return tuple(reversed(way))


@lru_cache(maxsize=64)
def _opened(path: Path, modified: int, size: int) -> Blank:
    return Blank(path.read_bytes())
