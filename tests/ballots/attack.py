"""The link attack: whoever reads the database puts the order of voters beside the order of choices.

`python -m tests.ballots.attack [COUNT] [SEED] [pages|buttons]` holds 2000 elections and prints how often each way links
a person to a choice; guessing links one in eleven. Exit code 1 where ours is linked outside of the 99 % interval of
guessing.
"""

from __future__ import annotations

import asyncio
import json
import math
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.ballots.elections import EXPERTS, elect, linked, naive

#: Both sides of a normal distribution hold 99 % of it within so many deviations.
_DEVIATIONS = 2.576
#: Every order of choices, and every order of voters, that the tables hold.
BOARDS = {
    "tracker": "SELECT levels FROM board WHERE round = ? ORDER BY tracker",
    "file": "SELECT levels FROM board WHERE round = ?",
}
VOTERS = {
    "roll": "SELECT number FROM roll WHERE round = ?",
    "envelopes": "SELECT number FROM envelopes WHERE round = ?",
    "leaf": "SELECT number FROM envelopes WHERE round = ? ORDER BY leaf",
}


def bounds(tried: int, deviations: float = _DEVIATIONS) -> tuple[float, float]:
    """The interval of how many are linked by guessing, of 99 %. In a permutation the number of hits has variance 1."""
    elections = tried / EXPERTS
    return elections - deviations * math.sqrt(elections), elections + deviations * math.sqrt(elections)


def ours(base: sqlite3.Connection, key: str, truth: dict[int, int]) -> Iterator[tuple[str, int]]:
    """Every order of voters that the tables hold, beside every order of choices, as the file keeps them."""
    for name, asked in VOTERS.items():
        order = [row[0] for row in base.execute(asked, (key,))]
        for other, board in BOARDS.items():
            choices = [json.loads(row[0])[0] for row in base.execute(board, (key,))]
            yield f"{name} beside {other}", linked(order, choices, truth)


def attack(folder: Path, count: int, seed: int, *, buttons: bool = False) -> tuple[dict[str, int], int]:
    """Hits by way of linking for ours, and the hits for the naive twin; each of `count` times 11 tried.

    With `buttons` everybody votes by a card.
    """
    held = asyncio.run(elect(folder, count, seed, buttons=buttons))
    hits: dict[str, int] = {}
    [path] = folder.glob("*.db")
    with sqlite3.connect(path) as base, sqlite3.connect(folder / "backup.db") as copy:
        base.backup(copy)
        for where in (base, copy):
            for key, truth in held:
                for way, found in ours(where, key, truth):
                    name = f"{way}{' (backup)' if where is copy else ''}"
                    hits[name] = hits.get(name, 0) + found
    return hits, _naive(folder, count, seed)


def _naive(folder: Path, count: int, seed: int) -> int:
    told = naive(folder, count, seed)
    with sqlite3.connect(folder / "naive.db") as base:
        return sum(
            linked(
                [row[0] for row in base.execute("SELECT voter FROM dedupe WHERE round = ? ORDER BY rowid", (place,))],
                [row[0] for row in base.execute("SELECT choice FROM ballot WHERE round = ? ORDER BY rowid", (place,))],
                truth,
            )
            for place, truth in enumerate(told)
        )


def main(count: int = 2000, seed: int = 1, way: str = "pages") -> int:
    """Attack and tell."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        hits, twin = attack(Path(folder), count, seed, buttons=way == "buttons")
    tried = count * EXPERTS
    low, high = bounds(tried)
    for name, found in sorted(hits.items()):
        print(f"{name}: {found}/{tried} = {found / tried:.2%}")  # noqa: T201  a report
    print(f"guessing, 99 %: {low / tried:.2%} to {high / tried:.2%}; naive twin: {twin / tried:.2%}")  # noqa: T201
    print(f"seed {seed}, {count} elections by {way}, {time.monotonic() - began:.0f} s")  # noqa: T201
    return 0 if all(low <= found <= high for found in hits.values()) and twin >= tried * 0.99 else 1


if __name__ == "__main__":
    count, seed, way = (*sys.argv[1:4], *("2000", "1", "pages")[len(sys.argv[1:4]) :])
    sys.exit(main(int(count), int(seed), way))
