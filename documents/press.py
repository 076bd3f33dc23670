"""A blank set up for printing: its XML cut into what never changes and the cells that take values.

Parsing, finding cells and reading their fonts happens once. A text then becomes paragraphs by joining strings; only
what is rare (several fields in one cell, opinions) is written into a fresh copy of the cell's XML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

from lxml import etree

from documents.boxes import has_boxes, picked_of
from documents.cells import Line, clean, is_running, let_grow, write_lines
from documents.ooxml import CELL, ROW, Element, q, twin, within
from documents.package import write
from documents.values import enter, lines_of
from rules.forms import Field

#: Stands for a text while a cell is being set up; private use, so no label or hint holds it.
_INK = "\ue0f1"
_INKED = f" {_INK} "
_SLOT = "<?xinshi slot?>"
_TEXTS = frozenset(("line", "text", "phone", "email", "sections", "person_phone", "measured", "number", "date"))
_LONG = frozenset(("text", "sections", "opinion"))


@dataclass(frozen=True, slots=True)
class Type:
    """A text cell set up: what stands before and after the answer, and how its paragraphs open and close."""

    before: str
    after: str
    opening: str
    closing: str
    tab: str
    empty: str
    headings: Mapping[str, str]

    def printed(self, lines: Sequence[Line]) -> str:
        """The cell's XML with these lines in it."""
        return f"{self.before}{''.join(map(self._paragraph, lines))}{self.after}"

    def _paragraph(self, line: Line) -> str:
        if line.heading:
            return self.headings[line.text]
        if not line.text:
            return self.empty
        return f"{self.opening}{escaped(line.text).replace(chr(9), self.tab)}{self.closing}"


class Slot:
    """One cell that takes a value. `outer` is the cell, or the content control around it, in the blank's tree."""

    def __init__(self, outer: Element, field: Field) -> None:
        self._field = field
        self._shell = _shell(outer)
        self.blank = serial(self._shell[0])
        self._boxed = has_boxes(_cell_of(self._shell[0]))
        self._ticked = lru_cache(maxsize=512)(self._tick)

    def printed(self, value: Any, below: Sequence[Line]) -> str:
        """The cell's XML with this value and the lines of other fields below it."""
        if value is None and not below:
            return self.blank
        if not below and self._field.kind in _TEXTS:
            lines = lines_of(self._field, value)
            return (self._running if is_running(lines) else self._short).printed(lines)
        if not below and self._boxed and isinstance(value, Mapping):
            picked, text = picked_of(value)
            if all(option in self._field.options for option in picked) and (self._field.other or not text):
                return self._ticked(tuple(picked), bool(text)).replace(_INK, escaped(" ".join(clean(text).split())))
        outer = self._fresh()
        enter(_cell_of(outer), self._field, value, below)
        return serial(outer)

    def _fresh(self) -> Element:
        return twin(self._shell)[0]

    @cached_property
    def _short(self) -> Type:
        return self._set_up(running=False)

    @cached_property
    def _running(self) -> Type:
        return self._set_up(running=True)

    def _set_up(self, *, running: bool) -> Type:
        outer = self._fresh()
        lines = [Line(_INKED), Line(""), *(Line(heading, heading=True) for heading in self._field.headings)]
        new = write_lines(_cell_of(outer), lines, dates=self._field.kind != "date", running=running)
        new[0].addprevious(_slot())
        body, empty, *headings = map(serial, new)
        for paragraph in new:
            paragraph.getparent().remove(paragraph)  # type: ignore[union-attr]
        before, after = serial(outer).split(_SLOT)
        opening, closing = body.split(_INKED)
        prefix = re.findall(r"<([^<>\s]*:)?t xml:space=", opening)[-1]
        tab = f'</{prefix}t><{prefix}tab/><{prefix}t xml:space="preserve">'
        return Type(before, after, opening, closing, tab, empty, dict(zip(self._field.headings, headings, strict=True)))

    def _tick(self, picked: tuple[str, ...], told: bool) -> str:
        outer = self._fresh()
        value = {"picked": list(picked), "other": _INK if told else ""}
        enter(_cell_of(outer), self._field, value)
        return serial(outer)


class Press:
    """A document part cut at the cells that take values."""

    def __init__(self, document: Element, cells: Mapping[str, Sequence[int]], fields: Mapping[str, Field]) -> None:
        """`cells`: field key -> the way (child numbers) from the root to its cell. Keeps `document` unchanged."""
        root = twin(document)
        found = [(key, _outer(follow(root, way))) for key, way in cells.items()]
        # In the order of the file, which need not be that of the form.
        order = {element: number for number, element in enumerate(root.iter(etree.Element))}
        found.sort(key=lambda pair: order[pair[1]])
        for key, outer in found:
            if fields[key].kind in _LONG:
                let_grow(outer)
        self._slots = [(key, Slot(outer, fields[key])) for key, outer in found]
        for _, outer in found:
            outer.addprevious(_slot())
            outer.getparent().remove(outer)  # type: ignore[union-attr]
        self._segments = write(root).decode().split(_SLOT)

    def printed(self, values: Mapping[str, Any], below: Mapping[str, Sequence[Line]]) -> bytes:
        """The document part with these values (None leaves a cell as printed) and lines below them, by field key."""
        pieces = [self._segments[0]]
        for (key, slot), segment in zip(self._slots, self._segments[1:], strict=True):
            pieces += (slot.printed(values[key], below[key]), segment)
        return "".join(pieces).encode()


def follow(root: Element, way: Sequence[int]) -> Element:
    """The element at the end of a way of child numbers."""
    for number in way:
        root = root[number]
    return root


def _slot() -> Element:
    return etree.ProcessingInstruction("xinshi", "slot")


def serial(element: Element) -> str:
    """An element's XML as it stands inside its root, without repeating the root's namespaces."""
    text = etree.tostring(_shell(element), encoding="unicode")
    return text[text.index(">") + 1 : text.rindex("</")]


def _shell(element: Element) -> Element:
    """A copy of an element in an otherwise empty root that declares the same namespaces."""
    spaces = cast(Mapping[str, str], element.getroottree().getroot().nsmap)
    shell = etree.Element(q("w:shell"), nsmap=spaces)
    shell.append(twin(element))
    return shell


def escaped(text: str) -> str:
    """Character data as `etree.tostring` writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _outer(cell: Element) -> Element:
    """The cell, or the content control that holds just this cell."""
    outer = cell
    while (parent := outer.getparent()) is not None and parent.tag != ROW:
        if parent.tag not in (q("w:sdt"), q("w:sdtContent")) or len(list(within(parent, CELL))) != 1:
            break
        outer = parent
    return outer if outer.tag in (CELL, q("w:sdt")) else cell


def _cell_of(outer: Element) -> Element:
    return outer if outer.tag == CELL else next(within(outer, CELL))
