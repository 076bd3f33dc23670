"""Drafts of papers: one for each expert in a round, sealed for the page, or for the card that it was filled in on.

The page's are opened by the round's key alone; a card's only together with the secret in that card's buttons. Both have
one length. There is one draft: who writes last, wins, and whoever cannot open what the other wrote is told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rules.ballots import Choices, Opening, decode, encode
from rules.deeds_ballot import OnRoll
from sealing.drawer import Drawer, KeyDestroyed
from storage.ballots import Ballots


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as its reader sees it: `other` is one that only another card opens; `sealed` is b"" without any."""

    where: Literal["none", "page", "card", "other"]
    choices: Choices
    sealed: bytes


class Drafts:
    """Reads and seals drafts."""

    def __init__(self, ballots: Ballots, drawer: Drawer) -> None:
        self._ballots, self._drawer = ballots, drawer

    async def read(self, mine: OnRoll, secret: bytes = b"") -> Draft:
        """An expert's draft, for the page, or for the card with this secret. Nothing where its key is gone."""
        sealed = await self._ballots.draft(mine.round.key, mine.number)
        if sealed is None or mine.round.opening is None:
            return Draft("none", {}, b"")
        try:
            if secret and (chosen := self._opened(mine, mine.round.opening, sealed, secret)) is not None:
                return Draft("card", chosen, sealed)
            chosen = self._opened(mine, mine.round.opening, sealed, b"")
        except KeyDestroyed:
            return Draft("none", {}, b"")
        return Draft("other", {}, sealed) if chosen is None else Draft("page", chosen, sealed)

    def seal(self, mine: OnRoll, opening: Opening, choices: Choices, secret: bytes = b"") -> bytes:
        """A draft for the page, or for the card with this secret. Raises `KeyDestroyed`."""
        return self._drawer.seal(mine.round.key, "draft", mine.number, encode(opening.paper, choices), secret=secret)

    def named(self, key: str, press: str) -> str:
        """What is kept of a press: a keyed hash, which nobody can make once the round's key is gone."""
        return self._drawer.derived(key, "draft", b"xinshi pressed " + press.encode(), 16).hex()

    def _opened(self, mine: OnRoll, opening: Opening, sealed: bytes, secret: bytes) -> Choices | None:
        try:
            plain = self._drawer.unseal(mine.round.key, "draft", mine.number, sealed, secret=secret)
        except ValueError:
            return None
        chosen = decode(opening.paper, plain)
        return {entry: levels for entry, levels in chosen.items() if any(levels)}
