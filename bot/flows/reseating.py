"""调整联络员: somebody who joined for the wrong unit speaks for the right one from now on, or for none."""

from __future__ import annotations

from bot.flows.steering import ADMIN, say_declined
from bot.flows.units import name_after, one_unit, read_name, unit_of
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.deeds import Declined, Heard
from rules.deeds_steering import Reseat
from rules.looks_steering import Member, UnitFile, UnitFileOf
from rules.people import Unit


async def reseat(talk: Talk) -> Ending:
    """Whose seat, where to, and only then it is moved; drafts go with it, what is reported stays where it is."""
    unit = await one_unit(talk)
    if isinstance(unit, Again):
        return unit
    file: UnitFile | None = await talk.look(UnitFileOf(talk.notice.id, unit.id))
    if file is None or not file.members:
        talk.say("reseat.nobody", unit=unit.called)
        talk.offer("发邀请", "菜单")
        return None
    member = await _member(talk, unit, file)
    choices = (Option("move", "改到别的单位"), Option("out", "移出这个单位"), Option("none", "不改"))
    facts = {"name": member.name, "unit": unit.called}
    where = await talk.ask(f"where/{member.person}", OneOf(text=line("reseat.where", **facts), options=choices))
    if where == "none":
        return _left_alone(talk)
    into: Unit | None = None
    if where == "move":
        found = await _other_unit(talk, unit)
        if isinstance(found, Again):
            return found
        into = found
    facts["into"] = into.called if into else ""
    if not await talk.ask(
        f"sure/{into.id if into else 0}", YesNo(text=line("reseat.sure", **facts), yes="确认", no="不改")
    ):
        return _left_alone(talk)
    told = {"unit": unit.name, "into": into.name if into else "", "title": talk.notice.short_title}
    heard = Heard("reseat.announced", told | {"contact": talk.notice.contact}, ("菜单",))
    deed = Reseat(talk.notice.id, member.person, unit.id, into.id if into else 0, talk.person.id, heard)
    done = await talk.do("reseated", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("reseat.done", **facts)
    talk.offer("单位", "发邀请", "菜单")
    return None


async def _member(talk: Talk, unit: Unit, file: UnitFile) -> Member:
    if len(file.members) == 1:
        return file.members[0]
    options = tuple(Option(str(each.person), each.name or "（没有留名）") for each in file.members)
    picked = await talk.ask("who", OneOf(text=line("reseat.who", unit=unit.called), options=options))
    return next(each for each in file.members if str(each.person) == picked)


async def _other_unit(talk: Talk, unit: Unit) -> Unit | Again:
    name = await talk.ask("into/name", Typed(text=line("reseat.into"), read=read_name))
    found = await unit_of(talk, name, "into/name")
    if isinstance(found, Unit) and found.id == unit.id:
        talk.say("reseat.same", unit=unit.called)
        return Again(("into/name",))
    return found


def _left_alone(talk: Talk) -> Ending:
    talk.say("reseat.not_done")
    talk.offer("菜单")
    return None


RESEAT = Flow("reseat", reseat, words=("调整联络员", "reseat"), roles=ADMIN, first=name_after)
