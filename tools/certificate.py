"""Draws the Word template of certificates, templates/certificates/certificate.docx; the same bytes each time.

python -m tools.certificate [OUT.docx]
"""

from __future__ import annotations

import io
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from documents.tables import settled

OUT = Path(__file__).resolve().parent.parent / "templates" / "certificates" / "certificate.docx"
_RED, _BLACK = RGBColor(0xA6, 0x1C, 0x1C), RGBColor(0, 0, 0)
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  python-docx wants it naive


def drawn() -> bytes:
    """The template: A4 across, a double golden line around it."""
    document = Document()
    document.core_properties.created = document.core_properties.modified = _CREATED
    document.core_properties.author = ""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(3.4)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(1.8)
    _framed(section._sectPr)
    _line(document, "获奖证书", 40, color=_RED, bold=True, align=ALIGN.CENTER, after=20, spread=12)
    _line(document, "{{单位}}：", 20, bold=True, after=8)
    _line(document, "{{正文}}", 17, indent=True, after=8)
    _line(document, "{{奖项}}", 28, color=_RED, bold=True, align=ALIGN.CENTER, before=6, after=6)
    _line(document, "特发此证。", 17, indent=True, after=16)
    table = document.add_table(rows=1, cols=3)
    table.autofit = False
    for cell, width in zip(table.rows[0].cells, (3.0, 6.4, 13.4), strict=True):
        cell.width = Cm(width)
    code, number, signed = table.rows[0].cells
    _write(code.paragraphs[0], "{{二维码}}", 10)
    _write(number.paragraphs[0], "证书编号：{{证书编号}}", 10)
    _write(number.add_paragraph(), "校验码：{{校验码}}", 10)
    _write(number.add_paragraph(), "{{核验网址}}", 7)
    for place, text in enumerate(("{{主办单位}}", "{{日期}}")):
        paragraph = signed.paragraphs[0] if place == 0 else signed.add_paragraph()
        paragraph.alignment = ALIGN.RIGHT
        _write(paragraph, text, 15)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


def _line(
    document: Any, text: str, size: float, *, color: RGBColor = _BLACK, bold: bool = False, align: Any = None,
    before: float = 0, after: float = 0, indent: bool = False, spread: float = 0,
) -> None:  # fmt: skip
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.25
    if align is not None:
        paragraph.alignment = align
    if indent:
        form.first_line_indent = Pt(2 * size)
    _write(paragraph, text, size, color=color, bold=bold, spread=spread)


def _write(
    paragraph: Any, text: str, size: float, *, color: RGBColor = _BLACK, bold: bool = False, spread: float = 0
) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, color
    run.font.name = "Times New Roman"
    properties = run._element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    if spread:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(int(spread * 20)))
        properties.append(spacing)


def _framed(section: Any) -> None:
    borders = OxmlElement("w:pgBorders")
    borders.set(qn("w:offsetFrom"), "page")
    for side in ("top", "left", "bottom", "right"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "thinThickSmallGap"), ("sz", "24"), ("space", "24"), ("color", "A8842C")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    section.insert_element_before(borders, "w:lnNumType", "w:pgNumType", "w:cols", "w:docGrid")


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else OUT).write_bytes(drawn())
