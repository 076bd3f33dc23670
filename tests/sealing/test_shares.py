"""Any two of three shares open a round, one does not; a slip, another round's share and the same one twice are told."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing.shares import LETTERS, SECRET, BadShare, combine, fingerprint, new_secret, read, split


@given(st.binary(min_size=SECRET, max_size=SECRET), st.sampled_from([(2, 3), (3, 5), (4, 7)]))
def test_enough_shares_give_the_secret_and_too_few_do_not(secret: bytes, shape: tuple[int, int]) -> None:
    threshold, count = shape
    shares = split(secret, "r1", threshold=threshold, count=count)
    assert all(combine(some, "r1") == secret for some in combinations(shares, threshold))
    assert combine(shares, "r1") == secret
    assert all(combine(some, "r1") != secret for some in combinations(shares, threshold - 1))


def test_a_share_is_read_as_people_type_it() -> None:
    share = split(bytes(SECRET), "r1", threshold=2, count=3)[0]
    assert len(share.replace("-", "")) == LETTERS == 32
    for typed in (share.lower(), share.replace("-", " "), f" {share}\n", share.replace("0", "o").replace("1", "l")):
        assert read(typed, "r1") == share


def test_one_wrong_letter_is_noticed_wherever_it_is() -> None:
    share = split(new_secret(), "r1", threshold=2, count=3)[0]
    for at, letter in enumerate(share):
        if letter != "-":
            with pytest.raises(BadShare):
                read(share[:at] + ("2" if letter != "2" else "3") + share[at + 1 :], "r1")


@pytest.mark.parametrize("typed", ["", "abc", "*" * 32, "7" * 31, "7" * 33, "７Ｆ" * 3])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(BadShare):
        read(typed, "r1")


def test_a_share_of_another_round_and_the_same_one_twice_are_refused() -> None:
    first, second, _ = split(new_secret(), "r1", threshold=2, count=3)
    with pytest.raises(BadShare, match="share of this round"):
        read(first, "r2")
    with pytest.raises(BadShare, match="the same one twice"):
        combine([first, first.lower()], "r1")
    assert fingerprint(first, "r1") != fingerprint(second, "r1")
    assert fingerprint(first.lower(), "r1") == fingerprint(first, "r1")


@pytest.mark.parametrize("shape", [(1, 3), (3, 3), (2, 16)])
def test_one_may_always_be_lost_and_none_opens_alone(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="expected 2 <= threshold < count"):
        split(new_secret(), "r1", threshold=shape[0], count=shape[1])
