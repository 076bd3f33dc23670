"""A form that somebody filled in with Word, read back: what it answers, what is missing, what does not fit.

Refused (documents/guard.py)
└── AnotherForm      a good .docx, but not this form
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from documents.guard import Package, open_word
from documents.inline import split_inline
from documents.kinds import Refused, shown
from documents.match import ENOUGH, Match, Sheet, best_match, label_table, named, survey
from documents.numbering import read_numbering
from documents.prose import settle
from documents.version import code_of
from documents.written import Written, written_cells, written_rows
from rules.answers import Fault, Faulty, Value, check_answer, notices_of, read_answer
from rules.forms import Field, Form

#: From this share of labels on, a form without its own title is not taken for another untitled one.
_SURE = 0.8
#: What the title above a table is worth beside its labels, when forms are compared.
_TITLE = 0.15


class AnotherForm(Refused):
    """The document is not the form asked for. Facts: title and annex (asked for), found and all (labels), is_title,
    is_annex (the form it is, "" where unknown)."""

    key = "document.another_form"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a filled-in form says.

    `answers`: field key -> value (a form with rows: {"rows": [answers of a row, …]}). `missing`: keys of what is still
    to be asked, in the form's order. `faults`: key -> what is wrong with the text found there. `raw`: key -> that text.
    In a form with rows these keys are "rows/<number from 1>/<key>". `notes` stand in nobody's way; `code` is the
    version code at the foot of the page, "" if there is none.
    """

    answers: Mapping[str, Any]
    missing: tuple[str, ...] = ()
    faults: Mapping[str, tuple[Fault, ...]] = attribute(default_factory=dict)
    raw: Mapping[str, str] = attribute(default_factory=dict)
    notes: tuple[Fault, ...] = ()
    code: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and nothing is wrong."""
        return not self.missing and not self.faults


def read(
    form: Form, data: bytes, *, name: str = "", blank: bytes | None = None, others: Sequence[Form] = ()
) -> Reading:
    """Read a .docx as this form. Raises `Refused`: not a .docx fit to open, or `AnotherForm`.

    `name`: the file's, for sentences. `blank`: the blank annex, whose printed explanations do not count as answers.
    `others`: forms it may be instead.
    """
    package = open_word(data, name=name)
    sheets = _sheets(package)
    match = best_match(form, sheets)
    inline = _inline(form, match, sheets)
    _refuse_another(form, match, inline, sheets, others, shown(name))
    printed = _printed(form, blank)
    reading = _rows(form, match) if form.rows and match else _cells(form, match, inline, printed)
    notes = (*reading.notes, Fault("document.file_inside")) if package.holds_file else reading.notes
    return Reading(reading.answers, reading.missing, reading.faults, reading.raw, notes, code_of(package.footers))


def recognise(forms: Sequence[Form], data: bytes, *, name: str = "") -> Form | None:
    """Which of these forms a .docx is, by its labels and its title; None for none. Raises `Refused`."""
    return _recognise(forms, _sheets(open_word(data, name=name)))


def _sheets(package: Package) -> tuple[Sheet, ...]:
    settle(package.document, read_numbering(package.numbering))
    return survey(package.document)


def _recognise(forms: Sequence[Form], sheets: Sequence[Sheet]) -> Form | None:
    found = [(form, match) for form in forms if (match := best_match(form, sheets)) and match.share >= ENOUGH]
    return max(found, key=lambda pair: _score(pair[0], pair[1], forms))[0] if found else None


def _score(form: Form, match: Match, forms: Sequence[Form]) -> float:
    """How well labels agree both ways: those of the form that are missing, and those of other forms that are there."""
    own = [field.key for field in form.fields if field.into is None]
    hits = sum(key in match.fields for key in own)
    labels = label_table(form)
    strange = {
        text
        for sheet in match.sheets
        for cell in sheet.grid.cells
        if (text := sheet.text(cell))
        and not named(text, labels)
        and any(named(text, label_table(each)) for each in forms)
    }
    return 2 * hits / (hits + len(own) + len(strange)) + (_TITLE if match.titled else 0)


def _refuse_another(
    form: Form,
    match: Match | None,
    inline: Mapping[str, str],
    sheets: Sequence[Sheet],
    others: Sequence[Form],
    name: str,
) -> None:
    own = [field.key for field in form.fields if field.into is None]
    found = sum(key in inline or (match is not None and key in match.fields) for key in own)
    share, titled = found / len(own), match is not None and match.titled
    better = None if titled and share >= _SURE else _recognise([form, *others], sheets)
    if better is form or (better is not None and share >= _SURE and not _is_titled(better, sheets)):
        better = None
    if share < ENOUGH or better is not None:
        is_title, is_annex = (better.title, better.annex) if better else ("", "")
        facts = {"title": form.title, "annex": form.annex, "is_title": is_title, "is_annex": is_annex}
        raise AnotherForm(name, found=found, all=len(own), **facts)


def _is_titled(form: Form, sheets: Sequence[Sheet]) -> bool:
    match = best_match(form, sheets)
    return match is not None and match.titled


def _inline(form: Form, match: Match | None, sheets: Sequence[Sheet]) -> dict[str, str]:
    """Answers of fields without a label cell, written behind their label in some other cell or above the table."""
    absent = [field for field in form.fields if match is None or field.key not in match.fields]
    if form.rows or not absent:
        return {}
    searched = match.sheets if match else sheets
    taken = {
        id(cell)
        for spots in (match.fields.values() if match else ())
        for spot in spots
        for cell in (spot.label, *spot.values)
    }
    found: dict[str, str] = {}
    for sheet in searched:
        for cell in sheet.grid.cells:
            if id(cell) not in taken:
                found = split_inline(sheet.text(cell), form.fields) | found
    lines = "\n".join(sheet.heading for sheet in searched)
    found = split_inline(lines, form.fields, long=False) | found
    return {field.key: found[field.key] for field in absent if field.key in found}


def _printed(form: Form, blank: bytes | None) -> dict[str, str]:
    """Field key -> what the blank prints in its cell."""
    if blank is None:
        return {}
    match = best_match(form, _sheets(open_word(blank)))
    spots = match.fields.items() if match else ()
    return {key: "\n".join(each.sheet.text(cell) for each in found for cell in each.values) for key, found in spots}


def _cells(form: Form, match: Match | None, inline: Mapping[str, str], printed: Mapping[str, str]) -> Reading:
    reader = _Reader()
    hosts = written_cells(form, match, inline, printed)
    for field in form.fields:
        if (written := hosts.get(field.key)) is not None:
            reader.take(field, field.key, written)
        elif field.required and field.source == "ask":
            reader.missing.append(field.key)
    return reader.reading(reader.answers)


def _rows(form: Form, match: Match) -> Reading:
    reader = _Reader()
    rows = []
    for number, row in enumerate(written_rows(form, match), start=1):
        reader.answers = {}
        for field in form.fields:
            reader.take(field, f"rows/{number}/{field.key}", row.get(field.key, Written("")), answer=field.key)
        rows.append(reader.answers)
    if form.rows and not form.rows.least <= len(rows) <= form.rows.most:
        facts = {"rows": len(rows), "least": form.rows.least, "most": form.rows.most, "clause": form.rows.clause}
        reader.faults["rows"] = (Fault("document.rows", facts),)
    return reader.reading({"rows": rows})


class _Reader:
    """Collects what the cells of one form say."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.missing: list[str] = []
        self.faults: dict[str, tuple[Fault, ...]] = {}
        self.raw: dict[str, str] = {}
        self.notes: list[Fault] = []

    def reading(self, answers: Mapping[str, Any]) -> Reading:
        return Reading(answers, tuple(self.missing), self.faults, self.raw, tuple(self.notes))

    def take(self, field: Field, key: str, written: Written, *, answer: str = "") -> None:
        self.notes += [Fault(note.key, {"label": field.label, **note.facts}) for note in written.notes]
        if written.text:
            self.raw[key] = written.text
        if field.kind == "measured":
            if written.text:
                self.notes.append(Fault("document.measured", {"label": field.label, "text": written.text}))
            return
        if field.kind == "opinion":
            if written.text:
                self.answers[answer or key] = written.text
                self.notes.append(Fault("document.opinion", {"label": field.label, "text": written.text}))
            return
        self._judge(field, key, written, answer or key)

    def _judge(self, field: Field, key: str, written: Written, answer: str) -> None:
        if written.value is None:
            read = read_answer(field, written.text)
        else:
            faults = check_answer(field, written.value)
            read = Faulty(faults) if faults else Value(written.value, notices_of(field, written.value))
        match read:
            case Value(value, notes) if value not in ("", None):
                self.answers[answer] = value
                self.notes += notes
            case Faulty(faults) if any(fault.key != "field.empty" for fault in faults):
                self.faults[key] = faults
            case _ if field.required and field.source == "ask":
                self.missing.append(key)
