"""What planning reminders costs: 100 000 units under five rules, ten times as many for ten times the time, flat memory.

Planning reads every liaison with all that the rules look at, page by page, and decides who hears what in which message.
It is measured apart from writing the messages down, which costs what the outbox costs. Run it with
`./xinshi bench reminders`.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine

from bot import campaigns
from bot.app import ROOT
from bot.tuning import settle_in
from rules.instants import from_micros, micros
from rules.notice import Notice
from rules.occasions import BEFORE, Occasion
from rules.reminding import RULES
from scheduler.clock import SimulatedClock
from scheduler.reminding import Reminding
from storage.database import Database
from storage.moments import Moment
from storage.numbers import Numbers
from storage.reminders import PAGE, Round, calendar_of, decide
from storage.reminders_state import Page, readers
from storage.schema import metadata

CAMPAIGN = "weifang-2023"
_LIAISON, _SEAT, _SESSION, _ENTRY = 1 << 40, 2 << 40, 3 << 40, 4 << 40
#: Of ten units: six have done everything, one lacks a text, one lacks everything, two have no floor.
_KINDS = ("done",) * 6 + ("short", "nothing", "free", "free")


@dataclass(frozen=True, slots=True)
class Cost:
    """One planning: seconds by the clock and of the processor, liaisons read, reminders and messages decided."""

    seconds: float
    processor: float
    people: int
    items: int
    messages: int


def notice_of() -> Notice:
    """The notice with five of the rules at work; none of its tasks is among them."""
    found = campaigns.load(ROOT / "campaigns", CAMPAIGN)
    assert len(RULES) == 6, "five rules and the one for tasks, which this notice has none of"
    return found


def stored(path: Path, units: int, at: int) -> None:
    """A campaign with so many units: what they reported, what they began, what was sent back."""
    metadata.create_all(engine := create_engine(f"sqlite:///{path}"))
    engine.dispose()
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN")
    database.executemany(
        "INSERT INTO units (id, campaign, name, klass) VALUES (?, ?, ?, ?)",
        ((n, CAMPAIGN, f"单位{n}", "other" if _kind(n) == "free" else "county") for n in range(1, units + 1)),
    )
    database.executemany(
        "INSERT INTO people (id, channel, address) VALUES (?, 'telegram', ?)",
        ((_LIAISON + n, str(n)) for n in range(1, units + 1)),
    )
    database.executemany(
        "INSERT INTO seats (id, person, campaign, role, unit) VALUES (?, ?, ?, 'liaison', ?)",
        ((_SEAT + n, _LIAISON + n, CAMPAIGN, n) for n in range(1, units + 1)),
    )
    database.executemany(
        "INSERT INTO entries (id, campaign, track, number, unit, state, version, received)"
        " VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
        _entries(units, at),
    )
    database.executemany(
        "INSERT INTO sessions (id, person, flow, campaign, seat, state, shown, title, step, seq, touched)"
        " VALUES (?, ?, 'enter', ?, ?, 'parked', ?, '一件事', '联系电话', 5, ?)",
        (
            (_SESSION + n, _LIAISON + n, CAMPAIGN, _SEAT + n, "scan/form" if n % 20 == 3 else "form/phone", at)
            for n in range(1, units + 1) if n % 20 in (3, 7, 9)
        ),
    )  # fmt: skip
    database.execute("COMMIT")
    database.close()


def _kind(number: int) -> str:
    return _KINDS[number % len(_KINDS)]


def _entries(units: int, at: int) -> Iterator[tuple[object, ...]]:
    serial = _ENTRY
    for n in range(1, units + 1):
        tracks = {"done": ("text", "text", "video", "video"), "short": ("text", "video", "video")}.get(_kind(n), ())
        for track in tracks:
            serial += 1
            yield serial, CAMPAIGN, track, f"WF-{serial}", n, "submitted", at
        if n % 50 == 1:
            serial += 1
            yield serial, CAMPAIGN, "text", f"WF-{serial}", n, "returned", at


async def planned(database: Database, notice: Notice, occasion: Occasion, now: int) -> Cost:
    """Read and decide everything for one occasion; nothing is written and nothing kept."""
    began, spent = time.perf_counter(), time.process_time()
    people = items = messages = above = 0
    under_way = [Round(occasion, 0, frozenset())]
    async with database.read() as connection:
        moment = Moment(connection, now, Numbers())
        calendar = await calendar_of(connection, notice)
        day = calendar.day_of(now)
        while page := await readers(connection, Page(notice.id, now, day, above, PAGE)):
            fates, told = await decide(moment, notice, calendar, page, under_way)
            people, messages = people + len(page), messages + len(told)
            items += sum(len(each) for _, each in fates)
            above = page[-1].person
    return Cost(time.perf_counter() - began, time.process_time() - spent, people, items, messages)


async def written(database: Database, notice: Notice, now: int) -> float:
    """Seconds for the whole: reading, deciding and writing every message and reminder, as the running program does."""
    clock = SimulatedClock(from_micros(now))
    reminding = Reminding(database, {notice.id: notice}, Numbers(), clock)
    began = time.perf_counter()
    await reminding.act()
    return time.perf_counter() - began


async def measured(path: Path, notice: Notice, rounds: int, *, write: bool) -> tuple[list[Cost], int, float]:
    """The rounds of planning, the most bytes that Python held meanwhile, and the seconds with writing."""
    database = Database.open(f"sqlite+aiosqlite:///{path}")
    occasion, now = _occasion(notice)
    costs = [await planned(database, notice, occasion, now) for _ in range(rounds)]
    tracemalloc.start()
    await planned(database, notice, occasion, now)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    seconds = await written(database, notice, now) if write else 0.0
    await database.close()
    return costs, held, seconds


def _occasion(notice: Notice) -> tuple[Occasion, int]:
    """A day before the closing, at ten in the morning."""
    closes = micros(notice.tracks[0].closes)
    now = closes - timedelta(hours=14) // timedelta(microseconds=1)
    nominal = closes - timedelta(days=1) // timedelta(microseconds=1)
    return Occasion("bench", BEFORE, nominal, nominal, closes), now


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="./xinshi bench reminders", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to use")
    asked = parser.parse_args()
    settle_in()
    notice = notice_of()
    medians: dict[int, float] = {}
    held: dict[int, int] = {}
    for units in (asked.units // 10, asked.units):
        with tempfile.TemporaryDirectory(dir=asked.data) as folder:
            path = Path(folder) / "reminders.db"
            stored(path, units, _occasion(notice)[1] - 10 * 86_400_000_000)
            costs, held[units], seconds = asyncio.run(measured(path, notice, asked.rounds, write=True))
        one = costs[0]
        medians[units] = median(cost.seconds for cost in costs)
        print(
            f"{units:>9,} units: planned in {medians[units]:.2f} s ({median(c.processor for c in costs):.2f} s of the"
            f" processor), {one.items:,} reminders in {one.messages:,} messages; {held[units] / 2**20:.1f} MiB held;"
            f" {seconds:.1f} s with writing"
        )
    small, large = asked.units // 10, asked.units
    print(
        f"ten times the units: {medians[large] / medians[small]:.1f} × the time (goal ≤ 11),"
        f" {held[large] / held[small]:.2f} × the memory; peak of the process"
        f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
    )


if __name__ == "__main__":
    main()
