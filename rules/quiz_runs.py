"""Attempts as they are stored, made into what fair play is judged by: with the options that stood where was picked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules.bank import Question
from rules.fair_picks import Answer, Run
from rules.quiz_paper import asked


@dataclass(frozen=True, slots=True)
class Kept:
    """One attempt as it is stored. `answers`: (code, place picked, right, instant) in their order."""

    id: int
    person: int
    unit: int
    begun: int
    ended: bool
    seed: bytes
    answers: tuple[tuple[str, int, bool, int], ...]


def runs_of(kept: Iterable[Kept], bank: Mapping[str, Question], *, shuffle: bool) -> Iterator[Run]:
    """The attempts, those begun first in front. Of what the bank no longer holds, the place that was picked is told."""
    known = set[int]()
    for each in sorted(kept, key=lambda one: (one.begun, one.id)):
        answers = tuple(
            Answer(code, "" if right else _option(bank.get(code), code, picked, each.seed, shuffle), right, at)
            for code, picked, right, at in each.answers
        )
        yield Run(each.id, each.person, each.unit, each.begun, answers, each.ended, each.person not in known)
        known.add(each.person)


def _option(question: Question | None, code: str, picked: int, seed: bytes, shuffle: bool) -> str:
    if question is None:
        return f"#{picked}"
    return asked(code, question, seed, shuffle=shuffle).told(picked)
