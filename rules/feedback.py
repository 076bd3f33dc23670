"""What experts are told of the round before: median and quartiles of each entry, and nothing of fewer than five marks.

Worked out from the published bundle alone, so that anybody can do it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rules.ballots import Opening
from rules.points import median
from rules.recount import LEAST_SHOWN, Row, marks_of


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle mark of an entry, and the marks that enclose the middle half. On a ranking: places, 1 the best."""

    low: Fraction
    median: Fraction
    high: Fraction


def feedback(bundle: Mapping[str, Any]) -> dict[int, Spread]:
    """The spread of every entry of a published round that has enough marks; nothing where it was yes or no."""
    opening = Opening.of(bundle["opening"])
    if opening.paper.kind in ("approve", "yesno"):
        return {}
    rows = [Row(entry, tracker, tuple(levels)) for entry, tracker, levels in bundle["board"]]
    found: dict[int, Spread] = {}
    for entry, marks in marks_of(opening, rows).items():
        if len(marks) >= LEAST_SHOWN and entry not in bundle["withheld"]:
            found[entry] = _as_places(opening, entry, rows) if opening.paper.kind == "rank" else spread(marks)
    return found


def spread(marks: Sequence[Fraction]) -> Spread:
    """Quartiles are the medians of the lower and the upper half, which leave the middle one of an odd number out."""
    ordered = sorted(marks)
    half = len(ordered) // 2
    return Spread(median(ordered[:half]), median(ordered), median(ordered[-half:]))


def _as_places(opening: Opening, entry: int, rows: Sequence[Row]) -> Spread:
    """Levels as places among all entries of the group: what an expert who ranked all of them would have given."""
    [group] = [each for each in opening.paper.ranked if entry in each]
    places = [Fraction(2 * len(group) + 1 - row.levels[0], 2) for row in rows if row.entry == entry]
    return spread(places)
