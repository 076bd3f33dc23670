"""The text of a part of a Word file as its reader sees it, for files that people filled in by hand.

More careful than `documents.ooxml.text_of`, which reads our own blanks: here tracked changes are taken as accepted,
hidden text, field codes, placeholders and rubies are left out, text boxes count once, list numbers are written out, and
every kind of tick box comes as "□" or "☑".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from documents.numbering import Numbering
from documents.ooxml import CELL, PARAGRAPH, ROW, RUN, TABLE, TEXT, Element, drawn, glyph, q, within

EMPTY_BOX, TICKED_BOX = "□", "☑"


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one look; `stressed` when underlined, bold, dotted or highlighted, as people mark a printed option."""

    text: str
    stressed: bool = False


_LITERAL = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "w:softHyphen": ""}
_LITERALS = {q(name): text for name, text in _LITERAL.items()}
_UNREAD = frozenset(map(q, ("w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr",
                            "w:instrText", "w:delText", "w:delInstrText", "w:rt", "mc:Fallback")))  # fmt: skip
_SDT, _SDT_PR, _SDT_CONTENT = q("w:sdt"), q("w:sdtPr"), q("w:sdtContent")
_CHECKBOX, _PLACEHOLDER = q("w14:checkbox"), q("w:showingPlcHdr")
_FIELD, _BOX_TEXT, _ALTERNATIVES, _CHOICE = q("w:fldChar"), q("w:txbxContent"), q("mc:AlternateContent"), q("mc:Choice")
_P_PR, _R_PR, _VAL, _TYPE = q("w:pPr"), q("w:rPr"), q("w:val"), q("w:fldCharType")
_STRESSES = tuple(map(q, ("w:b", "w:u", "w:highlight", "w:em")))
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u2060\ufeff\ufffe\uffff]")
#: Characters a symbol font draws (Chinese ones in its run are drawn by the Chinese font), and stray ones.
_PRIVATE, _STRAY = re.compile("[\x21-\xff\uf020-\uf0ff]"), re.compile("[\uf020-\uf0ff]")


def settle(root: Element, lists: Numbering | None = None) -> None:
    """Makes the tree say what is seen, in place: tracked changes are accepted, list numbers become text."""
    gone: list[Element] = []
    for mark in root.iter(q("w:del"), q("w:moveFrom"), q("w:cellDel")):
        parent = mark.getparent()
        if parent is None:
            continue
        if parent.tag in (q("w:trPr"), q("w:tcPr")):
            gone.extend(list(parent.iterancestors(ROW, CELL))[:1])
        elif parent.tag != _R_PR:
            gone.append(mark)
    for element in gone:
        if (parent := element.getparent()) is not None:
            parent.remove(element)
    for properties in list(root.iter(_P_PR)):
        if number := lists.next(properties) if lists else "":
            run = etree.Element(RUN)
            etree.SubElement(run, TEXT).text = number
            properties.addnext(run)


def pieces_of(container: Element) -> list[Piece]:
    """The text of a cell, body or paragraph, paragraphs parted by newlines; a table inside gives a line per row."""
    reader = _Reader()
    if not _is_placeholder(container):
        reader.blocks([container] if container.tag == PARAGRAPH else container.iterchildren("*"))
    return reader.pieces


def text_of(container: Element) -> str:
    """`pieces_of` as one text."""
    return "".join(piece.text for piece in pieces_of(container))


def _is_placeholder(cell: Element) -> bool:
    """Whether a content control around the whole cell still shows its invitation to write."""
    content = cell.getparent()
    control = None if content is None or content.tag != _SDT_CONTENT else content.getparent()
    return control is not None and _is_on(control.find(_SDT_PR), _PLACEHOLDER)


def _is_on(properties: Element | None, name: str) -> bool:
    """Whether a toggle such as `w:vanish` is set (ISO/IEC 29500-1, 17.17.4)."""
    found = None if properties is None else properties.find(name)
    return found is not None and found.get(_VAL, "true") not in ("0", "false", "off", "none")


