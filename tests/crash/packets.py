"""Many programs give out red packets on one database and are killed at random: `python -m tests.crash.packets`.

Eight writers play attempts of the same people, each in transactions of its own; now and then one of them is killed
with SIGKILL and another begins in its place. Afterwards the books are proved: nothing oversold, nobody twice, every
line of the ledger, and the audit silent. `--twin naive` counts and inserts then, and is found out.

    python -m tests.crash.packets --attempts 1000000 --seed 7
    python -m tests.crash.packets --attempts 20000 --database postgresql+psycopg://…
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from rules.deeds_quiz import FillPool
from rules.packets import Pool
from rules.packets_audit import audit, balances
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.moments import Moment
from storage.numbers import Numbers
from storage.packets_read import books_of
from storage.registry import DEEDS
from storage.tables import addresses, people
from storage.tables_quiz import quiz_answers, quiz_attempts
from tests.crash.packets_writer import DAY, DRAW, OPENS, QUIZ, Job, run

#: Seconds between two looks at how far the writers are, and of a run at most.
_GLANCE, _LONGEST = 0.02, 24 * 3600
_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Found:
    """What is left after a run."""

    attempts: int
    open: int
    kills: int
    packets: int
    won: int
    oversold: int
    double: int
    unanswered: int
    balance: int
    audit: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Nothing oversold, nobody twice, no attempt that ended without its answers, and nothing for the audit."""
        return not (self.oversold or self.double or self.unanswered or self.balance or self.audit)

    def told(self) -> str:
        """In one line, with the first faults."""
        faults = "".join(f"\n  {fault}" for fault in self.audit[:5])
        return (
            f"{self.attempts} attempts ended ({self.open} left open), {self.kills} kills; {self.won} of {self.packets} "
            f"packets given: {self.oversold} oversold, {self.double} people twice, {self.unanswered} attempts without "
            f"all answers, the ledger comes to {self.balance}, audit: {len(self.audit)} faults{faults}"
        )


def asked_for() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.packets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--attempts", type=int, default=20_000)
    parser.add_argument("--kills", type=int, help="one for every 2000 attempts unless given")
    parser.add_argument("--seconds", type=int, default=_LONGEST, help="end after so long, however far it is then")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--twin", choices=("", "naive"), default="")
    parser.add_argument("--database", default="", help="URL of an empty database; SQLite unless given")
    return parser.parse_args()


async def prepare(url: str, crowd: int, pool: Pool) -> None:
    """A database with people and a pool."""
    database = Database.open(url)
    await migrate(database)
    for start in range(1, crowd + 1, _ROWS):
        some = range(start, min(start + _ROWS, crowd + 1))
        async with database.write() as connection:
            await connection.execute(insert(people), [{"id": number, "channel": "wechat"} for number in some])
            rows = [{"id": f"wechat:{number}", "person": number} for number in some]
            await connection.execute(insert(addresses), rows)
    async with database.write() as connection:
        await DEEDS[FillPool](Moment(connection, OPENS - 1, Numbers()), FillPool(QUIZ, pool, OPENS, 0))
    await database.close()


def play(asked: argparse.Namespace, url: str, crowd: int) -> int:
    """Writers at work, of whom one is killed now and then, until so many attempts are ended; gives the kills.

    Writers that were faster than they are looked at are killed when everything else is done.
    """
    dice, context = random.Random(asked.seed), multiprocessing.get_context("fork")
    ended, stop = context.RawArray("q", asked.writers), context.RawValue("b", 0)
    lives: Counter[int] = Counter()
    wanted = asked.kills if asked.kills is not None else max(1, asked.attempts // 2000)
    spacing = asked.attempts / (wanted + 1)

    def begin(place: int) -> BaseProcess:
        lives[place] += 1
        job = Job(url, f"{asked.seed}/{place}/{lives[place]}", crowd, asked.twin == "naive")
        process = context.Process(target=run, args=(job, ended, place, stop))
        process.start()
        return process

    writers, kills, began = [begin(place) for place in range(asked.writers)], 0, time.monotonic()
    following = dice.uniform(0, 2 * spacing)
    while ((done := sum(ended)) < asked.attempts or kills < wanted) and time.monotonic() - began < asked.seconds:
        if kills < wanted and (done >= following or done >= asked.attempts):
            place = dice.randrange(asked.writers)
            _kill(writers[place])
            kills, following = kills + 1, following + dice.uniform(0, 2 * spacing)
            writers[place] = begin(place)
        for writer in writers:
            if writer.exitcode is not None:
                raise RuntimeError(f"expected the writers to live on, found exit code {writer.exitcode}")
        time.sleep(_GLANCE)
    stop.value = 1
    for writer in writers:
        writer.join()
    return kills


def _kill(process: BaseProcess) -> None:
    assert process.pid is not None, "a writer has begun"
    os.kill(process.pid, signal.SIGKILL)
    process.join()


async def judge(url: str, kills: int) -> Found:
    """Everything that can be wrong, from what is stored."""
    database = Database.open(url)
    async with database.read() as connection:
        books = await books_of(connection, QUIZ, per_person=1, opens=OPENS, closes=OPENS + 7 * DAY)
        assert books is not None, "a pool was made"
        still = (await connection.execute(_count().where(quiz_attempts.c.state == "open"))).scalar_one()
        over = (await connection.execute(_count().where(quiz_attempts.c.state != "open"))).scalar_one()
        given = select(func.count()).where(quiz_answers.c.attempt == quiz_attempts.c.id).scalar_subquery()
        lacking = _count().where(quiz_attempts.c.state != "open", given != DRAW)
        unanswered = (await connection.execute(lacking)).scalar_one()
    await database.close()
    winners = Counter(each.person for each in books.packets if each.person)
    lines = Counter(each.slot for each in books.ledger if each.into == "won")
    return Found(
        over, still, kills, len(books.packets), winners.total(), sum(count - 1 for count in lines.values()),
        sum(count > 1 for count in winners.values()), unanswered, sum(balances(books.ledger).values()), audit(books),
    )  # fmt: skip


def _count() -> Any:
    return select(func.count()).select_from(quiz_attempts)


def main() -> int:
    """Prepares, plays, judges. Gives the exit code."""
    asked = asked_for()
    crowd = max(asked.attempts // 8, 60)
    count = max(asked.attempts // 10, 30)
    with tempfile.TemporaryDirectory(prefix="xinshi-packets-") as folder:
        url = asked.database or sqlite_url(Path(folder))
        asyncio.run(prepare(url, crowd, Pool(count * 188, count)))
        began = time.monotonic()
        kills = play(asked, url, crowd)
        took = time.monotonic() - began
        found = asyncio.run(judge(url, kills))
    sys.stdout.write(f"{asked.writers} writers, seed {asked.seed}: {found.told()}\n{took:.0f} s\n")
    return 0 if found.clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
