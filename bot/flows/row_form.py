"""A form with one row per person as questions, and what a filled Word form of that kind says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.flows.sheet import question_of
from bot.talk.fields import Question
from bot.talk.lines import Line, line
from bot.talk.rows import Rows
from rules.forms import Form
from rules.notice import Notice
from rules.rows import check_rows, count_faults, once, own, parted, read_rows
from rules.stages import Task

_asked: dict[int, tuple[Form, dict[str, Question]]] = {}


def asked_of(form: Form) -> dict[str, Question]:
    """The questions of a form with rows, built once: "rows", and one for each field that stands once.

    The form is kept with them, so that its identity is a safe key.
    """
    if id(form) not in _asked:
        _asked[id(form)] = form, _questions(form)
    return _asked[id(form)][1]


def _questions(form: Form) -> dict[str, Question]:
    assert form.rows is not None, "a task's form has one row per person"
    fields, whole, bounds = own(form), once(form), form.rows
    facts = {"least": bounds.least, "most": bounds.most, "clause": bounds.clause, "of": 1 + len(whole)}
    text = line("duty.row_ask", labels=[field.label for field in fields], **facts)
    rows = Rows(
        text=text, label="人员", read=partial(read_rows, fields), check=partial(check_rows, form), shown=row_told,
        least=bounds.least, most=bounds.most,
    )  # fmt: skip
    others = {field.key: question_of(field, number, 1 + len(whole)) for number, field in enumerate(whole, start=2)}
    return {"rows": rows, **others}


def task_for(notice: Notice, form: Form, klass: str) -> Task | None:
    """The task that this form is handed in for by units of a class."""
    return next((each for each in notice.tasks if each.form == form.key and each.concerns(klass)), None)


def rows_read(notice: Notice, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a read form gives; of one with rows what stands once is left out where it is not said."""
    if notice.form(facts["form"]).rows is None:
        return {f"form/{key}": value for key, value in facts["answers"].items()}
    rows, whole = parted(notice.form(facts["form"]), facts["answers"])
    return {"form/rows": rows, **{f"form/{key}": value for key, value in whole.items()}}


def rows_report(form: Form, facts: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[Line, ...]:
    """What was understood of a form, and everything that is wrong with it."""
    if form.rows is None:
        return _plain_report(form, facts)
    rows = answers["form/rows"]
    missing = []
    for key in facts["missing"]:
        _, number, name = key.split("/")
        if not form.field(name).once:
            missing.append({"number": int(number), "label": form.field(name).label})
    told = [field.label for field in once(form) if f"form/{field.key}" in answers]
    lines = [line("duty.read", name=facts["name"], rows=[row_told(row) for row in rows], missing=missing, told=told)]
    wrong = {key: faults for key, faults in facts["faults"].items() if key != "rows"}
    lines += [Line(fault["key"], fault["facts"]) for faults in wrong.values() for fault in faults]
    lines += [Line(fault.key, fault.facts) for fault in count_faults(form, rows)]
    lines += [Line(note["key"], note["facts"]) for note in facts.get("notes", ())]
    return tuple(lines)


def row_told(row: Mapping[str, Any]) -> str:
    """One row of a form in one line."""
    return " · ".join(str(value) for value in row.values() if value not in ("", None))


def _plain_report(form: Form, facts: Mapping[str, Any]) -> tuple[Line, ...]:
    rows = [form.field(key).label for key in facts["answers"]]
    missing = [{"number": 0, "label": form.field(key).label} for key in facts["missing"]]
    lines = [line("duty.read", name=facts["name"], rows=rows, missing=missing, told=[])]
    lines += [Line(fault["key"], fault["facts"]) for faults in facts["faults"].values() for fault in faults]
    return tuple(lines)
