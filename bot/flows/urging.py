"""催报: whoever still owes something is reminded now, after the admin saw how many, and what they will read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flows.steering import ADMIN, say_declined
from bot.flows.units import name_after, one_unit
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.deeds import Declined
from rules.deeds_reminders import RemindNow
from rules.instants import micros
from rules.looks import UnitsOf
from rules.looks_contact import Unreached, UnreachedIn
from rules.looks_reminders import DueReminders, Owing
from rules.people import Unit

#: Names that the preview shows.
SAMPLE = 5


async def urge(talk: Talk) -> Ending:
    """Whom, a preview with one message as it will be read, and only then it goes."""
    due: Sequence[Owing] = await talk.look(DueReminders(talk.notice, micros(talk.now)))
    whom = await talk.ask("whom", OneOf(text=line("urge.whom"), options=_whom(talk, due))) if due else "all"
    unit: Unit | None = None
    if whom == "unit":
        found = await one_unit(talk)
        if isinstance(found, Again):
            return found
        unit = found
    meant = [each for each in due if _is_meant(each, whom, unit)]
    told, muted = [each for each in meant if each.hear], sum(each.muted for each in meant)
    if not told:
        talk.say("urge.nobody", unit=unit.called if unit else "", muted=muted)
        talk.offer("报送情况", "联系不上", "菜单")
        return None
    hear = len(frozenset[int]().union(*(each.hear for each in told)))
    talk.say("urge.preview", people=hear, muted=muted, **await _facts(talk, told))
    talk.say("remind.message", **told[0].facts)
    if not await talk.ask(f"sure/{whom}", YesNo(text=line("urge.sure", people=hear), yes="马上提醒", no="先不提醒")):
        talk.say("urge.not_done")
        talk.offer("报送情况", "菜单")
        return None
    units = () if whom == "all" else tuple(each.unit for each in told)
    done = await talk.do("reminded", RemindNow(talk.notice.id, units, by=talk.person.id))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("urge.done", units=len(told), people=hear)
    talk.offer("报送情况", "联系不上", "菜单")
    return None


def _whom(talk: Talk, due: Sequence[Owing]) -> tuple[Option, ...]:
    """Everybody, one class where several owe, or one unit."""
    owing = {each.klass for each in due}
    classes = [Option(f"class/{klass.key}", klass.label) for klass in talk.notice.classes if klass.key in owing]
    several = tuple(classes) if len(classes) > 1 else ()
    return (Option("all", f"全部还欠着的（{len(due)} 个单位）"), *several, Option("unit", "一个单位"))


def _is_meant(each: Owing, whom: str, unit: Unit | None) -> bool:
    if unit is not None:
        return each.unit == unit.id
    return whom == "all" or whom == f"class/{each.klass}"


async def _facts(talk: Talk, told: Sequence[Owing]) -> dict[str, Any]:
    """What the preview says: how many and who, whom it will not reach, and whether this is an hour to speak up."""
    missing: Sequence[Unreached] = await talk.look(UnreachedIn(talk.notice.id))
    units = {each.id: each.name for each in await talk.look(UnitsOf(talk.notice.id))}
    names = {units[each.unit] for each in told}
    hours = talk.notice.reminders.hours(talk.notice.zone)
    return {
        "units": len(told), "sample": [each.name for each in told[:SAMPLE]], "more": len(told) > SAMPLE,
        "first": told[0].name,
        "lost": sorted({each.unit for each in missing if each.name and each.unit in names}),
        "quiet": not hours.allow(talk.now),
    }  # fmt: skip


def _named(incoming: Incoming) -> dict[str, str]:
    """The unit that the command was sent with: "/remind 碑林区"."""
    named = name_after(incoming)
    return {"whom": "unit", **named} if named else {}


URGE = Flow("urge", urge, words=("催报", "提醒", "remind"), roles=ADMIN, first=_named)
