"""Ticking the boxes of an annex in place, whatever glyph or control draws them.

A box may be a character (☐ □ ❏ …), a Wingdings symbol (`w:sym`) or a check-box control (`w14:checkbox`); its option may
stand after it or before it. Only the glyph changes, and the text beside 其他.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from lxml import etree

from documents.hand import run_of
from documents.labels import normal
from documents.ooxml import RUN, SYMBOL, TEXT, Element, glyph, line_of, paragraphs, q, twin, within

_EMPTY = "☐□◻◽▢❏❐❑❒"
_TICKED = "☑☒■▣◼"
_FILL = frozenset(" \t\u3000\u00a0_＿—")
#: Wingdings fonts: the code of an empty box -> of the ticked box of the same font, and back.
_TICKS = {"wingdings": "F0FE", "wingdings 2": "F052"}
_BLANKS = {"wingdings": "F0A8", "wingdings 2": "F0A3"}


class BoxMissing(LookupError):
    """The blank prints boxes, but none for an option that was picked."""

    def __init__(self, *, label: str, option: str, printed: Sequence[str]) -> None:
        super().__init__(
            f"空白表“{label}”一栏没有“{option}”这个选项。表中印有：{'、'.join(printed) or '（没有认出的选项）'}。"
            "请核对空白表与活动文件里的 options。"
        )


class Spot(NamedTuple):
    """One visible character of a cell: the `w:t` or `w:sym` that holds it, and its place in the text of a `w:t`."""

    char: str
    element: Element | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """One printed box and the characters of its option."""

    spot: Spot
    option: tuple[Spot, ...]

    @property
    def text(self) -> str:
        return "".join(spot.char for spot in self.option)


def has_boxes(cell: Element) -> bool:
    """Whether the cell prints any box."""
    return any(spot.char in _EMPTY + _TICKED for spot in _spots(cell))


def tick(
    cell: Element, *, label: str, options: Sequence[str], picked: Sequence[str], other: str | None, text: str
) -> None:
    """Ticks the picked options, clears the rest, writes the text beside the option `other`. Raises `BoxMissing`."""
    boxes = _boxes_of(cell, options, other)
    for option in picked:
        if option not in boxes:
            printed = [box.text.strip() for box in _split(list(_spots(cell)), before=True)]
            raise BoxMissing(label=label, option=option, printed=printed)
    for option, box in boxes.items():
        _draw(box.spot, ticked=option in picked)
    if other and text and other in boxes:
        _write_beside(boxes[other], other, text)


def add_ticked(cell: Element, text: str) -> None:
    """Adds one more ticked line below the printed ones, for words of one's own in an open list."""
    lines = [line for line in paragraphs(cell, nested=True) if any(char in _EMPTY + _TICKED for char in line_of(line))]
    line = twin(lines[-1])
    runs = list(within(line, RUN))
    properties = runs[-1].find(q("w:rPr"))
    for child in [child for child in line if child.tag != q("w:pPr")]:
        line.remove(child)
    line.append(run_of("☑" + text, properties))
    lines[-1].addnext(line)


def _spots(cell: Element) -> Iterator[Spot]:
    for paragraph in paragraphs(cell, nested=True):
        for run in within(paragraph, RUN):
            for child in run.iterchildren("*"):
                if child.tag == TEXT:
                    yield from (Spot(char, child, at) for at, char in enumerate(child.text or ""))
                elif child.tag == SYMBOL:
                    yield from (Spot(char, child) for char in glyph(child))
                elif child.tag == q("w:tab"):
                    yield Spot("\t")
        yield Spot("\n")


def _boxes_of(cell: Element, options: Sequence[str], other: str | None) -> dict[str, Box]:
    """The printed box of each option; the side of the box on which more options are recognised is theirs."""
    spots = list(_spots(cell))
    behind = _named(_split(spots, before=True), options, other)
    if len(behind) == len(options):
        return behind
    ahead = _named(_split(spots, before=False), options, other)
    return behind if len(behind) >= len(ahead) else ahead


def _split(spots: Sequence[Spot], *, before: bool) -> list[Box]:
    """Boxes with the text up to the next box (`before`: the box stands before its option) or since the last one."""
    places = [at for at, spot in enumerate(spots) if spot.char in _EMPTY + _TICKED]
    if before:
        ends = [*places[1:], len(spots)]
        return [Box(spots[at], tuple(spots[at + 1 : end])) for at, end in zip(places, ends, strict=True)]
    starts = [-1, *places]
    return [Box(spots[at], tuple(spots[start + 1 : at])) for start, at in zip(starts, places, strict=False)]


def _named(boxes: Sequence[Box], options: Sequence[str], other: str | None) -> dict[str, Box]:
    names = {normal(option): option for option in options}
    found: dict[str, Box] = {}
    for box in boxes:
        for text in (box.text, *box.text.strip().split("\n")):
            name = normal("".join(char for char in text if char not in _FILL))
            option = names.get(name)
            if option is None and other and name.startswith(normal(other)):
                option = other
            if option is not None:
                found.setdefault(option, box)
                break
    return found


