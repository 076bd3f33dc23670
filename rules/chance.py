"""Chance that can be proved afterwards: a stream of numbers from a seed, the same whenever it is asked.

The stream is SHA-256 over the seed, a purpose and a counter, read in pieces of 8 bytes; numbers in a range are taken by
rejection, so that none is likelier than another.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from typing import TypeVar

#: Bytes of a seed.
SEED = 32
_PIECE = 8
_PIECES, _SPAN = struct.Struct(">4Q").unpack, 256**_PIECE
_T = TypeVar("_T")


class Chance:
    """Numbers from a seed for one purpose."""

    def __init__(self, seed: bytes, purpose: str) -> None:
        if len(seed) != SEED:
            raise ValueError(f"expected a seed of {SEED} bytes, found {len(seed)}")
        self._pieces = self._stream(seed, purpose.encode())

    @staticmethod
    def _stream(seed: bytes, purpose: bytes) -> Iterator[int]:
        for counter in range(2**64):  # pragma: no branch - nobody reads so far
            yield from _PIECES(
                hashlib.sha256(b"xinshi chance\n" + seed + purpose + counter.to_bytes(8, "big")).digest()
            )

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included, each as likely as the others."""
        width = high - low + 1
        bound = _SPAN - _SPAN % width
        while (number := next(self._pieces)) >= bound:
            pass
        return low + number % width

    def shuffled(self, things: Sequence[_T]) -> list[_T]:
        """All of them in a random order, each order as likely as the others."""
        found = list(things)
        for last in range(len(found) - 1, 0, -1):
            other = self.between(0, last)
            found[last], found[other] = found[other], found[last]
        return found

    def picked(self, things: Sequence[_T], count: int) -> list[_T]:
        """So many of them in a random order, each choice and order as likely as the others."""
        found = list(things)
        for place in range(count):
            other = self.between(place, len(found) - 1)
            found[place], found[other] = found[other], found[place]
        return found[:count]
