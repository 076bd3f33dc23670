"""Words that bring friends, the sentence that an admin types, and what looks odd among followers."""

from __future__ import annotations

import pytest

from rules.codes import read_code
from rules.looks_payout import Follow
from rules.referral import SENTENCE, acknowledges, read_word
from rules.referral_signals import MINUTE, Sign, signs


def follow(inviter: int, follower: int, at: int = 0, *, stays: bool = True, played: bool = True) -> Follow:
    return Follow(inviter, follower, at * MINUTE, stays, played)


@pytest.mark.parametrize("typed", ["YQ7K3F9A2B0C", " yq7k3f9-a2b0c ", "YQ 7K3F9 A2B0C"])
def test_a_word_is_read_however_it_is_typed_and_is_no_invitation(typed: str) -> None:
    assert (read_word(typed), read_code(typed)) == ("YQ7K3F9A2B0C", None)


@pytest.mark.parametrize("typed", ["7K3F9A2B0C", "YQ7K3F9A2B", "XQ7K3F9A2B0C", "YQ7K3F9A2B0!"])
def test_what_is_no_word(typed: str) -> None:
    assert read_word(typed) is None


@pytest.mark.parametrize(
    ("typed", "fits"),
    [(SENTENCE, True), (f" {SENTENCE}。", True), (SENTENCE.replace("，", " "), True), ("我已知晓", False)],
)  # fmt: skip
def test_only_the_whole_sentence_acknowledges(typed: str, fits: bool) -> None:
    assert acknowledges(typed) is fits


def test_few_friends_far_apart_are_no_sign() -> None:
    assert signs([follow(1, 10 + number, number * 60) for number in range(4)]) == ()


def test_a_star_and_a_burst_are_told_with_their_numbers() -> None:
    slow = [follow(1, 100 + number, number * 60) for number in range(10)]
    quick = [follow(2, 200 + number, number) for number in range(6)]
    assert signs(slow + quick) == (Sign("star", 1, 10), Sign("burst", 2, 6, 6))


def test_a_chain_is_counted_from_whom_nobody_brought() -> None:
    assert signs([follow(1, 2, 0), follow(2, 3, 60), follow(3, 4, 120), follow(4, 5, 180), follow(1, 6, 240)]) == (
        Sign("chain", 1, 4),
    )


def test_followers_who_never_play_or_leave_again_are_told() -> None:
    idle = [follow(1, 10 + number, number * 60, played=number == 0) for number in range(5)]
    gone = [follow(2, 20 + number, number * 60, stays=number == 0) for number in range(5)]
    assert signs(idle + gone) == (Sign("gone", 2, 4, 5), Sign("idle", 1, 4, 5))
