"""The program ends before and after every statement and every sending: `python -m tests.crash.enumeration`.

Every scene is played once in quiet; then once for every point at which the program could end, and then, by seed, with
two or three ends, the later ones while it recovers. After an end it is opened again on what was committed, the
platform gives again what was not acknowledged, and in the end everything must be as if nothing had happened.

    python -m tests.crash.enumeration --runs 50000 --seed 1
    python -m tests.crash.enumeration --runs 400 --twin hasty
    python -m tests.crash.enumeration --full --runs 1000
    python -m tests.crash.enumeration --down --runs 200
"""

from __future__ import annotations

import argparse
import logging
import random
import shutil
import sqlite3
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

from structlog.testing import capture_logs

from scheduler import dispatch
from tests.crash.enumeration_judge import Left, Verdict, differences, judge, left
from tests.crash.enumeration_outside import MachineTime, Outside
from tests.crash.enumeration_scenes import Staged, copy_of, staged
from tests.crash.enumeration_stage import Program, doubtful, shared_statements
from tests.crash.enumeration_twins import TWINS
from tests.crash.mortal import Fate, StandingLoop, engine_with_kept_code, lived

#: Seconds between two looks of the dispatcher at its outbox, which nobody else fills here.
_IDLE = 10.0
#: Ends beyond the first: a point of the recovery.
_LATER = 120
#: How statements that write begin.
_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")


@dataclass(slots=True)
class Counted:
    """What came of all runs."""

    runs: int = 0
    ends: int = 0
    again: int = 0
    #: Messages, acts and sendings that failed, and were given, done or sent again.
    refused: int = 0
    doubts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Full:
    """The disk is full from a point on, for so many seconds: nothing can be written, what is there can be read."""

    since: int
    seconds: float

    def disk(self, fate: Fate, loop: StandingLoop) -> Callable[[str], None]:
        """What a statement asks before it is run."""
        until: list[float] = []

        def says(what: str) -> None:
            if fate.points < self.since or not what.startswith(_WRITES):
                return
            if not until:
                until.append(loop.time() + self.seconds)
            if loop.time() < until[0]:
                wrong = sqlite3.OperationalError("database or disk is full")
                wrong.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise wrong

        return says


@dataclass(slots=True)
class Ground:
    """Scenes that are ready, each with what it leaves in quiet and how many points it has."""

    scenes: list[Staged]
    twin: str = ""
    quiet: list[Left] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    number: int = 0

    def settle(self) -> None:
        """Play every scene in quiet, twice: it must leave the same both times."""
        for place, each in enumerate(self.scenes):
            for _ in range(2):
                data, outside, points = self.play(each, (), seed=0)
                if len(self.quiet) == place:
                    self.quiet.append(left(data, outside))
                    self.points.append(points)
                elif not (found := judge(data, outside, self.quiet[place])).clean:
                    raise AssertionError(
                        f"expected {each.scene.name} to leave the same twice, found {found}:\n"
                        f"{differences(data, outside, self.quiet[place])}"
                    )
                shutil.rmtree(data)

    def play(
        self, each: Staged, ends: Sequence[int], *, seed: int, full: Full | None = None, down: int | None = None
    ) -> tuple[Path, Outside, int]:
        """One run, with the program's ends at these points of its lives; gives the points of the last life, too."""
        self.number += 1
        data, scene = copy_of(each.place, f"run-{self.number}"), each.scene
        if full is not None and scene.lasts:
            scene = replace(scene, lasts=scene.lasts + full.seconds)
        outside = Outside(scene, random.Random(seed))
        outside.careless, outside.down = self.twin == "careless", down
        for deadly in (*ends, 0):
            fate, loop = Fate(deadly), StandingLoop(outside.passed)
            if full is not None:
                fate.says = full.disk(fate, loop)
            lived(loop, fate, Program(data, outside, fate).live())
            outside.passed = loop.time()
            if fate.points != deadly:
                break
            outside.ends += 1
            outside.doubts += doubtful(data)
            outside.return_some()
        return data, outside, fate.points

    def judged(
        self, place: int, ends: Sequence[int], counted: Counted, *, seed: int, full: Full | None = None,
        down: int | None = None,
    ) -> Verdict:  # fmt: skip
        """One run and what is to be said of it."""
        each = self.scenes[place]
        data, outside, _ = self.play(each, ends, seed=seed, full=full, down=down)
        found = judge(data, outside, self.quiet[place])
        counted.runs, counted.ends, counted.again = (
            counted.runs + 1, counted.ends + outside.ends, counted.again + outside.again,
        )  # fmt: skip
        counted.doubts += outside.doubts
        counted.refused += len(outside.broken) + outside.refused
        if not found.clean:
            what = ", ".join([*map(str, ends), *([f"{full}"] if full else []), *([f"down {down}"] if down else [])])
            said = f"{each.scene.name}, {what}, seed {seed}: {found}"
            counted.wrong.append(f"{said}\n{differences(data, outside, self.quiet[place])}")
        shutil.rmtree(data)
        return found


