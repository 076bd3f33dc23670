"""A form as questions: every field that the liaison is asked, in the order of the annex."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.talk.boxes import Boxes
from bot.talk.choosing import chosen
from bot.talk.fields import Question, Typed
from bot.talk.lines import Line, line
from bot.talk.texts import CIRCLED, LongText, Sections
from rules.answers import check_answer, notices_of, read_answer
from rules.faults import Fault, Faulty, Read
from rules.forms import Field, Form
from rules.people import Person, Unit
from rules.sections import split_sections

SKIP = "跳过"
#: Short answers whose check is remembered; a conversation checks its kept answers in every run.
REMEMBERED = 4096
#: Numbers, numerals and pinyin, which pick options where the words of a form do not; what parts several of them.
_SHORT = re.compile(r"[(（]?(?:\d{1,3}\ufe0f?\u20e3?|[一二三四五六七八九十]{1,3}|[a-zA-Z]{2,})[)）.．]?")
_PARTS = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The asked fields of a form with their questions, in order."""

    form: Form
    asked: tuple[tuple[Field, Question], ...]

    def key(self, field: Field) -> str:
        """The key under which a field's answer is kept."""
        return f"form/{field.key}"


_sheets: dict[int, Sheet] = {}


def sheet_of(form: Form) -> Sheet:
    """The sheet of a form, built once; it keeps the form alive, so its identity is a safe key."""
    sheet = _sheets.get(id(form))
    if sheet is None:
        fields = [field for field in form.fields if field.source == "ask"]
        asked = tuple((field, question_of(field, n, len(fields))) for n, field in enumerate(fields, start=1))
        sheet = _sheets[id(form)] = Sheet(form, asked)
    return sheet


def registered(form: Form, unit: Unit, person: Person) -> dict[str, Any]:
    """The answers that the registration gives: the unit's name, wherever the form asks who reports."""
    return {field.key: unit.name for field in form.fields if field.source == "registration"}


def readable(field: Field, value: Any) -> str:
    """An answer in a few words, for a summary."""
    match value:
        case None | "":
            return ""
        case {"picked": picked, "other": other}:
            own = f"（{other}）" if other else ""
            return "、".join(f"{label}{own}" if label == field.other else label for label in picked) or other
        case {"person": person, "phone": phone}:
            return f"{person} {phone}".strip()
        case {"seconds": int() | float() as seconds}:
            minutes, rest = divmod(round(seconds), 60)
            return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
        case list():
            return "\n".join(f"{CIRCLED[index]} {text}" for index, text in enumerate(value))
        case _:
            return str(value)


def question_of(field: Field, number: int, count: int) -> Question:
    """The question of one field, told to be number `number` of `count`."""
    text = _prompt(field, number, count)
    read, check = partial(read_answer, field), _remembered(partial(check_answer, field))
    skip = "" if field.required else SKIP
    match field.kind:
        case "boxes":
            return Boxes(
                text=text, label=field.label, read=partial(_picked, field), check=partial(check_answer, field),
                options=field.options, several=field.several, other=field.other or "",
                other_text=line("form.other", label=field.other or ""),
            )  # fmt: skip
        case "sections":
            return Sections(
                text=text, label=field.label, headings=field.headings, section_text=_section_prompt(text, field),
                split=partial(split_sections, field.headings), check=partial(check_answer, field), limit=field.limit,
                remarks=partial(notices_of, field),
            )  # fmt: skip
        case "text":
            return LongText(
                text=text, label=field.label, read=read, check=partial(check_answer, field), limit=field.limit,
                skip=skip,
            )  # fmt: skip
        case _:
            return Typed(text=text, label=field.label, read=read, check=check, skip=skip)


def _picked(field: Field, raw: str) -> Read:
    """Ticks as the field reads them, else short words for options: "一、三", "xyjc"."""
    read = read_answer(field, raw)
    typed = [part for part in _PARTS.split(raw) if part]
    if not isinstance(read, Faulty) or not typed or not all(map(_SHORT.fullmatch, typed)):
        return read
    found = [chosen(part, field.options) for part in typed]
    numbers = [f"{index + 1}" for index in found if index is not None]
    return read_answer(field, "，".join(numbers)) if len(numbers) == len(found) else read


def _prompt(field: Field, number: int, count: int) -> Line:
    return line(
        f"form.{field.kind}",
        n=number,
        of=count,
        label=field.label,
        hint=field.hint,
        example=field.example,
        limit=field.limit,
        several=field.several,
        open=field.open,
        headings=list(field.headings),
        required=field.required,
    )


def _section_prompt(text: Line, field: Field) -> Callable[[int], Line]:
    guides = (*field.guides, *[""] * len(field.headings))

    def prompt(index: int) -> Line:
        facts = {**text.facts, "mark": CIRCLED[index], "heading": field.headings[index], "guide": guides[index]}
        return Line(text.key, facts)

    return prompt


def _remembered(check: Callable[[Any], Sequence[Fault]]) -> Callable[[Any], Sequence[Fault]]:
    """The same check, remembering what it said of short texts."""
    known: dict[str, Sequence[Fault]] = {}

    def remembered(value: Any) -> Sequence[Fault]:
        if not isinstance(value, str) or len(value) > 100:
            return check(value)
        faults = known.get(value)
        if faults is None:
            if len(known) >= REMEMBERED:
                known.clear()
            faults = known[value] = check(value)
        return faults

    return remembered


def title_of(form: Form, answers: Mapping[str, Any]) -> str:
    """What an entry is called: its 题目 or 名称, else the first line of the form."""
    named = (field for field in form.fields if field.key == "title")
    first = next(named, form.fields[0])
    return readable(first, answers.get(first.key, ""))
