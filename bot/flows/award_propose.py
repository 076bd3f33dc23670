"""报请组委会批准: everything once more, how long it is shown for objections, and what the approval rests on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.award_bench import Bench, whole_facts
from bot.flows.steering import ends_at, late, reason, say_declined, spoken_late, until
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.award_list import publicity
from rules.deeds import Declined, Heard
from rules.deeds_awards import ProposeAwards
from rules.instants import from_micros, micros, spoken_day
from rules.looks_steering import Admins

#: Days that are proposed for 公示 where the notice names none.
DAYS = 5


async def propose(talk: Talk, bench: Bench) -> Ending:
    """The last look, and what was settled goes before the committee."""
    asks = two_persons(talk)
    if asks and await talk.look(Admins(talk.notice.id)) < 2:
        talk.say("award.nobody_to_agree")
        talk.offer("发邀请", "评奖", "菜单")
        return None
    opens, closes = await _period(talk)
    basis = "" if asks else await talk.ask("basis", reason(line("award.basis")))
    facts = whole_facts(talk, bench) | period_facts(talk, opens, closes) | {"asks": asks, "basis": basis}
    sure = YesNo(text=line("award.propose_sure", **facts), yes="报请批准" if asks else "组委会已批准", no="先不报")
    if not await talk.ask(f"propose/{bench.upto}", sure):
        talk.say("award.not_decided")
        talk.offer("评奖", "菜单")
        return None
    short = {name: facts[name] for name in ("title", "winners", "units", "cost", "opens", "closes", "listed", "begun")}
    heard = Heard("award.please_agree", {**short, "who": talk.person.name}, ("评奖",))
    deed = ProposeAwards(
        talk.notice.id, bench.given, bench.upto, opens, closes, basis, asks, talk.person.id, heard, listed_heard(short)
    )
    done = await talk.do(f"proposed/{bench.upto}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("award.proposed", state=done.state, **short)
    talk.offer("评奖", *(() if asks else ("获奖名单",)), "菜单")
    return None


def two_persons(talk: Talk) -> bool:
    """Whether another admin must agree: the notice has the committee decide, or the deployment works by two persons."""
    judging = talk.notice.judging
    committee = judging is not None and any(each.kind == "committee" for each in judging.rounds)
    return committee or bool(talk.scene.approve_above)


def listed_heard(facts: dict[str, Any]) -> Heard:
    """What liaisons hear when prizes are listed, or final at once."""
    return Heard("award.listed_told", facts, ("获奖名单", *(("提异议",) if facts["listed"] else ())))


async def _period(talk: Talk) -> tuple[int, int]:
    """From when until when it is shown (公示), half-open, in UTC microseconds; (0, 0) where it is not."""
    stage = publicity(talk.notice)
    if stage is not None and talk.now < stage.closes:
        return max(micros(stage.opens), micros(talk.now)), micros(stage.closes)
    facts = {"label": stage.label if stage else "", "closes": stage.closes_text if stage else ""}
    options = (Option("until", "定一个公示期"), Option("none", "不公示，直接确认"))
    if await talk.ask("period", OneOf(text=line("award.period", **facts), options=options)) == "none":
        return 0, 0
    local = talk.now.astimezone(ZoneInfo(talk.notice.zone))
    example = f"{(local + timedelta(days=DAYS)).date()} 24:00"
    text = line("award.until", example=example)
    return micros(talk.now), late(ends_at(talk, await talk.ask("until", until(text, talk, example))))


def period_facts(talk: Talk, opens: int, closes: int) -> dict[str, Any]:
    """A period of 公示 as sentences tell it."""
    zone = ZoneInfo(talk.notice.zone)
    now = talk.now.astimezone(zone)
    return {
        "listed": bool(closes), "begun": opens <= micros(talk.now), "over": bool(closes) and closes <= micros(talk.now),
        "opens": spoken_day(from_micros(opens).astimezone(zone).date(), today=now.date()) if closes else "",
        "closes": spoken_late(from_micros(closes).astimezone(zone), now) if closes else "",
    }  # fmt: skip
