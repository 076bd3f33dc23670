"""准许补报: one unit, or every unit, may hand in until a later instant; who allowed it, and why, is on record.

Those concerned hear of it. 收回准许 takes a leave back; what was handed in meanwhile stays.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.flows.steering import ADMIN, ends_at, labels, late, reason, say_declined, spoken_late, until, which_track
from bot.flows.units import name_after, one_unit
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.deeds import Declined, GrantLeave, Heard
from rules.deeds_steering import RevokeLeave
from rules.instants import from_micros, micros, spoken
from rules.looks_steering import Leave, LeavesIn
from rules.people import Unit


async def leave(talk: Talk) -> Ending:
    """Whom, which track, until when, why, and only then it is granted and announced."""
    whom = await talk.ask("whom", _whom())
    unit: Unit | None = None
    if whom == "one":
        found = await one_unit(talk)
        if isinstance(found, Again):
            return found
        unit = found
    key = await which_track(talk, line("leave.which_track"))
    track = talk.notice.track(key)
    example = f"{(max(track.closes, talk.now) + timedelta(days=1)).astimezone(track.closes.tzinfo).date()} 24:00"
    text = line("leave.until", unit=unit.name if unit else "", closes=track.closes_text, example=example)
    ends = ends_at(talk, await talk.ask("until", until(text, talk, example)))
    why = await talk.ask("reason", reason(line("leave.reason")))
    facts = {"unit": unit.name if unit else "", "label": track.label, "until": spoken(ends), "reason": why}
    sure = YesNo(text=line("leave.sure", earlier=ends.first_late <= track.closes, **facts), yes="准许", no="不准许")
    if not await talk.ask("sure", sure):
        talk.say("leave.not_granted")
        talk.offer("菜单")
        return None
    told = {**facts, "title": talk.notice.short_title, "natural": unit is not None and talk.notice.natural(unit.klass)}
    heard = Heard("leave.announced", told, ("填报", "继续"))
    deed = GrantLeave(
        talk.notice.id, key, unit.id if unit else 0, until=late(ends), reason=why, by=talk.person.id, heard=heard
    )
    done = await talk.do("leave", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("leave.granted", **facts)
    talk.offer("收回准许", "菜单")
    return None


def _whom() -> OneOf:
    return OneOf(text=line("leave.whom"), options=(Option("one", "一个单位"), Option("all", "全部单位")))


async def revoke(talk: Talk) -> Ending:
    """收回准许: pick one of the leaves in force; the units hear that it is over."""
    given: tuple[Leave, ...] = await talk.look(LeavesIn(talk.notice.id, micros(talk.now)))
    if not given:
        talk.say("leave.none")
        talk.offer("准许补报", "菜单")
        return None
    options = tuple(Option(str(each.id), _called(talk, each)) for each in given[:30])
    picked = int(await talk.ask("which", OneOf(text=line("leave.which"), options=options)))
    one = next(each for each in given if each.id == picked)
    facts = _facts(talk, one)
    if not await talk.ask(f"sure/{picked}", YesNo(text=line("leave.revoke_sure", **facts), yes="收回", no="不收回")):
        talk.say("leave.kept")
    else:
        heard = Heard("leave.ended", {**facts, "title": talk.notice.short_title}, ("我的报送",))
        done = await talk.do(f"revoked/{picked}", RevokeLeave(talk.notice.id, picked, talk.person.id, heard))
        if isinstance(done, Declined):
            say_declined(talk, done)
            return None
        talk.say("leave.revoked", **facts)
    talk.offer("准许补报", "菜单")
    return None


def _called(talk: Talk, one: Leave) -> str:
    facts = _facts(talk, one)
    return f"{facts['unit'] or '全部单位'} {facts['label']} 到 {facts['until']}"


def _facts(talk: Talk, one: Leave) -> dict[str, Any]:
    zone = talk.notice.stages[0].opens.tzinfo
    ends = from_micros(one.until).astimezone(zone)
    return {
        "unit": one.unit.name if one.unit else "",
        "natural": one.unit is not None and talk.notice.natural(one.unit.klass),
        "label": labels(talk, one.track),
        "until": spoken_late(ends, talk.now.astimezone(zone)),
        "closes": talk.notice.track(one.track).closes_text,
    }


def _first(incoming: Any) -> dict[str, str]:
    named = name_after(incoming)
    return {"whom": "one", **named} if named else {}


LEAVE = Flow("leave", leave, words=("准许补报", "extend", "leave"), roles=ADMIN, first=_first)
REVOKE = Flow("revoke", revoke, words=("收回准许", "unextend"), roles=ADMIN)
