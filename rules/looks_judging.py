"""What may be read of judging: who judges, what is judged, how a round was planned, and what its tally left."""

from __future__ import annotations

from dataclasses import dataclass

from rules.looks import Look
from rules.screening import Chains


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that is judged; `code` is the version code of its form."""

    id: int
    number: str
    track: str
    title: str
    unit: int
    version: int
    code: str


@dataclass(frozen=True, slots=True)
class Candidates(Look):
    """The entries that reach a round of the notice, in the order of their numbers → tuple[Candidate, ...].

    With `only` those of a round that is open already, whatever became of them since. `of`: the round whose result
    decides which entries reach this one, `of_kind` its kind; "" where all do. `chains`: the levels of a screening.
    """

    campaign: str
    round: str
    only: tuple[int, ...] = ()
    of: str = ""
    of_kind: str = ""
    chains: Chains | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody with a part in judging: expert or not, the units they speak for, the entries they declared."""

    person: int
    name: str
    expert: bool
    units: tuple[int, ...] = ()
    declared: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgesOf(Look):
    """Experts and admins of a campaign, in the order in which they came → tuple[Judge, ...]."""

    campaign: str


@dataclass(frozen=True, slots=True)
class NotReached(Look):
    """Experts and scrutineers whom the last notice of this wording has not reached → tuple[str, ...], their names.

    Of what somebody chose that says nothing; whoever is asked to vote and does not know it must be phoned.
    """

    campaign: str
    said: str


@dataclass(frozen=True, slots=True)
class PlanOf(Look):
    """How a round was planned → dict (the plain values of `rules.ballot_plan.Plan`), {} for no such round."""

    key: str


@dataclass(frozen=True, slots=True)
class BoardOf(Look):
    """The board of a tallied round → tuple[rules.recount.Row, ...]."""

    key: str


@dataclass(frozen=True, slots=True)
class ViewOf(Look):
    """Until when 核对 is possible for a published round → UTC microseconds, 0 where it is not."""

    key: str
