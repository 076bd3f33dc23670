"""Pressing leads through a paper: what is missing first, then behind, then before; what was judged can be changed."""

from __future__ import annotations

import pytest

from rules.ballot_card import Spot, beside, finished, first, following, levels, marked, missing
from rules.ballots import Choices, Paper

PAPER = Paper("r", "scores", (11, 12, 13, 14), ("a", "b"), 10)
#: The order in which entries are shown, without the second, of a recusal.
OFFERED = (2, 0, 3)
YES = Paper("r", "approve", (11, 12, 13), ("choice",), 2, 1)


def test_a_whole_paper_is_filled_in_by_pressing_on() -> None:
    choices: Choices = {}
    spot, went = first(PAPER, choices, OFFERED), []
    while not spot.end:
        went.append((spot.entry, spot.criterion))
        choices = marked(PAPER, choices, spot, 5 + len(went) % 5)
        spot = following(PAPER, choices, OFFERED, spot)
    assert went == [(2, 0), (2, 1), (0, 0), (0, 1), (3, 0), (3, 1)]
    assert (missing(PAPER, choices, OFFERED), first(PAPER, choices, OFFERED)) == ((), Spot(2, end=True))
    assert sorted(choices) == [11, 13, 14]


@pytest.mark.parametrize(
    ("chosen", "at", "then"),
    [
        ({13: (3, 0)}, Spot(2, 0), Spot(2, 1)),
        ({13: (0, 3)}, Spot(2, 1), Spot(2, 0)),
        ({13: (3, 3), 11: (1, 1)}, Spot(2, 1), Spot(3, 0)),
        ({14: (3, 3), 11: (1, 1)}, Spot(3, 1), Spot(2, 0)),
        ({14: (3, 3), 11: (1, 1), 13: (2, 0)}, Spot(0, 1), Spot(2, 1)),
    ],
)
def test_what_is_missing_comes_next(chosen: Choices, at: Spot, then: Spot) -> None:
    assert following(PAPER, chosen, OFFERED, at) == then


def test_a_mark_that_is_changed_leaves_the_others() -> None:
    before = {11: (4, 5), 13: (6, 0)}
    after = marked(PAPER, before, Spot(0, 1), 9)
    assert (after, levels(PAPER, before, 0), levels(PAPER, after, 3)) == ({11: (4, 9), 13: (6, 0)}, (4, 5), (0, 0))


def test_the_way_goes_round_in_the_order_that_is_shown() -> None:
    assert [beside(OFFERED, place) for place in OFFERED] == [(3, 0), (2, 3), (0, 2)]
    assert beside((2,), 2) == (2, 2)


def test_what_was_not_touched_is_a_no_only_where_entries_are_approved() -> None:
    assert finished(YES, {12: (2,)}, (0, 1)) == {11: (1,), 12: (2,)}
    assert finished(PAPER, {11: (1, 2)}, OFFERED) == {11: (1, 2)}


def test_who_is_recused_from_everything_has_nothing_to_press() -> None:
    assert (first(PAPER, {}, ()), missing(PAPER, {}, ())) == (Spot(0, end=True), ())
