"""What is read of a campaign for its board and its charts: plain counts, as storage gives them.

Instants are UTC microseconds, 0 where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.looks_contact import Unreached
from rules.people import Unit

#: States of an entry that stand for a work handed in, and for one that was given back to be mended.
IN, RETURNED = "submitted", "returned"


@dataclass(frozen=True, slots=True)
class Tally:
    """The entries of one unit in one track and state; `last` is the newest receipt among them."""

    unit: int
    track: str
    state: str
    entries: int
    last: int = 0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Entries of a track that are in and came first in one hour; `hour` counts from 1970-01-01 00:00 UTC."""

    track: str
    hour: int
    entries: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Forms of one unit that are begun and not handed in, by the question where they stand ("" before the first)."""

    unit: int
    step: str
    drafts: int
    touched: int


@dataclass(frozen=True, slots=True)
class Presence:
    """How many people speak for a unit, and when one of them wrote last."""

    unit: int
    people: int
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """One campaign at one moment. `members` are in the order of the roster; `invited` are units with an invitation."""

    members: tuple[Unit, ...]
    tallies: tuple[Tally, ...] = ()
    arrivals: tuple[Arrivals, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()
    presences: tuple[Presence, ...] = ()
    invited: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that a conversation could not take: its reference, when, and in which flow."""

    reference: str
    at: int
    flow: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the program itself does.

    `open` counts messages that still have a way to go by their state; `oldest_due` is since when the oldest is due.
    `lately` counts those of the last seven days that are through or given up, by state. `work` counts slow work by its
    state, `unread` what came in and could not be read. `troubles` are the newest of `troubled` in the last seven days.
    `unreached` are the people and units of this campaign that no message reaches.
    """

    open: Mapping[str, int] = field(default_factory=dict)
    oldest_due: int = 0
    lately: Mapping[str, int] = field(default_factory=dict)
    work: Mapping[str, int] = field(default_factory=dict)
    unread: int = 0
    troubled: int = 0
    troubles: tuple[Trouble, ...] = ()
    unreached: tuple[Unreached, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes: of the files that people sent and how many they are, of the database's own file (0 for a server), and of
    the disk under the data folder."""

    files: int = 0
    bytes: int = 0
    database: int = 0
    free: int = 0
    total: int = 0
