"""Figures of a bank that show whether it can be guessed: where the keys stand, and whether the longest is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rules.bank import Question
from rules.bank_key import LETTERS


@dataclass(frozen=True, slots=True)
class BankFigures:
    """What stands in the questions.

    `keys`: (letter, questions whose right option has it). `longest`, `shortest`: share that somebody gets right who
    knows nothing and always takes the option with the most, or fewest, characters; `blind`: who takes any option.
    `tags`: (tag, questions), most first.
    """

    questions: int
    keys: tuple[tuple[str, int], ...]
    longest: Fraction
    shortest: Fraction
    blind: Fraction
    tags: tuple[tuple[str, int], ...]


def figures_of(questions: Sequence[Question]) -> BankFigures:
    """The figures of these questions; shares of no question are 0."""
    keys = Counter(LETTERS[each.key] for each in questions)
    tags = Counter(each.tag for each in questions if each.tag)
    whole = max(1, len(questions))
    return BankFigures(
        len(questions),
        tuple(sorted(keys.items())),
        sum((_taken(each, max) for each in questions), Fraction()) / whole,
        sum((_taken(each, min) for each in questions), Fraction()) / whole,
        sum((Fraction(1, len(each.options)) for each in questions), Fraction()) / whole,
        tuple(tags.most_common()),
    )


def _taken(question: Question, choose: Callable[[list[int]], int]) -> Fraction:
    """How likely the right option is taken by its length; options of equal length share the chance."""
    lengths = [len(each) for each in question.options]
    wanted = choose(lengths)
    return Fraction(1, lengths.count(wanted)) if lengths[question.key] == wanted else Fraction()
