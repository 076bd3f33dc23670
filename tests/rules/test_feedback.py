"""What experts are told of the round before: exact medians and quartiles of five marks or more, from the bundle."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.ballots import Kind
from rules.feedback import Spread, feedback, spread
from rules.recount import marks_of
from rules.remarks import LENGTH, MOST, decode, encode, faults
from tests.sealing.round import played


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ((1, 2, 3, 4, 5, 6), (2, Fraction(7, 2), 5)),
        ((9, 5, 7, 7, 1), (3, 7, 8)),
        ((4, 4, 4, 4, 4, 4, 10), (4, 4, 4)),
    ],
)
def test_quartiles_are_the_medians_of_the_halves(marks: tuple[int, ...], told: tuple[Fraction, ...]) -> None:
    assert spread([Fraction(mark) for mark in marks]) == Spread(*map(Fraction, told))


@given(st.lists(st.integers(1, 10), min_size=5, max_size=30))
def test_the_middle_lies_within_and_the_order_of_marks_never_matters(marks: list[int]) -> None:
    found = spread([Fraction(mark) for mark in marks])
    assert min(marks) <= found.low <= found.median <= found.high <= max(marks)
    assert float(found.median) == statistics.median(marks)
    assert found == spread([Fraction(mark) for mark in reversed(marks)])


def test_few_marks_and_a_plain_yes_or_no_tell_nothing() -> None:
    few = played(experts=6, silent=1)  # five votes, one of them recused from entries 1 and 2
    assert sorted(feedback(few.bundle())) == [3, 4, 5, 6, 7, 8]
    assert {feedback(played(kind=kind).bundle()) == {} for kind in ("approve", "yesno")} == {True}
    kinds: tuple[Kind, ...] = ("scores", "grades")
    for kind in kinds:
        round_ = played(kind=kind)
        marks = marks_of(round_.opening, round_.board)
        assert feedback(round_.bundle()) == {entry: spread(given) for entry, given in marks.items()}


def test_a_ranking_is_told_in_places() -> None:
    round_ = played(kind="rank", experts=7, silent=0)
    found = feedback(round_.bundle())
    assert all(1 <= each.low <= each.median <= each.high <= 8 for each in found.values())
    best = [row for row in round_.board if row.entry == 3]
    places = [Fraction(17 - row.levels[0], 2) for row in best]
    assert found[3].median == statistics.median(places)


def test_remarks_have_one_length_and_everything_wrong_is_told_at_once() -> None:
    assert len(encode({})) == len(encode({1: "好", 2: ""})) == LENGTH
    assert decode(encode({1: "好\n看", 2: ""})) == {1: "好\n看"}
    found = faults({1: "长" * (MOST + 1), 9: "不是我的"}, (1, 2))
    assert [(fault.key, fault.facts["entries"]) for fault in found] == [("remark.long", [1]), ("remark.not_yours", [9])]
    much = dict.fromkeys(range(60), "长" * MOST)
    assert [fault.key for fault in faults(much, tuple(much))] == ["remark.too_much"]
    with pytest.raises(ValueError, match="expected at most"):
        encode(much)
