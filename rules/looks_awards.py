"""What a flow may read about prizes that were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from rules.looks import Look

Standing = Literal["listed", "final", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Honour:
    """One prize given to an entry, or to a unit (`entry` 0). `label`: its full name as printed; `gift` in yuan.

    `state`: shown for objections (公示), final, or taken back by the committee. `title` and `number` are the entry's.
    """

    id: int
    prize: str
    within: str
    label: str
    entry: int
    unit: int
    unit_name: str
    track: str
    number: str
    title: str
    gift: int
    state: Standing


@dataclass(frozen=True, slots=True)
class HonoursOf(Look):
    """→ tuple of `Honour`: those of a campaign in the order they were given; of one unit only where `unit` is not 0."""

    campaign: str
    unit: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A work in the published ranking: its place in the list of its track, and its form. `state` is the entry's now.

    `fit`: by prize, how well it fits (0 to 100), where the experts said so on their papers.
    """

    entry: int
    number: str
    title: str
    unit: int
    unit_name: str
    klass: str
    track: str
    rank: int
    form: str
    answers: Mapping[str, Any]
    state: str
    fit: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankedIn(Look):
    """The works that the newest published round of each track ranks, best first → tuple[Ranked, ...]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision about prizes, on record: what, about which prize and where, why, by whom and when."""

    id: int
    kind: str
    prize: str
    within: str
    value: Mapping[str, Any]
    reason: str
    who: str
    at: int


@dataclass(frozen=True, slots=True)
class DecidedIn(Look):
    """Every decision about prizes, in the order in which they were made → tuple[Decided, ...]."""

    campaign: str


SettlementState = Literal["waiting", "listed", "final"]


@dataclass(frozen=True, slots=True)
class Listing:
    """Prizes that were put before the committee. `state`: "waiting" for another admin, "listed" (公示), "final".

    `given`: rules.award_field.Given, plain. `basis`: what the committee's approval rests on. Objections are taken in
    [opens, closes); both 0 where there is no 公示. Instants in UTC microseconds.
    """

    id: int
    state: SettlementState
    given: tuple[Mapping[str, Any], ...]
    basis: str
    opens: int
    closes: int
    by: int
    who: str
    second: str
    at: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class ListingOf(Look):
    """The listing of a campaign that is in force → Listing or None."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a prize after it was listed: "withdrawn", "moved", "added", "vacant". `stage`: "listed", "final".

    `before` and `after` are the prize's names. `number` and `title` are the entry's, `unit` is its unit's name.
    """

    id: int
    honour: int
    what: str
    stage: str
    before: str
    after: str
    reason: str
    who: str
    at: int
    number: str
    title: str
    unit: str
    #: The withdrawn honour whose place it took, 0 for none; for "vacant" the honour itself.
    place: int


@dataclass(frozen=True, slots=True)
class ChangesIn(Look):
    """Every change of a prize after it was listed, oldest first → tuple[Change, ...]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection (异议): its number, against which honour (0: none in particular), by whom, and what came of it.

    `files`: (name, size, sha256). `state`: "open", "answered"; `outcome`: "upheld", "partly", "rejected".
    """

    id: int
    number: int
    honour: int
    person: int
    who: str
    unit: str
    words: str
    files: tuple[tuple[str, int, str], ...]
    state: str
    outcome: str
    answer: str
    at: int
    ended: int


@dataclass(frozen=True, slots=True)
class ObjectionsIn(Look):
    """Objections of a campaign, oldest first; of one person only where `person` is not 0 → tuple[Objection, ...]."""

    campaign: str
    person: int = 0
