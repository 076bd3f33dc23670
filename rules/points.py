"""Votes and experts' marks become points from 0 to 100. All arithmetic is exact: fractions, never floats."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Normalise = Literal["top100", "share", "percentile"]
#: Every way to make points of votes, in the order in which a sensitivity note tries them.
NORMALISATIONS: tuple[Normalise, ...] = ("top100", "share", "percentile")
FULL = Fraction(100)


class TooFewMarks(ValueError):
    """An entry has fewer marks than its rule needs; an extreme cannot be left out of so few."""

    def __init__(self, entry: int, found: int, least: int) -> None:
        super().__init__(f"expected at least {least} marks for entry {entry}, found {found}; check quorum and recusals")
        self.entry, self.found, self.least = entry, found, least


def public_points(votes: Mapping[int, int], how: Normalise) -> dict[int, Fraction]:
    """Points of each entry from its votes.

    `top100`: the most-voted entry 100, others in proportion. `share`: the share of all votes. `percentile`: the share
    of the other entries that an entry leaves behind, equal ones counted half; a lone entry has 100. Without any vote
    everybody has 0.
    """
    total = sum(votes.values())
    if not total:
        return dict.fromkeys(votes, Fraction(0))
    if how == "percentile":
        return _percentiles(votes)
    whole = max(votes.values()) if how == "top100" else total
    return {entry: count * FULL / whole for entry, count in votes.items()}


def _percentiles(votes: Mapping[int, int]) -> dict[int, Fraction]:
    counts = sorted(votes.values())
    others = len(counts) - 1
    if not others:
        return dict.fromkeys(votes, FULL)
    found: dict[int, Fraction] = {}
    for entry, count in votes.items():
        below = bisect_left(counts, count)
        equal = bisect_right(counts, count) - below - 1
        found[entry] = (below + Fraction(equal, 2)) * FULL / others
    return found


@dataclass(frozen=True, slots=True)
class Marking:
    """How the marks of one entry become points.

    `top` is the best level of the scale; a mark of `top` is worth 100. `weights` are the shares of the criteria, in
    their order (one criterion: `(1,)`). `trimmed` leaves the highest and the lowest out, which takes at least `least`
    marks (去掉一个最高分和一个最低分).
    """

    top: int
    weights: tuple[Fraction, ...] = (Fraction(1),)
    trimmed: bool = False
    least: int = 5

    def mark(self, levels: Sequence[int]) -> Fraction:
        """One expert's mark from the levels of the criteria, in their order."""
        if len(levels) != len(self.weights):
            raise ValueError(f"expected {len(self.weights)} criteria, found {len(levels)}")
        return sum((share * level for share, level in zip(self.weights, levels, strict=True)), Fraction(0))

    def points(self, entry: int, marks: Sequence[Fraction]) -> Fraction:
        """The mean of an entry's marks on 0 to 100. Raises `TooFewMarks`."""
        counted = marks
        if self.trimmed:
            if len(counted) < self.least:
                raise TooFewMarks(entry, len(counted), self.least)
            counted = sorted(counted)[1:-1]
        if not counted:
            raise TooFewMarks(entry, 0, 1)
        return _total(counted) * 100 / (len(counted) * self.top)


def _total(marks: Sequence[Fraction]) -> Fraction:
    """The sum, exactly; numerators of one denominator are added as whole numbers, which takes a tenth of the time."""
    sums: dict[int, int] = {}
    for mark in marks:
        sums[mark.denominator] = sums.get(mark.denominator, 0) + mark.numerator
    return sum((Fraction(above, below) for below, above in sums.items()), Fraction(0))


def median(marks: Sequence[Fraction]) -> Fraction:
    """The middle mark, or the mean of the two middle ones; 0 of none."""
    ordered = sorted(marks)
    if not ordered:
        return Fraction(0)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def spoken(points: Fraction, places: int = 2) -> str:
    """Points as people read them, rounded half up: 87.35. Only for showing; nothing is ranked by it."""
    scale = 10**places
    rounded = (points * scale * 2 + 1).__floor__() // 2
    whole, rest = divmod(abs(rounded), scale)
    return f"{'-' if rounded < 0 else ''}{whole}" + (f".{rest:0{places}d}" if places else "")