@contextmanager
def prepared(scenes: Sequence[str] = ()) -> Iterator[list[Staged]]:
    """Scenes that are ready, in memory where the machine has such a place."""
    warnings.simplefilter("ignore")
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    memory = Path("/dev/shm")  # noqa: S108  nobody else's: a folder of our own is made in it
    with (
        tempfile.TemporaryDirectory(prefix="xinshi-ends-", dir=memory if memory.is_dir() else None) as folder,
        mock.patch("storage.turns.Statements", shared_statements),
        mock.patch("storage.leases.time", MachineTime),
        mock.patch("storage.direct.create_engine", engine_with_kept_code),
        mock.patch.multiple(dispatch, IDLE=_IDLE, RESCAN=_IDLE),
    ):
        yield staged(Path(folder), scenes)


@contextmanager
def ground(scenes: list[Staged], twin: str = "") -> Iterator[Ground]:
    """Everything that runs need, with a twin at work if one is named."""
    with capture_logs(), TWINS[twin]():
        found = Ground(scenes, twin)
        found.settle()
        yield found


def plans(found: Ground, seed: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every single end, and then ends by twos and threes for ever."""
    dice = random.Random(seed)
    singles = [(place, (end,)) for place, points in enumerate(found.points) for end in range(1, points + 1)]
    dice.shuffle(singles)
    yield from singles
    while True:
        place = dice.randrange(len(found.scenes))
        more = tuple(dice.randint(1, _LATER) for _ in range(dice.choice((1, 1, 2))))
        yield place, (dice.randint(1, found.points[place]), *more)


def enumerate_ends(found: Ground, counted: Counted, *, runs: int, seed: int, seconds: float, stop_at: int) -> None:
    """So many runs, or as many as fit into the time; ends early where so many were wrong."""
    began = time.monotonic()
    for number, (place, ends) in enumerate(plans(found, seed)):
        if number >= runs or time.monotonic() - began > seconds or len(counted.wrong) >= stop_at:
            return
        found.judged(place, ends, counted, seed=seed + number)
        if number % 1000 == 999:
            sys.stdout.write(f"{told(found, counted)}, {time.monotonic() - began:.0f} s\n")
            sys.stdout.flush()


def fill_up(found: Ground, counted: Counted, *, runs: int, seed: int, seconds: float, stop_at: int) -> None:
    """So many runs in which nobody ends the program, but its disk is full for a while, from any point on."""
    began, dice = time.monotonic(), random.Random(seed)
    for number in range(runs):
        if time.monotonic() - began > seconds or len(counted.wrong) >= stop_at:
            return
        place = dice.randrange(len(found.scenes))
        full = Full(dice.randint(1, found.points[place]), dice.choice((3.0, 20.0, 100.0)))
        found.judged(place, (), counted, seed=seed + number, full=full)


def fall_silent(found: Ground, counted: Counted, *, runs: int, seed: int, seconds: float, stop_at: int) -> None:
    """So many runs in which the platform does not answer for an hour, from any of its calls on."""
    began, dice = time.monotonic(), random.Random(seed)
    talking = [place for place, quiet in enumerate(found.quiet) if quiet.plain or quiet.bulk]
    for number in range(runs):
        if time.monotonic() - began > seconds or len(counted.wrong) >= stop_at:
            return
        place = dice.choice(talking)
        sent = found.quiet[place].plain.total() + found.quiet[place].bulk.total()
        found.judged(place, (), counted, seed=seed + number, down=dice.randint(1, sent))


def told(found: Ground, counted: Counted) -> str:
    """The counts in one line."""
    doubts = ", ".join(f"{name} {counted.doubts[name]}" for name in ("idem", "must", "once"))
    return (
        f"{counted.runs} runs of {len(found.scenes)} scenes with {sum(found.points)} points, {counted.ends} ends,"
        f" {counted.again} delivered twice, {counted.refused} refused, ambiguous {doubts};"
        f" {len(counted.wrong)} wrong states"
    )


def main() -> int:
    """Gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash.enumeration", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=24 * 3600.0, help="end after so long")
    parser.add_argument("--scene", action="append", default=[], help="only this one")
    parser.add_argument("--ends", default="", help="one run with these ends, e.g. 17,5, of the one scene")
    parser.add_argument("--full", action="store_true", help="the disk is full for a while instead")
    parser.add_argument("--down", action="store_true", help="the channel is down for an hour instead")
    parser.add_argument("--twin", choices=tuple(TWINS), default="")
    given = parser.parse_args()
    began, counted = time.monotonic(), Counted()
    with prepared(given.scene) as scenes, ground(scenes, given.twin) as found:
        if given.ends:
            found.judged(0, tuple(map(int, given.ends.split(","))), counted, seed=given.seed)
        else:
            play = fill_up if given.full else fall_silent if given.down else enumerate_ends
            play(found, counted, runs=given.runs, seed=given.seed, seconds=given.seconds, stop_at=20)
        for each in counted.wrong[:5]:
            sys.stdout.write(f"{each}\n")
        sys.stdout.write(f"seed {given.seed}: {told(found, counted)}, {time.monotonic() - began:.0f} s\n")
    return 1 if counted.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
