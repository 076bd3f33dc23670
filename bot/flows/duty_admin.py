"""任务情况: what admins see: who was left out, who has not confirmed or reported, totals, the contact table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flows.duty import counts_in, has_handed_in, today
from bot.talk.fields import Wait
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.deeds import StartWork
from rules.duties import Assignment, assign_all, stand_of
from rules.instants import spoken
from rules.looks_duty import DutyBoard, UnitDuty
from rules.people import Role
from rules.rows import parted
from rules.stages import Task

#: The kind of work that makes the contact table, and the topic of its result.
CONTACTS = "contact_table"


async def duties(talk: Talk) -> Ending:
    """任务情况."""
    if talk.scene.duties is None and not talk.notice.tasks:
        talk.say("duty.none_here", title=talk.notice.short_title)
        return Then("menu")
    board: tuple[UnitDuty, ...] = await talk.look(DutyBoard(talk.notice.id))
    talk.say("duty.board", title=talk.notice.short_title, units=len(board), **_table(talk, board),
             tasks=[_task(talk, task, board) for task in talk.notice.tasks])  # fmt: skip
    talk.offer(*(("联络表",) if _contact_task(talk) is not None else ()), "发邀请", "菜单")
    return None


def _table(talk: Talk, board: Sequence[UnitDuty]) -> dict[str, Any]:
    """Of the table: its rows, who was left out, whom the roster does not know, who has not confirmed."""
    table = talk.scene.duties
    if table is None:
        return {"rows": 0, "without": [], "beyond": [], "confirmed": 0, "unconfirmed": []}
    found: Assignment = assign_all(table, [each.names for each in board])
    stands = {name: stand_of(table, row) for name, row in found.rows.items()}
    yes = [each.name for each in board if each.receipt is not None and each.receipt.stand == stands.get(each.name)]
    return {
        "rows": len(table.rows),
        "without": list(found.without),
        "beyond": [{"name": name, "row": row.row} for name, row in found.beyond.items()],
        "confirmed": len(yes),
        "unconfirmed": [each.name for each in board if each.name in stands and each.name not in yes],
    }


def _task(talk: Talk, task: Task, board: Sequence[UnitDuty]) -> dict[str, Any]:
    """Of one task: who has handed in, who has not, who was late, and what it comes to."""
    owing = [each for each in board if task.concerns(each.klass)]
    given = [handed for each in owing for handed in each.of(task.key)]
    done = [each for each in owing if has_handed_in(each, task)]
    return {
        "label": task.label,
        "clause": task.clause,
        "closes": spoken(task.ends, today=today(talk)),
        "units": len(owing),
        "done": len(done),
        "missing": [each.name for each in owing if each not in done],
        "late": [each.name for each in owing if any(handed.late for handed in each.of(task.key))],
        "few": [each.name for each in owing if any(not counts_in(task, handed) for handed in each.of(task.key))],
        "people": task.people or 0,
        "totals": _totals(talk, task, owing) if task.form is not None else _counts(given),
    }


def _totals(talk: Talk, task: Task, owing: Sequence[UnitDuty]) -> list[dict[str, Any]]:
    """What the numbers of a form come to over all units: posters, leaflets; and how many people stand in it."""
    assert task.form is not None, "only a task with a form has totals of its form"
    form = talk.notice.form(task.form)
    sums: dict[str, int] = {}
    people = 0
    for handed in (handed for each in owing for handed in each.of(task.key)):
        rows, whole = parted(form, handed.answers)
        people += len(rows)
        for key, value in whole.items():
            if form.field(key).kind == "number":
                sums[form.field(key).label] = sums.get(form.field(key).label, 0) + int(value)
    return [*([{"label": "人员", "sum": people}] if people else []),
            *({"label": label, "sum": total} for label, total in sums.items())]  # fmt: skip


def _counts(given: Sequence[Any]) -> list[dict[str, Any]]:
    sums: dict[str, int] = {}
    for handed in given:
        for key, value in handed.counts.items():
            label = "参加人数" if key == "people" else key
            sums[label] = sums.get(label, 0) + value
    return [{"label": label, "sum": total} for label, total in sums.items()]


def _contact_task(talk: Talk) -> Task | None:
    """The task whose form lists people: that of the contact table."""
    forms = {form.key: form for form in talk.notice.forms}
    return next((task for task in talk.notice.tasks if task.form and forms[task.form].rows is not None), None)


async def contact_table(talk: Talk) -> Ending:
    """联络表: the contacts of all units on the official annex and as a sheet."""
    task = _contact_task(talk)
    if task is None:
        talk.say("duty.none_here", title=talk.notice.short_title)
        return Then("menu")
    payload = {"campaign": talk.notice.id, "task": task.key, "name": task.label}
    await talk.do("work", StartWork(CONTACTS, payload, session=talk.scene.session, topic=CONTACTS))
    made = await talk.ask("made", Wait(text=line("duty.table_making"), topic=CONTACTS))
    if made.get("error"):
        talk.say("duty.table_broken")
    for name, sha256 in made.get("files", ()):
        talk.give(Attachment("file", sha256, name), "duty.table_file", name=name)
    if not made.get("error"):
        talk.say("duty.table", units=made["units"], people=made["people"], missing=made["missing"])
    talk.offer("任务情况", "菜单")
    return None


_ADMIN = frozenset({Role.ADMIN})
DUTIES = Flow("duties", duties, words=("任务情况", "duties"), roles=_ADMIN)
CONTACT_TABLE = Flow("contact_table", contact_table, words=("联络表", "contacts"), roles=_ADMIN, gives=True)
