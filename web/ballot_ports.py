"""What the pages of papers and shares need of the program, as a Protocol; the roof hands in what fulfils it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sealing.receipts import Receipt

#: entry → its levels by criterion, 0 where nothing was chosen yet.
Choices = Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Member:
    """Whose page it is: the person, and the address ("channel:address") that the link was given to."""

    person: int
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that somebody has to do on their page: `kind` "paper", "share" or "retype" of the round `key`."""

    kind: Literal["paper", "share", "retype"]
    key: str
    title: str
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Look:
    """Something of an entry to look at, by a signed address: "form", "file", "picture" or "film"."""

    kind: Literal["form", "file", "picture", "film"]
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry on a paper."""

    id: int
    number: str
    title: str
    track: str
    recused: bool
    looks: tuple[Look, ...]
    #: On a paper of ranking: how many places there are to give among the entries of its track.
    places: int = 0
    #: What the round before gave, in words, and the remarks of experts that were released.
    before: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a paper from being cast, in words, and the entries it concerns."""

    said: str
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One of an expert's own rows on the board: of which entry, under which tracker, the levels in words."""

    number: str
    title: str
    tracker: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """An expert's paper. `state`: due, over (closed), cast, or published; `levels` are the words of levels from 1 on.

    `criteria`: labels and shares, one without a label where there is only one; `fits`: labels of prizes, each with a
    tick (1 no, 2 yes) behind the criteria. `check_until`: until when 核对 is possible, None where it is not.
    `elsewhere`: there is a draft that only the buttons of a messenger open.
    """

    key: str
    title: str
    label: str
    kind: str
    levels: tuple[str, ...]
    most: int | None
    criteria: tuple[tuple[str, str], ...]
    closes: datetime
    commitment: str
    threshold: int
    scrutineers: int
    items: tuple[Item, ...]
    draft: Choices
    state: Literal["due", "over", "cast", "published"]
    receipt: Receipt | None = None
    check_until: datetime | None = None
    elsewhere: bool = False
    fits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A scrutineer's share. `state`: show (to be written down), kept (typed back), gone (prepare anew), give, wait.

    `share` in letters while it is shown.
    """

    key: str
    title: str
    label: str
    number: int
    threshold: int
    scrutineers: int
    state: Literal["show", "kept", "gone", "give", "wait"]
    share: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw among the tied: as it is handed out, what was called out, the seed, and the works in their order."""

    file: str
    said: str
    seed: str
    works: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A published round: the bundle as it is handed out, what was fixed, who voted, and places by list.

    `places`: rows of rank, number, title, points ("" where only the rank is published).
    """

    key: str
    title: str
    label: str
    bundle: str
    commitment: str
    root: str
    cast: int
    experts: int
    lists: tuple[tuple[str, tuple[tuple[int, str, str, str], ...]], ...]
    draw: Draw | None = None


class Ballots(Protocol):
    """Papers and shares. What is chosen goes through here in memory; it is neither logged nor kept unsealed."""

    async def who(self, token: str, now: datetime) -> Member:
        """Whose page a token opens. Raises `LinkExpired`, `NotOurs`."""
        ...

    async def parts(self, member: Member, now: datetime) -> tuple[Part, ...]:
        """What somebody has to do or to look at."""
        ...

    async def paper(self, member: Member, key: str, now: datetime) -> Paper | None:
        """Somebody's paper of a round, None where they are not on its roll."""
        ...

    async def keep(self, member: Member, key: str, choices: Choices, now: datetime) -> str:
        """Keep a sealed draft; "" or why it was not kept."""
        ...

    async def problems(self, member: Member, key: str) -> tuple[Problem, ...]:
        """Everything that keeps the draft from being cast."""
        ...

    async def cast(self, member: Member, key: str, now: datetime) -> tuple[Problem, ...]:
        """Cast the draft; final. Nothing, or why it was not cast."""
        ...

    async def marks(self, member: Member, key: str) -> tuple[Mark, ...] | None:
        """核对: somebody's own rows on the board, None where that is not possible (any more)."""
        ...

    async def share(self, member: Member, key: str, now: datetime) -> Share | None:
        """Somebody's share of a round, None where they hold none."""
        ...

    async def confirm(self, member: Member, key: str, typed: str, now: datetime) -> str:
        """Type a share back; "" or what is wrong."""
        ...

    async def give(self, member: Member, key: str, typed: str, now: datetime) -> tuple[str, int]:
        """Give a share for the tally: what is wrong ("" nothing), and how many are still wanted (0: it is counted)."""
        ...

    async def result(self, key: str) -> Result | None:
        """What was published of a round, None before."""
        ...
