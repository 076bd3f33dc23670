"""What may be read of screening: entries with where they stand, whose turn it is, and how many wait at each level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.looks import Entry, Look
from rules.people import Unit
from rules.screening import Chains, Stand


@dataclass(frozen=True, slots=True)
class Case:
    """An entry with its unit and where it stands. `desk` is the unit whose level it waits at, None for the host.

    `vacant`: nobody has joined for that unit, so the host decides in its place.
    """

    entry: Entry
    unit: Unit
    stand: Stand
    desk: Unit | None = None
    vacant: bool = False


@dataclass(frozen=True, slots=True)
class Queue(Look):
    """The entries that wait for a person to decide, the longest waiting first → tuple[Case, ...].

    `unit` is the unit they speak for, 0 for the host's people, who also decide where a unit has nobody,
    and what a unit did not pass on by the closing.
    """

    campaign: str
    chains: Chains
    unit: int
    person: int


@dataclass(frozen=True, slots=True)
class CasesOf(Look):
    """Entries with where they stand, oldest first → tuple[Case, ...]: one by its id or number, or all of a unit."""

    campaign: str
    chains: Chains
    entry: int = 0
    number: str = ""
    unit: int = 0


@dataclass(frozen=True, slots=True)
class Screens(Look):
    """Whether a unit is named in the roster as above, recommending or leading another → bool."""

    campaign: str
    unit: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can decide at the same level."""

    person: int
    name: str


@dataclass(frozen=True, slots=True)
class Colleagues(Look):
    """Who else speaks for a unit, or (0) for the host → tuple[Colleague, ...]."""

    campaign: str
    unit: int
    but: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the entries of one track are: waiting by the key of their level, through, returned, rejected."""

    waiting: Mapping[str, int]
    through: int
    returned: int
    rejected: int

    @property
    def pending(self) -> int:
        """How many wait at any level."""
        return sum(self.waiting.values())


@dataclass(frozen=True, slots=True)
class ProgressOf(Look):
    """How far the entries of a campaign are, by track → dict[str, Progress]; tracks without entries are left out."""

    campaign: str
    chains: Chains


@dataclass(frozen=True, slots=True)
class RecommendedBy(Look):
    """Works of others that a unit passed on and that take up a place under its cap, in one track → int."""

    campaign: str
    track: str
    unit: int
