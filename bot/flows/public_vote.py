"""投票: anybody looks at the works of a public vote and gives votes, in any channel, with or without a seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.steering import spoken_late
from bot.talk.fields import OneOf, Option, Outcome, Took
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment, Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Then
from rules.deeds import Declined
from rules.instants import from_micros, micros, spoken
from rules.judging import Round
from rules.looks_judging import Candidate
from rules.looks_public import MyVotes, VoteTerms, Work, WorkOf
from rules.notice import Notice
from rules.public_vote import Polling, bucket, day_of, introduction, polled, shuffled, vote_for, voted_rounds
from rules.reaching import candidates

#: Works on one page: with what leads on, as many as can be told apart on a small screen.
AT_ONCE = 8
#: Characters of one field of an introduction.
MOST_TOLD = 600


async def public_vote(talk: Talk) -> Ending:
    """Which vote, which kind of works, then work by work."""
    here = await _which(talk)
    if here is None:
        return None
    entries: tuple[Candidate, ...] = await talk.look(candidates(here.notice, here.round.key))
    tracks = [track for track in here.notice.tracks if any(each.track == track.key for each in entries)]
    if not tracks:
        talk.say("vote.no_works", title=here.notice.short_title, label=here.round.label)
        _lead_on(talk)
        return None
    track = str(talk.facts.get("track", "")) or tracks[0].key
    if len(tracks) > 1 and not talk.facts.get("track"):
        options = tuple(Option(each.key, each.label) for each in tracks)
        asked = _Works(text=line("vote.which_track"), options=options, others=_numbers(entries))
        track = await talk.ask(f"track/{here.key}", asked)
        if named := next((each for each in entries if str(each.id) == track), None):
            return await _look_at(talk, here, named.id, {"key": here.key, "track": named.track})
    return await _browse(talk, here, entries, track)


def _numbers(entries: Sequence[Candidate]) -> dict[str, str]:
    return {each.number.upper(): str(each.id) for each in entries}


async def _which(talk: Talk) -> Polling | None:
    """The vote that is open, asked where there are several; where none is, people are told when."""
    every = [
        await _polling(talk, notice, round_)
        for notice in talk.scene.notices.values()
        for round_ in voted_rounds(notice)
    ]
    running = [each for each in every if each.state == "open"]
    begun = [each for each in running if each.key == talk.facts.get("key")]
    if begun or len(running) == 1:
        return (begun or running)[0]
    if not running:
        shown = [_told(talk, each) for each in every if each.state in ("early", "over")]
        talk.say("vote.none_open", votes=shown[:5])
        _lead_on(talk)
        return None
    options = tuple(Option(each.key, f"{each.notice.short_title}：{each.round.label}"[:60]) for each in running)
    picked = await talk.ask("which", OneOf(text=line("vote.which"), options=options))
    return next(each for each in running if each.key == picked)


async def is_voting(talk: Talk) -> bool:
    """Whether anybody can vote in any campaign now."""
    rounds = [(notice, each) for notice in talk.scene.notices.values() for each in voted_rounds(notice)]
    return any([(await _polling(talk, *each)).state == "open" for each in rounds])


async def _polling(talk: Talk, notice: Notice, round_: Round) -> Polling:
    return polled(notice, round_, await talk.look(VoteTerms(notice.id, round_.key)), micros(talk.now))


def _told(talk: Talk, here: Polling) -> dict[str, Any]:
    local = talk.now.astimezone(ZoneInfo(here.notice.zone))
    return {
        "title": here.notice.short_title, "label": here.round.label, "state": here.state,
        "opens": spoken(from_micros(here.window.opens).astimezone(local.tzinfo), today=local.date()),
        "closes": spoken_late(from_micros(here.window.closes).astimezone(local.tzinfo), local),
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Works(OneOf):
    """One of what is offered, or any work by its number."""

    others: Mapping[str, str]

    def load(self, kept: Any) -> Any:
        return kept if kept in self.others.values() else OneOf.load(self, kept)

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        named = self.others.get("".join(incoming.text.split()).upper())
        return Took(named) if named is not None and incoming.press is None else OneOf.hear(self, pieces, incoming)


async def _browse(talk: Talk, here: Polling, entries: Sequence[Candidate], track: str) -> Ending:
    """A page of works in this voter's own order."""
    listed = shuffled([each for each in entries if each.track == track], f"{here.key}/{talk.person.id}")
    pages = max(1, -(-len(listed) // AT_ONCE))
    page = min(int(talk.facts.get("page", 0)), pages - 1)
    mine, left = await _mine(talk, here, track)
    shown = listed[page * AT_ONCE : (page + 1) * AT_ONCE]
    options = [
        Option(str(each.id), f"{'✓ ' if each.id in mine else ''}{each.title}（{each.number}）") for each in shown
    ]
    options += [Option("more", f"下一页（{page + 1}/{pages}）")] if pages > 1 else []
    options += [Option("track", "看另一类")] if len({each.track for each in entries}) > 1 else []
    facts = _told(talk, here) | _limits(here) | {"left": left, "track": here.notice.track(track).label}
    facts["link"] = f"/vote/{here.key}" if talk.scene.public_url else ""
    asked = _Works(text=line("vote.list", **facts, count=len(listed)), options=tuple(options), others=_numbers(entries))
    picked = await talk.ask(f"work/{here.key}/{track}/{page}", asked)
    if picked == "track":
        return Then("public_vote", {"key": here.key})
    back = {"key": here.key, "track": track, "page": page}
    if picked == "more":
        return Then("public_vote", {**back, "page": (page + 1) % pages})
    return await _look_at(talk, here, int(picked), back)


async def _mine(talk: Talk, here: Polling, track: str) -> tuple[frozenset[int], int]:
    """The works this person gave a vote today, and the votes that are left for this kind of works."""
    day = day_of(micros(talk.now), here.notice.zone, daily=here.vote.daily)
    cast = await talk.look(MyVotes(here.notice.id, here.round.key, talk.person.id, day))
    spent = sum(each.bucket == bucket(here.round, track) for each in cast)
    return frozenset(each.entry for each in cast), max(0, here.vote.votes - spent)


def _limits(here: Polling) -> dict[str, Any]:
    return {"limit": here.vote.votes, "daily": here.vote.daily, "each": here.vote.each == "track"}


async def _look_at(talk: Talk, here: Polling, entry: int, back: Mapping[str, Any]) -> Ending:
    """One work: what voters may know of it, and whether it gets a vote."""
    work: Work | None = await talk.look(WorkOf(here.notice.id, entry))
    if work is None:
        talk.say("vote.no_work")
        return Then("public_vote", back)
    mine, left = await _mine(talk, here, work.track)
    facts = {
        "number": work.number, "title": work.title, "unit": work.unit, "left": left, "voted": entry in mine,
        "film": bool(work.preview), "texts": _texts(here, work), **_limits(here),
    }  # fmt: skip
    if work.preview:
        talk.give(Attachment("file", work.preview, f"{work.number}-预览.mp4"), "vote.film", number=work.number)
    can = entry not in mine and left > 0
    options = (*([Option("vote", "投给这件")] if can else []), Option("back", "返回列表"))
    picked = await talk.ask(f"vote/{here.key}/{entry}", OneOf(text=line("vote.work", **facts), options=options))
    if picked == "vote":
        deed = vote_for(here.notice, here.round, work.id, work.track, talk.person.id)
        done = await talk.do(f"voted/{here.key}/{entry}", deed)
        if isinstance(done, Declined):
            talk.say(done.why, **done.facts)
        else:
            talk.say("vote.voted", number=work.number, title=work.title)
    return Then("public_vote", back)


def _texts(here: Polling, work: Work) -> list[dict[str, str]]:
    fields = [(field.key, field.label) for field in here.notice.form(work.form).fields]
    return [
        {"label": label, "text": text if len(text) <= MOST_TOLD else f"{text[:MOST_TOLD]}……"}
        for label, text in introduction(here.round, fields, work.answers)
    ]


def _lead_on(talk: Talk) -> None:
    talk.offer(*(("菜单",) if talk.scene.seat is not None else ("投票",)))


PUBLIC_VOTE = Flow("public_vote", public_vote, words=("投票", "网络投票", "vote"), anywhere=True)
