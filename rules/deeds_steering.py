"""What may be done to steer a campaign from chat: leaves, pauses, caps that move, entries sent back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.deeds import AdminDeed, Deed, Done, Heard


@dataclass(frozen=True, slots=True)
class RevokeLeave(AdminDeed):
    """Take a leave back; what was handed in meanwhile stays. Declined: not in force any more."""

    command = "extend"
    result = Done
    campaign: str
    leave: int
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"leave": self.leave, "taken_back": True}


@dataclass(frozen=True, slots=True)
class Pause(AdminDeed):
    """Let nobody hand in for a while, in one track or ("") in all of them; every liaison is told. Declined: paused."""

    command = "pause"
    result = Done
    campaign: str
    track: str
    reason: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"track": self.track, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Unpause(AdminDeed):
    """Let people hand in again; every liaison is told. Declined: it is not paused."""

    command = "unpause"
    result = Done
    campaign: str
    track: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"track": self.track}


@dataclass(frozen=True, slots=True)
class Reseat(AdminDeed):
    """Let a liaison of `unit` speak for the unit `into` instead, with their drafts; 0 for none. They are told.

    Declined: they have no seat there any more.
    """

    command = "reseat"
    result = Done
    campaign: str
    person: int
    unit: int
    into: int
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"person": self.person, "unit": self.unit, "into": self.into}


@dataclass(frozen=True, slots=True)
class ReturnEntry(AdminDeed):
    """Send an entry back to its unit, with a reason for each field that is to be mended (key of the field → reason).

    The unit may hand it in again until `until` (UTC microseconds, first late instant), or its own closing if later.
    `again` are the levels of the screening that look at the mended version; what the others said holds.
    Declined: the entry changed since it was looked at, or is not in.
    """

    command = "return"
    result = Done
    campaign: str
    entry: int
    version: int
    reasons: Mapping[str, str]
    until: int
    by: int
    heard: Heard | None = None
    again: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        return {"entry": self.entry, "version": self.version, "reasons": dict(self.reasons), "until": self.until}


@dataclass(frozen=True, slots=True)
class Heeded(Deed):
    """Somebody mends an entry that was sent back: what still waits to tell them so is taken back."""

    result = Done
    campaign: str
    number: str
    person: int


@dataclass(frozen=True, slots=True)
class AskCap(Deed):
    """A unit asks for another cap in one track, with its reason; the admins are told. Declined: asked already."""

    result = Done
    campaign: str
    track: str
    unit: int
    person: int
    cap: int
    reason: str
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class DropAsk(Deed):
    """A unit takes its request for another cap back. Declined: it was decided meanwhile."""

    result = Done
    ask: int
    unit: int


@dataclass(frozen=True, slots=True)
class DecideCap(AdminDeed):
    """Consent to a cap that a unit asked for, or to another number, or (`cap` None) not; the unit is told `heard`.

    Declined: somebody decided already, or the unit has handed in more than that meanwhile.
    """

    command = "quota"
    result = Done
    campaign: str
    ask: int
    cap: int | None
    answer: str
    by: int
    heard: Heard | None = None
    #: Whose works take up places (`rules.quota.Quota.counts`).
    counts: str = "own"

    def told(self) -> dict[str, Any]:
        return {"ask": self.ask, "cap": self.cap, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class NoteBreach(AdminDeed):
    """Record that something was to go out that the notice forbids for now: by which command, what, which clause."""

    command = "embargo"
    final = False
    result = Done
    campaign: str
    by: int
    during: str
    what: str
    clause: str

    def told(self) -> dict[str, Any]:
        return {"during": self.during, "what": self.what, "clause": self.clause}


@dataclass(frozen=True, slots=True)
class NoteQuestion(Deed):
    """Count a question about the rules; `words` only where no topic fits or the notice is silent, and masked before."""

    final = False
    result = Done
    campaign: str
    topic: str
    words: str = ""
