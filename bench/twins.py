"""The duplicate guard through its whole storage path: `python -m bench.twins [--films N] [--known N]`.

- found: generated films are entered by one unit, each again in ten changed ways by another; every pair that the guard
  keeps is a film with its own change (right) or not (wrong);
- search: one film and one text among thousands of others of a campaign, from the question to the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import insert, select

from bench.films_twins import CHANGES, printed
from rules.deeds import Received, SubmitEntry
from rules.handed import Material
from rules.notice import read_notice
from scheduler.clock import SystemClock
from scheduler.twins import Comparing, Resemblances
from storage.database import Database
from storage.entries import submit
from storage.migrate import migrate
from storage.moments import Moment
from storage.numbers import Numbers
from storage.tables import entries, people, units
from storage.tables_twins import fingerprints, twins
from tests.films.making import film_of, run, scenes

CAMPAIGN, TRACK = "xian-2024", "video"
NOW = 1_710_000_000_000_000
ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7


class Town:
    """A campaign in a database of its own, with two units and somebody who enters for them."""

    def __init__(self, database: Database) -> None:
        self.database, self.numbers = database, Numbers()

    async def found(self) -> None:
        """Two units and a person."""
        await migrate(self.database)
        async with self.database.write() as connection:
            await connection.execute(insert(people).values(id=1, name="王老师"))
            rows = [{"id": number, "campaign": CAMPAIGN, "name": f"单位{number}"} for number in (2, 3)]
            await connection.execute(insert(units), rows)

    async def enter(self, unit: int, sha256: str, prints: str) -> int:
        """One film, handed in as a conversation does it."""
        film = Material("film", sha256, "a.mp4", 1, {"prints": prints})
        deed = SubmitEntry(
            CAMPAIGN, TRACK, unit, 1, "video", sha256[:10], sha256[:6], {}, {}, 0, 2 * NOW, None, "XA-B",
            materials=(film,),
        )  # fmt: skip
        async with self.database.write() as connection:
            received = await submit(Moment(connection, NOW, self.numbers), deed)
        assert isinstance(received, Received), "nothing closes this campaign"
        return received.entry


async def found(films: int) -> None:
    """Print how many changed films the guard finds, and what else it takes for twins."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        town = Town(Database.open(f"sqlite+aiosqlite:///{folder / 'xinshi.db'}"))
        await town.found()
        whose: dict[int, tuple[int, str]] = {}
        for number in range(films):
            original = film_of(folder / f"{number}.mp4", scenes(1000 + number))
            whose[await _entered(town, 2, original)] = (number, "")
            for name, (filters, options) in CHANGES.items():
                changed = folder / "changed.mp4"
                run("-i", original, "-vf", filters, *options, "-pix_fmt", "yuv420p", "-an", changed)
                whose[await _entered(town, 3, changed)] = (number, name)
        text = (ROOT / "campaigns" / f"{CAMPAIGN}.toml").read_text(encoding="utf-8")
        notices = {CAMPAIGN: read_notice(text, name=f"{CAMPAIGN}.toml")}
        guard = Comparing(town.database, notices, town.numbers, SystemClock())
        while await guard.compare():
            pass
        async with town.database.read() as connection:
            pairs = {(one, other) for one, other in await connection.execute(select(twins.c.one, twins.c.other))}
        await town.database.close()
        _say_found(films, whose, pairs)


async def _entered(town: Town, unit: int, path: Path) -> int:
    return await town.enter(unit, await asyncio.to_thread(_sha256, path), await printed(path))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _say_found(films: int, whose: dict[int, tuple[int, str]], pairs: set[tuple[int, int]]) -> None:
    originals = {number: entry for entry, (number, change) in whose.items() if not change}
    right = sum(tuple(sorted((originals[number], entry))) in pairs for entry, (number, name) in whose.items() if name)
    wrong = sum(whose[one][0] != whose[other][0] for one, other in pairs)
    strangers = sum(
        whose[one][0] != whose[other][0] for one in whose for other in whose if one < other
    )  # fmt: skip
    of = films * len(CHANGES)
    print(f"  found again: {right} of {of} = {100 * right / of:.1f} %")
    print(f"  strangers taken for twins: {wrong} of {strangers} pairs = {100 * wrong / max(1, strangers):.2f} %")


async def search(known: int) -> None:
    """Print how long one film, and one text, are searched for among so many."""
    with tempfile.TemporaryDirectory() as made:
        database = Database.open(f"sqlite+aiosqlite:///{Path(made) / 'xinshi.db'}")
        await migrate(database)
        dice = random.Random(1)
        for begins in range(0, known, 500):
            await _fill(database, dice, range(begins + 1, min(begins + 500, known) + 1))
        asked, text, guard = _film(dice), _text(dice), Resemblances(database)
        searches: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
            ("a film of 150 scenes", lambda: guard.of_film(CAMPAIGN, 0, "0" * 64, asked)),
            ("a text of 2000 characters", lambda: guard.of_text(CAMPAIGN, TRACK, 0, text)),
        )
        for name, ask in searches:
            took = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                await ask()
                took.append(time.perf_counter() - started)
            print(f"  {name} among {known}: median {statistics.median(took):.2f} s, longest {max(took):.2f} s")
        await database.close()


async def _fill(database: Database, dice: random.Random, numbers: range) -> None:
    films, rows = [], []
    for number in numbers:
        rows.append({"id": number, "campaign": CAMPAIGN, "track": TRACK, "number": f"{number}", "unit": 1,
                     "state": "submitted", "version": 1})  # fmt: skip
        films.append({"entry": number, "version": 1, "campaign": CAMPAIGN, "track": TRACK, "sha256": f"{number:064x}",
                      "film": _film(dice), "text": _text(dice), "searched": 1})  # fmt: skip
    async with database.write() as connection:
        await connection.execute(insert(entries), rows)
        await connection.execute(insert(fingerprints), films)


def _film(dice: random.Random) -> str:
    """The prints of a long film: as many scenes as are kept at most."""
    told = b"".join((number * 2).to_bytes(2) + dice.randbytes(8) for number in range(150))
    return f"d1:{base64.b64encode(told).decode()}"


def _text(dice: random.Random) -> str:
    return "".join(chr(0x4E00 + dice.randrange(1500)) for _ in range(2000))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="the duplicate guard through its whole storage path")
    parser.add_argument("--films", type=int, default=20, help="generated films, each changed in ten ways")
    parser.add_argument("--known", type=int, default=5000, help="films and texts among which one is searched")
    given = parser.parse_args()
    print(f"processors {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")
    asyncio.run(search(given.known))
    asyncio.run(found(given.films))


if __name__ == "__main__":
    main()
