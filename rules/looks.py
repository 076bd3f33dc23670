"""What a flow may read: plain frozen questions to the world, answered by storage, afresh in every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.handed import Material


class Look:
    """Something to be read."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Seats(Look):
    """All seats of a person → tuple[Seat, ...]."""

    person: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation that waits: what it is about, where it stands, since when (UTC microseconds)."""

    session: int
    flow: str
    title: str
    step: str
    touched: int
    campaign: str = ""
    #: The key of the question it waits at.
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Drafts(Look):
    """The parked conversations of a person in one campaign, newest first → tuple[Draft, ...]."""

    person: int
    campaign: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its unit sees it; instants in UTC microseconds."""

    id: int
    number: str
    track: str
    title: str
    state: str
    version: int
    code: str
    received: int
    unit: int


@dataclass(frozen=True, slots=True)
class EntriesOf(Look):
    """All entries of a unit in a campaign, oldest first → tuple[Entry, ...]."""

    campaign: str
    unit: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry."""

    version: int
    code: str
    at: int
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class EntryIn(Look):
    """One entry with the answers in force and its history → EntryFile or None, if it is not this unit's."""

    entry: int
    unit: int


@dataclass(frozen=True, slots=True)
class EntryFile:
    """An entry, its answers in force, its versions (oldest first), and the files of the version in force."""

    entry: Entry
    answers: Mapping[str, Any]
    history: tuple[Version, ...]
    materials: tuple[Material, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveOf(Look):
    """Until when one unit may hand in by recorded leave → UTC microseconds, 0 for no leave."""

    campaign: str
    track: str
    unit: int


@dataclass(frozen=True, slots=True)
class UnitsLike(Look):
    """Units of a campaign whose name, short name or alias looks like `text`, best first → tuple[Unit, ...]."""

    campaign: str
    text: str
    most: int = 6


@dataclass(frozen=True, slots=True)
class Counts:
    """Entries handed in by one unit in one track."""

    unit: int
    name: str
    klass: str
    track: str
    entries: int


@dataclass(frozen=True, slots=True)
class Standing(Look):
    """How many entries each unit has handed in per track → tuple[Counts, ...] (units without any have none)."""

    campaign: str


@dataclass(frozen=True, slots=True)
class UnitsOf(Look):
    """All units of a campaign in the order of the roster → tuple[Unit, ...]."""

    campaign: str
