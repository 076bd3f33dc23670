"""A small sheet that unfolds without end, or breaks its reader, is refused, and nothing but its own process ends."""

from __future__ import annotations

import io
import resource
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from documents.sheet_reading import UnreadableSheet, read_sheet


def written(path: Path, *cells: tuple[int, int, str]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row, column, text in cells:
        sheet.write_string(row, column, text)
    book.close()
    return path


def test_a_sheet_of_ordinary_size_is_read(tmp_path: Path) -> None:
    rows = read_sheet(written(tmp_path / "a.xlsx", (0, 0, "单位"), (1, 0, "甲局"), (1, 1, "13800138000")))
    assert rows == [["单位", ""], ["甲局", "13800138000"]]


@pytest.mark.parametrize("corner", [(1_048_575, 16_383), (300_000, 40)])
def test_two_cells_far_apart_do_not_take_all_memory(tmp_path: Path, corner: tuple[int, int]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = written(tmp_path / "bomb.xlsx", (0, 0, "甲"), (*corner, "乙"))
    assert bomb.stat().st_size < 10_000
    with pytest.raises(UnreadableSheet, match=r"bomb\.xlsx：打不开"):
        read_sheet(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_sheet_that_unpacks_to_more_than_any_list_needs_is_refused(tmp_path: Path) -> None:
    honest = written(tmp_path / "a.xlsx", (0, 0, "甲"))
    bomb = tmp_path / "bomb.xlsx"
    piece = b"<row><c t='inlineStr'><is><t>" + b"a" * 2**20 + b"</t></is></c></row>"
    with zipfile.ZipFile(honest) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            head, tail = old.read("xl/worksheets/sheet1.xml").split(b"<sheetData>")
            part.write(head + b"<sheetData>")
            for _ in range(101):
                part.write(piece)
            part.write(tail[tail.index(b"</sheetData>") :])
    assert bomb.stat().st_size < 20 * 2**20
    with pytest.raises(UnreadableSheet, match="unpacked"):
        read_sheet(bomb)


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods"])
def test_what_is_no_sheet_is_refused_under_any_ending(tmp_path: Path, ending: str) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a>")
    for body in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 200, whole.getvalue()):
        path = tmp_path / f"bad{ending}"
        path.write_bytes(body)
        with pytest.raises(UnreadableSheet):
            read_sheet(path)
