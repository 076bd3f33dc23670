"""What the page of certificates needs of the program, as a Protocol; the roof hands in what fulfils it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a certificate says, as everybody may read it; `good`: it was not taken back. `title` "" for a unit's prize.

    Of persons the family name alone.
    """

    number: str
    unit: str
    title: str
    award: str
    activity: str
    hosts: tuple[str, ...]
    day: str
    good: bool


class Certificates(Protocol):
    """The certificates that were issued."""

    async def verdict(self, number: str, code: str) -> Verdict | None:
        """What a certificate says, None where its number and code do not belong together, or none was issued."""
        ...
