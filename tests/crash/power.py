"""Power cuts under the real program on SQLite: `python -m tests.crash.power --cuts 10000 --seed 1`.

The real program takes messages while a preloaded library writes down what it does to its files. Then the power is cut
at a random point of that record, again and again: what was synced is kept, of what came after it each sector is kept,
lost or torn at random, in any order. The real SQLite opens what is found; it must be whole, and everything that was
acknowledged before the cut must be in it. `--twin normal` opens the database with `synchronous=NORMAL` and loses.

It needs Linux and a C compiler (`cc`); no privileges.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import ROOT
from tests.crash.places import Place
from tests.crash.power_disk import Deed, Disk, recorded
from tests.crash.power_program import ACKNOWLEDGED
from tests.crash.runs import prepare

_ROUND = 1000
_LONGEST = 600


class NoCompiler(RuntimeError):
    """There is no C compiler, or this is no Linux, so that nothing can be recorded."""


@dataclass(slots=True)
class Counted:
    """What came of the cuts."""

    cuts: int = 0
    acknowledged: int = 0
    #: Cuts after which something that was acknowledged was lost, and how much that was in all.
    losing: int = 0
    lost: int = 0
    broken: int = 0
    halves: int = 0
    recordings: int = 0
    syncs: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing lost, no file broken, no message taken without its answer."""
        return not (self.lost or self.broken or self.halves)

    def told(self) -> str:
        """In one line."""
        return (
            f"{self.cuts} cuts in {self.recordings} recordings with {self.syncs} syncs,"
            f" {self.acknowledged} acknowledged messages looked for: {self.losing} cuts lost some, {self.lost} lost"
            f" in all, {self.broken} databases broken, {self.halves} messages without their answer"
        )


def recorder(folder: Path) -> Path:
    """The library that writes down, compiled. Raises `NoCompiler`."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        raise NoCompiler("expected Linux and a C compiler; install gcc")
    library = folder / "recorder.so"
    source = Path(__file__).with_name("power_recorder.c")
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl", "-lpthread"], check=True
    )
    return library


def record(library: Path, place: Place, codes: Sequence[str], *, seed: int, twin: str = "") -> tuple[Path, Path]:
    """Let the real program take a plan's messages; gives the folder as it was before, and what was done to it."""
    before, deeds = place.data.with_name(f"before-{seed}"), place.data.with_name(f"deeds-{seed}")
    running = place.copied(f"running-{seed}")
    shutil.copytree(running.data, before)
    watched = {
        "LD_PRELOAD": str(library), "XINSHI_RECORD_FOLDER": str(running.data.resolve()), "XINSHI_RECORD_TO": str(deeds),
    }  # fmt: skip
    job = {"data": str(running.data.resolve()), "seed": seed, "codes": codes, "twin": twin}
    subprocess.run(
        [sys.executable, "-m", "tests.crash.power_program"],
        cwd=ROOT, env={**os.environ, **watched}, input=json.dumps(job), text=True, check=True, timeout=_LONGEST,
    )  # fmt: skip
    running.gone()
    return before, deeds


def cut_often(before: Path, deeds: Path, counted: Counted, *, cuts: int, seed: int) -> None:
    """Cut the power at random points of a recording and look at what is found."""
    dice, said = random.Random(seed), list(recorded(deeds))
    counted.recordings, counted.syncs = counted.recordings + 1, counted.syncs + sum(each.kind == "s" for each in said)
    first = next(place for place, each in enumerate(said) if each.name == ACKNOWLEDGED)
    points = sorted(dice.randint(first, len(said)) for _ in range(cuts))
    disk, acknowledged, done = Disk(before), list[str](), 0
    for point in points:
        for deed in said[done:point]:
            _do(disk, deed, acknowledged)
        done = max(done, point)
        with tempfile.TemporaryDirectory(dir=before.parent) as found:
            disk.cut(dice, Path(found))
            _look(Path(found), acknowledged, counted, f"seed {seed}, after {point} of {len(said)}")


def _do(disk: Disk, deed: Deed, acknowledged: list[str]) -> None:
    if deed.name == ACKNOWLEDGED:
        acknowledged += deed.data.decode().split()
    else:
        disk.do(deed)


def _look(found: Path, acknowledged: Sequence[str], counted: Counted, where: str) -> None:
    """Open what is left with the real SQLite and judge it."""
    counted.cuts, counted.acknowledged = counted.cuts + 1, counted.acknowledged + len(acknowledged)
    try:
        with closing(sqlite3.connect(found / "xinshi.db")) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            whole = whole and not connection.execute("PRAGMA foreign_key_check").fetchall()
            taken = {key.removeprefix("console:") for (key,) in connection.execute("SELECT id FROM inbox")}
            answered = {key.removeprefix("console:") for (key,) in connection.execute("SELECT cause FROM outbox")}
    except sqlite3.DatabaseError as wrong:
        counted.broken += 1
        counted.examples.append(f"{where}: {wrong}")
        return
    lost = set(acknowledged) - taken
    counted.broken, counted.halves = counted.broken + (not whole), counted.halves + len(taken - answered)
    counted.losing, counted.lost = counted.losing + bool(lost), counted.lost + len(lost)
    if lost or not whole:
        counted.examples.append(f"{where}: {len(lost)} lost, {'whole' if whole else 'broken'}")


def tried(folder: Path, counted: Counted, *, cuts: int, seed: int, people: int = 4, twin: str = "") -> None:
    """Recordings of a thousand cuts each at most, every one of another plan."""
    library, place = recorder(folder), Place.empty(folder / "prepared")
    codes = prepare(place, people)
    while cuts > 0:
        before, deeds = record(library, place, codes, seed=seed, twin=twin)
        cut_often(before, deeds, counted, cuts=min(cuts, _ROUND), seed=seed)
        sys.stdout.write(f"seed {seed}: {counted.told()}\n")
        sys.stdout.flush()
        shutil.rmtree(before)
        deeds.unlink()
        cuts, seed = cuts - _ROUND, seed + 1


def main() -> int:
    """Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.power", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--twin", choices=("", "normal"), default="")
    given = parser.parse_args()
    began, counted, memory = time.monotonic(), Counted(), Path("/dev/shm")  # noqa: S108  a folder of our own in it
    with tempfile.TemporaryDirectory(prefix="xinshi-power-", dir=memory if memory.is_dir() else None) as folder:
        tried(Path(folder), counted, cuts=given.cuts, seed=given.seed, people=given.people, twin=given.twin)
    for each in counted.examples[:5]:
        sys.stdout.write(f"{each}\n")
    sys.stdout.write(f"seed {given.seed}: {counted.told()}, {time.monotonic() - began:.0f} s\n")
    return 0 if counted.clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
