"""What a flow may read about prizes that were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rules.looks import Look

Standing = Literal["listed", "final", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Honour:
    """One prize given to an entry, or to a unit (`entry` 0). `label`: its full name as printed; `gift` in yuan.

    `state`: shown for objections (公示), final, or taken back by the committee. `title` and `number` are the entry's.
    """

    id: int
    prize: str
    within: str
    label: str
    entry: int
    unit: int
    unit_name: str
    track: str
    number: str
    title: str
    gift: int
    state: Standing


@dataclass(frozen=True, slots=True)
class HonoursOf(Look):
    """→ tuple of `Honour`: those of a campaign in the order they were given; of one unit only where `unit` is not 0."""

    campaign: str
    unit: int = 0
