"""The cells of an annex in reading order to labels with what stands beside them, whatever made the text of it.

A Word table has cells; text from a converter has tabs, single lines or both, so what a piece is follows from its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rules.drafting.labels import meaning
from rules.drafting.paper import Annex
from rules.drafting.text import bare

BOX = "□☐○◯◻▢❏"
_STAMP = re.compile(r"盖\s*章|签\s*[字名章]|公\s*章|年\s*月\s*日")
_NOTE = re.compile(r"^(注|备注|说明|填表说明|填报说明|填写说明)\s*\d?[：:]|^\d[.、]|^★|^\*")
_BRACKET = re.compile(r"^[（(].*[)）]$", re.DOTALL)
_CHOICE = re.compile(r"主题|类别|类型|领域|方向|分类|组别")
#: Labels in one line with room behind each: 姓名：      电话：
_LABELS = re.compile(rf"(?:[^\s：:{BOX}]{{2,14}}[：:]\s*){{1,4}}")
_SUFFIX = re.compile(r"^(意见|承诺|名称|电话|内容|简介|情况|亮点|单位)$")
#: A label is at most this long, what stands in brackets not counted.
_LABEL = 18


@dataclass(slots=True)
class Slot:
    """One label and what the blank prints beside or below it. `empty`: a blank cell follows."""

    label: str
    printed: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    empty: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.printed)

    @property
    def plain(self) -> bool:
        """Whether nothing stands beside the label, not even room for a value."""
        return not (self.empty or self.printed or self.boxes or self.stamps)


def slots_of(annex: Annex) -> list[Slot]:
    """The labels of an annex in order; a label repeated after a page break counts once."""
    slots: list[Slot] = []
    for text, beside in _pieces(annex):
        _place(text.strip(), slots, beside=beside)
    kept: dict[str, Slot] = {}
    for slot in slots:
        same = kept.setdefault(bare(slot.label), slot)
        if same is not slot:
            same.printed += slot.printed
            same.stamps += slot.stamps
            same.empty |= slot.empty
    return list(kept.values())


def is_row_form(annex: Annex, slots: list[Slot]) -> bool:
    """Whether the labels head a table with one row for each person or work."""
    if any(slot.boxes or slot.stamps for slot in slots) or len(slots) < 3:
        return False
    if all(slot.plain for slot in slots):
        return True
    for rows in annex.tables:
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        head = filled[0] if filled else ()
        full = len(head) >= 4 and all(cell.strip() for cell in head)
        if full and all(not any(cell.strip() for cell in row[1:]) for row in filled[1:]):
            return True
    return False


def _pieces(annex: Annex) -> Iterator[tuple[str, bool]]:
    """Cell texts, and whether each stands beside another; single characters below one another are one vertical word."""
    pending = ""
    for text, beside in _raw(annex):
        if len(bare(text)) == 1 and "\u4e00" <= bare(text) <= "\u9fff":
            pending += bare(text)
            continue
        if pending:
            yield pending, False
            pending = ""
        yield text, beside
    if pending:
        yield pending, False


def _raw(annex: Annex) -> Iterator[tuple[str, bool]]:
    for block in annex.blocks:
        if isinstance(block, str):
            yield block, False
            continue
        for row in block:
            # Converters set a blank cell before the first one; two blank ones are a cell without text.
            cells = row[1:] if len(row) > 1 and not row[0] and any(row[1:]) else row
            yield from ((cell, at > 0) for at, cell in enumerate(cells if any(cells) else cells[:1]))


def _place(text: str, slots: list[Slot], *, beside: bool = False) -> None:
    current = slots[-1] if slots else None
    if _LABELS.fullmatch(text):
        slots += [Slot(label, empty=True) for label in re.findall(r"([^\s：:]{2,14})[：:]", text)]
    elif not text:
        if current:
            current.empty = True
    elif any(box in text for box in BOX):
        _boxes(text, slots)
    elif current and _is_stamp(text):
        current.stamps.append(text)
    elif current and _CHOICE.search(current.label) and not current.empty and re.search(r"\S\s{2,}\S", text):
        current.boxes += [part for part in re.split(r"\s{2,}|\n", text) if part.strip()]
    elif current and (_BRACKET.match(text) or _is_explained(text)):
        if not beside and _BRACKET.match(text) and "字" in text and not current.empty and not current.printed:
            current.label += text
        else:
            current.printed.append(text)
    elif (
        current and _SUFFIX.match(bare(text)) and not current.empty and len(bare(current.label)) <= 8 and current.plain
    ):
        current.label += bare(text)
    elif current and _is_option(text, current):
        current.boxes += [part for part in re.split(r"\s{2,}|\n", text) if part.strip()]
    else:
        _label(text, slots)


def _is_stamp(text: str) -> bool:
    return len(bare(text)) <= 45 and bool(_STAMP.search(text)) and not re.search("承诺[：:]?.{12}", text)


def _is_explained(text: str) -> bool:
    short = re.sub(r"[（(][^）)]*[）)]", "", bare(text))
    return (
        len(short) > _LABEL
        or bool(_NOTE.match(text))
        or text.endswith(("。", "；"))
        or ("承诺" in text[:6] and len(short) > 10)
    )


def _is_option(text: str, current: Slot) -> bool:
    """Whether a piece goes on with the options of a choice whose boxes a converter lost."""
    if not _CHOICE.search(current.label) or current.empty or current.stamps:
        return False
    known = meaning(text)
    return not known.sure and (bool(current.boxes) or not current.printed)


def _boxes(text: str, slots: list[Slot]) -> None:
    """Boxes, with their label in the same cell where it stands there (类别：□甲 □乙)."""
    first = min(text.index(box) for box in BOX if box in text)
    before = text[:first].strip().rstrip("：:")
    if (
        before
        and len(bare(before)) <= _LABEL
        and (not slots or slots[-1].boxes or slots[-1].empty or meaning(before).sure)
    ):
        slots.append(Slot(bare(before)))
    elif before and slots:
        slots[-1].printed.append(before)
    if slots:
        parts = re.split(f"[{BOX}]", text[first:])
        slots[-1].boxes += [part.strip(" 、，,；;\n") for part in parts if part.strip(" 、，,；;\n")]


def _label(text: str, slots: list[Slot]) -> None:
    head, mark, rest = text.partition("：")
    if mark and rest.strip() and len(bare(head)) <= _LABEL:
        slots.append(Slot(bare(head)))
        _place(rest.strip(), slots) if not meaning(rest).sure else slots[-1].printed.append(rest.strip())
    else:
        slots.append(Slot(bare(text).rstrip("：:")))
