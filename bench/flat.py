"""Does a message cost more when more people are stored? The same crowd in a small and in a large database, in turn.

Everybody stored has begun the form: a person, an address, an open conversation with an answer, a message each way. A
thousand of them, picked all over the table, answer the other nine questions. Run it with `./xinshi bench flat`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter

import uvloop
from sqlalchemy import create_engine

from bench.load import ANSWERS, Figures, drive
from bench.ours import FLOWS, NOW, wording
from bot.desk import Desk
from bot.talk.messages import Incoming
from bot.talk.wishes import House
from bot.tuning import settle_in
from rules.instants import micros
from storage.database import Database
from storage.numbers import Numbers
from storage.schema import metadata
from storage.turns import Turns

ACTIVE = 1000
_FIRST = 1 << 50
_AT = micros(NOW)


def stored(path: Path, people: int) -> None:
    """A database with so many people in the middle of the form."""
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
    numbers = range(1, people + 1)
    answer = f'"{ANSWERS[0]}"'
    database.execute("BEGIN")
    for statement, rows in (
        ("INSERT INTO people (id, channel, address) VALUES (?, 'bench', ?)", ((_FIRST + n, str(n)) for n in numbers)),
        ("INSERT INTO addresses (id, person) VALUES (?, ?)", ((f"bench:{n}", _FIRST + n) for n in numbers)),
        (
            "INSERT INTO sessions (id, person, flow, facts, state, shown, seq, started, touched)"
            " VALUES (?, ?, 'bench', '{}', 'active', 'form/person', 1, ?, ?)",
            ((2 * _FIRST + n, _FIRST + n, _AT, _AT) for n in numbers),
        ),
        (
            "INSERT INTO log (session, seq, kind, key, value, at) VALUES (?, 1, 'answer', 'form/unit', ?, ?)",
            ((2 * _FIRST + n, answer, _AT) for n in numbers),
        ),
        (
            "INSERT INTO inbox (id, number, address, person, at, body) VALUES (?, ?, ?, ?, ?, '{}')",
            ((f"bench:old-{n}", n, f"bench:{n}", _FIRST + n, _AT) for n in numbers),
        ),
        (
            "INSERT INTO outbox (id, address, person, cause, at, body) VALUES (?, ?, ?, ?, ?, '{}')",
            ((n, f"bench:{n}", _FIRST + n, f"bench:old-{n}", _AT) for n in numbers),
        ),
    ):
        database.executemany(statement, rows)
    database.execute("COMMIT")
    database.close()


async def answer_all(path: Path, people: int, waiting: int) -> Figures:
    """A thousand of the stored people answer what is left of the form."""
    database = Database.open(f"sqlite+aiosqlite:///{path}")
    numbers = Numbers()
    desk = Desk(House(FLOWS, {}, numbers), Turns(database, numbers), wording())
    working = asyncio.create_task(desk.run())
    active = random.Random(7).sample(range(1, people + 1), min(ACTIVE, people))
    messages = [
        Incoming("bench", str(person), f"{step}{person:08d}", NOW, text=text)
        for step, text in enumerate(ANSWERS[1:])
        for person in active
    ]
    figures = await drive(messages, waiting, desk.receive)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    await database.close()
    return figures


def main() -> None:
    """Measures and prints the ratio of times per message, large to small."""
    parser = argparse.ArgumentParser(prog="./xinshi bench flat", description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--waiting", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to use")
    asked = parser.parse_args()
    settle_in()
    took: dict[int, list[float]] = {asked.small: [], asked.large: []}
    for _ in range(asked.rounds):
        for people, times in took.items():
            with tempfile.TemporaryDirectory(dir=asked.data) as folder:
                path, began = Path(folder) / "flat.db", perf_counter()
                stored(path, people)
                built = perf_counter() - began
                figures = uvloop.run(answer_all(path, people, asked.waiting))
                size = path.stat().st_size / 2**20
            times.append(1e6 / figures.rate)
            print(
                f"{people:>9,} people ({size:,.0f} MiB, built in {built:.0f} s): {times[-1]:.0f} µs a message,"
                f" p99 {figures.p99_ms:.1f} ms"
            )
    small, large = median(took[asked.small]), median(took[asked.large])
    print(f"time per message, large ÷ small: {large / small:.2f}")


if __name__ == "__main__":
    main()
