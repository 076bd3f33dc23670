"""What is done between rounds of judging: a short list, a draw among the tied, remarks; by admins it is audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.deeds import AdminDeed, Deed, Done, Heard


@dataclass(frozen=True, slots=True)
class ShortList(AdminDeed):
    """Decide which entries of a published round go on, instead of those decided before. `rule`: by what, in words.

    `later`: the rounds of the notice that take theirs from this one. Declined: one of them is open already.
    """

    command = "ballot"
    result = Done
    campaign: str
    round: str
    key: str
    entries: tuple[int, ...]
    rule: str
    later: tuple[str, ...]
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "shortlist", "key": self.key, "rule": self.rule, "entries": list(self.entries)}


@dataclass(frozen=True, slots=True)
class Drawn:
    """The order that a draw gave, the first one first."""

    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DrawLots(AdminDeed):
    """Draw among all that still share a place in a published round: reveal the seed that was fixed at its opening.

    `said`: what was called out in public. The experts are told. Declined: drawn already, no seed, not published.
    """

    command = "ballot"
    result = Drawn
    campaign: str
    key: str
    tied: tuple[int, ...]
    said: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "draw", "key": self.key, "tied": list(self.tied), "said": self.said}


@dataclass(frozen=True, slots=True)
class KeepRemarks(Deed):
    """Keep what an expert wrote for the others, sealed, instead of what was there. Declined: not open, not on roll."""

    final = False
    result = Done
    key: str
    person: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class ModerateRemarks(AdminDeed):
    """Keep retyped remarks (by code); with `release`, show those with words to the next round and delete all originals.

    Neither texts nor words stand in the audit log. Declined: released already.
    """

    command = "ballot"
    final = False
    result = Done
    campaign: str
    key: str
    words: Mapping[str, str]
    release: bool
    by: int

    def told(self) -> dict[str, Any]:
        used = sum(map(bool, self.words.values()))
        step = "remarks" if self.release else "retype"
        return {"step": step, "key": self.key, "used": used, "left_out": len(self.words) - used}
