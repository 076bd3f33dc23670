"""A filled Word form that somebody sends instead of typing: taken in, read by the program, and gone on from.

Inside an entry the reading fills the answers of that entry; outside it begins the entry the form belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.flows.row_form import rows_read, rows_report, task_for
from bot.flows.sheet import sheet_of, title_of
from bot.talk.fields import Wait
from bot.talk.flow import Filled
from bot.talk.lines import Line, line
from bot.talk.log import Log
from bot.talk.messages import File
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Scene, Then
from rules.deeds import StartWork
from rules.forms import Form
from rules.notice import Notice

DOCUMENT = "document"
#: What a form is read by, and what it is expected to be: the kind of work that the program performs.
READ_FORM = "read_form"


def document_read(scene: Scene, log: Log, facts: Mapping[str, Any]) -> Filled:
    """What the program read, as answers of the entry under way."""
    notice = scene.notice
    if notice is None or facts.get("error"):
        return Filled({}, error_lines(facts))
    found = notice.form(facts["form"])
    track = notice.track_of(found)
    fits = track.key if track is not None else ""
    chosen = log.kept["track"].value if "track" in log.kept else fits
    if not fits or chosen != fits:
        expected = notice.track(chosen).form if chosen else None
        title = expected.title if expected is not None else ""
        return Filled({}, (line("reading.other_form", found=found.title, expected=title),))
    answers = {key: value for key, value in _answers(found, facts).items() if value != "" or key not in log.kept}
    return Filled({"track": fits, **answers}, _report(found, facts), title_of(found, facts["answers"]))


async def read_form(talk: Talk, file: File) -> Ending:
    """A form sent outside of any entry: read it, and go on with what is missing."""
    await talk.do("work", word_work(talk.scene, file))
    facts = await talk.ask("reading", Wait(text=line("reading.started", name=file.name), topic=DOCUMENT))
    if facts.get("error"):
        _say(talk, error_lines(facts))
        talk.offer("填报", "菜单")
        return None
    form = talk.notice.form(facts["form"])
    track = talk.notice.track_of(form)
    if track is None and (task := task_for(talk.notice, form, talk.unit.klass)) is not None:
        answers = rows_read(talk.notice, facts)
        _say(talk, rows_report(form, facts, answers))
        return Then("task", {"task": task.key, "again": True}, answers)
    if track is None:
        talk.say("reading.not_here", name=file.name, films=False)
        return Then("menu")
    _say(talk, _report(form, facts))
    answers = {"track": track.key, **_answers(form, facts)}
    return Then("enter", {"title": title_of(form, facts["answers"])}, answers)


def _answers(form: Form, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the form answers; an optional cell that was left empty is answered with nothing, and not asked again."""
    asked = [field for field, _ in sheet_of(form).asked]
    empty = {field.key: "" for field in asked if not field.required and field.key not in facts["faults"]}
    return {f"form/{key}": value for key, value in {**empty, **facts["answers"]}.items()}


def _say(talk: Talk, lines: tuple[Line, ...]) -> None:
    for said in lines:
        talk.say(said.key, **said.facts)


def word_work(scene: Scene, file: File) -> StartWork:
    """The reading of a Word form, as work."""
    notice = scene.notice
    campaign = notice.id if isinstance(notice, Notice) else ""
    payload = {"sha256": file.sha256, "name": file.name, "campaign": campaign}
    return StartWork(READ_FORM, payload, session=scene.session, topic=DOCUMENT)


def error_lines(facts: Mapping[str, Any]) -> tuple[Line, ...]:
    """Why a file could not be read, and how to send another."""
    error = facts["error"]
    return (Line(error["key"], error["facts"]), line("reading.where"))


def _report(form: Form, facts: Mapping[str, Any]) -> tuple[Line, ...]:
    """What was understood: how many fields, which are missing, which do not fit and why."""
    asked = [field for field, _ in sheet_of(form).asked]
    read = [field.label for field in asked if field.key in facts["answers"]]
    missing = [field.label for field in asked if field.key in facts["missing"] and field.required]
    unfit = [field.label for field in asked if field.key in facts["faults"] and field.key not in facts["answers"]]
    wrong = [label for label in unfit if label not in missing]
    told = {"found": len(read), "total": len(asked), "read": read, "missing": missing, "wrong": wrong}
    lines = [line("reading.done", name=facts["name"], **told)]
    lines += [Line(fault["key"], fault["facts"]) for faults in facts["faults"].values() for fault in faults]
    lines += [Line(note["key"], note["facts"]) for note in facts.get("notes", ())]
    return tuple(lines)
