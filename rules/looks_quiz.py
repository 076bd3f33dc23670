"""What a flow may read of a quiz: somebody's attempts, their packets, and what organisers count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.looks import Look


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: its number, the codes of its questions in order, its seed, what was picked so far by place.

    `last`: the instant (UTC microseconds) of the newest answer, or of the beginning.
    """

    id: int
    codes: tuple[str, ...]
    seed: bytes
    picked: dict[int, int] = field(default_factory=dict)
    last: int = 0


@dataclass(frozen=True, slots=True)
class OpenAttempt(Look):
    """The attempt that somebody has not ended → Attempt or None."""

    campaign: str
    person: int


@dataclass(frozen=True, slots=True)
class AttemptIn(Look):
    """One attempt of a person, over or not → Attempt or None."""

    attempt: int
    person: int


@dataclass(frozen=True, slots=True)
class Played:
    """What somebody has done: attempts that count, the best of them, the fen that they won, and whether they play."""

    attempts: int
    best: int
    won: int
    plays: bool
    unit: int = 0
    unit_name: str = ""


@dataclass(frozen=True, slots=True)
class PlayedBy(Look):
    """→ Played."""

    campaign: str
    person: int


@dataclass(frozen=True, slots=True)
class Stock:
    """The pool of packets: how many and how much in all, how many are left, and the commitment; `count` 0: no pool.

    How many are `paid` is counted for the organiser's figures alone.
    """

    count: int = 0
    total: int = 0
    left: int = 0
    commitment: str = ""
    paid: int = 0


@dataclass(frozen=True, slots=True)
class StockOf(Look):
    """→ Stock."""

    campaign: str


@dataclass(frozen=True, slots=True)
class UnitPlays:
    """One unit's part: how many people answered, their attempts, how many passed."""

    unit: int
    name: str
    people: int
    attempts: int
    passed: int


@dataclass(frozen=True, slots=True)
class UnitPlaysOf(Look):
    """How one unit takes part: attempts that were ended in time → UnitPlays."""

    campaign: str
    unit: int


@dataclass(frozen=True, slots=True)
class HardQuestion:
    """A question with how often it was answered, and how often rightly."""

    code: str
    answered: int
    right: int


@dataclass(frozen=True, slots=True)
class QuizFigures:
    """What organisers are told: people and attempts in all, by unit (most people first) and by hour, hard questions.

    An attempt counts once it is ended in time; `void` ended after the close, `unfinished` is open still. `hours` maps
    the hour's beginning (UTC microseconds) to the attempts that were begun in it, `hour_people` to how many people
    began them. `parents`: the superior of each unit that has one.
    """

    people: int
    attempts: int
    passed: int
    units: tuple[UnitPlays, ...]
    hours: dict[int, int]
    hard: tuple[HardQuestion, ...]
    stock: Stock
    swift: int
    void: int = 0
    unfinished: int = 0
    hour_people: Mapping[int, int] = field(default_factory=dict)
    parents: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuizFiguresOf(Look):
    """→ QuizFigures. `swift`: attempts whose answers came faster than people read, by the median of their gaps.

    At most `hard` of the questions that were answered `least` times. `until` (UTC microseconds): as it stood at that
    instant, whatever came later; 0 for now.
    """

    campaign: str
    hard: int = 5
    until: int = 0
    least: int = 5
