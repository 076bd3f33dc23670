"""An attempt: ten different questions, the same whenever asked, and an order of options that gives nothing away."""

from __future__ import annotations

from collections import Counter

import pytest

from rules.bank import Question
from rules.quiz_paper import asked, drawn

QUESTION = Question("不良信息的保存期限是？", ("2年", "5年", "7年", "10年"), 1, "《征信业管理条例》第十六条")
CODES = tuple(f"{number:012x}" for number in range(40))


def seed(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_an_attempt_draws_different_questions_whatever_the_order_of_the_bank() -> None:
    found = drawn(CODES, 10, seed(1))
    assert (len(set(found)), drawn(CODES[::-1], 10, seed(1)) == found, drawn(CODES, 10, seed(2)) == found) == (
        10,
        True,
        False,
    )


def test_every_question_is_drawn_about_equally_often() -> None:
    counts = Counter(code for number in range(2000) for code in drawn(CODES, 10, seed(number)))
    assert len(counts) == 40
    assert 400 < min(counts.values()) <= max(counts.values()) < 600  # 500 each; six standard deviations are 116


def test_the_right_option_stands_in_every_place_about_equally_often() -> None:
    places = Counter(asked(QUESTION.code, QUESTION, seed(number), shuffle=True).key for number in range(2000))
    assert set(places) == {0, 1, 2, 3}
    assert min(places.values()) > 400
    assert all(asked(QUESTION.code, QUESTION, seed(number), shuffle=True).right == "5年" for number in range(50))


def test_without_shuffling_the_options_stand_as_in_the_bank() -> None:
    found = asked(QUESTION.code, QUESTION, seed(1), shuffle=False)
    assert (found.options, found.key, found.told(3), found.told(-1)) == (QUESTION.options, 1, "10年", "")


def test_a_bank_that_is_too_small_cannot_be_drawn_from() -> None:
    with pytest.raises(ValueError, match="expected a bank of 10 questions or more, found 9"):
        drawn(CODES[:9] + CODES[:5], 10, seed(1))
