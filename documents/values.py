"""What a field's value looks like on paper, and how it goes into its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from documents.boxes import add_ticked, has_boxes, picked_of, tick
from documents.cells import Line, append_lines, clean, write_lines, write_opinion
from documents.ooxml import Element, text_of
from rules.forms import Field


class WrongValue(ValueError):
    """An answer has not the shape that its field's kind asks for."""

    def __init__(self, label: str, value: object, expected: str) -> None:
        super().__init__(f"“{label}”应是{expected}，收到的是 {value!r}。")


def enter(cell: Element, field: Field, value: Any, below: Sequence[Line] = ()) -> None:
    """Writes a value into its cell by the field's kind, and the lines of fields that share the cell below it."""
    if field.kind == "boxes" and has_boxes(cell):
        if value:
            _tick(cell, field, value)
        if below:
            append_lines(cell, below)
        return
    lines = [*(lines_of(field, value) if value is not None else ()), *below]
    if field.kind == "opinion":
        write_opinion(cell, lines, _day_of(value))
    elif value is None:
        _add(cell, lines)
    else:
        write_lines(cell, lines, dates=field.kind != "date")


def _day_of(value: Any) -> str:
    """The date below an opinion that was given in the program, as it is written; "" for one that came as text."""
    match value:
        case {"opinion": str(), "day": str(day)} if day:
            given = date.fromisoformat(day)
            return f"{given.year}年{given.month}月{given.day}日"
    return ""


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: absent, blank text, no box picked, every section blank."""
    match value:
        case None:
            return True
        case str():
            return not clean(value).strip()
        case Mapping() if "picked" in value:
            picked, other = picked_of(value)
            return not picked and not other.strip()
        case list() | tuple():
            return all(is_empty(part) for part in value)
    return False


def lines_of(field: Field, value: Any, *, told: bool = False) -> list[Line]:
    """The paragraphs that a value makes; `told` puts the label before it, for a field in another one's cell.

    An opinion needs no label there: its own is a stamp line that the cell prints. Raises `WrongValue`.
    """
    if value is None:
        return []
    lines = _lines(field, value)
    if told and lines and field.kind != "opinion":
        return [Line(f"{field.label}：{lines[0].text}"), *lines[1:]]
    return lines


def _lines(field: Field, value: Any) -> list[Line]:
    match field.kind, value:
        case "boxes", Mapping():
            picked, other = picked_of(value)
            named = [option for option in picked if not (other and option == field.other)]
            own = [f"{field.other}：{other}" if field.other else other] if other else []
            return [Line(clean("、".join([*named, *own])))]
        case "sections", [*texts] if len(texts) == len(field.headings) and all(isinstance(text, str) for text in texts):
            parts = zip(field.headings, texts, strict=True)
            return [line for heading, text in parts for line in (Line(heading, heading=True), *_paragraphs(text))]
        case "person_phone", {"person": str(person), "phone": str(phone)}:
            return [Line(clean(f"{person} {phone}".strip()))]
        case "measured", {"seconds": int() | float() as seconds}:
            minutes, rest = divmod(round(seconds), 60)
            return [Line(f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒")]
        case "number", int():
            return [Line(str(value))]
        case "date", str():
            return [Line(_date(field, value))]
        case (("line" | "text" | "phone" | "email" | "opinion"), str()):
            return _paragraphs(value)
        case "opinion", {"opinion": str(text), "day": str()}:
            return _paragraphs(text)
    raise WrongValue(field.label, value, _EXPECTED[field.kind])


_EXPECTED = {
    "line": "一行文字",
    "text": "一段文字",
    "phone": "电话号码（文字）",
    "email": "邮箱（文字）",
    "opinion": "一段文字",
    "date": "形如 2024-03-01 的日期",
    "number": "整数",
    "sections": "与各段标题一一对应的几段文字",
    "boxes": '形如 {"picked": ["选项"], "other": ""} 的选择',
    "person_phone": '形如 {"person": "姓名", "phone": "电话"} 的联系人',
    "measured": '形如 {"seconds": 150.0} 的时长',
}


def _paragraphs(text: str) -> list[Line]:
    """One line per paragraph, without the spaces people type for an indent; empty lines at both ends go."""
    return [Line(line.strip(" \t\u3000\u00a0")) for line in clean(text).strip("\n").split("\n")]


def _date(field: Field, value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise WrongValue(field.label, value, _EXPECTED["date"]) from error
    return f"{day.year}年{day.month}月{day.day}日"


def _tick(cell: Element, field: Field, value: Any) -> None:
    if not isinstance(value, Mapping):
        raise WrongValue(field.label, value, _EXPECTED["boxes"])
    picked, text = picked_of(value)
    text = clean(text)
    if text and field.other and field.other not in picked:
        picked.append(field.other)
    own = [option for option in picked if option not in field.options] if field.open else []
    named = [option for option in picked if option not in own]
    tick(cell, label=field.label, options=field.options, picked=named, other=field.other, text=text)
    for words in [*own, *([text] if text and not field.other else [])]:
        add_ticked(cell, words)


def _add(cell: Element, lines: Sequence[Line]) -> None:
    """Lines of guests in a cell whose own field was left empty: into the empty cell, or below what it prints."""
    if text_of(cell, nested=True).strip():
        append_lines(cell, lines)
    else:
        write_lines(cell, lines)
