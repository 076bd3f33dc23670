"""A paper as an expert fills it in: levels to be chosen, or on a paper of ranking a place for each entry, from 1.

Drafts hold what was filled in, so that a slip is kept and can be mended; an envelope holds levels only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rules import ballots
from rules.ballots import Choices, Paper
from rules.faults import Fault

#: What stands in a draft for something that is no place at all.
UNREADABLE = 65535


def faults(paper: Paper, filled: Choices, recused: Sequence[int] = ()) -> tuple[Fault, ...]:
    """Everything that keeps what was filled in from being cast, all at once."""
    if paper.kind != "rank":
        return ballots.faults(paper, filled, recused)
    return tuple(_of_places(paper, filled, frozenset(recused)))


def levels(paper: Paper, filled: Choices, recused: Sequence[int] = ()) -> Choices:
    """The levels of what was filled in without a fault."""
    if paper.kind != "rank":
        return filled
    found: dict[int, tuple[int, ...]] = {}
    for due, places in _groups(paper, filled, frozenset(recused)):
        order = sorted((entry for entry in due if places[entry]), key=lambda entry: places[entry])
        behind = [entry for entry in due if not places[entry]]
        found |= ballots.levels_of_order(paper, order, behind)
    return found


def places(paper: Paper, due: int) -> int:
    """How many places an expert may give among so many entries of a group."""
    return due if paper.most is None else min(paper.most, due)


def place_of(paper: Paper, entry: int, level: int, recused: Sequence[int] = ()) -> float:
    """The place that a level stands for on somebody's paper; halves where entries without a place share those left."""
    group = next(each for each in paper.ranked if entry in each)
    due = sum(each not in recused for each in group)
    return due - (level - (len(group) - due) - 1) / 2


def _of_places(paper: Paper, filled: Choices, recused: frozenset[int]) -> Iterator[Fault]:
    missing: list[int] = []
    off: list[int] = []
    twice: list[int] = []
    due_in_all, absent, empty = 0, list[int](), list[int]()
    for due, given in _groups(paper, filled, recused):
        most = places(paper, len(due))
        counts = Counter(place for place in given.values() if place)
        out = [entry for entry in due if given[entry] > most]
        off += out
        twice += [entry for entry in due if 0 < given[entry] <= most and counts[given[entry]] > 1]
        due_in_all += len(due)
        if paper.most is None:
            missing += [entry for entry in due if not given[entry]]
        elif not counts:
            empty += due
        elif not out:
            absent += sorted(set(range(1, max(counts))) - counts.keys())
    if missing:
        yield Fault("ballot.incomplete", {"missing": len(missing), "due": due_in_all, "entries": missing})
    if empty:
        yield Fault("ballot.no_places", {"entries": empty})
    if off:
        yield Fault("ballot.off_places", {"entries": off, **_most(paper, recused)})
    if twice:
        yield Fault("ballot.places_twice", {"entries": twice, "places": sorted({filled[entry][0] for entry in twice})})
    if absent:
        yield Fault("ballot.places_left_out", {"places": absent})
    if wrong := sorted(entry for entry in filled if entry not in paper.entries or entry in recused):
        yield Fault("ballot.not_yours", {"entries": wrong})


def _most(paper: Paper, recused: frozenset[int]) -> dict[str, int]:
    """The lowest place there is; 0 where that differs between the groups."""
    found = {places(paper, sum(entry not in recused for entry in group)) for group in paper.ranked}
    return {"most": found.pop() if len(found) == 1 else 0}


def _groups(paper: Paper, filled: Choices, recused: frozenset[int]) -> Iterator[tuple[list[int], Mapping[int, int]]]:
    """The entries that somebody ranks against each other, and the place of each, 0 for none."""
    for group in paper.ranked:
        due = [entry for entry in group if entry not in recused]
        if due:
            yield due, {entry: (filled.get(entry) or (0,))[0] for entry in due}
