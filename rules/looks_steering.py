"""What a flow may read to steer a campaign: figures, requests, leaves, pauses, messages to many, one unit's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.looks import Entry, Look
from rules.people import Unit


@dataclass(frozen=True, slots=True)
class TalliesOf(Look):
    """Works of every unit and track of a campaign where there are any → tuple[rules.audience.Tally, ...]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Drafting(Look):
    """The units with an unfinished draft → frozenset[int]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class BelowOf(Look):
    """Works that the units under a unit have reported in a track → int."""

    campaign: str
    track: str
    unit: int


@dataclass(frozen=True, slots=True)
class CapOf(Look):
    """The cap consented to for one unit → int, or None where it did not move."""

    campaign: str
    track: str
    unit: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A unit's request for another cap; `now` is the cap that moved already (None: the notice's)."""

    id: int
    track: str
    unit: Unit
    person: str
    cap: int
    reason: str
    at: int
    now: int | None
    reported: int


@dataclass(frozen=True, slots=True)
class AsksIn(Look):
    """Requests for another cap that wait for an answer, oldest first → tuple[Ask, ...]; of one `unit`."""

    campaign: str
    unit: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """A cap that moved: for which unit and track, to what, by whose consent."""

    unit: Unit
    track: str
    cap: int
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class CapsIn(Look):
    """All caps that moved → tuple[Moved, ...]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Halt:
    """A pause: its reason, and since when (UTC microseconds)."""

    reason: str
    since: int


@dataclass(frozen=True, slots=True)
class PausesIn(Look):
    """What is paused, by track ("" for all of them) → dict[str, Halt]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave in force; `unit` None: for every unit."""

    id: int
    track: str
    unit: Unit | None
    until: int
    reason: str


@dataclass(frozen=True, slots=True)
class LeavesIn(Look):
    """Leaves that end after an instant (UTC microseconds) → tuple[Leave, ...]."""

    campaign: str
    after: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A message to many that is not over; `due` is its instant (0: at once), `people` how many it goes to."""

    id: int
    text: str
    state: str
    by: int
    author: str
    due: int
    people: int


@dataclass(frozen=True, slots=True)
class BatchesIn(Look):
    """Messages to many that are on their way, planned, or wait for another admin → tuple[Batch, ...]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Admins(Look):
    """How many people are admins of a campaign → int."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a unit: their name, when they were heard last (UTC microseconds, 0: never), where they write from."""

    person: int
    name: str
    heard: int
    channel: str
    state: str


@dataclass(frozen=True, slots=True)
class UnitFile:
    """All about one unit: its people, the contacts of the roster, its entries, titles of drafts with their step."""

    unit: Unit
    members: tuple[Member, ...]
    contacts: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    drafts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UnitFileOf(Look):
    """All about one unit → UnitFile or None."""

    campaign: str
    unit: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """An entry as an admin looks at it: what it says, and for one that was returned, why and until when."""

    entry: Entry
    unit: Unit
    form: str
    answers: Mapping[str, Any]
    reasons: Mapping[str, str]
    until: int


@dataclass(frozen=True, slots=True)
class SheetOf(Look):
    """One entry of a campaign by its number or (`entry` > 0) its id → Sheet or None."""

    campaign: str
    number: str = ""
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """How often something was asked, and when last (UTC microseconds). `words` where it could not be answered."""

    topic: str
    words: str
    count: int
    last: int


@dataclass(frozen=True, slots=True)
class QuestionsIn(Look):
    """What people asked about the rules, the most asked first → tuple[Asked, ...]."""

    campaign: str
