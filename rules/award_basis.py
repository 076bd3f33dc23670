"""What a prize for organising (优秀组织奖) rests on: what each unit reported, its floors, what passed, what won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.audience import Tallies, Tally, by_unit, reported
from rules.award_field import Given
from rules.looks_awards import Ranked
from rules.notice import Notice
from rules.people import Unit


@dataclass(frozen=True, slots=True)
class Basis:
    """One unit: works reported in each track (in the notice's order), how many were judged and how many won a prize.

    `owes`: the labels of tracks whose floor it did not reach; `floors`: whether it had any.
    """

    unit: Unit
    reported: tuple[int, ...]
    judged: int
    won: int
    floors: bool
    owes: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.reported)


def basis_of(
    notice: Notice, units: Sequence[Unit], tallies: Sequence[Tally], ranked: Sequence[Ranked], given: Sequence[Given]
) -> tuple[Basis, ...]:
    """Every unit that reported anything, the one with most works first. What won counts for the unit that entered it.

    Works of the units under one count as its quota says.
    """
    found = [_of(notice, unit, by_unit(tallies), ranked, given) for unit in units]
    reporting = [each for each in found if each.total]
    return tuple(sorted(reporting, key=lambda each: (-each.total, -each.judged, -each.won, each.unit.id)))


def _of(
    notice: Notice,
    unit: Unit,
    tallies: Tallies,
    ranked: Sequence[Ranked],
    given: Sequence[Given],
) -> Basis:
    counts: list[int] = []
    owes: list[str] = []
    floors = False
    for track in notice.entered:
        quota = track.quota(unit.klass)
        count = reported(quota, tallies.get((unit.id, track.key)))
        counts.append(count)
        floors = floors or bool(quota.floor)
        if count < quota.floor:
            owes.append(track.label)
    judged = sum(each.unit == unit.id for each in ranked)
    won = sum(each.unit == unit.id and each.entry > 0 for each in given)
    return Basis(unit, tuple(counts), judged, won, floors, tuple(owes))
