"""Tables for printing as Word documents."""

from __future__ import annotations

import io

from docx import Document
from docx.enum.section import WD_ORIENT

from documents.tables import table_document


def test_a_table_stands_below_its_heading_and_repeats_its_titles() -> None:
    data = table_document(
        "联系人", ("单位", "姓名"), [("区教体局", "张三"), ("坏\x00字", None)], (5, 4), note="内部使用"
    )
    document = Document(io.BytesIO(data))
    assert [paragraph.text for paragraph in document.paragraphs] == ["联系人", "内部使用"]
    [table] = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["单位", "姓名"], ["区教体局", "张三"], ["坏字", ""],
    ]  # fmt: skip
    assert "tblHeader" in table.rows[0]._tr.xml
    assert "tblHeader" not in table.rows[1]._tr.xml


def test_wide_tables_lie_across_and_equal_ones_are_equal_bytes() -> None:
    narrow, wide = (table_document("表", ("a", "b"), [("1", "2")], widths) for widths in ((5, 4), (12, 9)))
    sections = [Document(io.BytesIO(data)).sections[0] for data in (narrow, wide)]
    assert [section.orientation for section in sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    assert narrow == table_document("表", ("a", "b"), [("1", "2")], (5, 4))
