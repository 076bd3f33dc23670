"""Films spoiled at random and checked: `python -m tests.films.fuzz [COUNT [SEED [MINUTES]]]`.

10 000 with seed 1 unless said otherwise; with MINUTES it ends after the batch in which they are over.
Every one must end in a measure, in "no film", or in "unchecked"; nothing may be written outside the folder of its
check, and no process may use more memory than its limit. Prints seed, counts, the highest memory of a process, time.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from math import inf
from pathlib import Path

from media.binaries import find
from media.decoding import Unchecked, decode
from media.header import NotAFilm, read_header
from media.prints import prints
from tests.films.cases import RECIPES, Case

#: Films that are spoiled: a second and a half each.
SEEDS = [Case(recipe, size="64x36", frames=40) for recipe in RECIPES]
_BATCH = 50
_BIG = (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\x80\0\0\0", b"\0\0\0\x01")


def spoiled(film: bytes, other: bytes, dice: random.Random) -> bytes:
    """A film with one to four injuries; half of them hit its first kilobytes, where headers stand."""
    data = bytearray(film)
    for _ in range(dice.randint(1, 4)):
        end = min(len(data), 4096) if dice.random() < 0.5 else len(data)
        at = dice.randrange(max(1, end))
        match dice.randrange(7):
            case 0:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                data[at : at + 4] = dice.choice(_BIG)
            case 2:
                del data[at : at + dice.randrange(1, 2000)]
            case 3:
                data[at:at] = dice.randbytes(dice.randrange(1, 500))
            case 4:
                del data[at + 200 :]
            case 5:
                data[at:at] = other[dice.randrange(len(other)) :][: dice.randrange(1, 4000)]
            case _:
                data[at : at + 64] = dice.randbytes(64)
    return bytes(data)


async def outcome(path: Path, folder: Path) -> str:
    """How the check of one film ends."""
    try:
        header = await read_header(path, folder, find())
        found = await decode(path, folder, header, find())
    except NotAFilm as reason:
        return f"no film: {reason.reason}"
    except Unchecked:
        return "unchecked"
    prints(found.squares, found.rate)
    return "measured"


async def fuzz(
    count: int, seed: int, room: Path, tell: Callable[[Counter[str]], None] = lambda _: None, seconds: float = inf
) -> Counter[str]:
    """Check `count` spoiled films below `room`; raises for what is neither measured nor refused, with its number.

    After `seconds` no further batch begins.
    """
    end = time.monotonic() + seconds
    originals = [case.made(room).read_bytes() for case in SEEDS]
    found: Counter[str] = Counter()
    gate = asyncio.Semaphore(2)

    async def one(number: int) -> None:
        async with gate:
            dice = random.Random(f"{seed}/{number}")
            path = room / f"spoiled-{number}"
            path.write_bytes(spoiled(dice.choice(originals), dice.choice(originals), dice))
            with tempfile.TemporaryDirectory(dir=room) as made:
                try:
                    found[await outcome(path, Path(made))] += 1
                except Exception as error:
                    error.add_note(f"film {number} of seed {seed}, kept as {path}")
                    raise
            path.unlink()

    for start in range(0, count, _BATCH):
        if time.monotonic() >= end:
            break
        await asyncio.gather(*(one(number) for number in range(start, min(count, start + _BATCH))))
        tell(found)
    return found


def strays(room: Path) -> list[str]:
    """What lies in the room besides the films that were put there."""
    made = {case.name for case in SEEDS}
    return sorted(each.name for each in room.rglob("*") if each.name not in made)


def main(count: int = 10_000, seed: int = 1, minutes: float = inf) -> None:
    """Run it and print what came of it."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="xinshi-fuzz-") as made:
        found = asyncio.run(fuzz(count, seed, Path(made), tell=_so_far, seconds=minutes * 60))
        left = strays(Path(made))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    for name, number in found.most_common():
        sys.stdout.write(f"{number:7} {name}\n")
    sys.stdout.write(
        f"seed {seed}, {found.total()} films, {time.monotonic() - started:.0f} s, at most {memory} MB in a process, "
        f"left behind: {left or 'nothing'}\n"
    )


def _so_far(found: Counter[str]) -> None:
    sys.stderr.write(f"{sum(found.values())}: {dict(found.most_common())}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
