"""What may be read of the publication of results."""

from __future__ import annotations

from dataclasses import dataclass

from rules.looks import Look


@dataclass(frozen=True, slots=True)
class CertificatesOf(Look):
    """The certificates issued in a campaign, by number → tuple of `Certificate`; of one unit where `unit` is not 0."""

    campaign: str
    unit: int = 0


@dataclass(frozen=True, slots=True)
class ToldOf(Look):
    """What units were told last of their results → {unit: mark}; empty before the results are published.

    Of one unit only where `unit` is not 0.
    """

    campaign: str
    unit: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """A unit that reported works: how many, without those withdrawn, how many people hear for it, and its class."""

    unit: int
    name: str
    works: int
    people: int
    klass: str = ""


@dataclass(frozen=True, slots=True)
class Participants(Look):
    """The units that reported works, or have a prize → tuple of `Participant`, in the order of the roster."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An outlet's place on the list: whether results stand there, where, and since when (UTC microseconds)."""

    outlet: str
    done: bool
    link: str
    at: int


@dataclass(frozen=True, slots=True)
class OutletsOf(Look):
    """The outlets of a campaign whose results are published → tuple of `Shown`, in the notice's order."""

    campaign: str
