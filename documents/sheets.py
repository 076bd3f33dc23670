"""Tables for Excel and as CSV. Whatever a cell holds, it is text or a number and never a formula.

A telephone number stays text, so that no zero is lost and nothing becomes 1.38E+10. Equal input gives equal bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from rules.cleaning import clean

#: Characters of a cell that Excel takes; of the name of a sheet.
LONGEST_CELL, LONGEST_NAME = 32_767, 31
#: What a cell must not begin with in a CSV, because a spreadsheet would run it.
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_OPTIONS = {
    "in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False,
}  # fmt: skip
#: Width of columns in characters, least and most.
_NARROW, _WIDE = 6, 48


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, the titles of its columns, its rows of texts and whole numbers."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def workbook(sheets: Sequence[Sheet], *, title: str = "") -> bytes:
    """An .xlsx with one sheet for each table, titles frozen and filterable."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": clean(title), "created": _CREATED})
        head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "border": 1})
        number = book.add_format({"num_format": "0", "valign": "top", "border": 1})
        names: set[str] = set()
        for sheet in sheets:
            _write(book.add_worksheet(_name(sheet.name, names)), sheet, head, text, number)
    return file.getvalue()


def _write(page: Any, sheet: Sheet, head: Any, text: Any, number: Any) -> None:
    for column, label in enumerate(sheet.columns):
        page.write_string(0, column, label, head)
        told = [label, *(_told(row[column]) for row in sheet.rows)]
        page.set_column(column, column, min(_WIDE, max(_NARROW, max(map(_width, told)) + 2)))
    for place, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, int) and not isinstance(value, bool):
                page.write_number(place, column, value, number)
            else:
                page.write_string(place, column, _told(value)[:LONGEST_CELL], text)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(sheet.rows)), max(0, len(sheet.columns) - 1))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def csv_bytes(sheet: Sheet) -> bytes:
    """A CSV in UTF-8 with its mark, so that Excel reads it; cells that would run are led by an apostrophe."""
    file = io.StringIO(newline="")
    out = csv.writer(file)
    out.writerow(sheet.columns)
    for row in sheet.rows:
        out.writerow([_harmless(value) for value in row])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _harmless(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    # What is typed in full width runs as well in some spreadsheets.
    told = str(value) if value is not None else ""
    return f"'{told}" if told.startswith((*_RUNS, "＝", "＋", "－", "＠")) else _cleaned(told)


def _told(value: Any) -> str:
    return "" if value is None else _cleaned(str(value))


def _cleaned(text: str) -> str:
    return text if text.isprintable() else clean(text)


def _width(text: str) -> int:
    return max((sum(2 if ord(char) > 0x2E7F else 1 for char in line) for line in text.split("\n")), default=0)


def _name(name: str, taken: set[str]) -> str:
    """A sheet's name that Excel takes and no other sheet has."""
    plain = _NOT_IN_NAMES.sub("", clean(name)).strip()[:LONGEST_NAME] or "Sheet"
    found, number = plain, 2
    while found.casefold() in taken:
        found, number = f"{plain[: LONGEST_NAME - len(f' {number}')]} {number}", number + 1
    taken.add(found.casefold())
    return found
