"""Where entries stand after a round: the published places, run-offs among the tied, the draw; and who is short-listed.

What was published is never changed. A run-off or a draw parts those who share a place, and nobody else.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

Parted = Literal["", "runoff", "draw"]


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry's place in a list; `points` as an exact fraction in words, "" where only the rank was published.

    `parted`: what parted it from entries that share its place in the publication.
    """

    entry: int
    rank: int
    points: str = ""
    parted: Parted = ""


def standings(
    places: Mapping[str, Sequence[Sequence[Any]]],
    runoffs: Sequence[Mapping[str, Sequence[Sequence[Any]]]] = (),
    drawn: Sequence[int] = (),
) -> dict[str, tuple[Standing, ...]]:
    """The standings of every list from the places of bundles (rows of entry, rank, total …) and the order of a draw."""
    after = [{row[0]: row[1] for rows in each.values() for row in rows} for each in runoffs]
    lots = {entry: place for place, entry in enumerate(drawn, 1)}
    return {name: tuple(_parted(rows, after, lots)) for name, rows in places.items()}


def _parted(
    rows: Sequence[Sequence[Any]], runoffs: Sequence[Mapping[int, int]], lots: Mapping[int, int]
) -> Iterable[Standing]:
    shared = Counter(row[1] for row in rows)

    def key(row: Sequence[Any]) -> tuple[int, ...]:
        return (row[1], *(each.get(row[0], 0) for each in runoffs), lots.get(row[0], 0))

    for row in sorted(rows, key=lambda row: (*key(row), row[0])):
        rank = 1 + sum(key(other) < key(row) for other in rows)
        alike = [other for other in rows if other[1] == row[1] and key(other)[:-1] == key(row)[:-1]]
        parted: Parted = ""
        if shared[row[1]] > 1:
            parted = "draw" if row[0] in lots and len(alike) > 1 else "runoff" if len(alike) < shared[row[1]] else ""
        yield Standing(row[0], rank, str(row[2]) if len(row) > 2 else "", parted)


def tied(rows: Sequence[Standing]) -> tuple[tuple[int, ...], ...]:
    """The entries that still share a place, group by group, the best first."""
    groups: dict[int, list[int]] = {}
    for each in rows:
        groups.setdefault(each.rank, []).append(each.entry)
    return tuple(tuple(group) for _, group in sorted(groups.items()) if len(group) > 1)


@dataclass(frozen=True, slots=True)
class Cut:
    """Who is inside a cut, and who shares the place that it goes through."""

    inside: tuple[int, ...]
    tied: tuple[int, ...] = ()


def first(rows: Sequence[Standing], count: int) -> Cut:
    """The first `count` of a list; those of a place that only some would be inside of are tied."""
    groups: dict[int, list[int]] = {}
    for each in rows:
        groups.setdefault(each.rank, []).append(each.entry)
    inside: list[int] = []
    for _, group in sorted(groups.items()):
        if len(inside) + len(group) > count:
            return Cut(tuple(inside), tuple(group) if len(inside) < count else ())
        inside += group
    return Cut(tuple(inside))


def reaching(rows: Sequence[Standing], least: Fraction) -> Cut:
    """Those of a list with so many points. Entries without published points are not among them."""
    return Cut(tuple(each.entry for each in rows if each.points and Fraction(each.points) >= least))


def drawn(seed: bytes, said: str, entries: Iterable[int]) -> tuple[int, ...]:
    """The order of a draw, first the one that comes first: by SHA-256 of the seed, what was called out, and the entry.

    The seed was fixed (by its hash) when the round opened; what is called out becomes known after that.
    """

    def lot(entry: int) -> bytes:
        return hashlib.sha256(b"xinshi draw\n" + seed + f"\n{said}\n{entry}".encode()).digest()

    return tuple(sorted(entries, key=lambda entry: (lot(entry), entry)))


def sealed(seed: bytes) -> str:
    """What is published of a seed before it is revealed: SHA-256 in hex."""
    return hashlib.sha256(b"xinshi draw seed\n" + seed).hexdigest()
