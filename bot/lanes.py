"""Kept messages in the order in which they came: one lane for each person, whatever they write from."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.backlog import Kept
from storage.turns import address_of


# One is no other, whatever it holds.
@dataclass(slots=True, eq=False)
class Lane:
    """What waits of one person, and the addresses by which it is found."""

    addresses: list[str] = field(default_factory=list)
    kept: deque[Kept] = field(default_factory=deque)


class Lanes:
    """The lanes of all whose messages wait."""

    def __init__(self) -> None:
        self._of: dict[str, Lane] = {}

    def __contains__(self, address: str) -> bool:
        return address in self._of

    def waiting(self, address: str) -> Sequence[Kept]:
        """What waits of the person at "channel:address"."""
        lane = self._of.get(address)
        return lane.kept if lane is not None else ()

    def add(self, kept: Kept, siblings: Collection[str]) -> Lane | None:
        """Put a message at the end of its sender's lane; gives a lane that is new, for somebody to work it off.

        `siblings` are all addresses of the sender, as far as they are known.
        """
        address = address_of(kept.incoming)
        theirs = dict.fromkeys((address, *siblings))
        found = next((self._of[each] for each in theirs if each in self._of), None)
        lane = found or Lane()
        for each in theirs:
            if each not in self._of:
                self._of[each] = lane
                lane.addresses.append(each)
        self._of[address].kept.append(kept)
        return lane if found is None else None

    def close(self, lane: Lane) -> None:
        """Nothing waits in it any more."""
        for address in lane.addresses:
            del self._of[address]