class _Reader:
    """Walks one container in reading order; remembers open fields, which may begin and end in different paragraphs."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._fields: list[bool] = []  # one per open field: True while its code is running, False in its result
        self._joins = True  # the next paragraph goes on in the same line
        self._boxes: list[Element] = []

    def add(self, text: str, *, stressed: bool = False) -> None:
        text = _CONTROLS.sub("", text.replace("\r", "\n"))
        if text and not any(self._fields):
            self.pieces.append(Piece(text, stressed))

    def blocks(self, children: Iterable[Element]) -> None:
        for child in children:
            if child.tag == PARAGRAPH:
                self.paragraph(child)
            elif child.tag == TABLE:
                self.table(child)
            elif child.tag == _SDT:
                self.control(child, inline=False)
            elif child.tag not in _UNREAD:
                self.blocks(child.iterchildren("*"))

    def _line(self) -> None:
        if not self._joins:
            self.pieces.append(Piece("\n"))
        self._joins = False

    def paragraph(self, paragraph: Element) -> None:
        self._line()
        properties = paragraph.find(_P_PR)
        self.inline(paragraph)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box.iterchildren("*"))
        mark = None if properties is None else properties.find(_R_PR)
        self._joins = mark is not None and mark.find(q("w:del")) is not None

    def table(self, table: Element) -> None:
        for row in within(table, ROW, stops=(TABLE,)):
            self._line()
            cells = within(row, CELL, stops=(TABLE,))
            self.add("\t".join(text_of(cell).replace("\n", " ").strip() for cell in cells))

    def control(self, control: Element, *, inline: bool) -> None:
        properties, content = control.find(_SDT_PR), control.find(_SDT_CONTENT)
        box = None if properties is None else properties.find(_CHECKBOX)
        if box is not None:
            if not inline:
                self._line()
            state = box.find(q("w14:checked"))
            ticked = state is not None and state.get(q("w14:val"), "1") in ("1", "true", "on")
            self.add(TICKED_BOX if ticked else EMPTY_BOX)
        elif content is not None and not _is_on(properties, _PLACEHOLDER):
            if inline:
                self.inline(content)
            else:
                self.blocks(content.iterchildren("*"))

    def inline(self, parent: Element) -> None:
        for child in parent.iterchildren("*"):
            if child.tag == RUN:
                self.run(child)
            elif child.tag == _SDT:
                self.control(child, inline=True)
            elif child.tag not in _UNREAD:
                self.inline(child)

    def run(self, run: Element) -> None:
        look = run.find(_R_PR)
        hidden = _is_on(look, q("w:vanish"))
        stressed = look is not None and any(_is_on(look, name) for name in _STRESSES)
        font = _symbol_font(look)
        for child in _visible(run):
            if child.tag == _FIELD:
                self.field(child)
            elif child.tag == _BOX_TEXT:
                self._boxes.append(child)
            elif child.tag == RUN:
                self.run(child)
            elif not hidden:
                self.add(_drawn(child, font), stressed=stressed)

    def field(self, char: Element) -> None:
        match char.get(_TYPE):
            case "begin":
                if (box := char.find(f"{q('w:ffData')}/{q('w:checkBox')}")) is not None:
                    state = q("w:checked") if box.find(q("w:checked")) is not None else q("w:default")
                    self.add(TICKED_BOX if _is_on(box, state) else EMPTY_BOX)
                self._fields.append(True)
            case "separate" if self._fields:
                self._fields[-1] = False
            case "end" if self._fields:
                self._fields.pop()


def _visible(run: Element) -> Iterator[Element]:
    """What a run shows: its texts, signs, field marks and the texts of its boxes, each alternative once."""
    for child in run.iterchildren("*"):
        if child.tag == _ALTERNATIVES:
            shown = child.find(_CHOICE)
            yield from _visible(child if shown is None else shown)
        elif child.tag in (TEXT, _FIELD, _BOX_TEXT, RUN) or child.tag == q("w:sym") or child.tag in _LITERALS:
            yield child
        elif child.tag not in _UNREAD:
            yield from _visible(child)


def _symbol_font(look: Element | None) -> str:
    fonts = None if look is None else look.find(q("w:rFonts"))
    names = () if fonts is None else (fonts.get(q(name), "") for name in ("w:ascii", "w:hAnsi"))
    return next((name for name in names if name.lower().startswith("wingdings")), "")


def _drawn(sign: Element, font: str) -> str:
    if sign.tag == q("w:sym"):
        return glyph(sign)
    if sign.tag != TEXT:
        return _LITERALS[str(sign.tag)]
    text = sign.text or ""
    return _PRIVATE.sub(lambda hit: drawn(font, ord(hit[0])), text) if font else _STRAY.sub(_guessed, text)


def _guessed(hit: re.Match[str]) -> str:
    """A symbol whose font was lost: the two Wingdings have no box or tick in common."""
    return drawn("wingdings", ord(hit[0])) or drawn("wingdings 2", ord(hit[0])) or hit[0]
