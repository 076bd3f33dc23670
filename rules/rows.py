"""A form with one row per person, typed as people write it: "张三 科长 13800138000", one or several to a message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rules.answers import check_answer, read_answer
from rules.cleaning import clean, echo, folded
from rules.faults import Fault, Faulty, Read, Value
from rules.forms import Field, Form

_PARTS = re.compile(r"[\s,，;；、|/]+")
#: What stands before a row in a list that somebody kept: "1.", "（2）", "3、", "第4位".
_NUMBERED = re.compile(r"^\s*(?:第?[一二三四五六七八九十\d]{1,2}位[:：]?|[（(]\d{1,2}[)）]|\d{1,2}[.．、)）])\s*")
_LABEL = re.compile(r"^[^\s:：]{1,8}[:：]\s*")
#: A mobile number in groups, or without a space before it.
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_DIGITS = re.compile(r"\d")

Row = Mapping[str, Any]


def own(form: Form) -> tuple[Field, ...]:
    """The fields that are asked for every row."""
    return tuple(field for field in form.fields if field.source == "ask" and not field.once)


def once(form: Form) -> tuple[Field, ...]:
    """The fields that are asked once for the whole form."""
    return tuple(field for field in form.fields if field.source == "ask" and field.once)


def read_rows(fields: Sequence[Field], raw: str) -> Read:
    """Rows as mappings of field key to value, one from each line; or all that is wrong, with the line's number."""
    lines = [line for line in clean(raw).split("\n") if line.strip()]
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, start=1):
        read = _read_row(fields, line)
        if isinstance(read, Faulty):
            shown = Fault("duty.row_line", {"number": number, "typed": echo(line)})
            faults += [*((shown,) if len(lines) > 1 else ()), *read.faults]
        else:
            rows.append(read.value)
    return Faulty(tuple(faults)) if faults else Value(rows)


def _read_row(fields: Sequence[Field], line: str) -> Read:
    parts = [_LABEL.sub("", part) for part in _PARTS.split(_whole(line)) if part]
    parts = [part for part in parts if part]
    told = _dealt(fields, parts)
    if told is None:
        labels = [field.label for field in fields]
        return Faulty((Fault("duty.row_parts", {"labels": labels, "found": len(parts), "typed": echo(line)}),))
    row: dict[str, Any] = {}
    faults: list[Fault] = []
    for field, text in zip(fields, told, strict=True):
        read = read_answer(field, text)
        if isinstance(read, Faulty):
            faults += read.faults
        else:
            row[field.key] = read.value
    return Faulty(tuple(faults)) if faults else Value(row)


def _whole(line: str) -> str:
    """A line without its number, its mobile numbers in one piece and apart from what stands beside them."""
    return _MOBILE.sub(r" \1\2\3 ", _NUMBERED.sub("", folded(line)))


def _dealt(fields: Sequence[Field], parts: Sequence[str]) -> list[str] | None:
    """A text for every field: what is mostly digits goes to telephones and numbers, the rest in order.

    The last wordy field takes what is left over, so that a post may have spaces in it. None: too few, or too many.
    """
    digits = [part for part in parts if len(_DIGITS.findall(part)) * 2 > len(part)]
    words = [part for part in parts if part not in digits]
    numeric = [field for field in fields if field.kind in ("phone", "number")]
    wordy = [field for field in fields if field not in numeric]
    if len(words) < len(wordy) or (words and not wordy) or len(digits) < len(numeric) or (digits and not numeric):
        return None
    words = [*words[: len(wordy) - 1], " ".join(words[len(wordy) - 1 :])] if wordy else []
    digits = [*digits[: len(numeric) - 1], "、".join(digits[len(numeric) - 1 :])] if numeric else []
    texts = {field.key: text for field, text in [*zip(wordy, words, strict=True), *zip(numeric, digits, strict=True)]}
    return [texts[field.key] for field in fields]


def twin_of(row: Row, rows: Sequence[Row]) -> int | None:
    """The place of a row that says exactly the same."""
    return next((place for place, other in enumerate(rows) if other == row), None)


def count_faults(form: Form, rows: Sequence[Row]) -> tuple[Fault, ...]:
    """Too few or too many rows."""
    if form.rows is None or form.rows.least <= len(rows) <= form.rows.most:
        return ()
    facts = {"rows": len(rows), "least": form.rows.least, "most": form.rows.most, "clause": form.rows.clause}
    return (Fault("duty.row_few" if len(rows) < form.rows.least else "duty.row_many", facts),)


def check_rows(form: Form, value: Any) -> tuple[Fault, ...]:
    """All that is wrong with kept rows today: their number, and every answer in them."""
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        return (Fault("duty.row_unfit", {"title": form.title}),)
    wrong = [fault for row in value for field in own(form) for fault in check_answer(field, row.get(field.key))]
    return (*count_faults(form, value), *wrong)


def joined(form: Form, rows: Sequence[Row], whole: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """The answers of a form with rows as `documents.fill` takes them: the unit in each row, `whole` in the first."""
    registered = {field.key: unit for field in form.fields if field.source == "registration"}
    return {"rows": [{**registered, **row, **(whole if place == 0 else {})} for place, row in enumerate(rows)]}


def parted(form: Form, answers: Mapping[str, Any]) -> tuple[list[Row], dict[str, Any]]:
    """The other way: the rows, and what stands once for the whole form.

    Of numbers that differ from row to row the sum counts; the same number in all rows is a cell merged over them.
    """
    rows = [row for row in answers.get("rows", ()) if isinstance(row, Mapping)]
    mine = [{field.key: row[field.key] for field in own(form) if field.key in row} for row in rows]
    whole: dict[str, Any] = {}
    for field in once(form):
        found = [row[field.key] for row in rows if row.get(field.key) not in (None, "")]
        if found and field.kind == "number" and len(set(found)) > 1:
            whole[field.key] = sum(found)
        elif found:
            whole[field.key] = found[0]
    return [row for row in mine if row], whole
