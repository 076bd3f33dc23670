"""选票 and 监票: the way to one's own page, where papers and shares are; and what experts declare beforehand.

Choices are made on that page and nowhere else, so that none ever enters a conversation. Its address is put in by the
channel when the message goes out, and stands in no table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.judging_label import label_of
from bot.flows.steering import say_declined, spoken_late
from bot.talk.fields import Typed
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import BALLOT
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.ballot_card import BY_BUTTONS
from rules.deeds import Declined
from rules.deeds_ballot import BallotRound, BallotsFor, OnRoll, SharesOf
from rules.deeds_judging import Recuse
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import from_micros, micros
from rules.looks_judging import Candidate, Candidates, Judge, JudgesOf
from rules.people import Role

_APART = re.compile(r"[\s,，、;；]+")
NONE = "无"


async def voting(talk: Talk) -> Ending:
    """What this person has to vote on, to keep or to give, and the page for it."""
    papers = [each for each in await talk.look(BallotsFor(talk.person.id)) if each.round.campaign == talk.notice.id]
    shares = [each for each in await talk.look(SharesOf(talk.person.id)) if each[0].campaign == talk.notice.id]
    if not papers and not shares:
        talk.say("judging.nothing_yours", expert=talk.seat.role is Role.EXPERT)
    elif not talk.scene.public_url:
        talk.say("judging.no_address")
    else:
        rows = [_paper(talk, each) for each in papers[:5]]
        buttons = any(_by_buttons(each, row["state"]) for each, row in zip(papers, rows, strict=False))
        talk.say("judging.yours", papers=rows, shares=[_share(talk, *each) for each in shares], buttons=buttons)
        if buttons:
            talk.offer(BALLOT, "菜单")
            return None
    talk.offer(*(("回避",) if talk.seat.role is Role.EXPERT and not papers else ()), "菜单")
    return None


def _by_buttons(mine: OnRoll, state: str) -> bool:
    """Whether a paper can be filled in, or checked, by buttons where the channel has them."""
    opening = mine.round.opening
    fits = opening is not None and opening.paper.kind in BY_BUTTONS and not opening.paper.fits
    return fits and (state == "due" or (state == "published" and mine.cast))


def _paper(talk: Talk, mine: OnRoll) -> dict[str, Any]:
    here = mine.round
    over = micros(talk.now) >= here.closes
    state = "cast" if mine.cast else "over" if over or here.state != "open" else "due"
    if here.state == "published":
        state = "published"
    zone = ZoneInfo(talk.notice.zone)
    closes = spoken_late(from_micros(here.closes).astimezone(zone), talk.now.astimezone(zone))
    return {"label": _label(talk, here), "state": state, "closes": closes, "recused": len(mine.recused)}


def _share(talk: Talk, here: BallotRound, number: int, confirmed: bool) -> dict[str, Any]:
    return {"label": _label(talk, here), "number": number, "confirmed": confirmed, "open": here.state == "open"}


def _label(talk: Talk, here: BallotRound) -> str:
    return label_of(talk.notice.judging, here.round, here.purpose)


async def recusing(talk: Talk) -> Ending:
    """回避: the entries an expert stays away from, named by number, before the round opens."""
    judges: Sequence[Judge] = await talk.look(JudgesOf(talk.notice.id))
    entries: tuple[Candidate, ...] = await talk.look(Candidates(talk.notice.id, ""))
    me = next((each for each in judges if each.person == talk.person.id), None)
    declared = set(me.declared) if me is not None else set()
    mine = [{"number": each.number, "title": each.title} for each in entries if each.id in declared]
    text = line("judging.recuse", mine=mine, word=NONE, example=entries[0].number if entries else "")
    by_number = {each.number: each.id for each in entries}

    def read(typed: str) -> Read:
        if typed.strip() == NONE:
            return Value([])
        numbers = [each.upper() for each in _APART.split(typed.strip()) if each]
        unknown = [each[:20] for each in numbers if each not in by_number]
        if unknown:
            return Faulty((Fault("judging.recuse_unknown", {"unknown": unknown[:10], "word": NONE}),))
        return Value(sorted(set(numbers)))

    named = await talk.ask("entries", Typed(text=text, read=read))
    kept = tuple(by_number[number] for number in named if number in by_number)
    done = await talk.do("recused", Recuse(talk.notice.id, talk.person.id, kept))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("judging.recused", count=len(kept), numbers=list(named))
    talk.offer("菜单")
    return None


VOTING = Flow("voting", voting, words=("选票", "监票", BALLOT, "ballot"), roles=frozenset({Role.EXPERT, Role.ADMIN}))
RECUSING = Flow("recusing", recusing, words=("回避", "recuse"), roles=frozenset({Role.EXPERT}))
