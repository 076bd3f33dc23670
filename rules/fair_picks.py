"""What was asked and picked when, for telling how usual a wrong option is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its question, the option that was picked ("" where the time was over), whether it is right, when."""

    code: str
    picked: str
    right: bool
    at: int


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt of one person, ended or not; `first`: nobody has an earlier one of theirs. UTC microseconds."""

    id: int
    person: int
    unit: int
    begun: int
    answers: tuple[Answer, ...]
    ended: bool = True
    first: bool = True

    @property
    def gaps(self) -> tuple[int, ...]:
        """Microseconds between its answers."""
        return tuple(later.at - earlier.at for earlier, later in pairwise(self.answers))


class Picks:
    """What attempts were asked and picked, by the instants at which they were begun; `span` on both sides is near."""

    def __init__(self, runs: Sequence[Run], span: int) -> None:
        self._span = span
        self._asked: dict[str, list[int]] = defaultdict(list)
        self._picked: dict[tuple[str, str], list[int]] = defaultdict(list)
        for run in sorted(runs, key=lambda run: run.begun):
            for answer in run.answers:
                self._asked[answer.code].append(run.begun)
                self._picked[answer.code, answer.picked].append(run.begun)

    def asked(self, answer: Answer, at: int) -> int:
        """How many attempts near an instant were asked the same."""
        return self._near(self._asked[answer.code], at)

    def same(self, answer: Answer, at: int) -> int:
        """How many of them picked the same."""
        return self._near(self._picked[answer.code, answer.picked], at)

    def usual(self, answer: Answer, at: int) -> float:
        """How likely anybody picks it, by what was picked at other times; one half where nobody was asked then."""
        asked, picked = self._asked[answer.code], self._picked[answer.code, answer.picked]
        return (len(picked) - self._near(picked, at) + 1) / (len(asked) - self._near(asked, at) + 2)

    def _near(self, instants: Sequence[int], at: int) -> int:
        return bisect_right(instants, at + self._span) - bisect_left(instants, at - self._span)
