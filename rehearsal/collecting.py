"""The first half of a rehearsal: from the day of the notice to the day after its closing, with units as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from rehearsal.agenda import Agenda
from rehearsal.answering import Given
from rehearsal.course import gathered
from rehearsal.house import House
from rehearsal.liaisons import CHANNELS, Liaison, habits
from rehearsal.office import Office
from rehearsal.passing import passed
from rehearsal.quizzing import Quizzing
from rehearsal.record import Assumed
from rehearsal.rosters import Unit
from rehearsal.screeners import Heads
from rehearsal.scripts import Script
from rehearsal.size import Size
from rehearsal.stage import Citizen
from rehearsal.watch import Watch

#: Of a small play: what its units do, in turn.
SMALL = (
    "early", "evening", "early", "unsealed", "steady", "left", "handover", "late", "never", "muter", "over", "absent",
)  # fmt: skip
#: Before the last weeks little happens: looks every three hours are enough.
_FAR = timedelta(days=21)


@dataclass(slots=True)
class Collected:
    """Who took part, and how many works of each track were said to be in."""

    liaisons: list[Liaison]
    office: Office
    handed: dict[str, list[str]] = field(default_factory=dict)
    quiz: Quizzing | None = None
    assumed: tuple[Assumed, ...] = ()

    @property
    def units(self) -> int:
        """How many units took part."""
        return len({each.unit.name for each in self.liaisons})

    def by_unit(self) -> dict[str, Citizen]:
        """Whoever speaks for a unit now: the colleague, where it was handed over."""
        found: dict[str, Citizen] = {}
        for each in self.liaisons:
            if each.has_joined:
                found[each.unit.name] = each.newest.who
        return found


class Turns:
    """What is answered to the fields that a script gives, in turn, so that every prize finds works."""

    def __init__(self, script: Script) -> None:
        self._given = {works.track: cycle(works.given) for works in script.works}

    def next(self, track: str) -> Given:
        """What the next work of a track answers."""
        return next(self._given[track]) if track in self._given else {}


def cast_of(script: Script, units: Sequence[Unit], dice: Random, *, small: bool) -> list[tuple[Unit, str, str]]:
    """A habit and a channel for each unit. In a small play those whose works others screen are the diligent ones."""
    chosen = [SMALL[number % len(SMALL)] for number in range(len(units))] if small else habits(len(units), dice)
    if small and script.heads:
        chosen.reverse()
    return [(unit, habit, dice.choice(CHANNELS)) for unit, habit in zip(units, chosen, strict=True)]


async def collect(
    play: House, script: Script, cast: Sequence[tuple[Unit, str, str]], dice: Random, heads: Heads, watch: Watch,
    size: Size,
) -> Collected:  # fmt: skip
    """Play works, tasks and quiz; the program looks what is due at every step, and before whatever somebody does."""
    agenda, start, turns = Agenda(), play.clock.now(), Turns(script)
    liaisons = [Liaison(play, agenda, unit, habit, dice, channel, turns) for unit, habit, channel in cast]
    _mislead(liaisons)
    office = Office(play, agenda, liaisons, watch)
    office.plan(start)
    watch.plan(agenda)
    for each in liaisons:
        each.plan()
    done = Collected(liaisons, office)
    for instant in script.heads:
        agenda.add(play.instant(instant), lambda: heads.screen(play, script, done.by_unit()))
    if play.notice.quiz is not None:
        units = [unit.name for unit, _, _ in cast]
        done.quiz = Quizzing(play, agenda, (office.admin, office.other), units, dice, watch, size, start)
    closes = max(track.closes for track in play.notice.entered)
    await passed(play, agenda, liaisons, gathered(play.notice), lambda at: _step(at, closes, small=size.small))
    for each in liaisons:
        for track, titles in each.handed.items():
            done.handed.setdefault(track, []).extend(titles)
    return done


def _mislead(liaisons: Sequence[Liaison]) -> None:
    """Whoever takes the wrong code joins for a unit that nobody speaks for, of another class where there is one."""
    empty = [each.unit for each in liaisons if each.habit == "absent"]
    for each in liaisons:
        if each.habit == "misplaced" and empty:
            others = [unit for unit in empty if unit.klass != each.unit.klass] or empty
            each.stray = others[0].name


def _step(at: datetime, closes: datetime, *, small: bool) -> timedelta:
    """Closer looks where more happens: in the evenings and in the hours in which reminders go out."""
    if small:
        return timedelta(hours=3 if closes - timedelta(days=2) < at < closes else 24)
    if closes - at > _FAR:
        return timedelta(hours=3)
    return timedelta(minutes=10 if at.hour >= 20 else 30 if 7 <= at.hour < 10 else 60)
