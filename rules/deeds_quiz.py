"""What players and admins do in a quiz: take part, begin an attempt, answer, end it; make a pool of red packets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rules.deeds import AdminDeed, Deed, Done, Heard
from rules.packets import Pool


@dataclass(frozen=True, slots=True)
class TakePart(Deed):
    """Play for a unit (0: for nobody, as one of the public). Who took part before may change it."""

    result = Done
    campaign: str
    person: int
    unit: int


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt is open: its number."""

    attempt: int


@dataclass(frozen=True, slots=True)
class BeginAttempt(Deed):
    """Draw the questions of a new attempt from `codes`. An attempt that is still open goes on instead.

    The window is [opens, closes) in UTC microseconds; `most` attempts of a person in all, `daily` on one `day` (None:
    any number). Declined: "play.shut" outside the window, "play.enough", "play.enough_today".
    """

    result = Begun
    campaign: str
    person: int
    codes: tuple[str, ...]
    draw: int
    opens: int
    closes: int
    most: int | None
    daily: int | None
    day: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer is in; `right` says whether it was the right one."""

    right: bool


@dataclass(frozen=True, slots=True)
class AnswerQuestion(Deed):
    """Answer the question at a place of an open attempt, once; `picked` counts the options as they were shown.

    Declined: "play.gone" where the attempt is not open, or the place is answered.
    """

    result = Answered
    attempt: int
    person: int
    place: int
    code: str
    picked: int
    right: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """An attempt is over: how many were right, whether it passed, and what came of it.

    `void`: it ended after the close. `packet`: the fen of a red packet, 0 for none. `why` says why none: "" (there was
    no question of one), "luck", "had" (one per person), "gone" (the pool is empty), "none" (there is no pool).
    """

    right: int
    passed: bool
    void: bool
    packet: int
    why: str


@dataclass(frozen=True, slots=True)
class EndAttempt(Deed):
    """Count an attempt whose questions are all answered, and take a red packet where it passed and one is left.

    `correct` right answers pass; `late_counts` keeps an attempt that ended at `closes` or after it. `per_person`
    packets at most, of the `rights` at the start (None: all of them) and those that followers bring, each `chances` and
    all of them `bonus` at most (None: any number); with `probability` a pass brings one by chance.

    Declined: "play.gone".
    """

    result = Marked
    campaign: str
    person: int
    attempt: int
    questions: int
    correct: int
    closes: int
    late_counts: bool
    per_person: int
    probability: Fraction | None
    rights: int | None = None
    chances: int = 0
    bonus: int | None = None


@dataclass(frozen=True, slots=True)
class Committed:
    """The pool is made: its commitment (SHA-256, hex), which may be told; the seed is told when the quiz is over."""

    commitment: str


@dataclass(frozen=True, slots=True)
class FillPool(AdminDeed):
    """Make the red packets of a quiz, once and before it opens; the amounts are fixed by a seed that nobody is told.

    Declined: "packets.open" once the quiz has opened, "packets.filled" where packets exist.
    """

    command = "packets"
    result = Committed
    campaign: str
    pool: Pool
    opens: int
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        pool = self.pool
        return {"step": "fill", "total": pool.total, "count": pool.count, "least": pool.least, "most": pool.most}


@dataclass(frozen=True, slots=True)
class Paid:
    """How many packets were noted as paid."""

    count: int


@dataclass(frozen=True, slots=True)
class NotePaid(AdminDeed):
    """Note packets as paid by the treasury, with the reference of each payment by the number of its packet.

    Only what was won and is not yet paid is noted.
    """

    command = "packets"
    result = Paid
    campaign: str
    references: Mapping[int, str]
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "paid", "packets": len(self.references)}
