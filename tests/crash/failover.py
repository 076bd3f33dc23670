"""Whoever acts on time is killed, and another goes on: `python -m tests.crash.failover --kills 100 --seed 1`.

Two programs share one PostgreSQL. Every half second a planned message to many comes due, every second an occasion of
reminding, so that time has something to do at every moment. Most often the program is killed (SIGKILL) whose
transaction holds the lock of the leader, else any; then it is started again. In the end every planned message went
once to everybody and every occasion was begun once, and the longest times between a kill and the next act are told.

`--twin lawless` acts whoever leads, and does not look whether somebody was faster.
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
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import insert

from bot.app import ROOT, running
from bot.people import take_roster
from rules.instants import micros
from rules.looks import UnitsOf
from storage.leases import LOCKS, PLANNED, TIME
from storage.tables import addresses, people, seats
from storage.tables_post import broadcasts
from storage.units import units_of
from tests.crash.channels_plan import BEGIN, CommonClock
from tests.crash.driver import KEY
from tests.crash.failover_driver import Job, run
from tests.crash.places import Place, server_for
from tests.crash.plan import CAMPAIGN

#: How many programs there are, and people who are written to.
PROGRAMS, PEOPLE = 2, 3
#: Seconds between two planned messages, and how many there are.
EVERY, MANY = 0.5, 6000
#: Seconds from a program's start to the next kill at least and at most, and for which a leader is looked for.
_SOONEST, _LATEST, _AIM = 0.3, 2.0, 4.0
#: Seconds that a start and the rest at the end may take, and between two looks at them.
_LONGEST, _REST, _NAP = 60.0, 0.2, 0.01
_AUDIENCE = '{"role":"liaison","classes":[],"units":[],"state":"","track":""}'
_LEADER = """
SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32 | l.objid::bigint) = ANY(%s)
"""
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill by the machine's time and by the deployment's (UTC microseconds); `led`: it hit who led just then."""

    machine: int
    clock: int
    led: bool


@dataclass(slots=True)
class Found:
    """What came of it: kills, acts, planned messages that went more than once or not at all, and the gaps (s)."""

    kills: list[Kill] = field(default_factory=list)
    launched: int = 0
    twice: int = 0
    missing: int = 0
    rounds: int = 0
    reminded: int = 0
    reminded_twice: int = 0
    gaps: dict[str, list[float]] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Everything once."""
        return not (self.twice or self.missing or self.reminded_twice)

    def told(self) -> str:
        """In one line."""
        led = sum(each.led for each in self.kills)
        gaps = ", ".join(
            f"{name}: longest {max(every):.2f} s, median {sorted(every)[len(every) // 2]:.2f} s"
            for name, every in self.gaps.items() if every
        )  # fmt: skip
        return (
            f"{len(self.kills)} kills, {led} of them of who led just then; {self.launched} planned messages went,"
            f" {self.twice} more than once, {self.missing} not to all; {self.rounds} occasions begun,"
            f" {self.reminded} reminders, {self.reminded_twice} twice; from a kill to the next act: {gaps}"
        )


async def prepare(place: Place) -> None:
    """Units, people who speak for them, and planned messages for every half second."""
    async with running(data=place.data, database_url=place.url, campaign_ids=(CAMPAIGN,), key=KEY) as app:
        await take_roster(app, CAMPAIGN, ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv")
        async with app.database.read() as connection:
            units = await units_of(connection, UnitsOf(CAMPAIGN))
        async with app.database.write() as connection:
            for number in range(1, PEOPLE + 1):
                await connection.execute(insert(people).values(id=number, channel="telegram", address=f"{number}"))
                await connection.execute(insert(addresses).values(id=f"telegram:{number}", person=number))
                seat = {"id": number, "person": number, "campaign": CAMPAIGN, "role": "liaison"}
                await connection.execute(insert(seats).values(unit=units[number].id, **seat))
            plan = f'{{"title":"t","people":{[*range(1, PEOPLE + 1)]},"audience":{_AUDIENCE},"enclosed":[]}}'
            row = {"campaign": CAMPAIGN, "by": 1, "text": "请看", "state": "planned", "plan": plan}
            due = [micros(BEGIN) + int(number * EVERY * _SECOND) for number in range(1, MANY + 1)]
            rows = [{"id": number, "due": at, **row} for number, at in enumerate(due, start=1)]
            await connection.execute(insert(broadcasts), rows)


@dataclass(slots=True)
class Programs:
    """The programs of a deployment, each in a process of its own."""

    place: Place
    twin: str
    running: list[BaseProcess] = field(default_factory=list)

    def start(self, name: int) -> BaseProcess:
        """Start one; returns when it is at work."""
        context = multiprocessing.get_context("fork")
        ready = context.RawValue("b", 0)
        job = Job(self.place.data, f"{self.place.url}&application_name=program-{name}", self.twin)
        process = context.Process(target=run, args=(job, ready))
        process.start()
        until = time.monotonic() + _LONGEST
        while not ready.value:
            if process.exitcode is not None or time.monotonic() > until:
                raise RuntimeError(f"expected a program at work, found exit code {process.exitcode}; see program.log")
            time.sleep(_NAP)
        return process

    def kill(self, name: int) -> None:
        """Kill one and wait for its end."""
        process = self.running[name]
        assert process.pid is not None, "it was started"
        os.kill(process.pid, signal.SIGKILL)
        process.join()


def killed_often(place: Place, *, kills: int, seed: int, twin: str = "") -> Found:
    """Run the programs, and kill one after the other."""
    dice, found, clock = random.Random(seed), Found(), CommonClock(place.data / "clock")
    programs = Programs(place, twin)
    programs.running += [programs.start(name) for name in range(PROGRAMS)]
    with psycopg.connect(place.url.replace("+psycopg", "", 1), autocommit=True) as watching:
        for _ in range(kills):
            time.sleep(dice.uniform(_SOONEST, _LATEST))
            leader = _leading(watching) if dice.random() < 0.8 else None
            which = leader if leader is not None else dice.randrange(PROGRAMS)
            found.kills.append(Kill(time.time_ns() // 1000, micros(clock.now()), leader is not None))
            programs.kill(which)
            programs.running[which] = programs.start(which)
    ended = micros(clock.now())
    _caught_up(place, ended)
    for name in range(PROGRAMS):
        programs.kill(name)
    _judge(place, found, ended)
    return found


def _caught_up(place: Place, ended: int) -> None:
    """Wait until everything that was due by then is done, and something after it."""
    until = time.monotonic() + _LONGEST
    waits = f"SELECT count(*) FROM broadcasts WHERE state = 'planned' AND due <= {ended}"  # noqa: S608  our own number
    later = f"SELECT count(*) FROM rounds WHERE began > {ended}"  # noqa: S608
    while time.monotonic() < until and (place.rows(waits) != [(0,)] or place.rows(later) == [(0,)]):
        time.sleep(_REST)


def _leading(watching: psycopg.Connection[Any]) -> int | None:
    """Which program's transaction holds the lock of a leader; None if none was seen in time."""
    until = time.monotonic() + _AIM
    while time.monotonic() < until:
        rows = watching.execute(_LEADER, [[LOCKS[TIME], LOCKS[PLANNED]]]).fetchall()
        names = [name for (name,) in rows if name.startswith("program-")]
        if names:
            return int(names[0].rpartition("-")[2])
    return None


