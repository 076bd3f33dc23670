"""What the public page of prizes needs of the rest of the program, as a Protocol; the roof hands in what fulfils it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ListedPrizes:
    """The list as everybody may read it. `prizes`: label, and rows of number, title and unit; `changes` in sentences.

    `opens`, `closes` in words, "" where there is no 公示; `over`: it has ended; `final`: the prizes are confirmed.
    """

    title: str
    final: bool
    over: bool
    opens: str
    closes: str
    basis: str
    contact: str
    prizes: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    changes: tuple[str, ...]


class Honours(Protocol):
    """What may be seen of a campaign's prizes."""

    async def listed(self, campaign: str, now: datetime) -> ListedPrizes | None:
        """The list, None before it may be seen."""
        ...

    async def document(self, campaign: str, now: datetime) -> tuple[str, bytes] | None:
        """The same as a Word file with its name."""
        ...
