"""The figures of a bank show whether it can be guessed by letter or by length."""

from __future__ import annotations

from fractions import Fraction

from rules.bank import Question
from rules.bank_figures import BankFigures, figures_of


def question(*options: str, key: int, tag: str = "") -> Question:
    return Question("题", options, key, "源", tag=tag)


def test_keys_lengths_and_tags_are_counted() -> None:
    questions = [
        question("一二三", "一", "二", "三", key=0, tag="甲"),
        question("一二", "三四", "五", "六", key=1, tag="甲"),
        question("一二", "三", key=1, tag="乙"),
    ]
    assert figures_of(questions) == BankFigures(
        questions=3,
        keys=(("A", 1), ("B", 2)),
        longest=(1 + Fraction(1, 2)) / 3,
        shortest=Fraction(1, 3),
        blind=(Fraction(1, 4) + Fraction(1, 4) + Fraction(1, 2)) / 3,
        tags=(("甲", 2), ("乙", 1)),
    )


def test_no_question_has_figures_of_nothing() -> None:
    assert figures_of([]) == BankFigures(0, (), Fraction(), Fraction(), Fraction(), ())
