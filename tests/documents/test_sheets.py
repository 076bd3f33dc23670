"""Tables for Excel and as CSV hold texts and numbers, never formulas, and are the same bytes for the same content."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from documents.sheets import Sheet, csv_bytes, workbook

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x")', "http://x.example", "001"]
SHEET = Sheet(
    "报送", ("单位", "电话", "数量"), (("区教体局", "13800138000", 3), *((each, "", 0) for each in DANGEROUS))
)


def cells(data: bytes, name: str = "报送") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()


def test_cells_are_text_and_numbers_whatever_they_look_like() -> None:
    data = workbook([SHEET])
    assert cells(data)[0] == ["单位", "电话", "数量"]
    assert cells(data)[1] == ["区教体局", "13800138000", 3.0]
    assert [row[0] for row in cells(data)[2:]] == [each.replace("\r", "\n") for each in DANGEROUS]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    pages = b"".join(part for name, part in parts.items() if name.startswith("xl/worksheets/"))
    assert (b"<f>" in pages, b"hyperlink" in pages) == (False, False)


def test_a_csv_runs_nothing_and_is_read_by_excel() -> None:
    data = csv_bytes(SHEET)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[2:]] == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "'＝1", "'=HYPERLINK(\"http://x\")", "http://x.example",
        "001",
    ]  # fmt: skip
    assert rows[1] == ["区教体局", "13800138000", "3"]


def test_equal_tables_give_equal_bytes() -> None:
    assert workbook([SHEET], title="总表") == workbook([SHEET], title="总表")


@pytest.mark.parametrize("name", ["a/b[c]:d*e?", "", "同名" * 40])
def test_names_of_sheets_are_what_excel_takes_and_differ(name: str) -> None:
    data = workbook([Sheet(name, ("a",), ()), Sheet(name, ("b",), ())])
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert len(set(names)) == 2
    assert max(map(len, names)) <= 31


def test_control_characters_and_the_longest_text_do_no_harm() -> None:
    data = workbook([Sheet("报送", ("a",), (("坏\x00字符\x1b",), ("长" * 40_000,)))])
    assert [len(str(row[0])) for row in cells(data)] == [1, 3, 32_767]
