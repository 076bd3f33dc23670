"""What may be read of payments: one's own packets, how far an organiser's payments are, who brought whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.looks import Look


@dataclass(frozen=True, slots=True)
class Mine:
    """One packet of a person: fen, when it was won and paid, and how.

    `way`: "" not paid yet, "treasury", "wechat", "voucher". `state` is that of a payment by WeChat, "" where there is
    none. `code` and `kind` are those of a voucher.
    """

    slot: int
    amount: int
    won: int
    paid: int
    way: str
    state: str
    code: str = ""
    kind: str = ""

    def __repr__(self) -> str:
        """Without the code, which is money to whoever reads it."""
        return f"Mine({self.slot}, {self.amount} fen, {self.way or 'unpaid'} {self.state})"


@dataclass(frozen=True, slots=True)
class MyPackets(Look):
    """→ tuple of Mine, in the order in which they were won."""

    campaign: str
    person: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the payments of a campaign are.

    `won` and `paid` are (packets, fen). `states`: packets by the state of their payment by WeChat, with their fen.
    `refused`: why → packets. `codes`: amount in fen → (left, given). `rests`: why payment rests, "" where it does not;
    `since` when it began. `lost`: packets whose winners have left.
    """

    won: tuple[int, int]
    paid: tuple[int, int]
    states: Mapping[str, tuple[int, int]]
    refused: Mapping[str, int]
    codes: Mapping[int, tuple[int, int]]
    rests: str = ""
    since: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class StandingOf(Look):
    """→ Standing."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Referrals:
    """Whether new followers count, whom somebody brought, and how many of those still follow.

    `words` are those in which an admin took the platform's rule on, `by` and `at` whose and when.
    """

    on: bool = False
    brought: int = 0
    counting: int = 0
    words: str = ""
    by: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class ReferralsOf(Look):
    """→ Referrals of a person."""

    campaign: str
    person: int


@dataclass(frozen=True, slots=True)
class Follow:
    """One follower: who brought whom, when, whether they still follow, and whether they ever ended an attempt."""

    inviter: int
    follower: int
    at: int
    stays: bool
    played: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """All followers, and what people are called."""

    follows: tuple[Follow, ...]
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GraphOf(Look):
    """→ Graph."""

    campaign: str
