"""A quiz at one moment, shaped for organisers: classes and superiors of units, every hour, who has not come yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.bank import Question
from rules.instants import from_micros
from rules.looks_quiz import QuizFigures, UnitPlays
from rules.notice import Notice
from rules.people import Unit

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Group:
    """Units that belong together: how many, for how many somebody answered, people, attempts, passes.

    A person who answered for two units counts for both. `label` "": those who play for no unit.
    """

    label: str
    units: int
    playing: int
    people: int
    attempts: int
    passed: int


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour, by its beginning in the campaign's zone, with the attempts begun in it that were ended in time."""

    begins: datetime
    attempts: int
    people: int


@dataclass(frozen=True, slots=True)
class Hard:
    """A question with how often it was answered and how often rightly; `text` "" where the bank has it no more."""

    code: str
    text: str
    answered: int
    right: int

    @property
    def percent(self) -> int:
        """Right answers in hundredths, rounded down."""
        return 100 * self.right // self.answered if self.answered else 0


@dataclass(frozen=True, slots=True)
class QuizView:
    """All of it. `state`: "ahead", "open" or "over"; `above`: by the superior unit, empty where none has one.

    `rest` is how many hours are still to come before the close, without the one that has begun.
    """

    now: datetime
    state: str
    figures: QuizFigures
    classes: tuple[Group, ...]
    above: tuple[Group, ...]
    units: tuple[tuple[Unit, UnitPlays], ...]
    silent: tuple[Unit, ...]
    hours: tuple[Hour, ...]
    rest: int
    hard: tuple[Hard, ...] = ()

    @property
    def busiest(self) -> Hour | None:
        """The hour with the most attempts, the first of equal ones."""
        return max(self.hours, key=lambda hour: hour.attempts) if self.figures.attempts else None


def quiz_view(
    notice: Notice, figures: QuizFigures, members: Sequence[Unit], bank: Mapping[str, Question], now: datetime
) -> QuizView:
    """Shape what was read. The notice must have a quiz."""
    assert notice.quiz is not None, "only a notice with a quiz is looked at"
    stage, zone = notice.quiz.stage, ZoneInfo(notice.zone)
    plays = {each.unit: each for each in figures.units}
    none = UnitPlays(0, "", 0, 0, 0)
    every = [(unit, plays.get(unit.id, none)) for unit in members]
    hours = tuple(_hours(figures, stage.opens.astimezone(zone), min(max(now, stage.opens), stage.closes)))
    return QuizView(
        now=now.astimezone(zone),
        state="ahead" if now < stage.opens else "open" if now < stage.closes else "over",
        figures=figures,
        classes=(*_classes(notice, every), *_public(plays)),
        above=tuple(_above(every, figures.parents)),
        units=tuple(sorted(every, key=lambda each: -each[1].people)),
        silent=tuple(unit for unit, play in every if not play.attempts),
        hours=hours,
        rest=-(-(stage.closes - stage.opens) // _HOUR) - len(hours),
        hard=tuple(
            Hard(each.code, bank[each.code].text if each.code in bank else "", each.answered, each.right)
            for each in figures.hard
        ),
    )


def _classes(notice: Notice, every: Sequence[tuple[Unit, UnitPlays]]) -> Iterable[Group]:
    """The classes of the notice that have units, in its order."""
    for klass in notice.classes:
        if mine := [play for unit, play in every if unit.klass == klass.key]:
            yield _group(klass.label, mine)


def _public(plays: Mapping[int, UnitPlays]) -> Iterable[Group]:
    if alone := plays.get(0):
        yield Group("", 0, 0, alone.people, alone.attempts, alone.passed)


def _above(every: Sequence[tuple[Unit, UnitPlays]], parents: Mapping[int, str]) -> Iterable[Group]:
    """Each superior with the units directly under it and itself."""
    for name in dict.fromkeys(parents.values()):
        yield _group(name, [play for unit, play in every if name in (parents.get(unit.id), unit.name, unit.short)])


def _group(label: str, mine: Sequence[UnitPlays]) -> Group:
    sums = [sum(getattr(play, name) for play in mine) for name in ("people", "attempts", "passed")]
    return Group(label, len(mine), sum(play.attempts > 0 for play in mine), *sums)


def _hours(figures: QuizFigures, opens: datetime, last: datetime) -> Iterable[Hour]:
    """Every hour from the opening on, also those in which nobody came."""
    attempts: Counter[int] = Counter()
    people: Counter[int] = Counter()
    for at, count in figures.hours.items():
        place = max(0, (from_micros(at) - opens) // _HOUR)
        attempts[place] += count
        people[place] += figures.hour_people.get(at, 0)
    for place in range(-(-(last - opens) // _HOUR)):
        yield Hour(opens + place * _HOUR, attempts[place], people[place])
