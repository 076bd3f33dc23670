"""From points to places: weighted totals, ties by the rule fixed before the vote opened, and what hangs on what."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from rules.points import NORMALISATIONS, Marking, Normalise, median, public_points

Decided = Literal["total", "median", "lowest", "public", "open"]
#: How a tie of totals is broken, in this order, where the notice leaves ties to the rule; then a run-off or a draw.
TIE_STEPS: tuple[Decided, ...] = ("total", "median", "lowest", "lowest", "public")


@dataclass(frozen=True, slots=True)
class Formula:
    """How a total is made: shares of the public vote and of the experts, and who decides ties.

    `public` and `expert` add up to 1. `ties`: "rule" breaks them by `TIE_STEPS`, "committee" leaves them standing.
    """

    public: Fraction
    expert: Fraction
    marking: Marking
    normalise: Normalise = "top100"
    ties: Literal["rule", "committee"] = "rule"

    def __post_init__(self) -> None:
        if self.public + self.expert != 1 or min(self.public, self.expert) < 0:
            raise ValueError(f"expected shares that add up to 1, found {self.public} and {self.expert}")


@dataclass(frozen=True, slots=True)
class Judged:
    """What one entry got: votes of the public, and each expert's mark (already weighed over the criteria)."""

    entry: int
    votes: int = 0
    marks: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in one list. `tied`: the others of the same place; `decided`: what parted it from above.

    `total`, `public` and `expert` are points from 0 to 100.
    """

    entry: int
    rank: int
    total: Fraction
    public: Fraction
    expert: Fraction
    decided: Decided
    tied: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    entry: int
    total: Fraction
    public: Fraction
    expert: Fraction
    keys: tuple[Fraction, ...] = field(default=())


def rank(judged: Sequence[Judged], formula: Formula, votes: Mapping[int, int] | None = None) -> tuple[Place, ...]:
    """The places of one list (a track, a category), best first; equal ones share a place and the next ones are skipped.

    The order in which entries are given never matters. `votes` of the whole list where `judged` is only a part of it.
    Raises `TooFewMarks`.
    """
    votes = {each.entry: each.votes for each in judged} if votes is None else votes
    # Floats keep the order, though not every difference: what they leave equal is compared exactly.
    rows = sorted(_rows(judged, formula, votes), key=lambda row: (float(row.total), row.keys, -row.entry), reverse=True)
    return tuple(_placed(rows))


def _rows(judged: Sequence[Judged], formula: Formula, votes: Mapping[int, int]) -> Iterator[_Row]:
    public = public_points(votes, formula.normalise)
    for each in judged:
        expert = formula.marking.points(each.entry, each.marks) if formula.expert else Fraction(0)
        total = formula.public * public[each.entry] + formula.expert * expert
        keys: tuple[Fraction, ...] = (total,)
        if formula.ties == "rule":
            marks = sorted(each.marks)
            keys = (total, median(marks), *_lowest(marks), public[each.entry])
        yield _Row(each.entry, total, public[each.entry], expert, keys)


def _lowest(ordered: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """The worst mark of an entry, and minus how often it got it: fewer low marks are better. Marks in rising order."""
    if not ordered:
        return Fraction(0), Fraction(0)
    return ordered[0], -Fraction(bisect_right(ordered, ordered[0]))


def _placed(rows: Sequence[_Row]) -> Iterator[Place]:
    groups: list[list[_Row]] = []
    for row in rows:
        if groups and groups[-1][0].keys == row.keys:
            groups[-1].append(row)
        else:
            groups.append([row])
    at, above = 1, None
    for group in groups:
        decided = _decided(above, group)
        for row in group:
            others = tuple(each.entry for each in group if each is not row)
            yield Place(row.entry, at, row.total, row.public, row.expert, decided, others)
        at, above = at + len(group), group[0]


def _decided(above: _Row | None, group: Sequence[_Row]) -> Decided:
    if len(group) > 1:
        return "open"
    if above is None:
        return "total"
    differing = (step for step, a, b in zip(TIE_STEPS, above.keys, group[0].keys, strict=False) if a != b)
    return next(differing, "total")


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a list hangs on. `normalisation`: the entries whose place differs under another way of making points.

    `one_vote`: pairs (above, below) of neighbours that one more public vote for the lower one would make equal or turn.
    """

    normalisation: Mapping[Normalise, tuple[int, ...]]
    one_vote: tuple[tuple[int, int], ...]

    @property
    def firm(self) -> bool:
        """Whether neither changes any place."""
        return not self.one_vote and not any(self.normalisation.values())


def sensitivity(judged: Sequence[Judged], formula: Formula) -> Sensitivity:
    """Which places depend on the normalisation, and which on a single vote of the public."""
    places = rank(judged, formula)
    if not formula.public:
        return Sensitivity({}, ())
    mine = {place.entry: place.rank for place in places}
    others: dict[Normalise, tuple[int, ...]] = {}
    for how in NORMALISATIONS:
        if how != formula.normalise:
            theirs = rank(judged, replace(formula, normalise=how))
            others[how] = tuple(sorted(each.entry for each in theirs if mine[each.entry] != each.rank))
    return Sensitivity(others, tuple(_by_one_vote(judged, formula, places)))


def _by_one_vote(judged: Sequence[Judged], formula: Formula, places: Sequence[Place]) -> Iterable[tuple[int, int]]:
    votes = {each.entry: each.votes for each in judged}
    top, total, ordered = max(votes.values()), sum(votes.values()), sorted(votes.values())
    for above, below in pairwise(places):
        if above.rank == below.rank:
            continue
        mine, theirs = votes[below.entry] + 1, votes[above.entry]
        match formula.normalise:
            case "top100":
                whole = max(top, mine)
                gained, kept = Fraction(mine * 100, whole), Fraction(theirs * 100, whole)
            case "share":
                gained, kept = Fraction(mine * 100, total + 1), Fraction(theirs * 100, total + 1)
            case _:
                gained, kept = _percentiles_after(votes[below.entry], theirs, ordered)
        lower = formula.public * gained + formula.expert * below.expert
        upper = formula.public * kept + formula.expert * above.expert
        if lower >= upper:
            yield above.entry, below.entry


def _percentiles_after(low: int, high: int, ordered: Sequence[int]) -> tuple[Fraction, Fraction]:
    """The percentiles of an entry with `low` votes that gets one more, and of one that keeps `high`."""
    others = max(len(ordered) - 1, 1)
    below, equal = bisect_right(ordered, low) - 1, _count(ordered, low + 1)
    gained = (below + Fraction(equal, 2)) * 100 / others
    below, equal = bisect_left(ordered, high), _count(ordered, high) - 1
    if low < high == low + 1:
        below, equal = below - 1, equal + 1
    elif low == high:
        equal -= 1
    return gained, (below + Fraction(equal, 2)) * 100 / others


def _count(ordered: Sequence[int], value: int) -> int:
    return bisect_right(ordered, value) - bisect_left(ordered, value)
