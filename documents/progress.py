"""What a chart of a campaign's progress shows, in the words that are lettered on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """One bar: the units of a class in one track, how many of them are there, and what stands behind the bar."""

    label: str
    units: int
    met: int
    note: str


@dataclass(frozen=True, slots=True)
class Progress:
    """All that is drawn. `tracks` are a heading with its bars; `days` a label and the works of each track, in order.

    `days` begins with what is past; the closing comes after `closing` of them, 0 where there is none. `heading`
    stands over them, where they are not days of works ("").
    """

    title: str
    subtitle: tuple[str, ...]
    tracks: tuple[tuple[str, tuple[Group, ...]], ...]
    labels: tuple[str, ...]
    days: tuple[tuple[str, tuple[int, ...]], ...]
    closing: int = 0
    heading: str = ""
