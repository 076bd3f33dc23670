"""The program ends before and after every statement and every sending: `python -m tests.crash.enumeration`.

Every scene is played once in quiet; then with an end at every point at which the program could end, then with a second
one at every point of each recovery, and by chance with a third. After an end it is opened again on what was committed,
the platform gives again what was not acknowledged, and in the end everything must be as if nothing had happened.

What runs have in common is played once: what an end leaves is caught while nothing happens (`enumeration_instants.py`),
so that a run begins at its last end; and ends that leave the same, such as those before and after a statement that
reads, are one run. With `--ends` a run is played from its first message on.

    python -m tests.crash.enumeration --runs 50000 --seed 1 --jobs 2
    python -m tests.crash.enumeration --scene quiz --ends 17,5 --seed 1
    python -m tests.crash.enumeration --runs 400 --twin hasty
    python -m tests.crash.enumeration --full --runs 1000
    python -m tests.crash.enumeration --down --runs 200
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait

from tests.crash.enumeration_ground import Counted, Full, Ground, ground, prepared
from tests.crash.enumeration_instants import Caught
from tests.crash.enumeration_twins import TWINS

#: How many of the runs with two ends go on to a third.
_THIRD = 0.2
#: Runs after which somebody who works beside others tells what was counted, and after which garbage is collected.
_TELL, _COLLECT = 250, 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far to go: runs in all, seconds, and the wrong states after which nobody need look for more."""

    runs: int
    seconds: float
    stop_at: int
    seed: int = 1

    def reached(self, counted: Counted, began: float) -> bool:
        """Whether that is enough."""
        return (
            counted.runs >= self.runs
            or time.monotonic() - began > self.seconds
            or len(counted.wrong) >= self.stop_at
        )  # fmt: skip


def enumerate_ends(
    found: Ground, counted: Counted, bounds: Bounds, *, job: int = 0, jobs: int = 1,
    tell: Callable[[Counted], None] = lambda counted: None,
) -> None:  # fmt: skip
    """Every end, each followed by every other; then the same with other chances. `jobs` share the first ends."""
    began = time.monotonic()
    for place, first, seed in _firsts(found, bounds.seed, job, jobs):
        counted.rounds[job] = seed - bounds.seed
        for _ in _branches(found, place, (first.point,), first, first.points, counted, seed):
            if counted.runs % _COLLECT == 0:
                gc.collect()
            if counted.runs % _TELL == 0:
                tell(counted)
            if bounds.reached(counted, began):
                return
        counted.firsts += 1


def _firsts(found: Ground, seed: int, job: int, jobs: int) -> Iterator[tuple[int, Caught, int]]:
    """What first ends leave in every scene, in some order, over and over, each time with another seed."""
    singles = [(place, first) for place in range(len(found.scenes)) for first in found.instants(place)]
    while True:
        random.Random(seed).shuffle(singles)
        yield from ((place, first, seed) for place, first in singles[job::jobs])
        seed += 1


def _branches(
    found: Ground, place: int, ends: tuple[int, ...], last: Caught, ways: int, counted: Counted, seed: int
) -> Iterator[None]:
    """A run with these ends, and those that branch off from it: all with a second end, by chance some with a third."""
    dice = random.Random(f"{seed}/{place}/{ends}")
    goes_on = len(ends) == 1 or (len(ends) == 2 and dice.random() < _THIRD)
    run = found.gone_on(place, last.instant, ends, seed=seed, catching=goes_on)
    counted.ways += ways
    found.judged(place, run, counted, f"ends {','.join(map(str, ends))}, seed {seed}")
    yield
    for after in run.caught if len(ends) == 1 else dice.sample(run.caught, min(len(run.caught), 1)):
        yield from _branches(found, place, (*ends, after.point), after, ways * after.points, counted, seed)


