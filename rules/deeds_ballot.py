"""What may be done with a round of secret voting: plain frozen values that storage performs. None holds a choice.

A round is prepared, its scrutineers confirm their shares, it opens, closes, is tallied once, and is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.ballots import Opening
from rules.deeds import Deed, Done
from rules.looks import Look


@dataclass(frozen=True, slots=True)
class PrepareRound(Deed):
    """Begin a round: who holds shares (person by number from 1; the hash of each share), how many open it together.
    `plan` is what the admins decided, plain; `after` and `purpose` as in `rules.ballot_plan.Plan`.

    Declined: the same round of the campaign is under way.
    """

    result = Done
    key: str
    campaign: str
    round: str
    threshold: int
    scrutineers: Mapping[int, tuple[int, str]]
    by: int
    plan: Mapping[str, Any] = field(default_factory=dict)
    after: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmShare(Deed):
    """A scrutineer typed the share back; `fingerprint` is its hash. Declined: another share, not in preparation."""

    result = Done
    key: str
    person: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class OpenRound(Deed):
    """Fix everything and open. Declined: not in preparation, a share that nobody typed back.

    `experts` maps each number on the roll of `opening` to the person.
    """

    result = Done
    key: str
    opening: Opening
    experts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class KeepDraft(Deed):
    """Keep an expert's sealed draft. Declined: not open, not on the roll, cast already.

    `press` names what asked for it, as a hash; the same again changes nothing. `before`: the sealed draft that this one
    was made from (b"": there was none); where another is kept by now, declined. None: whatever is kept makes room.
    """

    final = False
    result = Done
    key: str
    person: int
    sealed: bytes
    press: str = ""
    before: bytes | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot is in; its leaf (hex)."""

    leaf: str


@dataclass(frozen=True, slots=True)
class CastBallot(Deed):
    """Put an expert's envelope in; final. `seed`: the seed of its trackers, sealed for 核对.

    Declined: too early, too late, not on the roll, cast already.
    """

    result = Cast
    key: str
    person: int
    ciphertext: bytes
    leaf: str
    seed: bytes


@dataclass(frozen=True, slots=True)
class ExtendRound(Deed):
    """Close later. Declined: tallied or void already, not later."""

    result = Done
    key: str
    closes: int


@dataclass(frozen=True, slots=True)
class VoidRound(Deed):
    """End a round without a result; its envelopes are deleted unopened. Declined: tallied already."""

    result = Done
    key: str


@dataclass(frozen=True, slots=True)
class BallotRound:
    """A round as everybody may know it. `state`: setup, open, tallied, published, void. Instants in UTC microseconds.

    `opening` is None in preparation; `confirmed` scrutineers have typed their share back, `cast` experts have voted.
    `after`: the key of the round that this one follows, `purpose`: again or runoff, "" for a round of its own.
    """

    key: str
    campaign: str
    round: str
    state: str
    opening: Opening | None
    commitment: str
    threshold: int
    scrutineers: int
    confirmed: int
    experts: int
    cast: int
    opens: int
    closes: int
    after: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class RoundsOf(Look):
    """The rounds of a campaign, newest first → tuple[BallotRound, ...]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class OnRoll:
    """An expert's own place in a round: the number on the roll, recused entries, whether the ballot is in."""

    round: BallotRound
    number: int
    recused: tuple[int, ...]
    cast: bool
    leaf: str


@dataclass(frozen=True, slots=True)
class BallotsFor(Look):
    """The rounds whose roll a person is on, newest first → tuple[OnRoll, ...]."""

    person: int


@dataclass(frozen=True, slots=True)
class SharesOf(Look):
    """The rounds in preparation or closed for which a person holds a share → tuple[tuple[BallotRound, int, bool], ...].

    With the scrutineer's number, and whether the share was typed back.
    """

    person: int
