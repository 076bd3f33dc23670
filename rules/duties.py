"""The table of duties (任务分工表): which row of the annex asks what of which unit, and who was left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from rules.reading import read
from rules.schema import Written


@dataclass(frozen=True, slots=True)
class DutyKind:
    """One kind of duty, in few words of our own."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One row: the units as the annex prints them, the kinds of what is asked, and to whom it is directed."""

    row: Annotated[int, Written(at_least=1)]
    units: tuple[str, ...]
    kinds: Annotated[tuple[str, ...], Written(refers="kind")]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """The whole table."""

    kinds: Annotated[tuple[DutyKind, ...], Written(name="kind")]
    rows: Annotated[tuple[Duty, ...], Written(name="duty")]

    def problems(self) -> Iterator[tuple[str, str]]:
        for index, duty in enumerate(self.rows, 1):
            if duty.row != index:
                yield f"duty[{index}].row", f"应为第 {index} 行，写的是第 {duty.row} 行。"

    def kind(self, key: str) -> DutyKind:
        """The kind of this key. Raises `KeyError`."""
        return {kind.key: kind for kind in self.kinds}[key]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The table laid beside the roster.

    `rows`: the row of each unit of the roster that has one; `without`: units of the roster that no row names;
    `beyond`: names in the table that the roster does not know, with their rows.
    """

    rows: Mapping[str, Duty]
    without: tuple[str, ...]
    beyond: Mapping[str, Duty]


def read_duties(text: str) -> Duties:
    """The TOML text of a table of duties. Raises `NoticeFaults`."""
    return read(Duties, text)[0]


def assign(duties: Duties, names: Mapping[str, str]) -> Assignment:
    """Lay the table beside a roster. `names` leads from every name and alias to the unit's full name."""
    rows: dict[str, Duty] = {}
    beyond: dict[str, Duty] = {}
    for duty in duties.rows:
        for printed in duty.units:
            if printed in names:
                rows[names[printed]] = duty
            else:
                beyond[printed] = duty
    return Assignment(rows, tuple(dict.fromkeys(name for name in names.values() if name not in rows)), beyond)


def assign_all(duties: Duties, names: Iterable[Sequence[str]]) -> Assignment:
    """The same, from the names of each unit with the full one first; a full name counts before anybody's alias."""
    known = list(names)
    called = {alias: each[0] for each in known for alias in each[1:]}
    return assign(duties, called | {each[0]: each[0] for each in known})


def duty_of(duties: Duties, names: Sequence[str]) -> Duty | None:
    """The row of a unit that goes by these names, None where no row names it."""
    return next((duty for duty in duties.rows if any(name in duty.units for name in names)), None)


def stand_of(duties: Duties, duty: Duty) -> str:
    """What a duty says, as a short digest: another one means that it was changed since somebody read it."""
    told = [*(duties.kind(key).label for key in duty.kinds), duty.note]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
