"""Red packets: amounts whose sum is exact, drawn from one committed seed, so that the draw can be proved afterwards.

All amounts are whole fen. Chance is a stream of SHA-256 over the seed, a purpose and a counter, read in pieces of 8
bytes; numbers in a range are taken by rejection, so that none is likelier than another.

    commitment = SHA-256 of the lines "xinshi packets", seed (hex), total, count, least, most, joined by newlines

is told before the opening; the seed is revealed when the quiz is over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

#: Bytes of a seed.
SEED = 32
_PIECE = 8
#: Fen. WeChat pays from 1 to 200 yuan in one packet (its v2 interface, "现金红包").
LEAST, MOST = 100, 20_000


class ImpossiblePool(ValueError):
    """No packets can have these bounds and this sum; the message says what does not fit."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What is given out: `total` fen in `count` packets of `least` to `most` fen each, bounds inclusive."""

    total: int
    count: int
    least: int = LEAST
    most: int = MOST

    def __post_init__(self) -> None:
        if self.count < 1 or not 0 < self.least <= self.most:
            raise ImpossiblePool(
                f"expected one packet or more of 1 fen or more, found {self.count} of {self.least} to {self.most} fen"
            )
        if not self.count * self.least <= self.total <= self.count * self.most:
            raise ImpossiblePool(
                f"expected a sum of {self.count * self.least} to {self.count * self.most} fen for {self.count} packets "
                f"of {self.least} to {self.most}, found {self.total}"
            )


def amounts(pool: Pool, seed: bytes) -> tuple[int, ...]:
    """The packets in the order in which they are handed out, in fen; the same for the same seed.

    Each takes a random share of what is left, at most twice the mean, within the bounds that leave a possible rest;
    then all are shuffled, so that early and late comers have the same prospects.
    """
    chance = _Chance(seed, "amounts")
    left, found = pool.total, []
    for others in reversed(range(pool.count)):
        low = max(pool.least, left - others * pool.most)
        high = min(pool.most, left - others * pool.least)
        fair = max(low, min(high, 2 * left // (others + 1) - low))
        amount = chance.between(low, fair) if others else left
        found.append(amount)
        left -= amount
    for last in range(len(found) - 1, 0, -1):
        other = chance.between(0, last)
        found[last], found[other] = found[other], found[last]
    return tuple(found)


def commitment(pool: Pool, seed: bytes) -> str:
    """What is told before the opening (hex)."""
    said = "\n".join(("xinshi packets", seed.hex(), *map(str, (pool.total, pool.count, pool.least, pool.most))))
    return hashlib.sha256(said.encode()).hexdigest()


def draws(seed: bytes, attempt: int, probability: Fraction) -> bool:
    """Whether a passed attempt brings a packet, where that is left to chance; the same whenever it is asked."""
    return _Chance(seed, f"draw/{attempt}").between(1, probability.denominator) <= probability.numerator


class _Chance:
    """Numbers from a seed for one purpose."""

    def __init__(self, seed: bytes, purpose: str) -> None:
        if len(seed) != SEED:
            raise ValueError(f"expected a seed of {SEED} bytes, found {len(seed)}")
        self._pieces = self._stream(seed, purpose.encode())

    @staticmethod
    def _stream(seed: bytes, purpose: bytes) -> Iterator[int]:
        for counter in range(2**64):  # pragma: no branch - nobody reads so far
            block = hashlib.sha256(b"xinshi chance\n" + seed + purpose + counter.to_bytes(8, "big")).digest()
            for at in range(0, len(block), _PIECE):
                yield int.from_bytes(block[at : at + _PIECE], "big")

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included, each as likely as the others."""
        width = high - low + 1
        bound = 256**_PIECE - 256**_PIECE % width
        return low + next(number for number in self._pieces if number < bound) % width
