"""Names, texts and glyphs of WordprocessingML, so that every reader of a Word file sees the text that Word shows.

Tracked insertions, content controls and hyperlinks count as text; tracked deletions, field codes and the fallback
copies of drawings do not. Glyphs of `w:sym` (Wingdings boxes and ticks) come back as their Unicode characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeAlias, cast

from lxml import etree

Element: TypeAlias = etree._Element

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


@cache
def q(name: str) -> str:
    """The expanded name of "prefix:local"; KeyError on a prefix this program does not know."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


TEXT, SYMBOL, PARAGRAPH, TABLE, ROW, CELL, RUN = map(q, ("w:t", "w:sym", "w:p", "w:tbl", "w:tr", "w:tc", "w:r"))
_LITERAL = {q("w:tab"): "\t", q("w:br"): "\n", q("w:cr"): "\n", q("w:noBreakHyphen"): "-", q("w:ptab"): "\t"}
_UNSEEN = frozenset(map(q, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:tblPr", "w:trPr", "w:tcPr", "w:sdtPr",
                            "w:sdtEndPr", "w:instrText", "w:delText", "w:tblGrid", "mc:Fallback")))  # fmt: skip
#: (font, low byte of the character) -> what it looks like; the fonts' own tables, private-use prefix F0 removed.
_SYMBOLS = {
    ("wingdings", 0xA8): "□", ("wingdings", 0x6F): "□", ("wingdings", 0x71): "□", ("wingdings", 0x6E): "■",
    ("wingdings", 0xFC): "✓", ("wingdings", 0xFB): "✗", ("wingdings", 0xFE): "☑", ("wingdings", 0xFD): "☒",
    ("wingdings 2", 0xA3): "□", ("wingdings 2", 0x2A): "□", ("wingdings 2", 0x30): "□", ("wingdings 2", 0xA2): "■",
    ("wingdings 2", 0x50): "✓", ("wingdings 2", 0x4F): "✗", ("wingdings 2", 0x52): "☑", ("wingdings 2", 0x51): "☒",
    ("wingdings 2", 0x53): "☒", ("wingdings 2", 0x54): "☒",
}  # fmt: skip


def drawn(font: str, code: int) -> str:
    """What a character of a font looks like: a box or tick of the Wingdings fonts, else itself, else ""."""
    if found := _SYMBOLS.get((font.lower(), code & 0xFF)):
        return found
    return chr(code) if 0x20 <= code < 0xD800 or 0xF900 <= code <= 0x10FFFF else ""


def glyph(symbol: Element) -> str:
    """What a `w:sym` shows, `drawn` from its font and its hexadecimal code; "" for a code that is none."""
    code = symbol.get(q("w:char"), "")
    is_code = len(code) <= 6 and all(digit in "0123456789abcdefABCDEF" for digit in code)
    return drawn(symbol.get(q("w:font")) or "", int(code, 16)) if code and is_code else ""


def twin(element: Element) -> Element:
    """A deep copy of an element without what follows it; twice as quick as `copy.deepcopy`."""
    return cast(Element, element.__copy__())  # type: ignore[attr-defined]  # missing in lxml-stubs


def line_of(paragraph: Element) -> str:
    """The visible text of one paragraph (or run); line breaks in it as newlines."""
    return "".join(_pieces(paragraph))


def _pieces(element: Element) -> Iterator[str]:
    for child in element.iterchildren("*"):
        if child.tag == TEXT:
            yield child.text or ""
        elif child.tag == SYMBOL:
            yield glyph(child)
        elif child.tag in _LITERAL:
            yield _LITERAL[str(child.tag)]
        elif child.tag not in _UNSEEN:
            yield from _pieces(child)


def within(container: Element, tag: str, *, stops: tuple[str, ...] = ()) -> Iterator[Element]:
    """The elements called `tag` inside a container, through content controls and tracked insertions.

    Does not look inside a hit, nor inside elements called as in `stops`, nor at what Word does not show.
    """
    for child in container.iterchildren("*"):
        if child.tag == tag:
            yield child
        elif child.tag not in stops and child.tag not in _UNSEEN:
            yield from within(child, tag, stops=stops)


def paragraphs(container: Element, *, nested: bool = False) -> Iterator[Element]:
    """The paragraphs of a cell or body in order; with `nested`, those of tables inside it too."""
    return within(container, PARAGRAPH, stops=() if nested else (TABLE,))


def text_of(container: Element, *, nested: bool = False) -> str:
    """The visible text of a cell or body, one line per paragraph."""
    return "\n".join(map(line_of, paragraphs(container, nested=nested)))


def tables(root: Element) -> Iterator[Element]:
    """Every table Word shows, in document order, a nested one after the one that holds it."""
    for table in within(root, TABLE):
        yield table
        yield from tables(table)
