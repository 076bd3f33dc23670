"""The tally counts every envelope once, tells nobody whose row is whose, and opens nothing in part."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from rules.ballots import encode
from sealing.envelopes import new_seed, seal
from sealing.shares import new_secret
from sealing.tally import Envelope, SpoiledBallot, WrongKey, tally, trackers
from tests.sealing.round import played


def test_the_board_holds_every_mark_once_and_recused_ones_not_at_all() -> None:
    round_ = played()
    expected = Counter((entry, levels) for choice in round_.choices.values() for entry, levels in choice.items())
    assert Counter((row.entry, row.levels) for row in round_.board) == expected
    counted = Counter(row.entry for row in round_.board)
    assert [counted[entry] for entry in round_.opening.paper.entries] == [9, 9, 10, 10, 10, 10, 10, 10]


def test_the_board_is_the_same_in_whatever_order_the_envelopes_came() -> None:
    round_ = played()
    assert tally(round_.opening, round_.envelopes[::-1], round_.secret) == round_.board
    assert list(round_.board) == sorted(round_.board, key=lambda row: (row.entry, row.tracker))


def test_an_expert_finds_their_own_rows_by_their_seed_and_nobody_elses() -> None:
    round_ = played()
    for number, seed in round_.seeds.items():
        mine = trackers(seed, list(round_.choices[number]))
        found = {row.entry: row.levels for row in round_.board if mine.get(row.entry) == row.tracker}
        assert found == round_.choices[number]


def test_trackers_of_one_expert_differ_from_entry_to_entry() -> None:
    found = trackers(new_seed(), range(500))
    assert len(set(found.values())) == 500


def test_a_wrong_key_opens_nothing() -> None:
    round_ = played()
    with pytest.raises(WrongKey, match="expected the key that was fixed"):
        tally(round_.opening, round_.envelopes, new_secret())


def test_a_spoiled_envelope_stops_the_whole_tally_and_says_whose_it_is() -> None:
    round_ = played()
    paper = round_.opening.paper
    first, second, *others = round_.envelopes
    changed = replace(second, ciphertext=second.ciphertext[:-1] + b"x")
    with pytest.raises(SpoiledBallot) as spoiled:
        tally(round_.opening, [first, changed, *others], round_.secret)
    assert spoiled.value.numbers == (2,)
    # Somebody with the public key seals a paper that judges what its expert is recused from.
    everything = dict.fromkeys(paper.entries, (5, 5))
    judged = Envelope(1, seal(encode(paper, everything), new_seed(), round_.opening.public_key, "r1"))
    empty = Envelope(2, seal(encode(paper, {}), new_seed(), round_.opening.public_key, "r1"))
    with pytest.raises(SpoiledBallot) as spoiled:
        tally(round_.opening, [judged, empty, *others], round_.secret)
    assert spoiled.value.numbers == (1, 2)
