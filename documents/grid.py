"""A Word table as people see it: distinct cells with their place and span, found by the label printed in them.

Libraries repeat merged cells; here a cell occurs once. Column spans come from `w:gridSpan`, row spans from `w:vMerge`,
skipped columns from `w:gridBefore` (ISO/IEC 29500-1, 17.4). Rows and cells inside content controls are found too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from documents.labels import normal
from documents.ooxml import CELL, ROW, TABLE, Element, q, tables, text_of, within


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One distinct cell: its first row and column (from 0), how many of each it covers, and its `w:tc`.

    Of a vertical merge `element` is the topmost `w:tc`, the only one whose content Word shows.
    """

    row: int
    col: int
    rows: int
    cols: int
    element: Element

    @property
    def text(self) -> str:
        """The visible text, one line per paragraph, without that of tables nested in the cell."""
        return text_of(self.element)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One table: its `w:tbl`, its distinct cells in reading order, and its size in rows and columns."""

    element: Element
    cells: tuple[Cell, ...]
    height: int
    width: int

    def at(self, row: int, col: int) -> Cell | None:
        """The cell that covers this place, or None outside the table."""
        for cell in self.cells:
            if cell.row <= row < cell.row + cell.rows and cell.col <= col < cell.col + cell.cols:
                return cell
        return None

    def find(self, label: str) -> Cell | None:
        """The first cell that prints this label and nothing else."""
        return next(self.find_all(label), None)

    def find_all(self, label: str) -> Iterator[Cell]:
        """Every cell that prints this label, in reading order."""
        wanted = normal(label)
        return (cell for cell in self.cells if wanted and normal(cell.text) == wanted)

    def value_cell(self, label: Cell, *, labels: Collection[str] = ()) -> Cell | None:
        """The cell that holds a label's value: the one to its right, or below where there is none to the right.

        `labels` are the other labels of the form: a neighbour that prints one of them is no place for a value, so a
        heading row (单位 | 姓名 | 职务) finds its values below. None where neither neighbour will do.
        """
        taken = {normal(other) for other in labels}
        for place in ((label.row, label.col + label.cols), (label.row + label.rows, label.col)):
            cell = self.at(*place)
            if cell is not None and normal(cell.text) not in taken:
                return cell
        return None


def read_grid(table: Element) -> Grid:
    """The grid of one `w:tbl`, merged cells counted once."""
    cells: list[Cell] = []
    open_above: dict[int, int] = {}  # column -> index in `cells` of the vertical merge that can go on there
    height = width = 0
    for row, line in enumerate(within(table, ROW, stops=(TABLE,))):
        column, still_open = _skipped(line), dict[int, int]()
        for element in within(line, CELL, stops=(TABLE,)):
            span, merge = _span(element), _merge(element)
            above = open_above.get(column)
            if merge == "continue" and above is not None:
                cells[above] = replace(cells[above], rows=row - cells[above].row + 1)
                still_open[column] = above
            else:
                cells.append(Cell(row=row, col=column, rows=1, cols=span, element=element))
                if merge:
                    still_open[column] = len(cells) - 1
            column += span
        open_above, height, width = still_open, row + 1, max(width, column)
    return Grid(element=table, cells=tuple(cells), height=height, width=width)


def read_grids(root: Element) -> tuple[Grid, ...]:
    """The grids of every table under a body or document, nested ones after the one that holds them."""
    return tuple(read_grid(table) for table in tables(root))


def best_grid(grids: Iterable[Grid], labels: Collection[str]) -> Grid | None:
    """The table that prints most of these labels, the earliest of several; None if none prints any."""
    wanted = {normal(label) for label in labels}
    best, most = None, 0
    for grid in grids:
        hits = len(wanted & {normal(cell.text) for cell in grid.cells})
        if hits > most:
            best, most = grid, hits
    return best


def _value(properties: Element | None, name: str) -> str | None:
    found = None if properties is None else properties.find(q(name))
    return None if found is None else found.get(q("w:val"), "")


def _number(text: str | None, fallback: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else fallback


def _skipped(row: Element) -> int:
    return _number(_value(row.find(q("w:trPr")), "w:gridBefore"), 0)


def _span(cell: Element) -> int:
    return max(1, _number(_value(cell.find(q("w:tcPr")), "w:gridSpan"), 1))


def _merge(cell: Element) -> str | None:
    """None, "restart" or "continue"; a `w:vMerge` without a value continues (17.4.84)."""
    value = _value(cell.find(q("w:tcPr")), "w:vMerge")
    return value if value is None or value == "restart" else "continue"
