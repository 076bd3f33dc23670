"""A ranking as it is filled in: every slip told at once, and every expert gives away the same sum."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import ballots
from rules.ballots import Paper
from rules.filled import UNREADABLE, faults, levels, place_of

ALL = Paper("r1", "rank", (1, 2, 3, 4, 5, 6), ("choice",), 7, None, ((1, 2, 3, 4), (5, 6)))
SOME = Paper("r1", "rank", (1, 2, 3, 4), ("choice",), 7, 2)


def told(paper: Paper, places: dict[int, int], *recused: int) -> list[tuple[str, object]]:
    filled = {entry: (place,) for entry, place in places.items()}
    return [(fault.key, dict(fault.facts)) for fault in faults(paper, filled, recused)]


def test_everything_that_is_wrong_with_places_is_told_at_once() -> None:
    assert told(ALL, {1: 1, 2: 1, 3: 5, 5: 2, 6: UNREADABLE, 9: 1}) == [
        ("ballot.incomplete", {"missing": 1, "due": 6, "entries": [4]}),
        ("ballot.off_places", {"entries": [3, 6], "most": 0}),
        ("ballot.places_twice", {"entries": [1, 2], "places": [1]}),
        ("ballot.not_yours", {"entries": [9]}),
    ]
    assert told(ALL, {1: 1, 2: 2, 3: 4, 4: 3, 5: 2, 6: 1}) == []


def test_fewer_places_are_given_where_the_paper_says_so_and_none_is_left_out() -> None:
    assert told(SOME, {}) == [("ballot.no_places", {"entries": [1, 2, 3, 4]})]
    assert told(SOME, {3: 2}) == [("ballot.places_left_out", {"places": [1]})]
    assert told(SOME, {1: 1, 2: 2, 3: 3}) == [("ballot.off_places", {"entries": [3], "most": 2})]
    assert (told(SOME, {3: 1}), told(SOME, {3: 1, 1: 2}), told(SOME, {3: 1}, 1, 2)) == ([], [], [])


def test_those_without_a_place_share_what_is_left() -> None:
    assert levels(SOME, {3: (1,), 1: (2,)}) == {3: (7,), 1: (5,), 2: (2,), 4: (2,)}
    assert [place_of(SOME, entry, level) for entry, level in ((3, 7), (1, 5), (2, 2))] == [1, 2, 3.5]
    assert levels(SOME, {3: (1,)}, (1, 2)) == {3: (5,), 4: (3,)}
    assert [place_of(SOME, entry, level, (1, 2)) for entry, level in ((3, 5), (4, 3))] == [1, 2]


@given(st.integers(2, 9), st.integers(0, 2**32), st.data())
def test_every_expert_gives_away_the_same_sum_for_each_work_they_judge(
    count: int, seed: int, data: st.DataObject
) -> None:
    entries = tuple(range(1, count + 1))
    recused = tuple(data.draw(st.sets(st.sampled_from(entries), max_size=count - 1)))
    due = [entry for entry in entries if entry not in recused]
    random.Random(seed).shuffle(due)
    placed = data.draw(st.integers(1, len(due)))
    paper = Paper("r1", "rank", entries, ("choice",), 2 * count - 1, placed)
    filled = {entry: (place,) for place, entry in enumerate(due[:placed], 1)}
    assert faults(paper, filled, recused) == ()
    found = levels(paper, filled, recused)
    assert sum(level for (level,) in found.values()) == len(due) * count
    assert ballots.faults(paper, found, recused) == ()


def test_levels_that_are_no_order_are_refused_even_without_a_page() -> None:
    for wrong in ((7, 7, 1, 1), (7, 5, 3, 1), (4, 4, 4, 4), (7, 5, 4, 1)):
        found = ballots.faults(SOME, dict(zip((1, 2, 3, 4), ((level,) for level in wrong), strict=True)))
        assert [fault.key for fault in found] == ["ballot.not_a_ranking"], wrong


def test_every_entry_is_in_one_group() -> None:
    with pytest.raises(ValueError, match="expected every entry in one group"):
        Paper("r1", "rank", (1, 2, 3), ("choice",), 5, None, ((1, 2), (2, 3)))
