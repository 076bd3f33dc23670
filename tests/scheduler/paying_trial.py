"""Seeded trials of payment: a program killed anywhere, a platform in trouble, and the naive program beside it.

`python -m tests.scheduler.paying_trial 100` runs so many seeds on SQLite and says what it counted.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import structlog

from bot.fakes.trouble import Trouble
from rules.payouts import Bill
from storage import payouts
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from tests.scheduler.paying_stage import Deadly, Killed, stage
from tests.storage.world import World

WINNERS, ROUNDS = 6, 80


@dataclass(frozen=True, slots=True)
class Found:
    """What a trial came to: packets by winner, complaints of the platform, how all stands, deaths and troubles."""

    winners: int
    paid: Mapping[str, int]
    violations: list[str]
    states: list[str]
    won: int
    deaths: int
    troubles: int


async def trial(world: World, seed: int) -> Found:
    """Everybody has won; the program dies before calls, after them, and between a call and its commit."""
    trouble = Trouble(
        seed=seed, delay=0.05, longest=0.01, broken=0.1, garbage=0.1, cut_before=0.1, cut_after=0.15, too_many=0.1,
        most=30,
    )  # fmt: skip
    dice, left = random.Random(seed), [4]
    settle = payouts.settle

    async def dying(*args: object) -> bool:
        done = await settle(*args)  # type: ignore[arg-type]
        if left[0] and dice.random() < 0.2:
            left[0] -= 1
            raise Killed
        return done

    async with stage(world, trouble=trouble, count=WINNERS) as here:
        for number in range(WINNERS):
            await here.winner(f"o{number}")
        deadly = Deadly(here.purse.payer, dice, before=0.15, after=0.25, left=12)
        here.purse = replace(here.purse, payer=deadly)
        here.restart()
        with patch.object(payouts, "settle", dying):
            for _ in range(ROUNDS):
                await here.act(minutes=61)
                if set(await here.states()) == {"sent"}:
                    break
        held = await here.books()
        deaths = 16 - deadly.left - left[0]
        return Found(
            WINNERS, here.pay.by_person(), here.pay.violations, await here.states(), held["won"], deaths,
            sum(here.pay.mischief.counts.values()),
        )  # fmt: skip


async def naive(world: World, seed: int) -> Mapping[str, int]:
    """A program that takes a new number for each try; gives packets by winner."""
    trouble = Trouble(seed=seed, cut_after=0.4, broken=0.1, most=30)
    async with stage(world, trouble=trouble) as here:
        for number in range(2 * WINNERS):
            for attempt in range(8):
                bill = Bill(f"naive{number}x{attempt}", f"o{number}", 100, "答题", "谢谢")
                if (await here.purse.payer.pay(bill)).code == "SUCCESS":
                    break
        return here.pay.by_person()


async def _fresh(folder: Path, seed: int) -> Database:
    place = folder / f"{seed}"
    place.mkdir()
    database = Database.open(sqlite_url(place))
    await migrate(database)
    return database


async def main(seeds: int) -> int:
    """Run so many seeds; exit code 1 where anybody was not paid exactly once."""
    begun, wrong, counts = time.monotonic(), 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(seeds):
            database = await _fresh(Path(folder), seed)
            found = await trial(World(database), seed)
            await database.close()
            counts.update(winners=found.winners, deaths=found.deaths, troubles=found.troubles)
            if set(found.paid.values()) != {1} or len(found.paid) != found.winners or found.violations:
                wrong += 1
                sys.stdout.write(f"seed {seed}: {dict(found.paid)} {found.violations} {found.states}\n")
        database = await _fresh(Path(folder), seeds)
        twice = sum(count > 1 for count in (await naive(World(database), 1)).values())
        await database.close()
    sys.stdout.write(
        f"seeds {seeds}, winners {counts['winners']}, deaths {counts['deaths']}, troubles {counts['troubles']}, "
        f"failures {wrong}; the naive program paid {twice} winners twice; {time.monotonic() - begun:.0f} s\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)))
