"""One attempt at a quiz: which questions it draws from the bank, and in which order their options stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.bank import Question
from rules.chance import Chance


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put to somebody: its options in their order, and the place of the right one, from 0."""

    code: str
    text: str
    options: tuple[str, ...]
    key: int
    explanation: str = ""
    source: str = ""

    @property
    def right(self) -> str:
        """The right option."""
        return self.options[self.key]

    def told(self, picked: int) -> str:
        """An option; "" where none was picked."""
        return self.options[picked] if 0 <= picked < len(self.options) else ""


def drawn(codes: Sequence[str], draw: int, seed: bytes) -> tuple[str, ...]:
    """The codes of the questions of an attempt, in the order in which they are asked; none twice.

    The order of `codes` decides nothing, so that a bank whose lines were moved gives the same.
    """
    different = sorted(set(codes))
    if draw > len(different):
        raise ValueError(f"expected a bank of {draw} questions or more, found {len(different)}; the quiz cannot open")
    return tuple(Chance(seed, "questions").picked(different, draw))


# The same question is put when it is asked, when it is answered, and in the result.
@lru_cache(maxsize=20_000)
def asked(code: str, question: Question, seed: bytes, *, shuffle: bool) -> Asked:
    """A question, found by its code, with its options in the order of this attempt; as in the bank unless `shuffle`."""
    order = list(range(len(question.options)))
    if shuffle:
        order = Chance(seed, f"options/{code}").shuffled(order)
    return Asked(
        code, question.text, tuple(question.options[place] for place in order), order.index(question.key),
        question.explanation, question.source,
    )  # fmt: skip
