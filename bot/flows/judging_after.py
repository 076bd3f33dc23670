"""After the publication: what is still tied, a run-off among those, a draw, a short list, and voting again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.flows.judging_label import called
from bot.flows.judging_plan import Following, plan_round
from bot.flows.judging_result import link_of
from bot.flows.judging_short import shorten
from bot.flows.steering import say_declined
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import Declined, Heard
from rules.deeds_ballot import BallotRound
from rules.deeds_rounds import DrawLots
from rules.faults import Fault, Faulty, Read, Value
from rules.judging import Round
from rules.looks_judging import Candidate, Candidates
from rules.looks_rounds import Outcome, OutcomeOf, RemarksOf, ShortListOf
from rules.standings import tied

#: Ties that a message shows; a keyboard offers as many.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Tie:
    """Entries that share a place of a list."""

    label: str
    rank: int
    entries: tuple[Candidate, ...]

    def plain(self) -> dict[str, Any]:
        """For a sentence."""
        return {"label": self.label, "rank": self.rank, "numbers": [each.number for each in self.entries]}


async def after(talk: Talk, round_: Round, every: Sequence[BallotRound]) -> Ending:
    """Where everybody finds the result, and what can follow it."""
    outcome: Outcome | None = await talk.look(OutcomeOf(talk.notice.id, round_.key))
    assert outcome is not None, "the newest round is published"
    here = next(each for each in every if each.key == outcome.key)
    ids = tuple(sorted(each.entry for rows in outcome.lists.values() for each in rows))
    entries = {each.id: each for each in await talk.look(Candidates(talk.notice.id, round_.key, ids))}
    ties = _ties(talk, outcome, entries)
    short: tuple[int, ...] = await talk.look(ShortListOf(talk.notice.id, round_.key))
    options = [Option("short", "定入围名单"), Option("again", "再投一轮"), Option("leave", "先这样")]
    if ties:
        draw = [Option("draw", "公开抽签")] if outcome.lots and not outcome.drawn else []
        options = [Option("runoff", "并列加投"), *draw, *options]
    facts = {
        "label": called(round_, here.purpose), "title": talk.notice.short_title, "cast": here.cast,
        "experts": here.experts, "link": link_of(talk, here), "ties": [each.plain() for each in ties[:SHOWN]],
        "more": max(0, len(ties) - SHOWN), "short": len(short), "drawn": outcome.drawn,
        "remarks": await talk.look(RemarksOf(outcome.key)),
    }  # fmt: skip
    key = f"after/{here.key}/{len(ties)}/{'-'.join(map(str, short))}"
    match await talk.ask(key, OneOf(text=line("judging.after", **facts), options=tuple(options))):
        case "short":
            return await shorten(talk, round_, outcome, entries)
        case "again":
            only = await _whom(talk, short)
            return await plan_round(talk, round_, Following(outcome.key, "again", only))
        case "runoff":
            group = await _which(talk, ties)
            only = tuple(sorted(each.id for each in group.entries))
            return await plan_round(talk, round_, Following(outcome.key, "runoff", only))
        case "draw":
            return await _draw(talk, round_, outcome, ties)
    talk.say("judging.not_done")
    talk.offer("评审", "菜单")
    return None


def _ties(talk: Talk, outcome: Outcome, entries: Mapping[int, Candidate]) -> list[Tie]:
    found: list[Tie] = []
    for track, rows in outcome.lists.items():
        ranks = {each.entry: each.rank for each in rows}
        for group in tied(rows):
            works = tuple(entries[entry] for entry in group)
            found.append(Tie(talk.notice.track(track).label, ranks[group[0]], works))
    return found


async def _whom(talk: Talk, short: tuple[int, ...]) -> tuple[int, ...]:
    """The entries that are voted on again; () for all."""
    if not short:
        return ()
    options = (Option("short", f"只投入围的 {len(short)} 项"), Option("all", "全部作品"))
    picked = await talk.ask("whom", OneOf(text=line("judging.again_whom", short=len(short)), options=options))
    return short if picked == "short" else ()


async def _which(talk: Talk, ties: list[Tie]) -> Tie:
    if len(ties) == 1:
        return ties[0]
    options = tuple(
        Option(f"{place}", f"{each.label}第 {each.rank} 名（{len(each.entries)} 项）")
        for place, each in enumerate(ties[:SHOWN])
    )
    picked = await talk.ask("tie", OneOf(text=line("judging.which_tie"), options=options))
    return ties[int(picked)]


async def _draw(talk: Talk, round_: Round, outcome: Outcome, ties: list[Tie]) -> Ending:
    """All that are tied at once: with the seed revealed, nothing could be drawn a second time."""
    shown = {"ties": [each.plain() for each in ties[:SHOWN]], "more": max(0, len(ties) - SHOWN)}
    text = line("judging.draw_said", lots=outcome.lots, **shown)
    said = str(await talk.ask(f"said/{outcome.key}", Typed(text=text, read=_read_said)))
    sure = YesNo(text=line("judging.draw_sure", said=said, **shown), yes="抽签", no="先不抽")
    if not await talk.ask(f"draw/{outcome.key}", sure):
        talk.say("judging.not_done")
        talk.offer("评审", "菜单")
        return None
    link = f"{talk.scene.public_url}/rounds/{outcome.key}"
    heard = Heard("judging.drawn_told", {"title": talk.notice.short_title, "label": round_.label, "link": link})
    every = tuple(sorted(each.id for tie in ties for each in tie.entries))
    done = await talk.do(
        f"drawn/{outcome.key}", DrawLots(talk.notice.id, outcome.key, every, said, talk.person.id, heard)
    )
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    place = {entry: at for at, entry in enumerate(done.order)}
    groups = [
        {
            "label": tie.label, "rank": tie.rank,
            "numbers": [each.number for each in sorted(tie.entries, key=lambda each: place[each.id])],
        }
        for tie in ties
    ]  # fmt: skip
    talk.say("judging.drawn", ties=groups, said=said, link=link)
    talk.offer("评审", "菜单")
    return None


def _read_said(typed: str) -> Read:
    """Numbers that people called out, in one spelling."""
    numbers = typed.replace("，", " ").replace(",", " ").replace("、", " ").split()
    if len(numbers) < 2 or len(numbers) > 20 or not all(each.isdecimal() and len(each) < 7 for each in numbers):
        return Faulty((Fault("judging.draw_numbers", {"typed": typed.strip()[:40]}),))
    return Value(" ".join(str(int(each)) for each in numbers))