def _judge(place: Place, found: Found, ended: int) -> None:
    """What is in the tables, against what was planned."""
    went = place.rows("SELECT batch, person, count(*) FROM outbox WHERE kind = 'broadcast' GROUP BY batch, person")
    due = place.rows(f"SELECT id FROM broadcasts WHERE due <= {ended}")  # noqa: S608  a number of our own
    heard: dict[int, int] = {}
    for batch, _, count in went:
        found.twice += count > 1
        heard[batch] = heard.get(batch, 0) + 1
    found.launched = len(heard)
    found.missing = sum(heard.get(number, 0) != PEOPLE for (number,) in due)
    found.rounds = len(place.rows("SELECT key FROM rounds WHERE state = 'over'"))
    told = place.rows("SELECT person, at, count(*) FROM outbox WHERE kind = 'reminder' GROUP BY person, at")
    found.reminded, found.reminded_twice = len(told), sum(count > 1 for _, _, count in told)
    written = sorted(number >> 12 for (number,) in place.rows("SELECT id FROM outbox WHERE kind = 'broadcast'"))
    began = sorted(at for (at,) in place.rows("SELECT DISTINCT began FROM rounds"))
    found.gaps = {
        "planned messages": [_after(written, each.machine) for each in found.kills],
        "reminders": [_after(began, each.clock) for each in found.kills],
    }


def _after(acts: Sequence[int], at: int) -> float:
    """Seconds from an instant to the next act."""
    return next(((act - at) / _SECOND for act in acts if act > at), float("inf"))


def tried(folder: Path, *, kills: int, seed: int, twin: str = "", url: str = "") -> Found:
    """A deployment from beginning to end, on a server of its own or on the empty database of this URL."""
    if url:
        place = Place(folder / "failover", url)
        place.data.mkdir()
        asyncio.run(prepare(place))
        return killed_often(place, kills=kills, seed=seed, twin=twin)
    with server_for("postgresql") as server:
        place = Place.empty(folder / "failover", server)
        asyncio.run(prepare(place))
        return killed_often(place, kills=kills, seed=seed, twin=twin)


def main() -> int:
    """Gives the exit code."""
    said = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m tests.crash.failover", description=said)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--twin", choices=("", "lawless"), default="")
    parser.add_argument("--database", default="", help="URL of an empty database; a server of its own unless given")
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="xinshi-failover-") as folder:
        found = tried(Path(folder), kills=given.kills, seed=given.seed, twin=given.twin, url=given.database)
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    sys.stdout.write(
        f"seed {given.seed}: {found.told()}, {time.monotonic() - began:.0f} s, load {load:.1f} on each processor\n"
    )
    return 0 if found.clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
