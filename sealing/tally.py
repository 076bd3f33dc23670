"""The one tally of a round: all envelopes opened together in memory, and a board on which no two rows are one person's.

Trackers are made from a seed inside each envelope, so that the board's order, by tracker, is chance to everybody but
the expert, whose own trackers can be shown again for a while (核对).
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.ballots import Opening, decode
from rules.codes import spell
from rules.recount import Row
from sealing.envelopes import CannotOpen, public_key, unseal

#: Bytes of a tracker: two of 10^4 on one entry are alike once in 10^11 rounds.
_TRACKER = 8
_LETTERS = 13


class WrongKey(ValueError):
    """The scrutineers' shares together are not this round's key: a wrong share, or too few."""


class SpoiledBallot(ValueError):
    """An envelope cannot be counted; `numbers` are the roll numbers. Nothing of the round is opened in part."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(
            f"expected envelopes of this round from everybody who voted, found others from {list(numbers)}"
        )
        self.numbers = tuple(numbers)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A cast ballot as it is kept: whose (the number on the roll), and what is sealed in it."""

    number: int
    ciphertext: bytes


def tally(opening: Opening, envelopes: Sequence[Envelope], secret: bytes) -> tuple[Row, ...]:
    """The board, sorted by entry and tracker. Raises `WrongKey`, `SpoiledBallot`."""
    if public_key(secret, opening.paper.round) != opening.public_key:
        raise WrongKey("expected the key that was fixed when the round opened, found another; check the shares")
    rows: list[Row] = []
    spoiled: list[int] = []
    for envelope in envelopes:
        try:
            rows += _rows(opening, envelope, secret)
        except ValueError:
            spoiled.append(envelope.number)
    if spoiled:
        raise SpoiledBallot(spoiled)
    board = tuple(sorted(rows, key=lambda row: (row.entry, row.tracker)))
    _check(opening, envelopes, board)
    return board


def trackers(seed: bytes, entries: Sequence[int]) -> dict[int, str]:
    """The tracker of each entry on the board, for whoever holds the seed."""
    return {entry: _tracker(seed, entry) for entry in entries}


def _rows(opening: Opening, envelope: Envelope, secret: bytes) -> list[Row]:
    opened = unseal(envelope.ciphertext, secret, opening.paper.round)
    recused = set(opening.roll[envelope.number])
    found = []
    for entry, levels in decode(opening.paper, opened.paper).items():
        if (entry in recused) != (not any(levels)):
            raise CannotOpen(f"expected nothing on entries of a recusal only, found otherwise on entry {entry}")
        if entry not in recused:
            found.append(Row(entry, _tracker(opened.seed, entry), levels))
    return found


def _tracker(seed: bytes, entry: int) -> str:
    digest = hmac.new(seed, f"xinshi tracker {entry}".encode(), hashlib.sha256).digest()
    return spell(int.from_bytes(digest[:_TRACKER], "big"), _LETTERS)


def _check(opening: Opening, envelopes: Sequence[Envelope], board: Sequence[Row]) -> None:
    """Every entry has as many rows as envelopes less recusals; anything else is a fault of ours, and nothing counts."""
    counted: Mapping[int, int] = Counter(row.entry for row in board)
    for entry in opening.paper.entries:
        due = sum(entry not in opening.roll[envelope.number] for envelope in envelopes)
        if counted.get(entry, 0) != due:
            raise AssertionError(f"expected {due} rows for entry {entry}, found {counted.get(entry, 0)}")
