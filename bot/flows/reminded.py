"""What stands below a reminder: peace for today, handing over to a colleague, and saying that a task is done."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.flows.duty import has_handed_in, own_duty
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.codes import shown
from rules.deeds import Declined
from rules.deeds_reminders import Fulfil, InviteColleague, MuteReminders
from rules.instants import from_micros, micros, spoken
from rules.looks_reminders import TasksOf
from rules.people import Role
from rules.stages import Task

#: Days for which a colleague's invitation is good.
DAYS = 14


async def mute(talk: Talk) -> Ending:
    """今天不再提醒: peace until midnight."""
    zone = ZoneInfo(talk.notice.zone)
    tomorrow = talk.now.astimezone(zone).date() + timedelta(days=1)
    until = datetime.combine(tomorrow, time(0), zone)
    await talk.do("muted", MuteReminders(talk.person.id, talk.notice.id, micros(until)))
    quiet = talk.notice.reminders.quiet
    if any(door > until for door in _closings(talk)):
        talk.say("remind.muted", from_clock=f"{quiet.ends:%H:%M}" if quiet is not None else "00:00")
    else:
        talk.say("remind.muted_over")
    talk.offer("继续", "菜单")
    return None


def _closings(talk: Talk) -> list[datetime]:
    """The first late instants of everything the notice collects or demands."""
    return [track.closes for track in talk.notice.entered] + [task.due.first_late for task in talk.notice.tasks]


async def hand_over(talk: Talk) -> Ending:
    """换人负责: how a colleague takes part, and an invitation for one of the same unit."""
    if talk.notice.natural(talk.unit.klass):
        talk.say("remind.no_colleague")
        talk.offer("继续", "菜单")
        return None
    text = line("remind.handover", unit=talk.unit.name, days=DAYS)
    yes, no = "给同事发邀请码", "先不用"
    if not await talk.ask("sure", YesNo(text=text, yes=yes, no=no)):
        talk.say("remind.handover_kept")
    else:
        deed = InviteColleague(talk.notice.id, talk.unit.id, by=talk.person.id, days=DAYS)
        made = await talk.do("invited", deed)
        if isinstance(made, Declined):
            until = made.facts.get("until", 0)
            talk.say(made.why, **({"expires": _spoken(talk, until)} if until else {}))
        else:
            code, public, telegram = made.code, talk.scene.public_url, talk.scene.telegram
            talk.say(
                "remind.invited",
                unit=talk.unit.name,
                code=shown(code),
                expires=_spoken(talk, made.expires),
                link=f"{public}/i/{code}" if public else "",
                telegram=f"https://t.me/{telegram}?start={code}" if telegram else "",
            )
    talk.offer("继续", "菜单")
    return None


def _spoken(talk: Talk, at: int) -> str:
    return spoken(from_micros(at).astimezone(ZoneInfo(talk.notice.zone)).replace(second=0, microsecond=0))


async def fulfilled(talk: Talk) -> Ending:
    """已经办好: a task of the notice that the unit has done outside of this conversation."""
    done: frozenset[str] = await talk.look(TasksOf(talk.notice.id, talk.unit.id))
    mine = await own_duty(talk)
    owed = [
        task
        for task in talk.notice.tasks
        if task.concerns(talk.unit.klass) and task.key not in done and not has_handed_in(mine, task)
    ]
    if not owed:
        talk.say("remind.no_tasks")
    elif (task := await _picked(talk, owed)) is not None:
        await talk.do(f"done/{task.key}", Fulfil(talk.notice.id, talk.unit.id, task.key, person=talk.person.id))
        talk.say("remind.task_done", label=task.label)
    else:
        talk.say("remind.task_kept")
    talk.offer("菜单")
    return None


async def _picked(talk: Talk, owed: list[Task]) -> Task | None:
    """The task that is done, None for none after all."""
    options = tuple(Option(task.key, task.label) for task in owed)
    picked = await talk.ask(
        "which", OneOf(text=line("remind.which_task"), options=(*options, Option("none", "都还没有")))
    )
    return next((task for task in owed if task.key == picked), None)


_LIAISON = frozenset({Role.LIAISON})
MUTE = Flow("mute", mute, words=("今天不再提醒", "mute"), roles=_LIAISON)
HANDOVER = Flow("handover", hand_over, words=("换人负责", "handover"), roles=_LIAISON)
FULFILLED = Flow("fulfilled", fulfilled, words=("已经办好", "done"), roles=_LIAISON)
