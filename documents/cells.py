"""Writing into one cell of an annex in the cell's own hand: its fonts, its paragraphs, its stamp and date lines.

Printed explanation gives way to the answer; what people sign stays: "（盖章）", "年　月　日", a promise, a line for a
signature.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from documents.hand import bold, drop, ink_of, let_run, paragraph_of, shape_of
from documents.ooxml import PARAGRAPH, Element, line_of, paragraphs, q

#: A paragraph longer than this many characters is running text: indented by two characters, never centred.
LONG = 20
_SIGNED = re.compile(r"盖章|公章|签章|印章|签字|签名")
_DATED = re.compile(r"[\d_]*年[\d_]*月[\d_]*日")
_PROMISED = re.compile(r"^(本单位|本人|我单位|我公司|我局|本公司|单位).{0,12}承诺")
#: XML 1.0 has no place for these (2.2); line and paragraph separators become line ends before.
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
#: Marks that point into the text and must not be lost with a paragraph.
_MARKS = frozenset(map(q, ("w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd",
                           "w:permStart", "w:permEnd")))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph to be written; a heading is set in bold or as the blank prints the same heading."""

    text: str
    heading: bool = False


def clean(text: str) -> str:
    """Text that XML can hold: line ends unified, control characters and lone surrogates removed."""
    return _ILLEGAL.sub("", _BREAKS.sub("\n", text))


def is_signed(text: str, *, dates: bool = True) -> bool:
    """Whether a printed line is one that people sign, stamp or date, or a promise they sign below."""
    kept = "".join(unicodedata.normalize("NFKC", text).split())
    if len(kept) <= 40 and _SIGNED.search(kept):
        return True
    return bool(_PROMISED.match(kept)) or (dates and bool(_DATED.fullmatch(kept)))


def is_running(lines: Sequence[Line]) -> bool:
    """Whether these lines are running text: several paragraphs, or a long one."""
    return len(lines) > 1 or any(len(line.text) > LONG for line in lines)


def write_lines(
    cell: Element, lines: Sequence[Line], *, dates: bool = True, running: bool | None = None
) -> list[Element]:
    """Puts the lines in the place of what the cell prints, but for lines that people sign; gives the new paragraphs.

    `dates=False` lets go of a printed "年 月 日" as well: the answer is the date itself. `running` says whether to set
    the lines as running text where that shall not follow from the lines.
    """
    printed = list(paragraphs(cell))
    given_up = _replaceable(printed, dates=dates)
    anchor = given_up[0] if given_up else _first(cell, printed)
    running = is_running(lines) if running is None else running
    new = _typeset(lines, model=anchor, printed=printed, aligned=bool(given_up), running=running)
    _put_before(anchor, new)
    _give_up(given_up)
    return new


def _replaceable(printed: Sequence[Element], *, dates: bool) -> list[Element]:
    """What gives way to an answer: all but the lines people sign, and the empty lines that keep room above those."""
    given_up: list[Element] = []
    empty: list[Element] = []
    for paragraph in printed:
        text = line_of(paragraph)
        if is_signed(text, dates=dates):
            given_up += [] if given_up else empty[:1]
            empty = []
        elif text.strip():
            given_up += [*empty, paragraph]
            empty = []
        else:
            empty.append(paragraph)
    return given_up + empty


