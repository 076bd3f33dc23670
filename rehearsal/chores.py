"""The tasks of a unit beside its works, done as its liaison is: a form, an event, a report with its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from rehearsal.agenda import Agenda
from rehearsal.answering import DONE, answer_of
from rehearsal.filling import PICTURE, NotKnown
from rehearsal.record import Line
from rehearsal.stage import Citizen, Stage
from rules.forms import Form
from rules.rows import own
from rules.stages import Task

#: What is said of a habit in the report.
SPOKEN = {
    "prompt": "按时报齐", "evening": "当天晚上才报", "reminded": "提醒了才报", "counts": "自己另有统计",
    "early": "提前报，之后再更新",
    "never": "加入后什么也不做", "absent": "一直没有加入",
}  # fmt: skip
_NAMES = ("张三", "李四", "王五", "赵六", "孙七", "钱八")
_WORDS = "在大厅摆了二维码，工作群里发了通知，组织职工参加。"
#: More questions than any task has.
_MOST = 60
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Chores:
    """The tasks of one unit, by its class and the habit of its liaison. Whoever does them has joined before."""

    def __init__(self, stage: Stage, agenda: Agenda, who: Citizen, klass: str, habit: str, dice: Random) -> None:
        self._stage, self._agenda, self._who, self.habit, self._dice = stage, agenda, who, habit, dice
        self._tasks = [task for task in stage.notice.tasks if task.concerns(klass)]
        self._late: list[Task] = []

    def plan(self, start: datetime) -> None:
        """Put what they intend to do on the agenda; the notice came at `start`."""
        if self.habit in ("absent", "never"):
            return
        for task in self._tasks:
            match task.kind:
                case "form":
                    self._at(task, self._form_at(task, start))
                case "event":
                    for at in self._events(task, start):
                        self._at(task, at)
                case "report":
                    self._report(task, start)

    def _at(self, task: Task, at: datetime) -> None:
        self._agenda.add(at, lambda: hand_in(self._who, task, counts=self.habit == "counts"))

    def _form_at(self, task: Task, start: datetime) -> datetime:
        first, last = max(task.opens or start, start), task.ends.first_late
        if self.habit == "reminded":
            return last.replace(second=0) + 40 * _MINUTE * (1 if task.late == "mark" else -1)
        at = first + (last - first) * 0.58 + self._dice.randint(0, 59) * _MINUTE
        return min(at.replace(hour=10) if last - first > _DAY else at, last - 5 * _MINUTE)

    def _events(self, task: Task, start: datetime) -> Iterator[datetime]:
        """In the afternoons of days on which it may be held, evenly."""
        first, last = max(task.opens or start, start), task.due.first_late
        for number in range(task.times):
            day = first + (last - first) * (number + 1) / (task.times + 1)
            yield min(max(day.replace(hour=16, minute=7 * number), first + _HOUR), last - _HOUR)

    def _report(self, task: Task, start: datetime) -> None:
        quiz, opens = self._stage.notice.quiz, max(task.opens or start, start)
        last = task.ends.first_late
        first = max(opens, quiz.stage.closes) if task.from_quiz and quiz is not None else opens
        if first >= last:
            first = opens
        morning = first + min(_DAY, last - first) * 0.36 + self._dice.randint(0, 150) * _MINUTE
        if last - first > 2 * _DAY:
            morning = (morning + (last - first) * self._dice.uniform(0.1, 0.6)).replace(hour=10)
        match self.habit:
            case "prompt" | "counts":
                self._at(task, min(morning, last - 5 * _MINUTE))
            case "evening":
                self._at(task, max(first, last - 5 * _HOUR) + self._dice.randint(0, 200) * _MINUTE)
            case "early" if not task.from_quiz:
                soon = (opens + (last - opens) * 0.2).replace(hour=10)
                self._at(task, min(max(soon, start + 8 * _HOUR), last - 5 * _MINUTE))
            case "early":
                self._at(task, max(opens + (first - opens) * 0.5, start + 8 * _HOUR))
                self._agenda.add(min(morning, last - 5 * _MINUTE), lambda: renew(self._who, task))
            case "reminded":
                self._late.append(task)

    def react(self, line: Line) -> None:
        """Do at last what somebody is reminded of."""
        for task in [each for each in self._late if line.kind == "reminder"]:
            if task.label in line.text or (task.from_quiz and task.from_quiz in line.text):
                self._late.remove(task)
                self._at(task, line.at + self._dice.randint(5, 90) * _MINUTE)


async def hand_in(who: Citizen, task: Task, *, counts: bool = False) -> None:
    """Answer what a task asks until it is in; `counts`: with a number of one's own where the program offers one."""
    await who.all("我的任务", task.label)
    before = ""
    for _ in range(_MOST):
        key = await who.asked()
        if key.startswith("review/"):
            await who.say("没有问题")
            return
        if not key.startswith(("held", "count/", "evidence", "form/")):
            return  # it cannot be handed in now, and the program has said why
        if key == "evidence":
            await who.say(_WORDS)
            await who.send(PICTURE)
            await who.say(DONE)
        else:
            said = _answer(who, task, key, counts=counts)
            await who.say(said[-1] if key == before else said[0])
        before = key
    raise NotKnown(
        f"{who.name}办“{task.label}”，问到 {before!r} 就答不下去了，问的是：{who.text[:200]}\n"
        f"核对 task.{task.key} 和它的表：彩排的人想不出能通过的答案。"
    )


def _answer(who: Citizen, task: Task, key: str, *, counts: bool) -> tuple[str, ...]:
    now = who.stage.clock.now()
    if key == "held":
        held = min(now, task.due.first_late - _HOUR).astimezone(task.due.first_late.tzinfo)
        return (f"{held.month}月{held.day}日",)
    if key == "count/people":
        return (f"{(task.people or 0) + 30}",)
    if key.startswith("count/"):
        ours = next((label for label in who.choices if label.startswith("就报")), "")
        number = int("".join(filter(str.isdigit, ours)) or 30)
        return (f"{number + 12}" if counts and ours else ours or f"{number}",)
    form = who.stage.notice.form(task.form or "")
    if key == "form/rows":
        return rows_of(form, now), DONE
    field = form.field(key.removeprefix("form/").partition("/")[0])
    return answer_of(field, f"{who.unit}的材料", now)


def rows_of(form: Form, now: datetime) -> str:
    """As many rows as a form needs at least, one a line."""
    assert form.rows is not None, "it is a form with rows"
    rows = []
    for number in range(form.rows.least):
        said = []
        for field in own(form):
            if "姓名" in field.label or "联系人" in field.label:
                said.append(_NAMES[number % len(_NAMES)] + f"{number // len(_NAMES) or ''}")
            elif field.kind == "phone":
                said.append(f"1380013{8000 + number}")
            elif not field.required:
                said.append("无")
            else:
                said.append("".join(answer_of(field, f"作品{number + 1}", now)[0].split()))
        rows.append(" ".join(said))
    return "\n".join(rows)


async def renew(who: Citizen, task: Task) -> None:
    """Bring an early report up to date with the number that the program counts."""
    await who.all("我的任务", task.label, "修改后重报", "修改", task.from_quiz)
    ours = next((label for label in who.choices if label.startswith("就报")), "")
    if ours:
        await who.all(ours, "没有问题")
