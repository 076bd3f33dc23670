"""What the pages of a public vote need of the program, as a Protocol; the roof hands in what fulfils it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

#: Whether votes are taken: not set up yet, not begun, open, over.
Stands = Literal["unset", "early", "open", "over"]


@dataclass(frozen=True, slots=True)
class Voter:
    """Who is at the browser: `address` is "channel:name", where `known` says that somebody is known under it.

    `seed` makes the order of works that this voter sees.
    """

    address: str
    seed: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """How a vote goes: `limit` votes, for each track by itself or not, anew every day or not.

    `opens` and `closes` as people say them, "" where nobody has said.
    """

    key: str
    title: str
    label: str
    stands: Stands
    opens: str
    closes: str
    limit: int
    each: bool
    daily: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A work in a list; `votes` where this voter may see them."""

    number: str
    title: str
    unit: str
    voted: bool
    votes: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of works of one track: `tracks` with their labels and counts, `left` votes that the voter still has."""

    rules: Rules
    tracks: tuple[tuple[str, str, int], ...]
    track: str
    left: int
    items: tuple[Listed, ...]
    page: int
    pages: int
    #: Whether totals are kept back until the experts are done.
    hidden: bool


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A work as voters may look at it: texts with their labels, its film by a signed address ("" for none)."""

    rules: Rules
    number: str
    title: str
    unit: str
    track: str
    texts: tuple[tuple[str, str], ...]
    film: str
    voted: bool
    left: int
    votes: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a vote: kept, or why not, in words."""

    kept: bool
    said: str


class PublicVotes(Protocol):
    """The public votes of a deployment, as pages show them."""

    async def admitted(self, token: str, now: datetime) -> str:
        """What a browser keeps for the person whose link this is. Raises `LinkExpired`, `NotOurs`."""
        ...

    async def voter(self, kept: str, now: datetime) -> Voter | None:
        """Who holds that, None for nobody (any more)."""
        ...

    async def listing(self, key: str, voter: Voter, track: str, page: int, now: datetime) -> Listing | None:
        """A page of works ("" for the first track, pages from 1), None where there is no such vote."""
        ...

    async def work(self, key: str, number: str, voter: Voter, now: datetime) -> WorkPage | None:
        """A work by its number, None where it is not in this vote."""
        ...

    async def cast(self, key: str, number: str, voter: Voter, host: str, now: datetime) -> Answered | None:
        """One vote from the network address `host`, which is kept only as a keyed hash; None for no such work."""
        ...
