"""The notices of the tests, and Word files built from their marked texts: list numbers made by Word, merged cells."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents.notice_blocks import word_blocks
from rules.drafting.draft import Draft, draft
from rules.drafting.layout import blocks_of
from tests.drafting.facts import Facts

NOTICES = Path(__file__).parent / "notices"
_LEVELS = (("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3."))
_CENTRED = {
    "@center": WD_ALIGN_PARAGRAPH.CENTER,
    "@title": WD_ALIGN_PARAGRAPH.CENTER,
    "@right": WD_ALIGN_PARAGRAPH.RIGHT,
}


@cache
def drafted(name: str) -> Draft:
    """The draft of one notice of the tests."""
    marked = NOTICES / f"{name}.docx.txt"
    if marked.exists():
        return draft(word_blocks(word_file(marked.read_text("utf-8"))), name)
    return draft(blocks_of((NOTICES / f"{name}.txt").read_text("utf-8")), name)


def expected(name: str) -> Facts:
    """What a person finds in it."""
    lines = (NOTICES / f"{name}.facts").read_text("utf-8").splitlines()
    return dict(line.split(" = ", 1) for line in lines if line)


def word_file(marked: str) -> bytes:
    """A .docx: "# " and "## " are numbered headings, "| " rows ("<" a wide cell, "/" an empty one), "@" alignment."""
    document = Document()
    _number(document)
    rows: list[str] = []
    for line in [*marked.splitlines(), "@end"]:
        if line.startswith("| "):
            rows.append(line[2:])
            continue
        if rows:
            _table(document, rows)
            rows = []
        _paragraph(document, line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _paragraph(document: object, line: str) -> None:
    mark, _, rest = line.partition(" ")
    add = document.add_paragraph  # type: ignore[attr-defined]  # python-docx names no type for it
    if mark == "@end":
        return
    if mark == "@break":
        add().add_run().add_break(WD_BREAK.PAGE)
    elif mark in _CENTRED:
        add(rest).alignment = _CENTRED[mark]
    elif set(mark) == {"#"}:
        paragraph = add(rest)
        level = len(mark) - 1
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    else:
        add(line)


def _number(document: object) -> None:
    root = document.part.numbering_part.element  # type: ignore[attr-defined]  # as above
    levels = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for index, (style, text) in enumerate(_LEVELS)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def _table(document: object, rows: list[str]) -> None:
    split = [[cell.strip() for cell in row.split(" | ")] for row in rows]
    width = max(4 if row[-1].endswith("<") else len(row) for row in split)
    table = document.add_table(rows=len(split), cols=width, style="Table Grid")  # type: ignore[attr-defined]  # as above
    for at, row in enumerate(split):
        for column, text in enumerate(row):
            cell = table.cell(at, column)
            if text.endswith("<"):
                cell = cell.merge(table.cell(at, width - 1))
            cell.text = "" if text in ("/", "<") else text.removesuffix("<")
