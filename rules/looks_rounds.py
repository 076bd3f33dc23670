"""What may be read between rounds of judging: where entries stand, and which were short-listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.looks import Look
from rules.standings import Standing


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the newest published round: its key, the standings by list after run-offs and draw.

    `lots`: the hash of the seed of a draw, "" where the round has none; `drawn`: whether there was a draw.
    """

    key: str
    lists: Mapping[str, tuple[Standing, ...]]
    lots: str = ""
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeOf(Look):
    """What came of a round of the notice → Outcome, None before it is published."""

    campaign: str
    round: str


@dataclass(frozen=True, slots=True)
class ShortListOf(Look):
    """The entries that were short-listed after a round of the notice → tuple[int, ...], rising."""

    campaign: str
    round: str


@dataclass(frozen=True, slots=True)
class RemarksOf(Look):
    """How many remarks of a tallied round wait to be retyped → int."""

    key: str
