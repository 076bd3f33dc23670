"""评奖 once prizes are before the committee: agreed to or not, shown for objections, confirmed, and changed after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.flows.award_bench import stock_facts
from bot.flows.award_propose import listed_heard, period_facts
from bot.flows.steering import reason, say_declined
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.award_field import Given
from rules.award_moves import free_places
from rules.deeds import Declined, Heard
from rules.deeds_awards import ApproveAwards, ConfirmAwards, RecallAwards
from rules.instants import spoken_span
from rules.judging import Awards
from rules.looks import UnitsOf
from rules.looks_awards import Change, ChangesIn, Honour, HonoursOf, Listing, Objection, ObjectionsIn, Ranked, RankedIn


async def listed(talk: Talk, rules: Awards, listing: Listing) -> Ending:
    """Where the prizes stand."""
    if listing.state == "waiting":
        return await _waiting(talk, rules, listing)
    honours: tuple[Honour, ...] = await talk.look(HonoursOf(talk.notice.id))
    changes: tuple[Change, ...] = await talk.look(ChangesIn(talk.notice.id))
    objections: tuple[Objection, ...] = await talk.look(ObjectionsIn(talk.notice.id))
    free = free_places(honours, changes)
    open_ = sum(each.state == "open" for each in objections)
    facts = _facts(talk, rules, listing, honours, objections, changes)
    final = listing.state == "final"
    options = [Option("confirm", "确认结果")] if not final and facts["over"] and not open_ else []
    options += [Option("/处理异议", f"处理异议（{open_}）")] if open_ else []
    options += [Option("refill", f"空出的名额（{len(free)}）")] if free else []
    options += [Option("/获奖名单", "获奖名单"), Option("withdraw", "撤销一个奖项"), Option("/菜单", "先这样")]
    key = f"listed/{listing.id}/{listing.state}/{'over' if facts['over'] else 'on'}"
    picked = await talk.ask(key, OneOf(text=line("award.listed", free=len(free), **facts), options=tuple(options)))
    if picked != "confirm":
        return Then("award_change", {"refill": picked == "refill"})
    return await _confirm(talk, listing, facts)


def _facts(
    talk: Talk,
    rules: Awards,
    listing: Listing,
    honours: Sequence[Honour],
    objections: Sequence[Objection],
    changes: Sequence[Change],
) -> dict[str, Any]:
    standing = [each for each in honours if each.state != "withdrawn"]
    return {
        "title": talk.notice.short_title, "state": listing.state, "basis": listing.basis,
        "who": listing.second or listing.who, "winners": sum(bool(each.entry) for each in standing),
        "units": sum(not each.entry for each in standing), "objections": len(objections),
        "open": sum(each.state == "open" for each in objections),
        "changes": len(changes), "late": sum(each.stage == "final" for each in changes),
        **period_facts(talk, listing.opens, listing.closes), **stock_facts(talk, rules, standing),
    }  # fmt: skip


async def _confirm(talk: Talk, listing: Listing, facts: dict[str, Any]) -> Ending:
    """公示 is over: the prizes become final."""
    sure = YesNo(text=line("award.confirm_sure", **facts), yes="确认结果", no="先不确认")
    if not await talk.ask(f"confirm/{listing.id}", sure):
        talk.say("award.not_decided")
        talk.offer("评奖", "菜单")
        return None
    told = {name: facts[name] for name in ("title", "winners", "units")}
    heard = Heard("award.final_told", told, ("获奖名单",))
    done = await talk.do(f"confirmed/{listing.id}", ConfirmAwards(talk.notice.id, listing.id, talk.person.id, heard))
    if isinstance(done, Declined):
        early = spoken_span(timedelta(microseconds=max(1, done.facts.get("early", 1))))
        say_declined(talk, Declined(done.why, {**done.facts, "early": early}))
        return None
    talk.say("award.confirmed", **told)
    talk.offer("获奖名单", "菜单")
    return None


async def _waiting(talk: Talk, rules: Awards, listing: Listing) -> Ending:
    """Another admin agrees or not; whoever put it there may take it back."""
    facts = await _waiting_facts(talk, rules, listing)
    own = listing.by == talk.person.id
    ways = (Option("recall", "撤回，改一改"),) if own else (Option("yes", "同意"), Option("no", "不同意"))
    options = (*ways, Option("/菜单", "接着等" if own else "先不定"))
    text = line("award.waiting", own=own, **facts)
    picked = await talk.ask(f"waiting/{listing.id}", OneOf(text=text, options=options))
    if picked == "recall":
        done = await talk.do(f"recalled/{listing.id}", RecallAwards(talk.notice.id, listing.id, talk.person.id))
        if isinstance(done, Declined):
            say_declined(talk, done)
            return None
        talk.say("award.recalled")
        return Then("awards")
    agrees = picked == "yes"
    basis = await talk.ask(f"basis/{picked}", reason(line("award.basis" if agrees else "award.why_not")))
    key = "award.agreed" if agrees else "award.refused"
    heard = Heard(key, {"title": facts["title"], "who": talk.person.name, "basis": basis}, ("评奖",))
    deed = ApproveAwards(
        talk.notice.id, listing.id, agrees, basis, talk.person.id, heard, listed_heard(facts) if agrees else None
    )
    done = await talk.do(f"approved/{listing.id}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("award.proposed", **{**facts, "state": done.state})
    talk.offer("评奖", *(("获奖名单",) if agrees else ()), "菜单")
    return None


async def _waiting_facts(talk: Talk, rules: Awards, listing: Listing) -> dict[str, Any]:
    """What waits, whole."""
    given = [Given(**each) for each in listing.given]
    ranked: tuple[Ranked, ...] = await talk.look(RankedIn(talk.notice.id))
    works = {each.entry: each for each in ranked}
    units = {unit.id: unit.name for unit in await talk.look(UnitsOf(talk.notice.id))}
    rows = [
        {"label": each.label, "number": works[each.entry].number if each.entry in works else "",
         "title": works[each.entry].title if each.entry in works else units.get(each.unit, "")}
        for each in given
    ]  # fmt: skip
    return {
        "title": talk.notice.short_title, "who": listing.who, "rows": rows,
        "winners": sum(bool(each.entry) for each in given), "units": sum(not each.entry for each in given),
        **period_facts(talk, listing.opens, listing.closes), **stock_facts(talk, rules, given),
    }  # fmt: skip
