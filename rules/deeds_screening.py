"""What a screener may do with an entry: pass, reject, send back, hand over; and the host, take a refusal back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.deeds import AdminDeed, Done, Heard


@dataclass(frozen=True, slots=True)
class Seen:
    """What a screener looked at: the version of an entry, the level it waits at, and whose level that is (0: the host).

    A decision holds for exactly this; where the entry changed or somebody decided meanwhile, it is declined.
    """

    entry: int
    number: str
    version: int
    level: str
    desk: int

    def told(self) -> dict[str, Any]:
        """For the audit log."""
        return {"entry": self.entry, "version": self.version, "level": self.level, "desk": self.desk}


class ScreeningDeed(AdminDeed):
    """A decision on an entry by `by`: an admin, or somebody who speaks for the unit whose level it is (`seen.desk`)."""

    __slots__ = ()
    command = "screen"
    seen: Seen


@dataclass(frozen=True, slots=True)
class PassEntry(ScreeningDeed):
    """Pass an entry on with an opinion, which goes into the `field` of its annex. `straight`: past all later levels.

    `cap`: how many works this unit may recommend in the track (None: any number); `moves` as in `rules.quota.Quota`.
    Declined: decided or changed meanwhile, cap reached.
    """

    result = Done
    campaign: str
    seen: Seen
    opinion: str
    by: int
    field: str = ""
    #: The date that stands below the opinion, "2024-03-01".
    day: str = ""
    straight: bool = False
    track: str = ""
    cap: int | None = None
    moves: bool = False
    heard: Heard | None = None
    #: What the people of the next level are told, and whose level that is (None: nobody is told).
    next: int | None = None
    arrived: Heard | None = None

    def told(self) -> dict[str, Any]:
        what = "straight" if self.straight else "passed"
        return {**self.seen.told(), "decision": what, "opinion": self.opinion}


@dataclass(frozen=True, slots=True)
class RejectEntry(ScreeningDeed):
    """Refuse an entry under a clause, with the reason or, for what a committee found, its finding.

    Declined: decided or changed meanwhile.
    """

    result = Done
    campaign: str
    seen: Seen
    opinion: str
    clause: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {**self.seen.told(), "decision": "rejected", "opinion": self.opinion, "clause": self.clause}


@dataclass(frozen=True, slots=True)
class SendBack(ScreeningDeed):
    """Send an entry back with reasons to fields, as `rules.deeds_steering.ReturnEntry` does, from a level of its chain.

    `again` are the levels that will look at the mended version; what earlier ones said holds.
    """

    result = Done
    campaign: str
    seen: Seen
    reasons: Mapping[str, str]
    until: int
    by: int
    again: tuple[str, ...] = ()
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {**self.seen.told(), "decision": "returned", "reasons": dict(self.reasons), "until": self.until}


@dataclass(frozen=True, slots=True)
class HandOver(ScreeningDeed):
    """Let somebody else decide: a colleague (`to`), or the host (`to` 0). Declined: decided or changed meanwhile."""

    result = Done
    campaign: str
    seen: Seen
    to: int
    note: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {**self.seen.told(), "decision": "handed", "to": self.to, "note": self.note}


@dataclass(frozen=True, slots=True)
class ReopenEntry(AdminDeed):
    """Take a refusal back; the entry waits again at the level that refused it. Declined: it is not refused."""

    command = "screen"
    result = Done
    campaign: str
    entry: int
    version: int
    reason: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"entry": self.entry, "version": self.version, "decision": "reopened", "reason": self.reason}
