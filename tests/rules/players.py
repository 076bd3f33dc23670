"""Players of a quiz as they are: how long they read, what they know, and what they get wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from rules.fair_picks import Answer, Run

SECOND = 1_000_000
OPTIONS = ("甲", "乙", "丙", "丁")


@dataclass
class Bank:
    """Questions whose wrong options are not equally tempting: most who err take the same one."""

    size: int = 284
    codes: list[str] = field(init=False)
    ease: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        dice = Random(99)
        self.codes = [f"q{number:03d}" for number in range(self.size)]
        self.ease = {code: dice.uniform(0.5, 0.95) for code in self.codes}

    def pick(self, dice: Random, code: str, skill: float) -> str:
        """What somebody of this skill (1: ordinary) picks; 甲 is right."""
        if dice.random() < min(0.98, self.ease[code] * skill):
            return OPTIONS[0]
        return dice.choices(OPTIONS[1:], weights=(6, 3, 1))[0]


class Hall:
    """Where people play. Each call makes one attempt."""

    def __init__(self, dice: Random, bank: Bank) -> None:
        self.dice, self.bank, self.runs = dice, bank, list[Run]()
        self._played = set[int]()

    def play(
        self, person: int, unit: int, begun: float, *, pace: Callable[[int], float] | None = None, skill: float = 1.0,
        resolution: int = 1, pick: Callable[[str], str] | None = None,
    ) -> Run:  # fmt: skip
        """One attempt begun at a second; `pace` gives the seconds before each answer, `resolution` what clocks show."""
        own = self.dice.uniform(4, 11)
        at, answers = begun, []
        for place, code in enumerate(self.dice.sample(self.bank.codes, 10)):
            at += pace(place) if pace is not None else 1.2 + self.dice.lognormvariate(0, 0.6) * own * 0.6
            picked = pick(code) if pick is not None else self.bank.pick(self.dice, code, skill)
            instant = int(at * SECOND) // resolution * resolution
            answers.append(Answer(code, picked, picked == OPTIONS[0], instant))
        run = Run(
            len(self.runs) + 1, person, unit, int(begun * SECOND), tuple(answers), first=person not in self._played
        )
        self._played.add(person)
        self.runs.append(run)
        return run

    def leave(self, person: int, begun: float) -> None:
        """Begin, look at the first question, and go."""
        self.runs.append(Run(len(self.runs) + 1, person, 0, int(begun * SECOND), (), ended=False))
