"""What came of a round: places for the admin, the votes of the public where they count, and the publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bot.flows.judging_label import called
from bot.flows.public_totals import Public, public_votes
from bot.flows.steering import say_declined, told
from bot.talk.fields import Typed, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.ballot_plan import lists_of
from rules.deeds import Declined, Heard
from rules.deeds_ballot import BallotRound
from rules.deeds_judging import PublishRound
from rules.faults import Fault, Faulty, Read, Value
from rules.judging import Round
from rules.looks_judging import BoardOf, Candidate, Candidates
from rules.points import TooFewMarks, spoken
from rules.ranking import Place
from rules.recount import LEAST_SHOWN, marks_of, ranked

#: Places that a message shows of each list; all are on the page.
SHOWN = 20


async def publish(talk: Talk, round_: Round, here: BallotRound) -> Ending:
    """The places as they come out, and once they are looked at, the bundle for everybody."""
    assert here.opening is not None, "a tallied round has an opening"
    entries: tuple[Candidate, ...] = await talk.look(Candidates(talk.notice.id, round_.key, here.opening.paper.entries))
    public = Public()
    if Fraction(here.opening.rule["public"]):
        public = await public_votes(talk, {each.id for each in entries})
        if public.open_until:
            talk.say("judging.still_voting", closes=told(talk, public.open_until))
            talk.offer("投票管理", "评审", "菜单")
            return None
    votes = dict(public.votes)
    if Fraction(here.opening.rule["public"]) and not public.known:
        text = line("judging.votes", example=entries[0].number, label=called(round_, here.purpose))
        given = await talk.ask(f"votes/{here.key}", Typed(text=text, read=_Votes(entries)))
        by_number = {each.number: each.id for each in entries}
        votes = {by_number[number]: count for number, count in given.items()}
    lists = lists_of(entries)
    marks = marks_of(here.opening, await talk.look(BoardOf(here.key)))
    try:
        places = ranked(here.opening, marks, votes, lists)
    except TooFewMarks as few:
        talk.say("judging.too_few_marks", least=few.least)
        talk.offer("评审", "菜单")
        return None
    few_marks = {entry for entry, given in marks.items() if len(given) < LEAST_SHOWN}
    shown = [_list(talk, track, places[track], entries, few_marks) for track in lists]
    label = called(round_, here.purpose)
    facts = {"label": label, "cast": here.cast, "experts": here.experts, "lists": shown}
    if public.known:
        talk.say("judging.votes_known", **public.told())
    if not await talk.ask(
        f"publish/{here.key}", YesNo(text=line("judging.result", **facts), yes="公布", no="先不公布")
    ):
        talk.say("judging.not_done")
        talk.offer("评审", "菜单")
        return None
    link = link_of(talk, here)
    said = {"title": talk.notice.short_title, "label": label, "link": link}
    heard = Heard("judging.published_told", said, ("选票",))
    deed = PublishRound(talk.notice.id, here.key, votes, lists, talk.person.id, heard, public.everything)
    done = await talk.do(f"published/{here.key}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("judging.published", **said, cast=here.cast, experts=here.experts)
    talk.offer("评审", "菜单")
    return None


def link_of(talk: Talk, here: BallotRound) -> str:
    """The public page of a round."""
    return f"{talk.scene.public_url}/rounds/{here.key}"


def _list(
    talk: Talk, track: str, places: Sequence[Place], entries: Sequence[Candidate], few: set[int]
) -> dict[str, Any]:
    titles = {each.id: each for each in entries}
    rows = [
        {
            "rank": place.rank, "number": titles[place.entry].number, "title": titles[place.entry].title,
            "points": "" if place.entry in few else spoken(place.total),
        }
        for place in places[:SHOWN]
    ]  # fmt: skip
    return {"label": talk.notice.track(track).label, "rows": rows, "more": max(0, len(places) - SHOWN)}


@dataclass(frozen=True, slots=True)
class _Votes:
    """Reads the totals of the public vote: one entry a line, its number and its votes."""

    entries: Sequence[Candidate]

    def __call__(self, typed: str) -> Read:
        known = {each.number for each in self.entries}
        found: dict[str, int] = {}
        wrong: list[str] = []
        for row in filter(None, (each.strip() for each in typed.splitlines())):
            number, _, count = row.replace("：", " ").replace(":", " ").replace("，", " ").partition(" ")
            plain = count.strip().removesuffix("票").strip()
            if number.upper() in known and number.upper() not in found and plain.isdecimal() and len(plain) < 12:
                found[number.upper()] = int(plain)
            else:
                wrong.append(row[:40])
        missing = sorted(known - found.keys())
        faults = self._faults(wrong, missing)
        return Faulty(faults) if faults else Value(found)

    @staticmethod
    def _faults(wrong: Sequence[str], missing: Sequence[str]) -> tuple[Fault, ...]:
        facts: Mapping[str, Any] = {"wrong": list(wrong[:10]), "missing": list(missing[:10]), "left": len(missing)}
        return (Fault("judging.votes_wrong", facts),) if wrong or missing else ()
