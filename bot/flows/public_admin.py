"""投票管理: where a public vote stands, its time and its weight; from here to signs of farming and to imports.

Whatever is changed asks for a reason, is shown before it is done, and stands in the audit log.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.judging_plan import NORMALISED
from bot.flows.public_doubts import doubts
from bot.flows.public_import import import_file, read_totals
from bot.flows.steering import ADMIN, ends_at, late, reason, say_declined, spoken_late, told, until
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.ballot_plan import open_shares
from rules.deeds import AdminDeed, Declined
from rules.deeds_public import CloseVote, TimeVote, WeighVote
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import UnreadableInstant, from_micros, micros, opening, spoken
from rules.judging import Round
from rules.looks_judging import Candidate
from rules.looks_public import SignalsOf, Totals, VotesByHour, VoteTerms, totals_of
from rules.public_signals import Signal
from rules.public_vote import Kept, Polling, polled, public_rounds
from rules.reaching import candidates
from rules.upcoming import written

#: Works of each track whose votes are told, and hours that are told one by one.
MOST_WORKS, HOURS = 20, 6


async def public_admin(talk: Talk) -> Ending:
    """Where the vote stands, and what can be done about it now."""
    rounds = public_rounds(talk.notice)
    if not rounds:
        talk.say("vote.admin_none", title=talk.notice.short_title)
        talk.offer("菜单")
        return None
    round_ = rounds[0]
    if len(rounds) > 1:
        options = tuple(Option(each.key, each.label) for each in rounds)
        picked = await talk.ask("round", OneOf(text=line("vote.which_round"), options=options))
        round_ = next(each for each in rounds if each.key == picked)
    kept: Kept = await talk.look(VoteTerms(talk.notice.id, round_.key))
    here = polled(talk.notice, round_, kept, micros(talk.now))
    signs: tuple[Signal, ...] = await talk.look(SignalsOf(talk.notice.id, round_.key))
    facts = await _overview(talk, here, kept) | {"signs": sum(each.aside < each.votes for each in signs)}
    options = _options(talk, here, kept, len(signs))
    picked = await talk.ask(f"act/{here.state}", OneOf(text=line("vote.overview", **facts), options=options))
    match picked:
        case "time":
            return await _time(talk, here)
        case "close":
            return await _close(talk, here)
        case "weigh":
            return await _weigh(talk, round_)
        case "signs":
            return await doubts(talk, round_, signs)
        case "import":
            return await import_file(talk, round_)
        case "works":
            return await _works(talk, round_)
    talk.say("vote.left_as_is")
    talk.offer("投票管理", "菜单")
    return None


def _options(talk: Talk, here: Polling, kept: Kept, signs: int) -> tuple[Option, ...]:
    """What can be done: a vote held elsewhere has no time of its own here."""
    found: list[Option] = []
    judging = talk.notice.judging
    if judging is not None and open_shares(judging) and not kept.public:
        found.append(Option("weigh", "定所占比例"))
    if here.round.vote is not None:
        found.append(Option("time", "改投票时间" if here.window.closes else "定投票时间"))
        found += [Option("close", "提前截止")] if here.state == "open" else []
        found += [Option("signs", f"可疑迹象（{signs}）")] if signs else []
    return (*found, Option("works", "各件票数"), Option("import", "导入票数"), Option("leave", "先这样"))


async def _overview(talk: Talk, here: Polling, kept: Kept) -> dict[str, Any]:
    totals: Totals = await talk.look(totals_of(talk.notice, here.round, talk.person.id))
    hours: tuple[int, ...] = await talk.look(VotesByHour(talk.notice.id, here.round.key, micros(talk.now) + 1))
    imported, local = totals.imported, talk.now.astimezone(ZoneInfo(talk.notice.zone))
    return {
        "title": talk.notice.short_title, "label": here.round.label, "state": here.state,
        "here": here.round.vote is not None, "opens": _said(talk, here.window.opens),
        "closes": _closes(talk, here),
        "given": sum(totals.given.values()), "aside": sum(totals.aside.values()), "hours": list(hours[-HOURS:]),
        "day": sum(hours), "now": f"{local:%H:%M}", "works": len(totals.given),
        "imported": sum(imported.votes.values()) if imported is not None else 0,
        "file": imported.file if imported is not None else "", "added": imported is not None and imported.added,
        "share": _percent(kept.public) if kept.public else "", "hidden": here.round.hidden,
        "link": f"{talk.scene.public_url}/vote/{here.key}" if talk.scene.public_url and here.round.vote else "",
    }  # fmt: skip


def _said(talk: Talk, instant: int) -> str:
    local = from_micros(instant).astimezone(ZoneInfo(talk.notice.zone))
    return spoken(local.replace(microsecond=0)) if instant else ""


def _closes(talk: Talk, here: Polling) -> str:
    return told(talk, here.window.closes) if here.window.closes else ""


def _percent(share: str) -> str:
    return f"{float(Fraction(share) * 100):.4g} %"


async def _time(talk: Talk, here: Polling) -> Ending:
    """From when until when; the opening stays where the vote has begun."""
    local = talk.now.astimezone(ZoneInfo(talk.notice.zone))
    opens = here.window.opens
    if here.state in ("no_window", "no_weights", "early"):
        text = line("vote.from", example=f"{local.date()} 09:00", opens=_said(talk, opens))
        typed = await talk.ask("from", Typed(text=text, read=lambda said: _read_from(talk, said)))
        opens = micros(opening(typed, talk.notice.zone))
    example = f"{local.date()} 24:00"
    asked = until(line("vote.until", example=example, closes=_closes(talk, here)), talk, example)
    ends = ends_at(talk, await talk.ask("until", asked))
    if late(ends) <= opens:
        talk.say("vote.until_before", opens=_said(talk, opens))
        talk.offer("投票管理", "菜单")
        return None
    why = await talk.ask("why", reason(line("vote.why")))
    facts = {"opens": _said(talk, opens), "closes": spoken_late(ends.first_late, local), "reason": why}
    deed = TimeVote(talk.notice.id, here.round.key, opens, late(ends), why, talk.person.id)
    return await _sure(talk, "time", line("vote.time_sure", **facts), deed, "vote.time_done", facts)


def _read_from(talk: Talk, typed: str) -> Read:
    """An opening, as a date with or without a clock."""
    local = talk.now.astimezone(ZoneInfo(talk.notice.zone))
    plain = written(typed, local.date())
    try:
        opening(plain, talk.notice.zone)
    except UnreadableInstant:
        example = f"{local.date()} 09:00"
        return Faulty((Fault("admin.until_unreadable", {"typed": typed.strip()[:40], "example": example}),))
    return Value(plain)


async def _close(talk: Talk, here: Polling) -> Ending:
    why = await talk.ask("why", reason(line("vote.why")))
    facts = {"closes": told(talk, here.window.closes), "reason": why}
    deed = CloseVote(talk.notice.id, here.round.key, here.window.opens, here.window.closes, why, talk.person.id)
    return await _sure(talk, "close", line("vote.close_sure", **facts), deed, "vote.close_done", facts)


async def _weigh(talk: Talk, round_: Round) -> Ending:
    """The share of the public vote, and how votes become points, where the notice leaves it open."""
    rules = talk.notice.judging
    assert rules is not None, "a round belongs to the judging of a notice"
    typed = await talk.ask("share", Typed(text=line("vote.share", clause=rules.clause), read=_read_share))
    share, normalise = str(Fraction(int(typed), 100)), str(rules.normalise)
    if normalise == "unset":
        options = tuple(Option(key, label) for key, label in NORMALISED.items())
        normalise = await talk.ask("normalise", OneOf(text=line("judging.normalise"), options=options))
    facts = {"public": f"{typed} %", "expert": f"{100 - int(typed)} %", "normalise": NORMALISED[normalise]}
    deed = WeighVote(talk.notice.id, round_.key, share, normalise, talk.person.id)
    return await _sure(talk, "weigh", line("vote.weigh_sure", **facts), deed, "vote.weigh_done", facts)


def _read_share(typed: str) -> Read:
    plain = typed.strip().removesuffix("%").removesuffix("％").strip()
    if not (plain.isascii() and plain.isdecimal()) or not 0 < int(plain) < 100:
        return Faulty((Fault("vote.share_wrong", {"typed": typed.strip()[:20]}),))
    return Value(str(int(plain)))


async def _sure(talk: Talk, key: str, text: Any, deed: AdminDeed, said: str, facts: dict[str, Any]) -> Ending:
    """A last look, then the deed."""
    if not await talk.ask(f"{key}_sure", YesNo(text=text, yes="确定", no="先不改")):
        talk.say("vote.left_as_is")
        talk.offer("投票管理", "菜单")
        return None
    done = await talk.do(f"{key}_done", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say(said, **facts)
    talk.offer("投票管理", "菜单")
    return None


async def _works(talk: Talk, round_: Round) -> Ending:
    """The votes of the works that have most, track by track."""
    totals: Totals = await talk.look(totals_of(talk.notice, round_, talk.person.id))
    entries: tuple[Candidate, ...] = await talk.look(candidates(talk.notice, round_.key))
    counted, every = totals.counted, totals.everything
    tracks = []
    for track in talk.notice.tracks:
        mine = sorted(
            (each for each in entries if each.track == track.key), key=lambda each: (-counted.get(each.id, 0), each.id)
        )
        rows = [
            {
                "number": each.number,
                "title": each.title,
                "votes": counted.get(each.id, 0),
                "every": every.get(each.id, 0),
            }
            for each in mine[:MOST_WORKS]
        ]
        if rows:
            tracks.append({"label": track.label, "rows": rows, "more": max(0, len(mine) - MOST_WORKS)})
    talk.say("vote.works", label=round_.label, tracks=tracks)
    talk.offer("投票管理", "菜单")
    return None


PUBLIC_ADMIN = Flow(
    "public_admin", public_admin, words=("投票管理", "votes"), roles=ADMIN, on_file=read_totals,
)  # fmt: skip
