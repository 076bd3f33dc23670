"""Votes and marks become points exactly; each way of doing it is named and does what its name says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.points import NORMALISATIONS, Marking, TooFewMarks, median, public_points, spoken

VOTES = {1: 40, 2: 10, 3: 10, 4: 0}


@pytest.mark.parametrize(
    ("how", "points"),
    [
        ("top100", {1: 100, 2: 25, 3: 25, 4: 0}),
        ("share", {1: Fraction(200, 3), 2: Fraction(50, 3), 3: Fraction(50, 3), 4: 0}),
        ("percentile", {1: 100, 2: 50, 3: 50, 4: 0}),
    ],
)
def test_votes_become_points_as_the_name_says(how: str, points: dict[int, Fraction]) -> None:
    assert public_points(VOTES, how) == points  # type: ignore[arg-type]


def test_without_votes_nobody_has_points_and_a_lone_entry_has_them_all() -> None:
    for how in NORMALISATIONS:
        assert public_points({1: 0, 2: 0}, how) == {1: 0, 2: 0}
        assert public_points({1: 3}, how) == {1: 100}
        assert public_points({}, how) == {}


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 50), min_size=1))
def test_points_stay_within_bounds_and_keep_the_order_of_the_votes(votes: dict[int, int]) -> None:
    for how in NORMALISATIONS:
        points = public_points(votes, how)
        assert all(0 <= each <= 100 for each in points.values())
        for one in votes:
            for other in votes:
                if sum(votes.values()):
                    assert (votes[one] < votes[other]) == (points[one] < points[other])
    if sum(votes.values()):
        assert sum(public_points(votes, "share").values()) == 100


THREE = Marking(top=10, weights=(Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)))
ONE = Marking(top=10)


def test_a_mark_weighs_its_criteria_and_points_are_the_mean_on_a_hundred() -> None:
    assert THREE.mark((8, 10, 5)) == 8
    assert ONE.points(1, [Fraction(8), Fraction(9), Fraction(9)]) == Fraction(260, 3)
    with pytest.raises(ValueError, match="expected 3 criteria, found 2"):
        THREE.mark((8, 10))


def test_extremes_are_left_out_only_of_enough_marks() -> None:
    trimmed = Marking(top=10, trimmed=True, least=5)
    marks = [Fraction(each) for each in (1, 8, 8, 9, 10)]
    assert trimmed.points(1, marks) == Fraction(250, 3)
    assert Marking(top=10).points(1, marks) == 72
    with pytest.raises(TooFewMarks, match="expected at least 5 marks for entry 7, found 4"):
        trimmed.points(7, marks[:4])
    with pytest.raises(TooFewMarks):
        ONE.points(7, [])


def test_the_middle_of_marks() -> None:
    assert [median([Fraction(x) for x in marks]) for marks in ((), (3,), (9, 1), (5, 1, 3))] == [0, 3, 5, 3]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (Fraction(8735, 100), "87.35"),
        (Fraction(260, 3), "86.67"),
        (Fraction(1, 200), "0.01"),
        (Fraction(100), "100.00"),
    ],
)
def test_points_are_shown_rounded_half_up(points: Fraction, said: str) -> None:
    assert spoken(points) == said
    assert spoken(points, 0) == {"87.35": "87", "86.67": "87", "0.01": "0", "100.00": "100"}[said]
