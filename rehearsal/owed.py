"""What a unit can owe by number, a track's works or a task, under one name: how it is called, and when it closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rehearsal.record import Owing, Record
from rules.hurts.hurt import setting
from rules.notice import Notice

#: What is counted where a notice has no measure word: reports, forms, events.
PIECE = "件"


@dataclass(frozen=True, slots=True)
class Owed:
    """How it is called and counted, its clause, where its number stands in the file, and when it is late.

    `soft`: the number is only asked for in principle (原则上); `task`: it is a task, and not works.
    """

    label: str
    measure: str
    clause: str
    place: str
    opens: datetime | None
    closes: datetime
    closes_text: str
    soft: bool = False
    task: bool = False


def owed_by(notice: Notice, name: str, klass: str) -> Owed | None:
    """What a record calls by key or label, for a class of units by key; None for nothing that the notice knows."""
    for track in notice.tracks:
        if name in (track.key, track.label):
            number = next((place for place, each in enumerate(track.quotas, 1) if klass in each.classes), 0)
            place = f"track.{track.key}.quota[{number}].floor" if number else f"track.{track.key}.quota"
            quota = track.quota(klass)
            return Owed(
                track.label, track.measure, quota.clause or track.clause, setting(notice, place), track.opens,
                track.closes, track.closes_text, soft=quota.soft,
            )  # fmt: skip
    for task in notice.tasks:
        if name in (task.key, task.label):
            place = setting(notice, f"task.{task.key}.due")
            ends = task.ends
            return Owed(
                f"“{task.label}”", PIECE, task.clause, place, task.opens, ends.first_late, ends.text, task=True
            )  # fmt: skip
    return None


def played(record: Record) -> tuple[Owing, ...]:
    """What is known of units that had somebody in the rehearsal; all of it where nobody speaks for a unit.

    A small rehearsal plays a few units of a whole roster; the others owe because they were left out.
    """
    units = {each.unit for each in record.people if each.unit}
    return tuple(each for each in record.owing if not units or each.unit in units)


def class_of(notice: Notice, name: str) -> tuple[str, str]:
    """Key and label of a class of units, by either of them."""
    return next(((each.key, each.label) for each in notice.classes if name in (each.key, each.label)), (name, name))
