"""Handing in what a task asks for: a form with one row per person, the report of an event, a report with figures.

What is asked follows from the notice alone: the form and its rows, the least number of people, the list of needs. Late
or not is decided where it is written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from bot.flows.documents import DOCUMENT, error_lines, word_work
from bot.flows.duty import own_duty, report_rows, task_facts, tasks_of, today
from bot.flows.printing import annex, canonical
from bot.flows.quiz_count import counted_by_quiz
from bot.flows.row_form import asked_of, row_told, rows_read, rows_report
from bot.flows.sheet import question_of, readable, registered, sheet_of
from bot.talk.evidence import Evidence
from bot.talk.fields import OneOf, Option, Question, Typed
from bot.talk.flow import Filled, Flow, Handed
from bot.talk.lines import line
from bot.talk.log import Log
from bot.talk.messages import File
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Park, Scene, Then
from rules.answers import check_answer, read_answer
from rules.codes import content_code
from rules.deeds import Declined
from rules.deeds_duty import HandedIn, HandIn
from rules.faults import Fault, Faulty, Read, Value
from rules.forms import Field, Form
from rules.handed import guess
from rules.instants import micros, spoken_day, spoken_span
from rules.people import Role
from rules.rows import joined, once
from rules.stages import Task


async def task(talk: Talk) -> Ending:
    """One task, from its first question to its receipt."""
    found = next((each for each in tasks_of(talk) if each.key == talk.facts.get("task")), None)
    if found is None:
        talk.say("duty.gone")
        return Then("menu", {"brief": True})
    if not await _may_begin(talk, found):
        return None
    talk.title = found.label
    deed, rows = await (_form(talk, found) if found.form is not None else _report(talk, found))
    key = content_code(talk.notice.id, found.key, talk.unit.name, canonical(rows))
    options = (Option("ok", "没有问题，报送"), Option("/修改", "修改一项"), Option("/暂停", "先存着"))
    again = bool(talk.facts.get("again"))
    text = line("duty.review", rows=rows["rows"], again=again, **task_facts(talk, found, ()))
    await talk.ask(f"review/{key}", OneOf(text=text, options=options, yes="ok", step="核对"))
    outcome = await talk.do(f"handed/{key}", deed)
    if isinstance(outcome, Declined):
        spans = {name: spoken_span(timedelta(microseconds=max(1, span))) for name, span in outcome.facts.items()}
        talk.say(outcome.why, **task_facts(talk, found, ()) | spans)
        talk.offer("我的任务", "菜单")
        return Park((f"review/{key}",))
    await _say_received(talk, found, deed, outcome)
    return None


async def _may_begin(talk: Talk, found: Task) -> bool:
    """Say what is ahead, or why there is nothing to hand in now."""
    facts = task_facts(talk, found, (await own_duty(talk)).of(found.key))
    if facts["opens"]:
        assert found.opens is not None, "it has an opening to wait for"
        talk.say("duty.too_early", **facts | {"early": spoken_span(found.opens - talk.now)})
    elif not facts["remaining"] and not facts["marks"]:
        talk.say("duty.too_late", **facts | {"late": spoken_span(talk.now - found.ends.first_late)})
    else:
        talk.say("duty.begin", again=bool(talk.facts.get("again")), form=found.kind == "form", **facts)
        return True
    talk.offer("我的任务", "菜单")
    return False


def _deed(talk: Talk, found: Task, **what: Any) -> HandIn:
    return HandIn(
        talk.notice.id, found.key, talk.unit.id, talk.person.id,
        opens=micros(found.opens) if found.opens is not None else 0, closes=micros(found.ends.first_late),
        marks=found.late == "mark", **what,
    )  # fmt: skip


async def _form(talk: Talk, found: Task) -> tuple[HandIn, dict[str, Any]]:
    """A form: of one with rows the rows, then what stands once for all; of any other its fields."""
    assert found.form is not None, "only a task with a form comes here"
    form = talk.notice.form(found.form)
    if form.rows is None:
        return await _plain_form(talk, found, form)
    questions = asked_of(form)
    rows = await talk.ask("form/rows", questions["rows"])
    whole = {field.key: await talk.ask(f"form/{field.key}", questions[field.key]) for field in once(form)}
    answers = joined(form, rows, whole, talk.unit.name)
    code = content_code(talk.notice.id, form.key, talk.unit.name, canonical(answers))
    told = [
        *({"label": f"第{number}位", "value": row_told(row)} for number, row in enumerate(rows, start=1)),
        *({"label": form.field(key).label, "value": str(value)} for key, value in whole.items()),
    ]
    return _deed(talk, found, form=form.key, code=code, answers=answers), {"rows": told}


async def _plain_form(talk: Talk, found: Task, form: Form) -> tuple[HandIn, dict[str, Any]]:
    answers = registered(form, talk.unit, talk.person)
    for field, question in sheet_of(form).asked:
        answers[field.key] = await talk.ask(f"form/{field.key}", question)
    code = content_code(talk.notice.id, form.key, talk.unit.name, canonical(answers))
    told = [{"label": field.label, "value": readable(field, answers.get(field.key))[:60]} for field in form.fields]
    return _deed(talk, found, form=form.key, code=code, answers=answers), {"rows": told}


async def _report(talk: Talk, found: Task) -> tuple[HandIn, dict[str, Any]]:
    """An event or a report: its day, its figures, and what shows it."""
    counts: dict[str, int] = {}
    held = await talk.ask("held", _held(talk, found)) if found.kind == "event" else ""
    if found.kind == "event":
        counts["people"] = await talk.ask("count/people", _people(found))
    counted = found.figures
    for need in counted:
        question = question_of(_number(found, need), 1, 1 + len(counted))
        if need == found.from_quiz:
            question = await counted_by_quiz(talk, need, question)
        counts[need] = await talk.ask(f"count/{need}", question)
    needs = tuple(need for need in found.needs if need not in counted)
    text = line("duty.evidence", needs=list(needs), clause=found.clause)
    pictures = any("图" in need or "照片" in need for need in needs)
    shown = await talk.ask("evidence", Evidence(text=text, label="文字和图片", needs=needs, pictures=pictures))
    slot = "new" if found.kind == "event" else ""
    deed = _deed(
        talk, found, slot=talk.facts.get("slot", slot), held=held, counts=counts, words=shown["words"],
        files=shown["files"],
    )  # fmt: skip
    rows = report_rows(found, held, counts, shown["words"], [file[0] for file in shown["files"]])
    return deed, {"rows": rows, "files": [file[2] for file in shown["files"]], "words": shown["words"]}


def _number(found: Task, need: str) -> Field:
    return Field(need, need, "number", found.clause, hint=f"请填{need}。")


def _held(talk: Talk, found: Task) -> Question:
    """The day of an event, inside the time in which the notice wants it."""
    field = Field("held", "活动日期", "date", found.clause, hint="哪一天办的？")
    first = found.opens.date() if found.opens is not None else None
    last = (found.due.first_late - timedelta(seconds=1)).date()
    facts = {"first": spoken_day(first) if first else "", "last": spoken_day(last), "clause": found.clause}

    def check(value: Any) -> Sequence[Fault]:
        if faults := check_answer(field, value):
            return faults
        day = date.fromisoformat(value)
        return () if (first or day) <= day <= last else (Fault("duty.held_outside", {**facts, "day": spoken_day(day)}),)

    def read(text: str) -> Read:
        found = read_answer(field, text, today=today(talk))
        if isinstance(found, Faulty):
            return found
        return Faulty(tuple(wrong)) if (wrong := check(found.value)) else found

    return Typed(text=line("duty.held", **facts), label="活动日期", read=read, check=check)


def _people(found: Task) -> Question:
    """How many came. Fewer than the notice wants is told, and taken: a report must be true."""
    field = Field("people", "参加人数", "number", found.clause, hint="来了多少人？")
    least = found.people or 0

    def read(text: str) -> Read:
        read = read_answer(field, text.removesuffix("人"))
        if isinstance(read, Value) and read.value < least:
            fault = Fault("duty.few_people", {"found": read.value, "least": least, "clause": found.clause})
            return replace(read, notes=(fault,))
        return read

    text = line("duty.people", least=least, clause=found.clause)
    return Typed(text=text, label="参加人数", read=read, check=partial(check_answer, field))


async def _say_received(talk: Talk, found: Task, deed: HandIn, outcome: HandedIn) -> None:
    given = (await own_duty(talk)).of(found.key)
    late = outcome.margin <= 0
    margin = spoken_span(timedelta(microseconds=max(1, abs(outcome.margin))))
    mail = talk.notice.mail.to if talk.notice.mail and found.form is not None else ""
    facts = task_facts(talk, found, given) | {"version": outcome.version, "margin": margin, "late": late, "mail": mail}
    if found.form is None:
        talk.say("duty.received", code="", **facts)
    else:
        form = talk.notice.form(found.form)
        talk.give(annex(form, deed.code, f"{form.title} {talk.unit.called}"), "duty.received", code=deed.code, **facts)
    talk.offer("我的任务", "菜单")


def offered_file(scene: Scene, log: Log, file: File) -> Handed:
    """A file sent at a question that takes none: a filled form is read."""
    if guess(file.name) != "word":
        return Handed(None, (line("duty.file_later", name=file.name),))
    return Handed(word_work(scene, file), (line("reading.started", name=file.name),))


def form_read(scene: Scene, log: Log, facts: Mapping[str, Any]) -> Filled:
    """What the program read in a filled form, as answers of the task under way."""
    notice = scene.notice
    if notice is None or facts.get("error"):
        return Filled({}, error_lines(facts))
    found = notice.form(facts["form"])
    wanted = next((each.form for each in notice.tasks if each.key == scene.facts.get("task")), None)
    if found.key != wanted:
        title = notice.form(wanted).title if wanted is not None else ""
        return Filled({}, (line("reading.other_form", found=found.title, expected=title),))
    answers = rows_read(notice, facts)
    return Filled(answers, rows_report(found, facts, answers))


TASK = Flow(
    "task",
    task,
    roles=frozenset({Role.LIAISON}),
    keeps=True,
    on_file=offered_file,
    on_inside={DOCUMENT: form_read},
)
