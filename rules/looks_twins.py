"""What a flow may read about works that look like one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rules.looks import Look

What = Literal["film", "text"]


@dataclass(frozen=True, slots=True)
class Twin:
    """A work that looks like the one at hand, as its liaison may know of it.

    `same`: the very same file or text. `percent` says how much of the shorter film is found in the other, or how much
    of the texts is equal. Of another unit's work nothing else is told: `own` is False and the rest is "".
    """

    what: What
    same: bool
    percent: int
    own: bool
    number: str = ""
    title: str = ""
    track: str = ""
    theme: str = ""

    def plain(self) -> dict[str, Any]:
        """The same, JSON-plain."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Twin:
        """From `plain`."""
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class SameText(Look):
    """Other works of a track with exactly this long text (`rules.twin_texts.digest`) → tuple[Twin, ...].

    `unit` is who asks; `entry` is left out.
    """

    campaign: str
    track: str
    unit: int
    digest: str
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """One of two works that are compared. `sheet`: whether there is a contact sheet of its film."""

    entry: int
    number: str
    title: str
    track: str
    theme: str
    unit: str
    state: str
    code: str
    sheet: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two works that look alike, the earlier one first; `same` and `percent` as in `Twin`."""

    one: Side
    other: Side
    what: What
    same: bool
    percent: int


@dataclass(frozen=True, slots=True)
class TwinsIn(Look):
    """The pairs of a campaign that nobody has decided yet, the most alike first → tuple[Pair, ...]."""

    campaign: str
