"""我的任务: what a unit's row of the table of duties asks, whether it was confirmed, and what is still to hand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.printing import annex
from bot.flows.row_form import row_told
from bot.flows.sheet import readable
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.deeds import Declined
from rules.deeds_duty import ConfirmDuty, TakeBack
from rules.duties import Duty, duty_of, stand_of
from rules.instants import from_micros, micros, spoken, spoken_day, spoken_span
from rules.looks_duty import DutyBoard, Handed, UnitDuty
from rules.people import Role
from rules.rows import parted
from rules.stages import Task


def tasks_of(talk: Talk) -> tuple[Task, ...]:
    """What units of this class owe."""
    return tuple(task for task in talk.notice.tasks if task.concerns(talk.unit.klass))


def has_duties(talk: Talk) -> bool:
    """Whether the unit that talks has anything to see here."""
    return talk.scene.duties is not None or bool(tasks_of(talk))


async def duty(talk: Talk) -> Ending:
    """我的任务."""
    if not has_duties(talk):
        talk.say("duty.none_here", title=talk.notice.short_title)
        return Then("menu", {"brief": True})
    mine = await own_duty(talk)
    row = duty_of(talk.scene.duties, mine.names) if talk.scene.duties is not None else None
    text = line("duty.mine", **_facts(talk, mine, row))
    picked = await talk.ask("which", OneOf(text=text, options=_options(talk, mine, row)))
    if picked == "confirm":
        await _confirm(talk, row)
        return None
    task = next((task for task in tasks_of(talk) if f"task/{task.key}" == picked), None)
    if task is None:
        talk.say("duty.gone")
        return Then("menu", {"brief": True})
    given = mine.of(task.key)
    return await _given(talk, task, given) if given else Then("task", {"task": task.key})


async def own_duty(talk: Talk) -> UnitDuty:
    """How the unit that talks stands."""
    [mine] = await talk.look(DutyBoard(talk.notice.id, talk.unit.id))
    return mine  # type: ignore[no-any-return]  # a look gives what its docstring says


def _options(talk: Talk, mine: UnitDuty, row: Duty | None) -> tuple[Option, ...]:
    confirmed = row is None or _confirmed(talk, mine, row)
    first = () if confirmed else (Option("confirm", "确认收到任务"),)
    return (*first, *(Option(f"task/{task.key}", task.label) for task in tasks_of(talk)), Option("/菜单", "菜单"))


def _confirmed(talk: Talk, mine: UnitDuty, row: Duty) -> bool:
    assert talk.scene.duties is not None, "a row was found in it"
    return mine.receipt is not None and mine.receipt.stand == stand_of(talk.scene.duties, row)


async def _confirm(talk: Talk, row: Duty | None) -> None:
    duties = talk.scene.duties
    if duties is None or row is None:
        talk.say("duty.gone")
        return
    stand = stand_of(duties, row)
    await talk.do(f"confirmed/{stand}", ConfirmDuty(talk.notice.id, talk.unit.id, talk.person.id, row.row, stand))
    talk.say("duty.confirmed", unit=talk.unit.called)
    talk.offer("我的任务", "菜单")


def _facts(talk: Talk, mine: UnitDuty, row: Duty | None) -> dict[str, Any]:
    duties, receipt = talk.scene.duties, mine.receipt
    kinds = [duties.kind(key).label for key in row.kinds] if duties is not None and row is not None else []
    return {
        "unit": talk.unit.name,
        "title": talk.notice.short_title,
        "table": duties is not None,
        "row": row.row if row is not None else 0,
        "kinds": kinds,
        "note": row.note if row is not None else "",
        "confirmed": row is not None and _confirmed(talk, mine, row),
        "changed": row is not None and receipt is not None and not _confirmed(talk, mine, row),
        "by": receipt.by if receipt is not None else "",
        "when": when(talk, receipt.at) if receipt is not None else "",
        "tasks": [task_facts(talk, task, mine.of(task.key)) for task in tasks_of(talk)],
        "meetings": _meetings(talk),
        "contact": talk.notice.contact,
    }


def _meetings(talk: Talk) -> list[dict[str, Any]]:
    mine = [each for each in talk.notice.meetings if not each.classes or talk.unit.klass in each.classes]
    return [
        {
            "label": each.label, "place": each.place, "early": each.early, "clause": each.clause,
            "at": spoken(each.at, today=today(talk)), "sign_in": f"{each.at - timedelta(minutes=each.early):%H:%M}",
            "over": talk.now >= each.at,
        }
        for each in mine
    ]  # fmt: skip


def task_facts(talk: Talk, task: Task, given: Sequence[Handed]) -> dict[str, Any]:
    """One task for wording: when it opens and closes, what was handed in, how often it is still owed."""
    good = [each for each in given if counts_in(task, each)]
    closes = task.ends.first_late
    return {
        "label": task.label,
        "clause": task.clause,
        "event": task.kind == "event",
        "times": task.times,
        "people": task.people or 0,
        "done": len(given),
        "owes": max(0, task.times - len(good)),
        "few": [each.counts for each in given if each not in good],
        "late": any(each.late for each in given),
        "closes": spoken(task.ends, today=today(talk)),
        "by": spoken(task.due, today=today(talk)) if task.told_by is not None else "",
        "remaining": spoken_span(closes - talk.now) if talk.now < closes else "",
        "marks": task.late == "mark",
        "opens": spoken(task.opens, today=today(talk)) if task.opens and talk.now < task.opens else "",
    }


def counts_in(task: Task, given: Handed) -> bool:
    """Whether what was handed in is what the task asks for: of an event, enough people came."""
    return task.people is None or given.counts.get("people", 0) >= task.people


def has_handed_in(mine: UnitDuty, task: Task) -> bool:
    """Whether a unit has handed in what a task asks for as often as it asks for it."""
    return sum(counts_in(task, given) for given in mine.of(task.key)) >= task.times


def today(talk: Talk) -> date:
    """The day it is where the campaign is."""
    return talk.now.astimezone(ZoneInfo(talk.notice.zone)).date()


def when(talk: Talk, at: int) -> str:
    """An instant as people say it there."""
    return spoken(from_micros(at).astimezone(ZoneInfo(talk.notice.zone)), today=today(talk))


async def _given(talk: Talk, task: Task, given: Sequence[Handed]) -> Ending:
    """What was handed in for a task: pick one where there are several, then do something with it."""
    several = task.kind == "event"
    options = tuple(Option(each.slot, _called(each)) for each in given)
    if several:
        text = line("duty.events", **task_facts(talk, task, given))
        more = (Option("new", "再报一次"), Option("/我的任务", "回到我的任务"))
        slot = await talk.ask("slot", OneOf(text=text, options=(*options, *more)))
        if slot == "new":
            return Then("task", {"task": task.key})
    else:
        slot = given[0].slot
    chosen = next((each for each in given if each.slot == slot), None)
    if chosen is None:
        talk.say("duty.gone")
        return Then("duty")
    return await _one(talk, task, chosen)


def _called(given: Handed) -> str:
    day = spoken_day_of(given.held)
    return f"{day} {given.counts.get('people', 0)} 人"


def spoken_day_of(held: str) -> str:
    """A day such as 2020-07-08 as people say it."""
    return spoken_day(date.fromisoformat(held)) if held else ""


async def _one(talk: Talk, task: Task, given: Handed) -> Ending:
    open_ = talk.now < task.ends.first_late
    change = (Option("change", "修改后重报"),) if open_ or task.late == "mark" else ()
    word = (Option("word", "下载 Word"),) if given.code else ()
    back = (Option("back", "撤回"),) if open_ else ()
    facts = task_facts(talk, task, (given,)) | {"at": when(talk, given.at), "by": given.by, "version": given.version}
    text = line("duty.one", rows=rows_of(talk, task, given), **facts)
    options = (*word, *change, *back, Option("/我的任务", "回到我的任务"))
    action = await talk.ask(f"action/{given.slot}/{given.version}", OneOf(text=text, options=options))
    if action == "change":
        return Then("task", {"task": task.key, "slot": given.slot, "again": True}, answers_of(talk, task, given))
    if action == "word" and task.form is not None:
        form = talk.notice.form(task.form)
        talk.give(annex(form, given.code, form.title), "duty.word", title=form.title, code=given.code)
    if action == "back":
        await _take_back(talk, task, given)
    talk.offer("我的任务", "菜单")
    return None


async def _take_back(talk: Talk, task: Task, given: Handed) -> None:
    key, closes = f"{given.slot}/{given.version}", spoken(task.ends, today=today(talk))
    text = line("duty.back_sure", label=task.label, closes=closes)
    if not await talk.ask(f"sure/{key}", YesNo(text=text, yes="确认撤回", no="不撤回")):
        talk.say("duty.back_not")
        return
    deed = TakeBack(talk.notice.id, task.key, talk.unit.id, talk.person.id, given.slot, micros(task.ends.first_late))
    outcome = await talk.do(f"back/{key}", deed)
    if isinstance(outcome, Declined):
        talk.say(outcome.why, label=task.label, closes=closes)
    else:
        talk.say("duty.back_done", label=task.label, closes=closes)


def rows_of(talk: Talk, task: Task, given: Handed) -> list[dict[str, str]]:
    """What was handed in, as label and value."""
    if task.form is not None:
        form = talk.notice.form(task.form)
        if form.rows is None:
            told = [(field.label, readable(field, given.answers.get(field.key))) for field in form.fields]
            return [{"label": label, "value": value[:60]} for label, value in told]
        rows, whole = parted(form, given.answers)
        people = [{"label": f"第{n}位", "value": row_told(row)} for n, row in enumerate(rows, start=1)]
        return [*people, *({"label": form.field(key).label, "value": str(value)} for key, value in whole.items())]
    return report_rows(task, given.held, given.counts, given.words, [file[0] for file in given.files])


def report_rows(
    task: Task, held: str, counts: Mapping[str, int], words: str, files: Sequence[str]
) -> list[dict[str, str]]:
    """A report as label and value."""
    labels = {"people": "参加人数"}
    return [
        *([{"label": "活动日期", "value": spoken_day_of(held)}] if held else []),
        *({"label": labels.get(key, key), "value": f"{number} 人" if "人" in labels.get(key, key) else f"{number}"}
          for key, number in counts.items()),
        {"label": "文字", "value": words[:60] + ("……" if len(words) > 60 else "")},
        {"label": "图片和文件", "value": f"{len(files)} 个" if files else ""},
    ]  # fmt: skip


def answers_of(talk: Talk, task: Task, given: Handed) -> dict[str, Any]:
    """What was handed in, as the answers of the conversation that hands it in again."""
    if task.form is not None:
        if talk.notice.form(task.form).rows is None:
            return {f"form/{key}": value for key, value in given.answers.items()}
        rows, whole = parted(talk.notice.form(task.form), given.answers)
        return {"form/rows": rows, **{f"form/{key}": value for key, value in whole.items()}}
    files = [list(file) for file in given.files]
    counts = {f"count/{key}": value for key, value in given.counts.items()}
    held = {"held": given.held} if given.held else {}
    return {**held, **counts, "evidence": {"words": given.words, "files": files}}


DUTY = Flow("duty", duty, words=("我的任务", "duty"), roles=frozenset({Role.LIAISON}))