def write_opinion(cell: Element, lines: Sequence[Line], day: str = "") -> None:
    """Puts an opinion into the room above the stamp: nothing printed goes, one empty line makes way for it.

    A `day` ("2024年3月1日") stands in the printed line for the date, or below the opinion where none is printed.
    """
    printed = list(paragraphs(cell))
    dated = [paragraph for paragraph in printed if _DATED.fullmatch("".join(line_of(paragraph).split()))]
    if day and dated:
        _put_before(dated[-1], [paragraph_of(day, shape_of(dated[-1]), ink_of(dated[-1]))])
        _give_up(dated[-1:])
        printed = list(paragraphs(cell))
    elif day:
        lines = [*lines, Line(day)]
    stamps = [at for at, paragraph in enumerate(printed) if _is_stamp(line_of(paragraph))]
    room = printed[: stamps[0]] if stamps else printed
    empty = [paragraph for paragraph in room if not line_of(paragraph).strip()]
    anchor = empty[0] if empty else printed[stamps[0]] if stamps else _first(cell, printed)
    model = empty[0] if empty else room[-1] if room else anchor
    aligned = bool(empty or room)
    _put_before(anchor, _typeset(lines, model=model, printed=(), aligned=aligned, running=is_running(lines)))
    _give_up(empty[:1])


def append_lines(cell: Element, lines: Sequence[Line]) -> None:
    """Adds paragraphs after what the cell holds, before its stamp and date lines."""
    printed = list(paragraphs(cell))
    held = [paragraph for paragraph in printed if not _is_stamp(line_of(paragraph))]
    model = held[-1] if held else _first(cell, printed)
    for paragraph in _typeset(lines, model=model, printed=(), aligned=bool(held), running=is_running(lines)):
        if held:
            held[-1].addnext(paragraph)
            held.append(paragraph)
        else:
            model.addprevious(paragraph)


def let_grow(cell: Element) -> None:
    """Lets the cell's row grow if its height is exact, or Word would cut off a long answer."""
    row = next(cell.iterancestors(q("w:tr")), None)
    height = None if row is None else row.find(f"{q('w:trPr')}/{q('w:trHeight')}")
    if height is not None and height.get(q("w:hRule")) == "exact":
        height.set(q("w:hRule"), "atLeast")


def _is_stamp(text: str) -> bool:
    kept = "".join(unicodedata.normalize("NFKC", text).split())
    return (len(kept) <= 40 and bool(_SIGNED.search(kept))) or bool(_DATED.fullmatch(kept))


def _first(cell: Element, printed: Sequence[Element]) -> Element:
    """The cell's first own paragraph; a cell must have one (17.4.66), so a missing one is made."""
    if printed:
        return printed[0]
    return etree.SubElement(cell, PARAGRAPH)


def _typeset(
    lines: Iterable[Line], *, model: Element, printed: Sequence[Element], aligned: bool, running: bool
) -> list[Element]:
    """New paragraphs in the hand of `model`. `aligned=False`: its alignment is a stamp line's and not taken over."""
    shape, ink = shape_of(model), ink_of(model)
    if not aligned:
        drop(shape, "w:jc", "w:ind")
    if running:
        let_run(shape)
    return [
        _heading(line.text, printed, shape, ink) if line.heading else paragraph_of(line.text, shape, ink)
        for line in lines
    ]


def _heading(text: str, printed: Iterable[Element], shape: Element, ink: Element) -> Element:
    """A heading in bold, in the hand of the same heading where the blank prints it."""
    wanted = "".join(text.split())
    for paragraph in printed:
        if "".join(line_of(paragraph).split()) == wanted:
            return paragraph_of(text, shape_of(paragraph), bold(ink_of(paragraph)))
    return paragraph_of(text, shape, bold(ink))


def _put_before(anchor: Element, new: Sequence[Element]) -> None:
    for paragraph in new:
        anchor.addprevious(paragraph)


def _give_up(printed: Sequence[Element]) -> None:
    """Removes printed paragraphs; bookmarks in them stay in the cell, and its placeholders stop being such."""
    for paragraph in printed:
        for mark in [element for element in paragraph.iter() if element.tag in _MARKS]:
            paragraph.addprevious(mark)
        for control in paragraph.iterancestors(q("w:sdt")):
            properties = control.find(q("w:sdtPr"))
            if properties is not None:
                drop(properties, "w:showingPlcHdr", "w:dataBinding")
        parent = paragraph.getparent()
        if parent is not None:
            parent.remove(paragraph)
