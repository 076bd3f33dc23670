"""Where a campaign stands, shaped for people: how far each unit has come, who lags, and what came in on which day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from rules.arrivals import Days, days_of
from rules.figures import IN, RETURNED, Figures, Presence
from rules.instants import from_micros
from rules.notice import Notice, UnitClass
from rules.people import Unit
from rules.quota import standing
from rules.tracks import Track


class Reached(IntEnum):
    """How far a unit has come. Each step counts the ones before it as done."""

    LISTED = 0
    INVITED = 1
    JOINED = 2
    BEGUN = 3
    ENTERED = 4
    COMPLETE = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit in one track: works handed in and given back, the floor and cap, and what is still owed.

    `returned` works are not among the `entries`. `soft`: the floor asks and does not demand.
    """

    track: str
    entries: int
    returned: int
    floor: int
    cap: int | None
    soft: bool
    owes: int
    over: int

    @property
    def free(self) -> bool:
        """Whether nothing at all is asked here."""
        return not self.floor and self.cap is None


@dataclass(frozen=True, slots=True)
class Row:
    """One unit with all its tracks. `seen` is when somebody wrote for it last, None where nobody did."""

    unit: Unit
    label: str
    cells: tuple[Cell, ...]
    people: int
    drafts: int
    seen: datetime | None
    reached: Reached

    @property
    def owes(self) -> int:
        """Works still owed in all tracks."""
        return sum(cell.owes for cell in self.cells)

    @property
    def entries(self) -> int:
        """Works handed in in all tracks."""
        return sum(cell.entries for cell in self.cells)

    @property
    def returned(self) -> int:
        """Works given back in all tracks."""
        return sum(cell.returned for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Share:
    """The units of one class in one track: how many there are, how many owe nothing (where no floor is: have entered).

    `entries` are the works of all of them, `floor` is what each must hand in at least, 0 for no floor.
    """

    track: str
    label: str
    units: int
    met: int
    entries: int
    floor: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign at one moment. `funnel` counts the units that have come at least so far, `steps` drafts by question.

    `lagging` are the units that owe something, whoever lags most first.
    """

    now: datetime
    rows: tuple[Row, ...]
    funnel: tuple[tuple[Reached, int], ...]
    shares: tuple[Share, ...]
    lagging: tuple[Row, ...]
    days: Days
    steps: tuple[tuple[str, int], ...]

    @property
    def entries(self) -> int:
        """Works handed in."""
        return sum(row.entries for row in self.rows)

    @property
    def returned(self) -> int:
        """Works given back."""
        return sum(row.returned for row in self.rows)


def overview(notice: Notice, figures: Figures, now: datetime) -> Overview:
    """Shape what was read of a campaign."""
    rows = _rows(notice, figures)
    steps: Counter[str] = Counter()
    for each in figures.unfinished:
        steps[each.step] += each.drafts
    return Overview(
        now=now,
        rows=rows,
        funnel=tuple((step, sum(row.reached >= step for row in rows)) for step in Reached),
        shares=tuple(_shares(notice, rows)),
        lagging=_lagging(rows),
        days=days_of(notice, figures.arrivals, now),
        steps=tuple(sorted(steps.items(), key=lambda step: (-step[1], step[0]))),
    )


def _rows(notice: Notice, figures: Figures) -> tuple[Row, ...]:
    counts = {(each.unit, each.track, each.state): each.entries for each in figures.tallies}
    heard: dict[int, int] = {}
    drafts: Counter[int] = Counter()
    for each in figures.tallies:
        heard[each.unit] = max(heard.get(each.unit, 0), each.last)
    for draft in figures.unfinished:
        drafts[draft.unit] += draft.drafts
        heard[draft.unit] = max(heard.get(draft.unit, 0), draft.touched)
    present = {each.unit: each for each in figures.presences}
    classes = {klass.key: klass for klass in notice.classes}
    rows = []
    for unit in figures.members:
        here = present.get(unit.id, Presence(unit.id, 0))
        cells = tuple(_cell(track, unit, counts) for track in notice.tracks)
        seen = max(here.seen, heard.get(unit.id, 0))
        reached = _reached(cells, begun=drafts[unit.id] > 0, joined=here.people > 0, invited=unit.id in figures.invited)
        rows.append(
            Row(
                unit, _label(classes.get(unit.klass)), cells, here.people, drafts[unit.id],
                from_micros(seen) if seen else None, reached,
            )
        )  # fmt: skip
    return tuple(rows)


def _label(klass: UnitClass | None) -> str:
    return klass.label if klass is not None else ""


def _cell(track: Track, unit: Unit, counts: dict[tuple[int, str, str], int]) -> Cell:
    quota = track.quota(unit.klass)
    entries = counts.get((unit.id, track.key, IN), 0)
    stand = standing(quota, entries)
    returned = counts.get((unit.id, track.key, RETURNED), 0)
    return Cell(track.key, entries, returned, quota.floor, quota.cap, quota.soft, stand.owes, stand.over)


def _reached(cells: Sequence[Cell], *, begun: bool, joined: bool, invited: bool) -> Reached:
    entered = any(cell.entries for cell in cells)
    if entered and not any(cell.owes or cell.over or cell.returned for cell in cells):
        return Reached.COMPLETE
    if entered or any(cell.returned for cell in cells):
        return Reached.ENTERED
    if begun:
        return Reached.BEGUN
    if joined:
        return Reached.JOINED
    return Reached.INVITED if invited else Reached.LISTED


def _shares(notice: Notice, rows: Sequence[Row]) -> Iterable[Share]:
    for place, track in enumerate(notice.tracks):
        for klass in notice.classes:
            cells = [row.cells[place] for row in rows if row.unit.klass == klass.key]
            floor = track.quota(klass.key).floor
            if cells:
                met = sum(not cell.owes if floor else cell.entries > 0 for cell in cells)
                yield Share(track.key, klass.label, len(cells), met, sum(cell.entries for cell in cells), floor)


def _lagging(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Who owes something: whoever has come least far first, then whoever owes most, then who is silent longest."""
    owing = [row for row in rows if row.owes]
    return tuple(sorted(owing, key=lambda row: (row.reached, -row.owes, row.seen.timestamp() if row.seen else 0.0)))
