"""The public vote of a notice: when it is open, which day a vote belongs to, and the order in which works are shown.

Which votes a person has is judged where a vote is written down (`storage/public_votes.py`); here stands what goes in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from rules.ballot_plan import open_shares
from rules.deeds_public import CastVote
from rules.instants import from_micros, micros
from rules.judging import Round, Vote
from rules.notice import Notice

#: Whether somebody can vote now: no window is set, the weights are not, it is too early, it is open, it is over.
State = Literal["no_window", "no_weights", "early", "open", "over"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What admins settled about a public vote beside the notice; 0 and "" where nothing. Instants in UTC microseconds.

    `public` is its share of the total in exact words ("3/10"), `normalise` how votes become points.
    """

    opens: int = 0
    closes: int = 0
    public: str = ""
    normalise: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when votes are taken, half-open, in UTC microseconds; 0 and 0 where nobody has said."""

    opens: int
    closes: int


def voted_rounds(notice: Notice) -> tuple[Round, ...]:
    """The rounds in which the public votes in this program."""
    return tuple(each for each in public_rounds(notice) if each.vote is not None)


def public_rounds(notice: Notice) -> tuple[Round, ...]:
    """The rounds in which the public votes, here or elsewhere."""
    return tuple(each for each in notice.judging.rounds if each.kind == "public") if notice.judging is not None else ()


def window(notice: Notice, round_: Round, kept: Kept) -> Window:
    """The notice's stage of the round, or what an admin set instead."""
    if kept.closes:
        return Window(kept.opens, kept.closes)
    if round_.stage is None:
        return Window(0, 0)
    stage = notice.stage(round_.stage)
    return Window(micros(stage.opens), micros(stage.closes))


def state(notice: Notice, round_: Round, kept: Kept, now: int) -> State:
    """Whether somebody can vote at this instant (UTC microseconds)."""
    span = window(notice, round_, kept)
    if not span.closes:
        return "no_window"
    if now >= span.closes:
        return "over"
    if notice.judging is not None and open_shares(notice.judging) and not kept.public:
        return "no_weights"
    return "early" if now < span.opens else "open"


def day_of(at: int, zone: str, *, daily: bool) -> int:
    """The day that a vote counts to, 20240430, in the notice's zone; 0 where all days are one."""
    local = from_micros(at).astimezone(ZoneInfo(zone))
    return local.year * 10_000 + local.month * 100 + local.day if daily else 0


def bucket(round_: Round, track: str) -> str:
    """What a vote is counted together with: its track, or everything ("")."""
    return track if round_.vote is not None and round_.vote.each == "track" else ""


def key_of(campaign: str, round_: str) -> str:
    """What the page of a public vote is called in its address."""
    return f"{campaign}.{round_}"


@dataclass(frozen=True, slots=True)
class Polling:
    """A public vote as it stands at an instant."""

    notice: Notice
    round: Round
    window: Window
    state: State

    @property
    def key(self) -> str:
        """What it is called in addresses."""
        return key_of(self.notice.id, self.round.key)

    @property
    def vote(self) -> Vote:
        """How often people vote; only rounds with that are polled."""
        assert self.round.vote is not None, "only rounds with a vote are polled"
        return self.round.vote


def polled(notice: Notice, round_: Round, kept: Kept, now: int) -> Polling:
    """Where a public vote stands at this instant (UTC microseconds)."""
    return Polling(notice, round_, window(notice, round_, kept), state(notice, round_, kept, now))


def vote_for(notice: Notice, round_: Round, entry: int, track: str, person: int, network: str = "") -> CastVote:
    """The deed of one vote, with everything the notice says of it."""
    vote, own = round_.vote, window(notice, round_, Kept())
    assert vote is not None, "only rounds with a vote are polled"
    return CastVote(
        notice.id, round_.key, entry, track, person, bucket(round_, track), vote.votes, vote.daily, notice.zone,
        own.opens, own.closes, network,
    )  # fmt: skip


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


E = TypeVar("E", bound=_Numbered)


def shuffled(entries: Sequence[E], seed: str) -> tuple[E, ...]:
    """The works in an order of this voter's own, the same whenever they look; nobody is always first."""
    return tuple(sorted(entries, key=lambda each: hashlib.sha256(f"{seed}/{each.id}".encode()).digest()))


def introduction(round_: Round, fields: Sequence[tuple[str, str]], answers: Any) -> tuple[tuple[str, str], ...]:
    """What voters may read of a work: labels and texts of the fields the notice shows, in the order of the form.

    `fields` are (key, label) of the form; an empty answer is left out.
    """
    wanted = round_.vote.shows if round_.vote is not None else ()
    told = [(label, plain(answers.get(key))) for key, label in fields if key in wanted]
    return tuple((label, text) for label, text in told if text)


def plain(answer: Any) -> str:
    """An answer as a text, whatever kind of field it is to."""
    match answer:
        case None:
            return ""
        case str():
            return answer.strip()
        case dict():
            return "\n".join(filter(None, (plain(each) for each in answer.values())))
        case list():
            return "、".join(filter(None, (plain(each) for each in answer)))
        case _:
            return str(answer)
