"""What may be done about prizes: decide, put before the committee, approve, confirm, object, answer, take back, refill.

All but an objection are deeds of admins, in the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rules.award_field import Given
from rules.deeds import AdminDeed, Deed, Done, Heard

DecisionKind = Literal["slots", "chosen", "exclusive", "fit", "theme", "added", "undone"]


@dataclass(frozen=True, slots=True)
class DecideAward(AdminDeed):
    """Keep one decision about prizes, with its reason. Declined: the prizes are before the committee already.

    `value`: {"slots": n}, {"chosen": [entries or units]}, {"exclusive": bool}, {"fit": {entry: score}}, {"theme": …} of
    the entry that is `within`, {"label": name of an added prize, "tracks": […]}, or {"id": of a decision undone}.
    """

    command = "award"
    result = Done
    campaign: str
    kind: DecisionKind
    prize: str
    within: str
    value: Mapping[str, Any]
    reason: str
    by: int

    def told(self) -> dict[str, Any]:
        return {
            "step": "decide", "kind": self.kind, "prize": self.prize, "within": self.within, "value": dict(self.value),
            "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposed:
    """Prizes are listed, or wait for another admin: the listing's number and its state."""

    listing: int
    state: str


@dataclass(frozen=True, slots=True)
class ProposeAwards(AdminDeed):
    """Put what was settled before the committee. With `asks` it waits until another admin agrees; they hear `heard`.

    Without, `basis` says how the committee approved it, and it is listed at once: `told_units` goes to the liaisons.
    `upto` is the newest decision that was seen. `opens`, `closes`: 公示, half-open; both 0 for none: then it is final.
    Declined: before the committee already, decided anew meanwhile, no other admin.
    """

    command = "award"
    result = Proposed
    campaign: str
    given: tuple[Given, ...]
    upto: int
    opens: int
    closes: int
    basis: str
    asks: bool
    by: int
    heard: Heard | None = None
    told_units: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {
            "step": "propose", "given": [asdict(each) for each in self.given], "opens": self.opens,
            "closes": self.closes, "basis": self.basis, "asks": self.asks,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ApproveAwards(AdminDeed):
    """Agree or not to what another admin put before the committee; who did is told `heard`, the liaisons `told_units`.

    Declined: one's own, decided already.
    """

    command = "award"
    result = Proposed
    campaign: str
    listing: int
    agrees: bool
    basis: str
    by: int
    heard: Heard | None = None
    told_units: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "approve", "listing": self.listing, "agrees": self.agrees, "basis": self.basis}


@dataclass(frozen=True, slots=True)
class RecallAwards(AdminDeed):
    """Take back what waits for another admin. Declined: decided already."""

    command = "award"
    result = Done
    campaign: str
    listing: int
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "recall", "listing": self.listing}


@dataclass(frozen=True, slots=True)
class ConfirmAwards(AdminDeed):
    """Make listed prizes final; the liaisons are told `heard`. Declined: 公示 is not over, objections are open."""

    command = "award"
    result = Done
    campaign: str
    listing: int
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "confirm", "listing": self.listing}


@dataclass(frozen=True, slots=True)
class WithdrawHonour(AdminDeed):
    """Take a prize back, with the reason on record; its unit's liaisons are told `heard`. Declined: gone already."""

    command = "award"
    result = Done
    campaign: str
    honour: int
    reason: str
    objection: int
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"step": "withdraw", "honour": self.honour, "reason": self.reason, "objection": self.objection}


@dataclass(frozen=True, slots=True)
class Move:
    """One step of filling a free place: a standing honour (`honour` > 0) becomes another prize, or a new one is given.

    `place`: the withdrawn honour that it goes back to.
    """

    honour: int
    place: int
    given: Given


@dataclass(frozen=True, slots=True)
class RefillHonour(AdminDeed):
    """What the committee decided about the places of withdrawn prizes: who moves up; those no move names stay vacant.

    The liaisons of the units that gain hear `heard`. Declined: decided already, something changed meanwhile.
    """

    command = "award"
    result = Done
    campaign: str
    places: tuple[int, ...]
    moves: tuple[Move, ...]
    reason: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        moves = [{"honour": each.honour, "place": each.place, **asdict(each.given)} for each in self.moves]
        return {"step": "refill", "places": list(self.places), "moves": moves, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Raised:
    """An objection was taken in under this number."""

    number: int


@dataclass(frozen=True, slots=True)
class RaiseObjection(Deed):
    """Object to a listed prize (`honour` 0: to none in particular); the admins are told. `files`: [name, size, sha256].

    Declined: 公示 has not begun, is over.
    """

    result = Raised
    campaign: str
    person: int
    unit: int
    honour: int
    words: str
    files: Sequence[Sequence[Any]]
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class AnswerObjection(AdminDeed):
    """Answer an objection; who raised it is told `heard`. Declined: answered already."""

    command = "objection"
    result = Done
    campaign: str
    objection: int
    outcome: str
    answer: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"objection": self.objection, "outcome": self.outcome, "answer": self.answer}
