"""评奖: what the ranking gives by the notice, what people must decide, one after another, and then the committee.

Where the prizes stand decides what is offered: before the committee, in 公示, or final (`bot/flows/award_listed.py`).
"""

from __future__ import annotations

from typing import Any

from bot.flows.award_bench import Bench, bench_of, decided_facts, told_decision, whole_facts
from bot.flows.award_decide import decide, keep
from bot.flows.award_listed import listed
from bot.flows.award_propose import propose
from bot.flows.steering import ADMIN, reason, say_declined
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.award_field import in_force
from rules.cleaning import one_line
from rules.deeds import Declined
from rules.deeds_awards import DecideAward
from rules.faults import Fault, Faulty, Read, Value
from rules.looks_awards import Listing, ListingOf
from rules.prizes import Scope

#: Characters of an added prize's name.
MOST_NAME = 30


async def awards(talk: Talk) -> Ending:
    """Where the prizes stand, and what can be done now."""
    rules = talk.notice.awards
    if rules is None:
        talk.say("award.none", title=talk.notice.short_title)
        talk.offer("菜单")
        return None
    listing: Listing | None = await talk.look(ListingOf(talk.notice.id))
    if listing is not None:
        return await listed(talk, rules, listing)
    bench = await bench_of(talk, rules)
    if not bench.ranked:
        talk.say("award.no_ranking", title=talk.notice.short_title)
        talk.offer("评审", "菜单")
        return None
    if talk.facts.get("go") and bench.asked:
        return await decide(talk, bench, bench.asked[0])
    return await _hub(talk, bench)


async def _hub(talk: Talk, bench: Bench) -> Ending:
    """An overview, and the ways on."""
    settled = bench.settlement.settled
    first = Option("propose", "报请组委会批准") if settled else Option("go", f"接着定（还有 {len(bench.asked)} 项）")
    options = [first, Option("whole", "看全部结果")]
    options += [Option("add", "加设奖项")] if bench.rules.open_list else []
    options += [Option("again", "改一项决定")] if in_force(bench.made) else []
    text = line("award.hub", **_overview(talk, bench))
    picked = await talk.ask(f"hub/{bench.upto}", OneOf(text=text, options=(*options, Option("/菜单", "先这样"))))
    match picked:
        case "go":
            return Then("awards", {"go": True})
        case "propose":
            return await propose(talk, bench)
        case "whole":
            talk.say("award.whole", decided=decided_facts(talk, bench), **whole_facts(talk, bench))
            talk.offer("评奖", "菜单")
            return None
        case "add":
            return await _add(talk, bench)
    return await _again(talk, bench)


def _overview(talk: Talk, bench: Bench) -> dict[str, Any]:
    tracks = [
        {"label": track.label, "count": sum(each.track == track.key for each in bench.ranked)}
        for track in talk.notice.tracks
    ]
    gone = [each.number for each in bench.ranked if each.state != "submitted"]
    asked = [
        {
            "label": bench.foremost if each.why == "exclusive" else bench.label(talk, each.scope),
            "why": each.why,
            "open": each.open,
            "tied": len(each.entries),
        }
        for each in bench.asked
    ]
    whole = whole_facts(talk, bench)
    kept = ("title", "winners", "units", "cost", "slips", "stated", "clause")
    return {"tracks": tracks, "gone": gone, "asked": asked, **{name: whole[name] for name in kept}}


async def _add(talk: Talk, bench: Bench) -> Ending:
    """A prize that the notice's open list does not name; the committee says who gets it."""

    def read(typed: str) -> Read:
        name = one_line(typed)
        if not name or len(name) > MOST_NAME:
            return Faulty((Fault("award.name_long", {"count": len(name), "limit": MOST_NAME}),))
        if any(name == prize.label for prize in bench.rules.prizes):
            return Faulty((Fault("award.name_taken", {"name": name}),))
        return Value(name)

    text = line("award.add", clause=bench.rules.clause, have=[prize.label for prize in bench.rules.prizes])
    name = await talk.ask("added", Typed(text=text, read=read))
    tracks = [track.key for track in talk.notice.tracks]
    if len(tracks) > 1:
        options = (*(Option(track.key, track.label) for track in talk.notice.tracks), Option("*", "各类作品都可以"))
        picked = await talk.ask("track", OneOf(text=line("award.add_track", name=name), options=options))
        tracks = tracks if picked == "*" else [picked]
    return await keep(talk, bench, "added", Scope(f"added/{name}"), {"label": name, "tracks": tracks}, f"加设{name}")


async def _again(talk: Talk, bench: Bench) -> Ending:
    """A decision that is undone: what it decided is asked anew; an added prize is dropped."""
    made = list(in_force(bench.made).values())
    options = tuple(Option(f"{each.id}", told_decision(talk, bench, each)) for each in made)
    picked = await talk.ask("which", OneOf(text=line("award.again"), options=(*options, Option("/评奖", "不改了"))))
    one = next(each for each in made if f"{each.id}" == picked)
    told = told_decision(talk, bench, one)
    why = await talk.ask(f"why/{one.id}", reason(line("award.again_why", told=told)))
    text = line("award.again_sure", told=told, reason=why)
    if not await talk.ask(f"undo/{one.id}", YesNo(text=text, yes="取消它", no="不改了")):
        talk.say("award.not_decided")
        return Then("awards")
    deed = DecideAward(talk.notice.id, "undone", one.prize, one.within, {"id": one.id}, why, talk.person.id)
    done = await talk.do(f"undone/{one.id}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return Then("awards")
    talk.say("award.undone", told=told)
    return Then("awards", {"go": True})


AWARDS = Flow("awards", awards, words=("评奖", "awards"), roles=ADMIN)
