"""The sample bank of hongze-quiz-2020 is whole, and nobody passes who only looks at letters or lengths."""

from __future__ import annotations

from fractions import Fraction

from bot.campaigns import bank
from rules.bank import Bank
from rules.bank_figures import figures_of
from tests.campaigns.shipped import CAMPAIGNS

NOTICE = CAMPAIGNS / "hongze-quiz-2020.toml"


def shipped() -> Bank:
    found = bank(NOTICE)
    assert found is not None
    return found


def test_the_bank_has_two_hundred_questions_and_nothing_to_mend() -> None:
    found = shipped()
    assert (found.faults, found.warnings) == ((), ())
    assert len(found.questions) == 284
    assert len({each.code for each in found.questions}) == 284


def test_every_question_has_four_options_an_explanation_a_source_and_a_tag() -> None:
    wrong = [
        each.text
        for each in shipped().questions
        if len(each.options) != 4 or not (each.explanation and each.source and each.tag)
    ]
    assert wrong == []


def test_keys_are_spread_evenly_over_the_letters_and_everywhere_in_the_file() -> None:
    questions = shipped().questions
    assert figures_of(questions).keys == (("A", 71), ("B", 71), ("C", 71), ("D", 71))
    for start in range(0, 280, 40):
        keys = [each.key for each in questions[start : start + 40]]
        assert [place for place in range(4) if not 3 <= keys.count(place) <= 20] == []


def test_neither_the_longest_nor_the_shortest_option_is_a_good_guess() -> None:
    figures = figures_of(shipped().questions)
    assert figures.blind == Fraction(1, 4)
    assert abs(figures.longest - figures.blind) < Fraction(5, 100)
    assert abs(figures.shortest - figures.blind) < Fraction(5, 100)
    longest = [
        each for each in shipped().questions if len(each.options[each.key]) > _longest_wrong(each.options, each.key)
    ]
    assert len(longest) * 4 < 284


def _longest_wrong(options: tuple[str, ...], key: int) -> int:
    return max(len(each) for place, each in enumerate(options) if place != key)


def test_the_questions_come_from_many_fields() -> None:
    figures = figures_of(shipped().questions)
    assert len(figures.tags) == 16
    assert max(count for _, count in figures.tags) * 5 < 284


def test_a_source_names_its_document() -> None:
    questions = shipped().questions
    assert [
        each.source for each in questions if "《" not in each.source and "社会主义核心价值观" not in each.source
    ] == []
