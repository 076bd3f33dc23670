"""邀请加机会: off until an admin takes WeChat's rule on in so many words; then who brought whom, and what looks odd."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.steering import say_declined
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import Declined
from rules.deeds_payout import AllowReferral, StopReferral
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import from_micros
from rules.looks_payout import Graph, GraphOf, Referrals, ReferralsOf
from rules.quiz import Quiz
from rules.referral import SENTENCE, acknowledges
from rules.referral_signals import (
    BURST_LEAST,
    BURST_MINUTES,
    CHAIN_LEAST,
    IDLE_LEAST,
    IDLE_SHARE,
    STAR_LEAST,
    Sign,
    signs,
)

#: Signs that are told one by one.
MOST_SIGNS = 10
_THRESHOLDS = {
    "star_least": STAR_LEAST, "chain_least": CHAIN_LEAST, "burst_least": BURST_LEAST, "burst_minutes": BURST_MINUTES,
    "idle_least": IDLE_LEAST, "idle_share": round(IDLE_SHARE * 100),
}  # fmt: skip


async def referral(talk: Talk, rules: Quiz) -> Ending:
    """How it stands, and the way to switch it."""
    here: Referrals = await talk.look(ReferralsOf(talk.notice.id, talk.person.id))
    graph: Graph = await talk.look(GraphOf(talk.notice.id))
    text = line("referral.admin", **_facts(talk, rules, here, graph))
    if not rules.referral.on and not here.on:
        talk.say("referral.not_in_notice")
        talk.offer("红包发放", "菜单")
        return None
    options = (Option("off", "关掉") if here.on else Option("on", "开启"), Option("leave", "先这样"))
    picked = await talk.ask("referral", OneOf(text=text, options=options))
    if picked == "on":
        return await _allow(talk, rules)
    if picked == "off":
        return await _stop(talk)
    _left(talk)
    return None


def _facts(talk: Talk, rules: Quiz, here: Referrals, graph: Graph) -> dict[str, Any]:
    found, follows, packets = signs(graph.follows), graph.follows, rules.packets
    at = from_micros(here.at).astimezone(ZoneInfo(talk.notice.zone))
    return {
        "title": talk.notice.short_title, "on": here.on, "words": here.words, "by": here.by, "at": f"{at:%m-%d %H:%M}",
        "count": len(follows), "stays": sum(each.stays for each in follows),
        "played": sum(each.played for each in follows), "per_person": packets.per_person, "rights": packets.rights,
        "gains": packets.per_person > packets.rights, "signs": [_sign(each, graph) for each in found[:MOST_SIGNS]],
        "more": max(0, len(found) - MOST_SIGNS), **_THRESHOLDS,
    }  # fmt: skip


def _sign(sign: Sign, graph: Graph) -> dict[str, Any]:
    name = graph.names.get(sign.person) or f"编号 {sign.person} 的人"
    return {"kind": sign.kind, "name": name, "count": sign.count, "of": sign.of}


async def _allow(talk: Talk, rules: Quiz) -> Ending:
    """The rule, the words in which it is taken on, and a last look."""
    warning = rules.referral.warning
    text = line("referral.acknowledge", warning=warning, sentence=SENTENCE)
    words = await talk.ask("words", Typed(text=text, read=_read_words))
    if not await talk.ask("referral_sure", YesNo(text=line("referral.sure"), yes="开启", no="先不开")):
        _left(talk)
        return None
    done = await talk.do("allowed", AllowReferral(talk.notice.id, words, warning, talk.person.id))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("referral.allowed")
    talk.offer("红包发放", "菜单")
    return None


def _read_words(typed: str) -> Read:
    if not acknowledges(typed):
        return Faulty((Fault("referral.not_the_words", {"sentence": SENTENCE}),))
    return Value(typed.strip())


async def _stop(talk: Talk) -> Ending:
    if not await talk.ask("referral_sure", YesNo(text=line("referral.stop_sure"), yes="关掉", no="先不关")):
        _left(talk)
        return None
    done = await talk.do("stopped", StopReferral(talk.notice.id, talk.person.id))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("referral.stopped")
    talk.offer("红包发放", "菜单")
    return None


def _left(talk: Talk) -> None:
    talk.say("payout.left_as_is")
    talk.offer("红包发放", "菜单")
