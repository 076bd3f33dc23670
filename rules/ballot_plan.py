"""What admins decide about a round before it opens, and the opening that follows from it and from who is there then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal

from rules.ballots import FIT, YES, Kind, Opening, Paper, recusals
from rules.faults import Fault
from rules.judging import Awards, Judging, Prize, Round
from rules.looks_judging import Candidate, Judge
from rules.points import Normalise

#: Why a round follows another of the same name: to vote again, or among entries that share a place.
Purpose = Literal["", "again", "runoff"]
#: Holders of shares, and how many of them open a round together.
SCRUTINEERS, THRESHOLD = 3, 2
#: Marks on an entry that leaving out the highest and the lowest takes.
LEAST_TRIMMED = 5
#: Grades by level, the best last.
GRADES = ("差", "中", "良", "优")
#: The best level of each kind of paper.
TOPS: Mapping[Kind, int] = {"scores": 10, "approve": YES, "yesno": YES, "grades": len(GRADES)}
#: The criterion of papers that have only one.
SINGLE = "choice"


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of a round. Shares as exact fractions in words ("3/10"); `closes` in UTC microseconds.

    `quorum` 0: half of the experts and one more. `most`: entries that may be approved, None for any number; of a
    ranking, places that each expert may give in each track, None for a place for every entry. `only`: the entries it is
    about where those are fewer than reach it; `after`: the key of the published round that it follows, `purpose`: why.
    """

    kind: Kind
    closes: int
    public: str
    expert: str
    normalise: Normalise = "top100"
    ties: Literal["rule", "committee"] = "rule"
    quorum: int = 0
    trimmed: bool = False
    most: int | None = None
    #: Whether entries go along that the screening has not passed yet.
    unscreened: bool = False
    only: Sequence[int] = ()
    after: str = ""
    purpose: Purpose = ""

    def among(self, entries: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The entries that the round is about, of those that reach it."""
        return tuple(each for each in entries if not self.only or each.id in self.only)

    def plain(self) -> dict[str, Any]:
        """The plan as JSON-plain values."""
        return asdict(self)


def quorum_of(plan: Plan, experts: int) -> int:
    """How many ballots it takes."""
    return plan.quorum or experts // 2 + 1


def criteria_of(judging: Judging, kind: Kind, fits: Sequence[str] = ()) -> tuple[tuple[str, ...], tuple[Fraction, ...]]:
    """The criteria that a paper asks for, and their shares; one without a name where the notice has none.

    Behind them a tick for each prize of `fits`, which weighs nothing.
    """
    if kind not in ("scores", "grades"):
        return (SINGLE,), (Fraction(1),)
    keys = tuple(each.key for each in judging.criteria)
    shares = tuple(judging.criterion_weight(key) for key in keys)
    ticks = tuple(f"{FIT}{key}" for key in fits)
    return (keys or (SINGLE,)) + ticks, (shares or (Fraction(1),)) + (Fraction(0),) * len(ticks)


def fits_of(judging: Judging, awards: Awards | None, plan: Plan) -> tuple[Prize, ...]:
    """The prizes for which experts tick the works that fit (奖项契合度); a run-off is about places alone."""
    if not judging.fit or awards is None or plan.kind not in ("scores", "grades") or plan.purpose == "runoff":
        return ()
    return tuple(prize for prize in awards.prizes if prize.basis == "fit")


def open_shares(judging: Judging) -> bool:
    """Whether the shares of the public vote and of the experts must be set by an admin."""
    return not judging.weights and any(each.kind == "public" for each in judging.rounds)


def shares_of(judging: Judging, round_: Round) -> tuple[Fraction, Fraction]:
    """The shares of the public vote and of a round of experts, where the notice settles them."""
    public = sum((w.share for w in judging.weights if judging.round(w.of).kind == "public"), Fraction(0))
    return public, 1 - public


def faults(plan: Plan, entries: Sequence[Candidate], judges: Sequence[Judge]) -> tuple[Fault, ...]:
    """Everything that keeps a round from opening, all at once."""
    return tuple(_faults(plan, entries, judges))


def _faults(plan: Plan, entries: Sequence[Candidate], judges: Sequence[Judge]) -> Iterator[Fault]:
    if not entries:
        yield Fault("judging.no_entries", {})
    quorum = quorum_of(plan, len(judges))
    if len(judges) < max(quorum, 3):
        yield Fault("judging.few_experts", {"experts": len(judges), "needed": max(quorum, 3)})
    least = LEAST_TRIMMED if plan.trimmed else 1
    roll = [recused_of(judge, entries) for judge in judges]
    few = [
        each.number for each in entries
        if judges and quorum - sum(each.id in recused for recused in roll) < least
    ]  # fmt: skip
    if few and judges:
        yield Fault("judging.few_marks", {"entries": few, "least": least, "quorum": quorum})


def recused_of(judge: Judge, entries: Sequence[Candidate]) -> tuple[int, ...]:
    """The entries a judge stays away from: those of any unit they speak for, and those they named."""
    found: set[int] = set()
    owners = {each.id: each.unit for each in entries}
    for unit in judge.units or (0,):
        found.update(recusals(owners, unit, judge.declared))
    return tuple(sorted(found))


def opening_of(
    key: str, plan: Plan, judging: Judging, entries: Sequence[Candidate], judges: Sequence[Judge], opens: int,
    awards: Awards | None = None,
) -> tuple[Opening, dict[int, int]]:  # fmt: skip
    """What is fixed, still without keys, and who has which number on the roll. Numbers follow the experts' own."""
    criteria, weights = criteria_of(judging, plan.kind, [prize.key for prize in fits_of(judging, awards, plan)])
    paper = paper_of(key, plan, entries, criteria)
    experts = dict(enumerate(sorted(each.person for each in judges), start=1))
    by_person = {each.person: each for each in judges}
    roll = {number: recused_of(by_person[person], entries) for number, person in experts.items()}
    rule = {
        "criteria": [str(weight) for weight in weights], "trimmed": plan.trimmed, "least": LEAST_TRIMMED,
        "public": plan.public, "expert": plan.expert, "normalise": plan.normalise, "ties": plan.ties,
    }  # fmt: skip
    if plan.after:
        rule |= {"after": plan.after, "purpose": plan.purpose}
    quorum = quorum_of(plan, len(judges))
    opening = Opening(paper, roll, quorum, rule, opens, plan.closes, "", "", THRESHOLD, SCRUTINEERS)
    return opening, experts


def paper_of(key: str, plan: Plan, entries: Sequence[Candidate], criteria: tuple[str, ...]) -> Paper:
    """What every expert is asked. A ranking goes by track: works of different kinds are not set one above the other."""
    ids = tuple(sorted(each.id for each in entries))
    if plan.kind != "rank":
        return Paper(key, plan.kind, ids, criteria, TOPS[plan.kind], plan.most)
    lists = tuple(sorted(lists_of(entries).values()))
    top = 2 * max(len(group) for group in lists) - 1
    return Paper(key, plan.kind, ids, criteria, top, plan.most, lists if len(lists) > 1 else ())


def lists_of(entries: Sequence[Candidate]) -> dict[str, tuple[int, ...]]:
    """The entries that are ranked together: those of one track."""
    found: dict[str, list[int]] = {}
    for each in entries:
        found.setdefault(each.track, []).append(each.id)
    return {track: tuple(sorted(ids)) for track, ids in found.items()}
