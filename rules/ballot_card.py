"""A paper filled in by buttons, one entry and criterion at a time: what a press does to it, and what is shown next.

Every press names the whole of what it does ("entry 3, criterion 2, level 8"), never a step from where somebody stands,
so that the same press twice, or one on an old view, does what its button says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from rules.ballots import NO, Choices, Paper

#: Kinds of paper that are filled in by buttons; the others are filled in on the page.
BY_BUTTONS = frozenset({"scores", "grades", "approve", "yesno"})


class Act(IntEnum):
    """What a button does. The numbers are in the buttons of cards that were sent: never give one another meaning."""

    SHOW = 1  # an entry and criterion
    MARK = 2  # a level on it
    OWN = 3  # what was chosen for the entry, in a pop-up
    MISSING = 4  # what is missing, in a pop-up, and on to the first of it
    REVIEW = 5  # the last look before the cast
    CONFIRM = 6  # the first confirmation
    CAST = 7  # the second one
    ANEW = 8  # a new paper instead of a draft that only another card opens
    ROWS = 9  # 核对: the list of entries, from a place on
    ROW = 10  # 核对: the row of one entry, in a pop-up


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on a paper somebody is: the places of the entry and of the criterion; `end`: nothing is missing."""

    entry: int
    criterion: int = 0
    end: bool = False


def levels(paper: Paper, choices: Choices, place: int) -> tuple[int, ...]:
    """The levels of an entry, 0 where nothing was chosen."""
    return tuple(choices.get(paper.entries[place], ())) or (0,) * len(paper.criteria)


def missing(paper: Paper, choices: Choices, offered: Sequence[int]) -> tuple[int, ...]:
    """Which of the `offered` entries (places, in the order in which they are shown) are not judged wholly."""
    return tuple(place for place in offered if not all(levels(paper, choices, place)))


def marked(paper: Paper, choices: Choices, spot: Spot, level: int) -> Choices:
    """The choices with one more, or with one changed."""
    kept = list(levels(paper, choices, spot.entry))
    kept[spot.criterion] = level
    return {**choices, paper.entries[spot.entry]: tuple(kept)}


def following(paper: Paper, choices: Choices, offered: Sequence[int], spot: Spot) -> Spot:
    """What is to be judged after a spot: what is missing there, then what is behind it, then what is before it."""
    here = levels(paper, choices, spot.entry)
    if 0 in here:
        return Spot(spot.entry, here.index(0))
    left = missing(paper, choices, offered)
    if not left:
        return Spot(spot.entry, spot.criterion, end=True)
    behind = set(offered[offered.index(spot.entry) :])
    after = next((place for place in left if place in behind), left[0])
    return Spot(after, levels(paper, choices, after).index(0))


def first(paper: Paper, choices: Choices, offered: Sequence[int]) -> Spot:
    """Where a card begins: at the first thing that is missing, or at the end."""
    left = missing(paper, choices, offered)
    if left:
        return Spot(left[0], levels(paper, choices, left[0]).index(0))
    return Spot(offered[0] if offered else 0, end=True)


def beside(offered: Sequence[int], place: int) -> tuple[int, int]:
    """The entries before and behind one, round and round."""
    at = offered.index(place)
    return offered[at - 1], offered[(at + 1) % len(offered)]


def finished(paper: Paper, choices: Choices, offered: Sequence[int]) -> Choices:
    """The paper as it is cast: where entries are approved, those that were not touched are not approved."""
    if paper.kind != "approve":
        return choices
    return {**{paper.entries[place]: (NO,) for place in missing(paper, choices, offered)}, **choices}
