"""评审: an admin prepares a round of experts, opens it, closes it with the scrutineers, and publishes what came of it.

Where the round stands decides what is offered. Nothing here knows a choice: only how many have voted.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.judging_after import after
from bot.flows.judging_label import called
from bot.flows.judging_plan import Following, plan_round, unscreened
from bot.flows.judging_result import publish
from bot.flows.steering import ADMIN, ends_at, late, reason, say_declined, spoken_late, told, until
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.ballot_plan import Plan, faults, fits_of, opening_of, quorum_of
from rules.deeds import AdminDeed, Declined, Heard
from rules.deeds_ballot import BallotRound, RoundsOf
from rules.deeds_judging import BeginRound, CallScrutineers, CancelRound, LengthenRound, RemindVoters
from rules.faults import Fault
from rules.instants import micros
from rules.judging import Round
from rules.looks_judging import Candidate, Judge, JudgesOf, NotReached, PlanOf
from rules.reaching import candidates


async def judging(talk: Talk) -> Ending:
    """Where the round stands, and what can be done with it now."""
    rules = talk.notice.judging
    of_experts = [each for each in rules.rounds if each.kind == "expert"] if rules is not None else []
    if not of_experts:
        talk.say("judging.none", title=talk.notice.short_title)
        talk.offer("菜单")
        return None
    if not talk.scene.public_url:
        talk.say("judging.no_address")
        talk.offer("菜单")
        return None
    round_ = of_experts[0]
    if len(of_experts) > 1:
        options = tuple(Option(each.key, each.label) for each in of_experts)
        picked = await talk.ask("round", OneOf(text=line("judging.which"), options=options))
        round_ = next(each for each in of_experts if each.key == picked)
    every: tuple[BallotRound, ...] = await talk.look(RoundsOf(talk.notice.id))
    here = next((each for each in every if each.round == round_.key and each.state != "void"), None)
    match here.state if here is not None else "":
        case "setup":
            assert here is not None, "a state belongs to a round"
            return await _prepared(talk, round_, here)
        case "open":
            assert here is not None, "a state belongs to a round"
            return await _running(talk, round_, here)
        case "tallied":
            assert here is not None, "a state belongs to a round"
            return await publish(talk, round_, here)
        case "published":
            assert here is not None, "a state belongs to a round"
            return await after(talk, round_, every)
    return await plan_round(talk, round_)


async def _prepared(talk: Talk, round_: Round, here: BallotRound) -> Ending:
    """In preparation: who has typed a share back, and what keeps the round from opening."""
    plan = Plan(**await talk.look(PlanOf(here.key)))
    look = candidates(talk.notice, round_.key, unscreened=plan.unscreened)
    entries = plan.among(await talk.look(look))
    if not plan.unscreened and (pending := await unscreened(talk, round_)):
        talk.say("judging.still_screened", pending=pending, entries=len(entries))
    judges = experts(await talk.look(JudgesOf(talk.notice.id)))
    wrong = list(faults(plan, entries, judges))
    if plan.closes <= micros(talk.now):
        wrong.append(Fault("judging.closes_past", {"closes": told(talk, plan.closes)}))
    ready = here.confirmed == here.scrutineers and not wrong
    facts = {
        "label": called(round_, plan.purpose),
        "confirmed": here.confirmed,
        "scrutineers": here.scrutineers,
        "ready": ready,
        "silent": await talk.look(NotReached(talk.notice.id, "judging.share_ready")),
    }
    for fault in wrong:
        talk.say(fault.key, **fault.facts)
    options = (Option("open", "开始投票"),) if ready else (Option("look", "再看一次"),)
    rest = (Option("again", "重新准备"), Option("leave", "先这样"))
    text = line("judging.preparing", **facts)
    picked = await talk.ask(
        f"setup/{here.key}/{'ready' if ready else 'waits'}", OneOf(text=text, options=(*options, *rest))
    )
    if picked == "again":
        return await plan_round(talk, round_, Following(plan.after, plan.purpose, tuple(plan.only)))
    if picked != "open":
        talk.say("judging.waits", **facts)
        talk.offer("评审", "菜单")
        return None
    return await _open(talk, round_, here, plan, entries, judges)


async def _open(
    talk: Talk,
    round_: Round,
    here: BallotRound,
    plan: Plan,
    entries: tuple[Candidate, ...],
    judges: tuple[Judge, ...],
) -> Ending:
    rules = talk.notice.judging
    assert rules is not None, "a round belongs to the judging of a notice"
    opening, people = opening_of(here.key, plan, rules, entries, judges, micros(talk.now), talk.notice.awards)
    facts = {
        "label": called(round_, plan.purpose), "entries": len(entries), "experts": len(judges),
        "closes": told(talk, plan.closes),
        "quorum": quorum_of(plan, len(judges)), "recused": sum(map(bool, opening.roll.values())),
    }  # fmt: skip
    sure = YesNo(text=line("judging.open_sure", **facts), yes="开始投票", no="先不开始")
    if not await talk.ask(f"open/{here.key}", sure):
        talk.say("judging.not_done")
        talk.offer("评审", "菜单")
        return None
    said = {
        **facts,
        "again": plan.purpose == "again",
        "title": talk.notice.short_title,
        "kind": plan.kind,
        "threshold": here.threshold,
        "fits": [prize.label for prize in fits_of(rules, talk.notice.awards, plan)],
    }
    heard = Heard("judging.opened", {**said, "scrutineers": here.scrutineers}, ("选票",))
    deed = BeginRound(talk.notice.id, here.key, opening, people, talk.person.id, heard)
    return await _done(talk, f"begun/{here.key}", deed, "judging.begun", facts)


async def _running(talk: Talk, round_: Round, here: BallotRound) -> Ending:
    """Open: how many have voted; after the close either the scrutineers are called, or the quorum is unmet."""
    assert here.opening is not None, "an open round has an opening"
    over = micros(talk.now) >= here.closes
    facts = {
        "label": called(round_, here.purpose), "cast": here.cast, "experts": here.experts,
        "quorum": here.opening.quorum,
        "closes": told(talk, here.closes), "over": over, "met": here.cast >= here.opening.quorum,
    }  # fmt: skip
    silent = () if over else await talk.look(NotReached(talk.notice.id, "judging.opened"))
    first: tuple[Option, ...] = (Option("extend", "延期"),)
    if over and facts["met"]:
        first = (Option("call", "请监票人开票"),)
    elif not over and here.cast < here.experts:
        first = (Option("remind", "提醒还没投的"), Option("extend", "延期"))
    options = (*first, Option("void", "作废这一轮"), Option("leave", "先这样"))
    stage = f"{here.key}/{here.closes}/{'over' if over else 'open'}"
    picked = await talk.ask(
        f"open/{stage}", OneOf(text=line("judging.running", silent=silent, **facts), options=options)
    )
    facts["title"] = talk.notice.short_title
    match picked:
        case "remind":
            heard = Heard("judging.reminded", facts, ("选票",))
            deed: AdminDeed = RemindVoters(talk.notice.id, here.key, talk.person.id, heard)
            return await _done(talk, f"remind/{stage}", deed, "judging.remind_sent", {"left": here.experts - here.cast})
        case "call":
            deed = CallScrutineers(talk.notice.id, here.key, talk.person.id, Heard("judging.called", facts, ("监票",)))
            return await _done(talk, f"call/{stage}", deed, "judging.call_sent", {"threshold": here.threshold})
        case "extend":
            return await _extend(talk, here, facts)
        case "void":
            return await _void(talk, here, facts)
    talk.say("judging.not_done")
    talk.offer("评审", "菜单")
    return None


async def _extend(talk: Talk, here: BallotRound, facts: dict[str, Any]) -> Ending:
    local = talk.now.astimezone(ZoneInfo(talk.notice.zone))
    example = f"{local.date()} 24:00"
    ends = ends_at(talk, await talk.ask("until", until(line("judging.until", example=example), talk, example)))
    facts = {**facts, "closes": spoken_late(ends.first_late, local)}
    heard = Heard("judging.extended", facts, ("选票",))
    deed = LengthenRound(talk.notice.id, here.key, late(ends), talk.person.id, heard)
    return await _done(talk, "extended", deed, "judging.extend_done", facts)


async def _void(talk: Talk, here: BallotRound, facts: dict[str, Any]) -> Ending:
    why = await talk.ask("why", reason(line("judging.void_why")))
    if not await talk.ask("void", YesNo(text=line("judging.void_sure", **facts, reason=why), yes="作废", no="不作废")):
        talk.say("judging.not_done")
        talk.offer("评审", "菜单")
        return None
    heard = Heard("judging.voided", {**facts, "reason": why})
    deed = CancelRound(talk.notice.id, here.key, why, talk.person.id, heard)
    return await _done(talk, "voided", deed, "judging.void_done", facts)


async def _done(talk: Talk, key: str, deed: AdminDeed, said: str, facts: dict[str, Any]) -> Ending:
    done = await talk.do(key, deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say(said, **facts)
    talk.offer("评审", "菜单")
    return None


def experts(judges: tuple[Judge, ...]) -> tuple[Judge, ...]:
    """Those of the judges who vote."""
    return tuple(each for each in judges if each.expert)


JUDGING = Flow("judging", judging, words=("评审", "judging"), roles=ADMIN)
