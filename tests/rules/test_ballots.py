"""A paper says everything that is wrong with it at once, has one length whatever is on it, and its opening one hash."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.ballots import NO, YES, Choices, Opening, Paper, decode, encode, faults, levels_of_order, recusals

SCORES = Paper("r1", "scores", (1, 2, 3), ("a", "b"), 10)
APPROVE = Paper("r1", "approve", (1, 2, 3, 4), ("choice",), YES, most=2)
RANK = Paper("r1", "rank", (1, 2, 3), ("place",), 5)
OPENING = Opening(
    SCORES, {1: (), 2: (3,)}, 2,
    {"public": "3/10", "expert": "7/10", "criteria": ["1/2", "1/2"], "trimmed": False, "least": 5,
     "normalise": "top100", "ties": "rule"},
    0, 10, "aa", "bb", 2, 3,
)  # fmt: skip


def told(paper: Paper, choices: Choices, *recused: int) -> list[tuple[str, object]]:
    return [(fault.key, dict(fault.facts)) for fault in faults(paper, choices, recused)]


def test_a_full_paper_has_no_fault_and_a_recused_entry_is_left_out() -> None:
    assert told(SCORES, {1: (1, 10), 2: (5, 5), 3: (9, 9)}) == []
    assert told(SCORES, {1: (1, 10), 2: (5, 5)}, 3) == []


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert told(SCORES, {1: (0, 3), 2: (11, 4), 3: (9, 9), 7: (1, 1)}, 3) == [
        ("ballot.incomplete", {"missing": 1, "due": 2, "entries": [1]}),
        ("ballot.not_yours", {"entries": [3, 7]}),
        ("ballot.out_of_scale", {"entries": [2], "top": 10}),
    ]


def test_no_more_are_approved_than_may_be() -> None:
    three = {1: (YES,), 2: (YES,), 3: (YES,), 4: (NO,)}
    assert told(APPROVE, three) == [("ballot.too_many", {"approved": 3, "most": 2})]
    assert told(APPROVE, {**three, 3: (NO,)}) == []


def test_a_ranking_has_every_place_once_and_a_recusal_favours_nobody() -> None:
    full, spared = levels_of_order(RANK, (2, 1, 3)), levels_of_order(RANK, (2, 3))
    assert (full, spared) == ({2: (5,), 1: (3,), 3: (1,)}, {2: (4,), 3: (2,)})
    assert (told(RANK, full), told(RANK, spared, 1)) == ([], [])
    assert told(RANK, {**full, 1: (5,)}) == [("ballot.not_a_ranking", {"count": 3})]


@given(st.dictionaries(st.sampled_from(SCORES.entries), st.tuples(st.integers(0, 10), st.integers(0, 10))))
def test_every_paper_of_a_round_has_one_length_and_is_read_back(choices: dict[int, tuple[int, ...]]) -> None:
    raw = encode(SCORES, choices)
    assert len(raw) == SCORES.length == 12
    assert decode(SCORES, raw) == {entry: choices.get(entry, (0, 0)) for entry in SCORES.entries}


def test_a_paper_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="expected a paper of 12 bytes, found 11"):
        decode(SCORES, encode(SCORES, {})[1:])
    with pytest.raises(ValueError, match="expected 6 levels, found 5"):
        encode(SCORES, {1: (1,)})


@pytest.mark.parametrize("entries", [(), (2, 1), (1, 1)])
def test_entries_stand_once_and_in_order(entries: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="in rising order"):
        replace(SCORES, entries=entries)


def test_an_opening_is_the_same_after_it_was_published_and_any_change_gives_another_hash() -> None:
    assert Opening.of(OPENING.plain()) == OPENING
    changed = [
        replace(OPENING, quorum=3), replace(OPENING, closes=11), replace(OPENING, roll={1: (), 2: ()}),
        replace(OPENING, public_key="ab"), replace(OPENING, paper=replace(SCORES, top=9)),
        replace(OPENING, rule={**OPENING.rule, "public": "4/10"}), replace(OPENING, threshold=3),
    ]  # fmt: skip
    hashes = {each.commitment() for each in changed}
    assert len(hashes | {OPENING.commitment()}) == len(changed) + 1


def test_experts_stay_away_from_their_own_units_entries_and_from_declared_ones() -> None:
    owners = {1: 10, 2: 20, 3: 10, 4: 0}
    assert recusals(owners, 10) == (1, 3)
    assert recusals(owners, 0) == ()
    assert recusals(owners, 20, (4, 99)) == (2, 4)
