"""Where runs are played: scenes that are ready, what each leaves in quiet, and one run with its ends."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

from structlog.testing import capture_logs

from scheduler import dispatch
from tests.crash.enumeration_folder import Folder
from tests.crash.enumeration_instants import Caught, Instant, Lived, entered, gone_on, life
from tests.crash.enumeration_judge import Left, Verdict, differences, judge, left
from tests.crash.enumeration_outside import MachineTime, Outside
from tests.crash.enumeration_places import Staged, copy_of
from tests.crash.enumeration_scenes import staged
from tests.crash.enumeration_stage import Program, shared_statements
from tests.crash.enumeration_twins import TWINS
from tests.crash.mortal import Fate, StandingLoop, at_once, engine_with_kept_code, lived

#: Seconds between two looks of the dispatcher at its outbox, which nobody else fills here.
_IDLE = 60.0
#: How statements that write begin.
_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")


@dataclass(slots=True)
class Counted:
    """What came of all runs."""

    runs: int = 0
    #: The ways to end for which these runs stand: those that leave the same are played once.
    ways: int = 0
    #: What a first end may leave, gone through with every end that may follow.
    firsts: int = 0
    #: How often each job has gone through all of its part of them.
    rounds: dict[int, int] = field(default_factory=dict)
    ends: int = 0
    again: int = 0
    #: Messages, acts and sendings that failed, and were given, done or sent again.
    refused: int = 0
    doubts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Counted) -> None:
        """Count what somebody else counted, too."""
        self.runs, self.ways = self.runs + other.runs, self.ways + other.ways
        self.firsts, self.rounds = self.firsts + other.firsts, self.rounds | other.rounds
        self.ends, self.again = self.ends + other.ends, self.again + other.again
        self.refused += other.refused
        self.doubts += other.doubts
        self.wrong += other.wrong


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
                found = self.play(each, (), seed=0)
                if len(self.quiet) == place:
                    self.quiet.append(left(found.folder, found.outside))
                    self.points.append(found.points)
                elif not (verdict := judge(found.folder, found.outside, self.quiet[place])).clean:
                    raise AssertionError(
                        f"expected {each.scene.name} to leave the same twice, found {verdict}:\n"
                        f"{differences(found.folder, found.outside, self.quiet[place])}"
                    )
                found.folder.clear()

    def play(
        self, each: Staged, ends: Sequence[int], *, seed: int, full: Full | None = None, down: int | None = None
    ) -> Lived:
        """One run from the first message on, with the program's ends at these points of its lives; gives the last."""
        folder, scene = Folder(copy_of(each.place, self._name())), each.scene
        if full is not None and scene.lasts:
            scene = replace(scene, lasts=scene.lasts + full.seconds)
        outside = Outside(scene)
        outside.careless, outside.down = self.twin == "careless", down
        for count, deadly in enumerate((*ends, 0), start=1):
            fate, loop = Fate(deadly), StandingLoop(outside.passed)
            if full is not None:
                fate.says = full.disk(fate, loop)
            lived(loop, fate, Program(folder, outside, fate).live())
            outside.passed = loop.time()
            if fate.points != deadly:
                break
            entered(outside, folder, ends[:count], seed)
        return Lived(folder, outside, fate.points)

    def instants(self, place: int) -> list[Caught]:
        """What ends at the points of a scene leave."""
        each = self.scenes[place]
        outside = Outside(each.scene)
        outside.careless = self.twin == "careless"
        found = life(Folder(copy_of(each.place, self._name())), outside, catching=True)
        found.folder.clear()
        return found.caught

    def gone_on(self, place: int, instant: Instant, ends: Sequence[int], *, seed: int, catching: bool = False) -> Lived:
        """One run from its last end on; with `catching` it gives what ends at the points of it leave."""
        path = self.scenes[place].place.with_name(self._name())
        return gone_on(instant, path, ends, seed, catching=catching)

    def judged(self, place: int, found: Lived, counted: Counted, said: str) -> Verdict:
        """What is to be said of a run; its folder is gone then. `said`: what tells it from others."""
        folder, outside = found.folder, found.outside
        verdict = judge(folder, outside, self.quiet[place])
        counted.runs, counted.ends, counted.again = (
            counted.runs + 1, counted.ends + outside.ends, counted.again + outside.again,
        )  # fmt: skip
        counted.doubts += outside.doubts
        counted.refused += len(outside.broken) + outside.refused
        if not verdict.clean:
            name = self.scenes[place].scene.name
            counted.wrong.append(f"{name}, {said}: {verdict}\n{differences(folder, outside, self.quiet[place])}")
        folder.clear()
        return verdict

    def _name(self) -> str:
        self.number += 1
        return f"run-{os.getpid()}-{self.number}"


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
        mock.patch("asyncio.to_thread", at_once),
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