def beside_each_other(found: Ground, counted: Counted, bounds: Bounds, jobs: int) -> None:
    """The same by several processes, each of which has a part of the ends."""
    fork, began = multiprocessing.get_context("fork"), time.monotonic()
    gc.collect()
    gc.freeze()
    pipes: dict[Connection, Counted] = {}
    for job in range(jobs):
        here, there = fork.Pipe(duplex=False)
        fork.Process(target=_worked, args=(found, bounds, job, jobs, there), daemon=True).start()
        there.close()
        pipes[here] = Counted()
    while open_ := [pipe for pipe in pipes if not pipe.closed]:
        for pipe in wait(open_):
            assert isinstance(pipe, Connection)
            try:
                pipes[pipe] = pipe.recv()
            except EOFError:
                pipe.close()
        so_far = _summed(pipes.values())
        sys.stdout.write(f"{told(found, so_far)}, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
    counted.add(_summed(pipes.values()))


def _worked(found: Ground, bounds: Bounds, job: int, jobs: int, pipe: Connection) -> None:
    """One of several processes: it sends what it counted now and then, and at the end."""
    gc.disable()  # it is collected between runs
    counted = Counted()
    own = replace(bounds, runs=bounds.runs // jobs + (job < bounds.runs % jobs))
    enumerate_ends(found, counted, own, job=job, jobs=jobs, tell=pipe.send)
    pipe.send(counted)
    pipe.close()


def _summed(parts: Iterable[Counted]) -> Counted:
    whole = Counted()
    for each in parts:
        whole.add(each)
    return whole


def fill_up(found: Ground, counted: Counted, bounds: Bounds) -> None:
    """Runs in which nobody ends the program, but its disk is full for a while, from any point on."""
    began, dice, number = time.monotonic(), random.Random(bounds.seed), 0
    while not bounds.reached(counted, began):
        place, seed = dice.randrange(len(found.scenes)), bounds.seed + number
        full = Full(dice.randint(1, found.points[place]), dice.choice((3.0, 20.0, 100.0)))
        run = found.play(found.scenes[place], (), seed=seed, full=full)
        found.judged(place, run, counted, f"{full}, seed {seed}")
        number += 1


def fall_silent(found: Ground, counted: Counted, bounds: Bounds) -> None:
    """Runs in which the platform does not answer for an hour, from any of its calls on."""
    began, dice, number = time.monotonic(), random.Random(bounds.seed), 0
    talking = [place for place, quiet in enumerate(found.quiet) if quiet.plain or quiet.bulk]
    while not bounds.reached(counted, began):
        place, seed = dice.choice(talking), bounds.seed + number
        down = dice.randint(1, found.quiet[place].plain.total() + found.quiet[place].bulk.total())
        run = found.play(found.scenes[place], (), seed=seed, down=down)
        found.judged(place, run, counted, f"down {down}, seed {seed}")
        number += 1


def told(found: Ground, counted: Counted) -> str:
    """The counts in one line."""
    doubts = ", ".join(f"{name} {counted.doubts[name]}" for name in ("idem", "must", "once"))
    ways = f", for {counted.ways} ways to end, {counted.firsts} first ends gone through" if counted.ways else ""
    ways += f" (all of them {min(counted.rounds.values())} times)" if counted.rounds else ""
    return (
        f"{counted.runs} runs{ways}, of {len(found.scenes)} scenes with {sum(found.points)} points, {counted.ends}"
        f" ends, {counted.again} delivered twice, {counted.refused} refused, ambiguous {doubts};"
        f" {len(counted.wrong)} wrong states"
    )


def main() -> int:
    """Gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash.enumeration", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--seconds", type=float, default=24 * 3600.0, help="end after so long")
    parser.add_argument("--scene", action="append", default=[], help="only this one")
    parser.add_argument("--ends", default="", help="one run with these ends, e.g. 17,5, of the one scene")
    parser.add_argument("--full", action="store_true", help="the disk is full for a while instead")
    parser.add_argument("--down", action="store_true", help="the channel is down for an hour instead")
    parser.add_argument("--twin", choices=tuple(TWINS), default="")
    given = parser.parse_args()
    began, counted = time.monotonic(), Counted()
    bounds = Bounds(given.runs, given.seconds, 20, given.seed)
    with prepared(given.scene) as scenes, ground(scenes, given.twin) as found:
        if given.ends:
            run = found.play(scenes[0], tuple(map(int, given.ends.split(","))), seed=given.seed)
            found.judged(0, run, counted, f"ends {given.ends}, seed {given.seed}")
        elif given.full or given.down:
            (fill_up if given.full else fall_silent)(found, counted, bounds)
        else:
            beside_each_other(found, counted, bounds, given.jobs)
        for each in counted.wrong[:5]:
            sys.stdout.write(f"{each}\n")
        sys.stdout.write(f"seed {given.seed}: {told(found, counted)}, {time.monotonic() - began:.0f} s\n")
    return 1 if counted.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
