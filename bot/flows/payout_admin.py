"""红包发放: how far payment is, paused and resumed; from here to what new followers count for."""

from __future__ import annotations

from typing import Any

from bot.flows.my_packets import starting
from bot.flows.referral_admin import referral
from bot.flows.steering import ADMIN, say_declined
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import Declined
from rules.deeds_payout import RestPayout, ResumePayout
from rules.looks_payout import Standing, StandingOf
from rules.packets import yuan
from rules.quiz import Quiz

_STATES = {
    "ready": "待发", "asked": "结果待确认", "sent": "已发待领取", "received": "已领取", "returned": "未领取已退回",
    "refused": "没有发成",
}  # fmt: skip


async def payout(talk: Talk) -> Ending:
    """Where payment stands, and what can be done about it."""
    rules = talk.notice.quiz
    if rules is None:
        talk.say("payout.none", title=talk.notice.short_title)
        talk.offer("菜单")
        return None
    here: Standing = await talk.look(StandingOf(talk.notice.id))
    options: list[Option] = []
    if rules.packets.payout != "treasury":
        options.append(Option("resume", "恢复发放") if here.rests else Option("rest", "暂停发放"))
    options += [Option("referral", "邀请加机会"), Option("leave", "先这样")]
    text = line("payout.overview", **_facts(talk, rules, here))
    picked = await talk.ask("act", OneOf(text=text, options=tuple(options)))
    if picked == "referral":
        return await referral(talk, rules)
    if picked in ("rest", "resume"):
        return await _switch(talk, resume=picked == "resume")
    talk.say("payout.left_as_is")
    talk.offer("红包发放", "菜单")
    return None


def _facts(talk: Talk, rules: Quiz, here: Standing) -> dict[str, Any]:
    packets = rules.packets
    refused = [{"why": why, "count": count} for why, count in sorted(here.refused.items())]
    title = talk.notice.short_title
    return {
        "title": title, "way": packets.payout, "otherwise": packets.otherwise, "starts": starting(talk, talk.notice),
        "won": here.won[0], "won_yuan": yuan(here.won[1]), "paid": here.paid[0], "paid_yuan": yuan(here.paid[1]),
        "states": [
            {"label": label, "count": here.states[state][0], "yuan": yuan(here.states[state][1])}
            for state, label in _STATES.items() if state in here.states
        ],
        "codes": [
            {"yuan": f"{yuan(amount)} 元" if amount else "通用", "left": left, "given": given}
            for amount, (left, given) in here.codes.items()
        ],
        "gives_codes": packets.gives_codes, "lost": here.lost, "loses": packets.leaving == "lose_unpaid",
        "clause": rules.stay_clause or packets.clause,
        "rest": line("payout.rests", title=title, why=here.rests) if here.rests else None,
        "refused": line("payout.refused", title=title, refused=refused) if refused else None,
    }  # fmt: skip


async def _switch(talk: Talk, *, resume: bool) -> Ending:
    """Pause or resume, after a last look."""
    text = line("payout.resume_sure") if resume else line("payout.rest_sure")
    if not await talk.ask("sure", YesNo(text=text, yes="恢复发放" if resume else "暂停发放", no="先不改")):
        talk.say("payout.left_as_is")
        talk.offer("红包发放", "菜单")
        return None
    deed = ResumePayout if resume else RestPayout
    done = await talk.do("switched", deed(talk.notice.id, talk.person.id))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("payout.resumed" if resume else "payout.rested")
    talk.offer("红包发放", "菜单")
    return None


PAYOUT = Flow("payout", payout, words=("红包发放", "payouts"), roles=ADMIN)
