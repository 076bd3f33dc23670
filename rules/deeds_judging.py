"""What admins do with a round of secret voting, each in the audit log; and what experts declare before it opens.

None of them holds a choice, a share or a key: whoever performs them adds what must not be written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.ballots import Opening
from rules.deeds import AdminDeed, Deed, Done, Heard


@dataclass(frozen=True, slots=True)
class Planned:
    """A round is in preparation under this key."""

    key: str


@dataclass(frozen=True, slots=True)
class PlanRound(AdminDeed):
    """Begin a round: its settings (`rules.ballot_plan.Plan`, plain), and the persons who hold shares; they are told.

    Declined: the same round is under way.
    """

    command = "ballot"
    result = Planned
    campaign: str
    round: str
    holders: tuple[int, ...]
    threshold: int
    plan: Mapping[str, Any]
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "prepare", "round": self.round, "scrutineers": list(self.holders), "plan": dict(self.plan)}


@dataclass(frozen=True, slots=True)
class BeginRound(AdminDeed):
    """Fix everything and open; every expert is told, with the commitment among the facts.

    `opening` is without keys. `experts` maps each number on its roll to the person. Declined: a share that nobody
    typed back, shares that a restart took.
    """

    command = "ballot"
    result = Planned
    campaign: str
    key: str
    opening: Opening
    experts: Mapping[int, int]
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        roll = {str(number): list(recused) for number, recused in self.opening.roll.items()}
        return {"step": "open", "key": self.key, "roll": roll, "quorum": self.opening.quorum}


@dataclass(frozen=True, slots=True)
class LengthenRound(AdminDeed):
    """Close later; every expert who has not voted is told. Declined: tallied or void already, not later."""

    command = "ballot"
    result = Done
    campaign: str
    key: str
    closes: int
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "extend", "key": self.key, "closes": self.closes}


@dataclass(frozen=True, slots=True)
class CancelRound(AdminDeed):
    """End a round without a result; envelopes and drafts are deleted unopened. Its experts are told."""

    command = "ballot"
    result = Done
    campaign: str
    key: str
    reason: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "void", "key": self.key, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class CallScrutineers(AdminDeed):
    """Ask the scrutineers for their shares. Declined: not closed yet, quorum unmet, not open."""

    command = "ballot"
    result = Done
    campaign: str
    key: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "call", "key": self.key}


@dataclass(frozen=True, slots=True)
class RemindVoters(AdminDeed):
    """Remind the experts who have not voted, each by themselves; who they are is told to nobody. → how many."""

    command = "ballot"
    final = False
    result = Done
    campaign: str
    key: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "remind", "key": self.key}


@dataclass(frozen=True, slots=True)
class PublishRound(AdminDeed):
    """Make the bundle of a tallied round public: with the public votes (by entry) and the lists that are ranked.

    The experts are told. Declined: published already, not tallied.
    """

    command = "ballot"
    result = Planned
    campaign: str
    key: str
    votes: Mapping[int, int]
    lists: Mapping[str, tuple[int, ...]]
    by: int
    heard: Heard | None = None
    #: The public votes with those that were set aside, for the record.
    everything: Mapping[int, int] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        every = {str(entry): n for entry, n in self.everything.items()}
        votes = {str(entry): n for entry, n in self.votes.items()}
        return {"step": "publish", "key": self.key, "votes": votes, **({"everything": every} if every else {})}


@dataclass(frozen=True, slots=True)
class NoteKey(AdminDeed):
    """Record that something in the drawer of a round was destroyed: the key of drafts, of 核对, of remarks, the seed
    of a draw. What a key sealed is deleted.

    Declined: that is recorded already.
    """

    command = "ballot"
    final = False
    result = Done
    campaign: str
    key: str
    purpose: Literal["draft", "view", "lots", "remarks"]
    by: int = 0

    def told(self) -> dict[str, Any]:
        return {"step": "destroy", "key": self.key, "purpose": self.purpose}


@dataclass(frozen=True, slots=True)
class Recuse(Deed):
    """An expert declares entries to stay away from, instead of those declared before. Declined: a round is open."""

    result = Done
    campaign: str
    person: int
    entries: tuple[int, ...]
