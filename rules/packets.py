"""Red packets: amounts whose sum is exact, drawn from one committed seed, so that the draw can be proved afterwards.

All amounts are whole fen. Chance comes from the seed alone (`rules/chance.py`).

    commitment = SHA-256 of the lines "xinshi packets", seed (hex), total, count, least, most, joined by newlines

is told before the opening; the seed is revealed when the quiz is over.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction

from rules.chance import Chance

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


def yuan(fen: int) -> str:
    """Money as people write it: 188 fen are 1.88 元."""
    return f"{fen // 100}.{fen % 100:02d}"


def amounts(pool: Pool, seed: bytes) -> tuple[int, ...]:
    """The packets in the order in which they are handed out, in fen; the same for the same seed.

    Each takes a random share of what is left, at most twice the mean, within the bounds that leave a possible rest;
    then all are shuffled, so that early and late comers have the same prospects.
    """
    chance = Chance(seed, "amounts")
    left, found = pool.total, []
    for others in reversed(range(pool.count)):
        low = max(pool.least, left - others * pool.most)
        high = min(pool.most, left - others * pool.least)
        fair = max(low, min(high, 2 * left // (others + 1) - low))
        amount = chance.between(low, fair) if others else left
        found.append(amount)
        left -= amount
    return tuple(chance.shuffled(found))


def commitment(pool: Pool, seed: bytes) -> str:
    """What is told before the opening (hex)."""
    said = "\n".join(("xinshi packets", seed.hex(), *map(str, (pool.total, pool.count, pool.least, pool.most))))
    return hashlib.sha256(said.encode()).hexdigest()


def draws(seed: bytes, attempt: int, probability: Fraction) -> bool:
    """Whether a passed attempt brings a packet, where that is left to chance; the same whenever it is asked."""
    return Chance(seed, f"draw/{attempt}").between(1, probability.denominator) <= probability.numerator
