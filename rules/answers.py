"""Raw text to value and back: the one place where a form's field says what it takes, for chat and Word file alike.

    read_answer      what somebody typed, or what stood in a cell  ->  the value, or all that is wrong
    check_answer     a value that has been read before (a kept draft, ANSWERS.json)  ->  what is wrong with it today
    notices_of       the same value  ->  what is worth a remark but stands in nobody's way
    written          a value  ->  the text that reads back to it

Values by kind are JSON-plain: str for line, text, phone, email and date (2024-03-01); int for number; a list of str for
sections; {"picked", "other"} for boxes; {"person", "phone"} for person_phone. An empty optional answer is "".
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from rules.boxes import check_boxes, is_picks, read_boxes, written_boxes
from rules.cleaning import clean as clean
from rules.cleaning import echo, one_line, tidy
from rules.faults import Fault as Fault
from rules.faults import Faulty as Faulty
from rules.faults import Misread, Unreadable, faults_of
from rules.faults import Read as Read
from rules.faults import Value as Value
from rules.forms import Field
from rules.instants import UnreadableInstant, read_date
from rules.mailboxes import read_email
from rules.numbers import read_number
from rules.persons import read_person, read_person_phone
from rules.phones import read_phones
from rules.sections import bare, find_sections, join_sections, mark
from rules.sections import split_sections as split_sections
from rules.words import count

_FIGURE = re.compile(r"\d|百分之|[一二两三四五六七八九十]+[百千万亿成倍]")
_LARGEST = 10**9
#: Characters, white space included, beyond which nothing is a number, an address, a name or a row of ticks.
LONGEST_SHORT = 1000
#: Characters of one line of a form at most: a name, an address, a title; a cell of an annex holds no more.
LONGEST_LINE = 300
_SHORT = {"phone", "email", "date", "number", "boxes", "person_phone"}


def read_answer(field: Field, raw: str, *, today: date | None = None) -> Read:
    """The value of what was typed, or all its faults. Never raises. `today` lends its year to a date without one."""
    if not clean(raw).strip():
        return Faulty((_fault(field, "empty"),)) if field.required else Value("")
    try:
        value = _read(field, raw, today)
    except Unreadable as wrong:
        return Faulty(faults_of([wrong], _facts(field)))
    if faults := check_answer(field, value):
        return Faulty(faults)
    return Value(value, notices_of(field, value))


def check_answer(field: Field, value: Any) -> tuple[Fault, ...]:
    """All that is wrong with a value, whatever its shape; nothing when it may be handed in."""
    if value in ("", None):
        return (_fault(field, "empty"),) if field.required else ()
    match field.kind:
        case "line" | "text" | "phone" | "email" | "date" if isinstance(value, str):
            return _check_str(field, value)
        case "number" if isinstance(value, int) and not isinstance(value, bool):
            wrong = [] if 0 <= value <= _LARGEST else [Unreadable("number_range", typed=str(value), most=_LARGEST)]
            return faults_of(wrong, _facts(field))
        case "sections" if isinstance(value, list) and len(value) == len(field.headings):
            return _check_sections(field, value) if all(isinstance(part, str) for part in value) else _unfit(field)
        case "boxes" if is_picks(value):
            if not value["picked"] and not value.get("other", "").strip():
                return (_fault(field, "empty"),) if field.required else ()
            return faults_of(check_boxes(field, value), _facts(field))
        case "person_phone" if isinstance(value, dict) and set(value) == {"person", "phone"}:
            return _check_person_phone(field, value)
        case "measured" if isinstance(value, dict) and isinstance(value.get("seconds"), int | float):
            return () if value["seconds"] > 0 else _unfit(field)
        case "opinion" if isinstance(value, str):
            return ()
    return _unfit(field)


def notices_of(field: Field, value: Any) -> tuple[Fault, ...]:
    """What is worth a remark about a good value: far shorter than was meant, no figures where figures are wanted."""
    parts = value if isinstance(value, list) else [value]
    if field.kind not in ("line", "text", "sections") or not all(isinstance(part, str) for part in parts):
        return ()
    text = "\n".join(parts)
    if not (words := count(text)):
        return ()
    notes = []
    if field.near and words < field.near:
        notes.append(_fault(field, "short", words=words, near=field.near, limit=field.limit or 0))
    if field.figures and not _FIGURE.search(text):
        notes.append(_fault(field, "no_figures"))
    return tuple(notes)


def written(field: Field, value: Any) -> str:
    """A good value as text that `read_answer` reads back to the same value."""
    match field.kind:
        case "boxes" if is_picks(value):
            return written_boxes(field, value)
        case "sections" if isinstance(value, list):
            return join_sections(field.headings, value)
        case "person_phone" if isinstance(value, dict):
            return f"{value['person']} {value['phone']}"
        case "date" if value:
            day = date.fromisoformat(value)
            return f"{day.year}年{day.month}月{day.day}日"
    return str(value)


def _read(field: Field, raw: str, today: date | None) -> Any:
    most = LONGEST_LINE if field.kind == "line" else LONGEST_SHORT
    if (field.kind == "line" or field.kind in _SHORT) and len(raw) > most:
        raise Unreadable("far_too_long", characters=len(raw), most=most)
    match field.kind:
        case "line":
            return one_line(raw)
        case "text":
            return tidy(raw)
        case "phone":
            return read_phones(raw)
        case "email":
            return read_email(raw)
        case "date":
            return _read_day(raw, today)
        case "number":
            return read_number(raw)
        case "sections":
            return _read_sections(field, raw)
        case "boxes":
            return read_boxes(field, raw)
        case "person_phone":
            return read_person_phone(raw)
    raise Unreadable("not_asked")


def _read_day(raw: str, today: date | None) -> str:
    try:
        return read_date(clean(raw), today=today).isoformat()
    except UnreadableInstant as wrong:
        raise Unreadable(f"date_{wrong.reason}", typed=echo(raw)) from None


def _read_sections(field: Field, raw: str) -> list[str]:
    found = find_sections(field.headings, raw)
    if all(part is None for part in found):
        raise Unreadable("sections_unfound", headings=list(field.headings))
    missing = [(index, heading) for index, heading in enumerate(field.headings) if found[index] is None]
    if missing:
        raise Misread(
            [Unreadable("section_missing", mark=mark(index), heading=bare(name), line=name) for index, name in missing]
        )
    return [part or "" for part in found]


def _check_str(field: Field, value: str) -> tuple[Fault, ...]:
    if not value.strip():
        return (_fault(field, "empty"),) if field.required else ()
    if field.kind in ("line", "text"):
        over = (words := count(value)) - field.limit if field.limit else 0
        return (_fault(field, "too_long", words=words, limit=field.limit, over=over),) if over > 0 else ()
    try:
        _read(field, value, None)
    except Unreadable as wrong:
        return faults_of([wrong], _facts(field))
    return ()


def _check_sections(field: Field, parts: list[str]) -> tuple[Fault, ...]:
    told: list[dict[str, Any]] = [
        {"mark": mark(index), "heading": bare(heading), "words": count(part)}
        for index, (heading, part) in enumerate(zip(field.headings, parts, strict=True))
    ]
    if not any(part["words"] for part in told):
        return (_fault(field, "empty"),) if field.required else ()
    faults = [
        _fault(field, "section_empty", mark=part["mark"], heading=part["heading"]) for part in told if not part["words"]
    ]
    words = sum(part["words"] for part in told)
    if field.limit and words > field.limit:
        longest = max(told, key=lambda part: part["words"])
        over = words - field.limit
        facts = {"words": words, "limit": field.limit, "over": over, "sections": told, "longest": longest}
        faults.append(_fault(field, "sections_too_long", **facts))
    return tuple(faults)


def _check_person_phone(field: Field, value: dict[str, Any]) -> tuple[Fault, ...]:
    person, phone = value["person"], value["phone"]
    if not isinstance(person, str) or not isinstance(phone, str):
        return _unfit(field)
    if not person.strip() and not phone.strip():
        return (_fault(field, "empty"),) if field.required else ()
    wrong = [] if read_person(person) else [Unreadable("person_missing", typed=echo(phone))]
    try:
        if phone.strip():
            read_phones(phone)
        else:
            wrong.append(Unreadable("person_phone_missing", typed=echo(person), person=person))
    except Unreadable as bad:
        wrong.append(bad)
    return faults_of(wrong, _facts(field))


def _unfit(field: Field) -> tuple[Fault, ...]:
    return (_fault(field, "unfit"),)


def _facts(field: Field) -> dict[str, Any]:
    return {"label": field.label, "clause": field.clause}


def _fault(field: Field, reason: str, **facts: Any) -> Fault:
    return Fault(f"field.{reason}", {**_facts(field), **facts})
