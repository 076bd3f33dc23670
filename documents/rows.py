"""A form with one row per person: the labels head a table, and the rows below are filled or added as needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from documents.grid import Grid, read_grid
from documents.ooxml import ROW, TABLE, Element, twin, within
from documents.values import enter
from rules.forms import Form


def enter_rows(table: Element, form: Form, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes each set of answers into a row of its own below the labels; blank rows that are too few are copied."""
    grid = read_grid(table)
    columns = _columns(grid, form)
    if not rows or not columns:
        return
    first = max(grid_row for grid_row, _ in columns.values())
    free = _free_rows(grid, first, min(column for _, column in columns.values()))
    if len(free) < len(rows):
        last = _row_element(grid, free[-1])
        for _ in range(len(rows) - len(free)):
            last.addnext(twin(last))
        grid = read_grid(table)
        free = [*free, *range(free[-1] + 1, free[-1] + 1 + len(rows) - len(free))]
    written: dict[Element, Any] = {}
    for place, answers in zip(free, rows, strict=False):
        for field in form.fields:
            value = answers.get(field.key)
            if value is None or field.key not in columns:
                continue
            cell = grid.at(place, columns[field.key][1])
            # A cell merged over several rows (单位) says the same thing once.
            if cell is not None and written.get(cell.element) != value:
                enter(cell.element, field, value)
                written[cell.element] = value


def _columns(grid: Grid, form: Form) -> dict[str, tuple[int, int]]:
    """Field key -> the first row below its label, and its column."""
    found = ((field.key, grid.find(field.label)) for field in form.fields)
    return {key: (label.row + label.rows, label.col) for key, label in found if label is not None}


def _free_rows(grid: Grid, first: int, column: int) -> list[int]:
    """The rows below the labels up to the first that is laid out otherwise (a note, a signature line)."""
    width = len([cell for cell in grid.cells if cell.row <= first < cell.row + cell.rows])
    free = []
    for row in range(first, grid.height):
        cells = [cell for cell in grid.cells if cell.row <= row < cell.row + cell.rows]
        if len(cells) != width or grid.at(row, column) is None:
            break
        free.append(row)
    return free


def _row_element(grid: Grid, row: int) -> Element:
    """The `w:tr` of a row: that of a cell which starts there, or the one so many rows further on."""
    starting = next((cell for cell in grid.cells if cell.row == row), None)
    if starting is not None:
        return next(starting.element.iterancestors(ROW))
    return list(within(grid.element, ROW, stops=(TABLE,)))[row]