def _draw(spot: Spot, *, ticked: bool) -> None:
    if spot.element is None or (spot.char in _TICKED) == ticked:
        return
    run = spot.element.getparent()
    control = _control(spot.element)
    if control is not None and run is not None:
        _check(control, run, spot, ticked=ticked)
    elif spot.element.tag == SYMBOL:
        font = (spot.element.get(q("w:font")) or "").lower()
        spot.element.set(q("w:char"), (_TICKS if ticked else _BLANKS).get(font, "2611" if ticked else "2610"))
    else:
        _replace(spot, "☑" if ticked else "☐")


def _replace(spot: Spot, char: str) -> None:
    if spot.element is not None:
        text = spot.element.text or ""
        spot.element.text = text[: spot.at] + char + text[spot.at + 1 :]


def _control(element: Element) -> Element | None:
    """The `w14:checkbox` of the content control that draws this glyph."""
    for control in element.iterancestors(q("w:sdt")):
        box = control.find(f"{q('w:sdtPr')}/{q('w14:checkbox')}")
        if box is not None:
            return box
    return None


def _check(control: Element, run: Element, spot: Spot, *, ticked: bool) -> None:
    """Sets the control's state and draws the glyph that the control names for it (MS-DOCX 2.6.1.9)."""
    checked = control.find(q("w14:checked"))
    if checked is None:
        checked = etree.Element(q("w14:checked"))
        control.insert(0, checked)
    checked.set(q("w14:val"), "1" if ticked else "0")
    state = control.find(q("w14:checkedState" if ticked else "w14:uncheckedState"))
    code = "2612" if ticked else "2610"
    code, font = (
        (code, "MS Gothic") if state is None else (state.get(q("w14:val"), code), state.get(q("w14:font")) or "")
    )
    if spot.element is not None and spot.element.tag == SYMBOL:
        spot.element.set(q("w:char"), code)
        spot.element.set(q("w:font"), font)
        return
    if font.lower() in _TICKS:
        symbol = etree.Element(SYMBOL)
        symbol.set(q("w:font"), font)
        symbol.set(q("w:char"), code if len(code) == 4 else f"F0{code[-2:]}")
        run.replace(spot.element, symbol) if spot.element is not None else run.append(symbol)
        return
    _replace(spot, chr(int(code, 16)))
    fonts = run.find(f"{q('w:rPr')}/{q('w:rFonts')}")
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia") if fonts is not None and font else ():
        fonts.set(q(name), font)  # type: ignore[union-attr]


def _write_beside(box: Box, other: str, text: str) -> None:
    """Writes a text behind the option's name, on its ruled line if it has one, underlined like one if not."""
    name_end = _end_of_name(box.option, other)
    rest = list(takewhile(lambda spot: spot.char != "\n", box.option[name_end:]))
    start = next((at for at, spot in enumerate(rest) if spot.char in _FILL and spot.element is not None), None)
    ruled = [] if start is None else list(takewhile(lambda spot: spot.char in _FILL, rest[start:]))
    place = ruled[0] if ruled else box.option[name_end - 1]
    for spot in reversed(ruled):
        if spot.element is not None:
            _replace(spot, "")
    _insert(place, text, behind=not ruled)


def _end_of_name(spots: Sequence[Spot], other: str) -> int:
    wanted = normal(other)
    for end in range(1, len(spots) + 1):
        if normal("".join(spot.char for spot in spots[:end])) == wanted and spots[end - 1].element is not None:
            return end
    return len(spots)


def _insert(place: Spot, text: str, *, behind: bool) -> None:
    """Puts an underlined run at a character's place, parting its run in two where that is inside a text."""
    if place.element is None or (run := place.element.getparent()) is None:
        return
    at = place.at + behind
    whole = place.element.text or ""
    properties = run.find(q("w:rPr"))
    ruled = etree.Element(q("w:rPr")) if properties is None else twin(properties)
    for underline in ruled.findall(q("w:u")):
        ruled.remove(underline)
    _underline(ruled)
    new = run_of(f" {' '.join(text.split())} ", ruled)
    tail = run_of(whole[at:], properties) if whole[at:] else None
    for follower in list(place.element.itersiblings()):
        tail = run_of("", properties) if tail is None else tail
        tail.append(follower)
    place.element.text = whole[:at]
    run.addnext(new)
    if tail is not None:
        new.addnext(tail)


def _underline(properties: Element) -> None:
    """Adds `w:u` in its place among run properties (17.3.2.28)."""
    later = {q(f"w:{name}") for name in ("effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang")}
    at = next((number for number, child in enumerate(properties) if child.tag in later), len(properties))
    underline = etree.Element(q("w:u"))
    underline.set(q("w:val"), "single")
    properties.insert(at, underline)


def picked_of(value: Mapping[str, object]) -> tuple[list[str], str]:
    """The picked options and the free text of a value of kind `boxes`."""
    picked = value.get("picked") or []
    other = value.get("other") or ""
    return [str(option) for option in picked] if isinstance(picked, list | tuple) else [], str(other)
