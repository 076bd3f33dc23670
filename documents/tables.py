"""Plain tables as Word documents for printing: a heading, a note, one table whose titles repeat on every page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell, _Row

from rules.cleaning import clean

#: Every file in the archive bears this time, so that equal input gives equal bytes.
_TIME = (2000, 1, 1, 0, 0, 0)
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  python-docx wants it naive
_FONT, _HEADING_FONT = "仿宋", "黑体"


def table_document(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], widths: Sequence[float], *, note: str = ""
) -> bytes:
    """A .docx on A4, upright, or across where the columns (`widths` in cm) do not fit."""
    document = Document()
    document.core_properties.created = document.core_properties.modified = _CREATED
    document.core_properties.title = clean(title)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    if sum(widths) > 17.5:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    _line(document.add_paragraph(), title, size=16, font=_HEADING_FONT, centred=True)
    if note:
        _line(document.add_paragraph(), note, size=10.5, font=_FONT)
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    _fill(table.rows[0], columns, widths, font=_HEADING_FONT)
    _repeat(table.rows[0])
    for row in rows:
        _fill(table.add_row(), row, widths, font=_FONT)
    _numbered(section.footer.paragraphs[0])
    file = io.BytesIO()
    document.save(file)
    return settled(file.getvalue())


def _line(paragraph: object, text: str, *, size: float, font: str, centred: bool = False) -> None:
    run = paragraph.add_run(clean(text))  # type: ignore[attr-defined]  # python-docx names no type for it
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER  # type: ignore[attr-defined]


def _fill(row: _Row, values: Sequence[object], widths: Sequence[float], *, font: str) -> None:
    cell: _Cell
    for cell, value, width in zip(row.cells, values, widths, strict=True):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        _line(paragraph, "" if value is None else str(value), size=10.5, font=font)
    # A row is not broken over two pages.
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _numbered(paragraph: object) -> None:
    """A page number in the footer."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER  # type: ignore[attr-defined]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # type: ignore[attr-defined]


def settled(data: bytes) -> bytes:
    """The same archive with one time for all its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            info = zipfile.ZipInfo(item.filename, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(item))
    return out.getvalue()
