"""Three months in which the program is restarted, killed and given wrong clocks at random, and what a judge says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import text

import scheduler.reminding
import storage.reminders
from rules.instants import opening
from rules.reminders import Rules
from storage.database import Database
from storage.migrate import migrate
from storage.reminders import Round, Told, remind
from tests.reminders.judge import Judge, Verdict
from tests.reminders.town import ZONE
from tests.reminders.world import OPENS, Life

END = opening("2023-09-02 12:00", ZONE)


class Killed(BaseException):
    """The program ended in the middle of something."""


async def play(folder: Path, *, seed: int, upsets: int, units: int, twin: str = "") -> Verdict:
    """A whole campaign with so many restarts and clock jumps; gives the judge's verdict."""
    database = Database.open(f"sqlite+aiosqlite:///{folder / 'play.db'}")
    await migrate(database)
    try:
        return await _played(database, Random(seed), upsets=upsets, units=units, twin=twin)
    finally:
        await database.close()


async def _played(database: Database, dice: Random, *, upsets: int, units: int, twin: str) -> Verdict:
    life = Life(database, dice)
    judge = Judge(life)
    await life.settle(units)
    with broken(twin), watched(judge, dice) as watch:
        if twin == "keyless":
            await _without_key(database)
        await _three_months(life, watch, dice, upsets)
        return await judge.end()


async def _three_months(life: Life, watch: Watch, dice: Random, upsets: int) -> None:
    """Time goes on in steps; at each the program is upset in one of several ways and then does what is due."""
    begins = opening(OPENS, ZONE)
    step = (END - begins) / (upsets + 1)
    true = begins
    for _ in range(upsets):
        true += step * dice.uniform(0.2, 1.8)
        true = min(true, END)
        for _ in range(dice.randrange(3)):
            await life.happen()
        await _upset(life, watch, dice, true)
    watch.kills = False
    for days in range(3):
        life.clock.set(END + timedelta(days=days))
        life.town.restarted(page=dice.randrange(1, 9))
        await act(life, watch)


async def _upset(life: Life, watch: Watch, dice: Random, true: datetime) -> None:
    kind = dice.choice(("restart", "kill", "jump", "back", "late"))
    life.clock.set(true)
    if kind == "jump":
        life.clock.set(true + timedelta(hours=dice.expovariate(1 / 24)))
    elif kind == "back":
        life.clock.set(true - timedelta(hours=dice.expovariate(1 / 24)))
    elif kind == "late":
        return
    if kind in ("restart", "kill"):
        life.town.restarted(page=dice.randrange(1, 9))
        watch.kills = kind == "kill"
    await act(life, watch)


async def act(life: Life, watch: Watch) -> None:
    """Let the program do what is due, and start it again when it is killed."""
    for _ in range(200):
        try:
            await life.town.act()
            return
        except Killed:
            if watch.dice.random() < 0.3:
                return  # nobody starts it again before the next upset
            watch.kills = watch.dice.random() < 0.5
            life.town.restarted(page=watch.dice.randrange(1, 9))
    raise AssertionError("the program never came to an end")


class Watch:
    """Tells the judge of every page that was committed, and kills the program at random before or after that."""

    def __init__(self, judge: Judge, dice: Random) -> None:
        self.judge, self.dice, self.kills = judge, dice, False

    async def remind(self, moment: Any, notice: Any, under_way: Sequence[Round], *, most: int) -> Told:
        """One page; what a kill rolls back is not told."""
        before = under_way[0].cursor
        told = await remind(moment, notice, under_way, most=most)
        if self.kills and self.dice.random() < 0.3:
            raise Killed
        people = [person for person in sorted(self.judge.life.known.seats) if before < person <= told.cursor]
        self.judge.page(moment.at, [each.occasion for each in under_way], people)
        if told.over:
            self.judge.over([each.occasion for each in under_way])
        return told


@contextmanager
def watched(judge: Judge, dice: Random) -> Iterator[Watch]:
    """The program with a watch on its pages."""
    watch = Watch(judge, dice)
    with patch.object(scheduler.reminding, "remind", watch.remind):
        yield watch


@contextmanager
def broken(twin: str) -> Iterator[None]:
    """A program with a fault: "keyless" forgets what was decided, "nagging" what was done, "endless" what it began."""
    if twin == "keyless":

        async def nothing(*_: object) -> set[object]:
            return set()

        with patch.object(storage.reminders, "_decided", nothing):
            yield
    elif twin == "nagging":
        honest = Rules.items

        def deaf(self: Rules, place: Any, occasion: Any, now: int) -> Any:
            place.reported = {}
            return honest(self, place, occasion, now)

        with patch.object(Rules, "items", deaf):
            yield
    elif twin == "late":
        with patch.object(scheduler.reminding, "due_by", lambda calendar, now: []):
            yield
    else:
        yield


async def _without_key(database: Database) -> None:
    """The table of reminders without the key that keeps them single."""
    async with database.write() as connection:
        row = (await connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'reminders'"))).scalar_one()
        plain = row.replace("PRIMARY KEY (instant, person, campaign, rule, subject)", "CHECK (1)")
        await connection.execute(text("DROP TABLE reminders"))
        await connection.execute(text(plain.replace("WITHOUT ROWID", "")))
