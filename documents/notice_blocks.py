"""A notice that came as a Word file, as the drafter reads it: paragraphs with their list numbers, tables by cell."""

from __future__ import annotations

from collections.abc import Iterator

from documents.grid import read_grid
from documents.guard import open_word
from documents.numbering import read_numbering
from documents.ooxml import PARAGRAPH, TABLE, Element, q
from documents.prose import settle, text_of
from rules.drafting.layout import Block
from rules.drafting.text import fold

#: More blocks than any notice has; what lies behind is not read.
MAX_BLOCKS = 5000


def word_blocks(data: bytes, *, name: str = "") -> tuple[Block, ...]:
    """The paragraphs and tables of a .docx in order. Raises `Refused` for what is no plain, harmless .docx."""
    package = open_word(data, name=name)
    settle(package.document, read_numbering(package.numbering))
    body = package.document.find(q("w:body"))
    found = []
    for block in _blocks(body) if body is not None else ():
        found.append(block)
        if len(found) >= MAX_BLOCKS:
            break
    return tuple(found)


def _blocks(container: Element) -> Iterator[Block]:
    for child in container.iterchildren("*"):
        if child.tag == PARAGRAPH:
            yield from (line for line in (fold(part).strip() for part in text_of(child).split("\n")) if line)
        elif child.tag == TABLE:
            yield _rows(child)
        elif child.tag in (q("w:sdt"), q("w:sdtContent"), q("w:ins"), q("w:customXml"), q("w:smartTag")):
            yield from _blocks(child)


def _rows(table: Element) -> tuple[tuple[str, ...], ...]:
    """Cell texts row by row; a cell merged over several rows stands in its first."""
    grid = read_grid(table)
    rows: list[list[str]] = [[] for _ in range(grid.height)]
    for cell in grid.cells:
        rows[cell.row].append(fold(text_of(cell.element)).strip())
    return tuple(tuple(row) for row in rows)
