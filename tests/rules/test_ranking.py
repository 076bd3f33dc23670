"""Places follow totals, ties follow the rule, the order of input never matters, and a vote more never lowers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.points import NORMALISATIONS, Marking, Normalise
from rules.ranking import Formula, Judged, Place, rank, sensitivity

XIAN = Formula(Fraction(3, 10), Fraction(7, 10), Marking(top=10))
COMMITTEE = replace(XIAN, ties="committee")


def marks(*given: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(each) for each in given)


def order(places: tuple[Place, ...]) -> list[tuple[int, int, str]]:
    return [(place.entry, place.rank, place.decided) for place in places]


def test_the_total_is_thirty_percent_public_and_seventy_percent_experts() -> None:
    places = rank([Judged(1, 50, marks(6, 8)), Judged(2, 100, marks(5, 7))], XIAN)
    told: list[tuple[int | Fraction, ...]] = [(p.entry, p.total, p.public, p.expert) for p in places]
    assert told == [(2, 72, 100, 60), (1, 64, 50, 70)]


def test_shares_must_add_up_exactly() -> None:
    with pytest.raises(ValueError, match="expected shares that add up to 1"):
        Formula(Fraction(3, 10), Fraction(6, 10), Marking(top=10))


def test_equal_totals_are_parted_by_median_then_low_marks_then_the_public() -> None:
    experts = Formula(Fraction(0), Fraction(1), Marking(top=10))
    assert order(rank([Judged(1, 0, marks(5, 7, 9)), Judged(2, 0, marks(6, 6, 9))], experts)) == [
        (1, 1, "total"),
        (2, 2, "median"),
    ]
    assert order(rank([Judged(1, 0, marks(4, 7, 10)), Judged(2, 0, marks(6, 7, 8))], experts)) == [
        (2, 1, "total"),
        (1, 2, "lowest"),
    ]
    assert order(rank([Judged(1, 0, marks(5, 5, 7, 7, 9, 9)), Judged(2, 0, marks(5, 6, 6, 8, 8, 9))], experts)) == [
        (2, 1, "total"),
        (1, 2, "lowest"),
    ]
    assert order(rank([Judged(1, 3, marks(7, 7)), Judged(2, 4, marks(7, 7))], experts)) == [
        (2, 1, "total"),
        (1, 2, "public"),
    ]


def test_what_no_rule_parts_shares_a_place_and_the_next_is_skipped() -> None:
    alike = [Judged(entry, 5, marks(7, 8)) for entry in (3, 1, 2)]
    places = rank([*alike, Judged(9, 0, marks(1, 1))], XIAN)
    assert order(places) == [(1, 1, "open"), (2, 1, "open"), (3, 1, "open"), (9, 4, "total")]
    assert places[0].tied == (2, 3)


def test_where_the_committee_decides_ties_no_rule_parts_them() -> None:
    found = rank([Judged(1, 0, marks(5, 7, 9)), Judged(2, 0, marks(6, 6, 9))], COMMITTEE)
    assert order(found) == [(1, 1, "open"), (2, 1, "open")]


lists = st.lists(
    st.tuples(st.integers(0, 12), st.lists(st.integers(1, 10), min_size=3, max_size=3)), min_size=1, max_size=9
).map(lambda rows: [Judged(index, votes, marks(*given)) for index, (votes, given) in enumerate(rows, 1)])
formulas = st.builds(
    lambda share, how, ties: Formula(Fraction(share, 10), Fraction(10 - share, 10), Marking(top=10), how, ties),
    st.integers(0, 9), st.sampled_from(NORMALISATIONS), st.sampled_from(["rule", "committee"]),
)  # fmt: skip


@given(lists, formulas, st.randoms())
def test_the_order_of_input_never_matters(judged: list[Judged], formula: Formula, random: object) -> None:
    shuffled = list(judged)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled, formula) == rank(judged, formula)


@given(lists, formulas, st.data())
def test_a_vote_more_never_lowers(judged: list[Judged], formula: Formula, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(judged) - 1))
    more = [replace(each, votes=each.votes + 1) if index == at else each for index, each in enumerate(judged)]
    before = {place.entry: place.rank for place in rank(judged, formula)}
    after = {place.entry: place.rank for place in rank(more, formula)}
    assert after[judged[at].entry] <= before[judged[at].entry]


@given(lists, formulas)
def test_everybody_has_one_place_and_places_never_go_up_with_less(judged: list[Judged], formula: Formula) -> None:
    places = rank(judged, formula)
    assert sorted(place.entry for place in places) == sorted(each.entry for each in judged)
    totals = [place.total for place in places]
    assert totals == sorted(totals, reverse=True)
    assert [place.rank for place in places] == [
        1 + sum(other.rank < place.rank for other in places) for place in places
    ]


@settings(max_examples=150)
@given(lists, formulas)
def test_what_hangs_on_one_vote_is_just_what_a_vote_more_turns(judged: list[Judged], formula: Formula) -> None:
    told = set(sensitivity(judged, formula).one_vote)
    places = rank(judged, formula)
    found: set[tuple[int, int]] = set()
    for above, below in pairwise(places):
        if above.rank == below.rank or not formula.public:
            continue
        more = [replace(each, votes=each.votes + (each.entry == below.entry)) for each in judged]
        after = {place.entry: place.total for place in rank(more, formula)}
        if after[below.entry] >= after[above.entry]:
            found.add((above.entry, below.entry))
    assert told == found


def test_the_note_says_which_places_another_normalisation_changes() -> None:
    judged = [Judged(1, 1000, marks(6)), Judged(2, 10, marks(9)), Judged(3, 9, marks(9))]
    note = sensitivity(judged, XIAN)
    assert (note.normalisation, note.firm) == ({"share": (), "percentile": (1, 2)}, False)
    how: Normalise = "percentile"
    assert [place.entry for place in rank(judged, replace(XIAN, normalise=how))] == [2, 1, 3]
    firm = sensitivity([Judged(1, 9, marks(9)), Judged(2, 2, marks(3))], XIAN)
    assert (firm.one_vote, firm.firm) == ((), True)


@given(lists, formulas, st.data())
def test_a_better_mark_never_lowers(judged: list[Judged], formula: Formula, data: st.DataObject) -> None:
    at, which = data.draw(st.integers(0, len(judged) - 1)), data.draw(st.integers(0, 2))
    better = tuple(mark + (place == which) for place, mark in enumerate(judged[at].marks))
    more = [replace(each, marks=better) if index == at else each for index, each in enumerate(judged)]
    before = {place.entry: place.rank for place in rank(judged, formula)}
    after = {place.entry: place.rank for place in rank(more, formula)}
    assert after[judged[at].entry] <= before[judged[at].entry]
