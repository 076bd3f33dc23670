"""The long crash test of both channels: `python -m tests.crash.channels_long --kills 100 --seed 1`.

Prints seed, counts, failures and time. A round is a plan of about 2000 messages with 25 kills, on fresh data.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.crash.channels_judge import differences, judge, left
from tests.crash.channels_plan import lanes
from tests.crash.channels_runs import Nursery, Run, perform, prepare
from tests.crash.places import KINDS, Place, server_for

_ROUND = 25


def main() -> int:
    """Rounds of about 25 kills each, every one with another plan. Gives the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--people", type=int, default=36, help="36 send about 2000 messages")
    arguments.add_argument("--database", choices=KINDS, default="sqlite")
    arguments.add_argument("--twin", choices=("", "unclaimed"), default="")
    return asyncio.run(_rounds(arguments.parse_args()))


async def _rounds(given: argparse.Namespace) -> int:
    began, kills, faults, seed, doubts = time.monotonic(), 0, 0, given.seed, Counter[str]()
    messages = 0
    with server_for(given.database) as server, tempfile.TemporaryDirectory(prefix="xinshi-crash-") as folder:
        prepared = Place.empty(Path(folder) / "prepared", server)
        codes, admin = await prepare(prepared, given.people)
        async with Nursery() as nursery:
            while kills < given.kills:
                plan = lanes(seed, codes, admin)
                quiet = await perform(nursery, prepared, Run("quiet", plan, seed))
                wanted = min(_ROUND, given.kills - kills)
                run = Run("killed", plan, seed, twin=given.twin, wanted=wanted)
                await perform(nursery, prepared, run)
                faults += _tell(run, quiet)
                kills, doubts, seed = kills + run.kills, doubts + run.ambiguous, seed + 1
                messages += sum(len(lane.deeds) for lane in plan)
                run.place.gone()
                quiet.place.gone()
    spent = time.monotonic() - began
    sys.stdout.write(
        f"{given.database}: {kills} kills over {messages} messages, {faults} rounds with a fault,"
        f" ambiguous {_told(doubts)}, {spent:.0f} s\n"
    )
    return 1 if faults else 0


def _tell(run: Run, quiet: Run) -> bool:
    """Print what came of a round; whether there was a fault."""
    crowd, found = run.crowd, judge(run, left(quiet))
    assert crowd is not None
    sys.stdout.write(
        f"seed {run.seed}: {run.kills} kills, {len(crowd.acknowledged)} acknowledged, {crowd.renewed} given up by"
        f" WeChat and begun anew, ambiguous {_told(run.ambiguous)}; lost {found.lost}, effects twice {found.twice},"
        f" unmarked twice {found.repeated}, unheard {found.unheard}, held {found.held},"
        f" fault: {'none' if found.clean else found}\n"
    )
    sys.stdout.writelines(f"  {violation}\n" for violation in run.violations[:5])
    if not found.clean:
        sys.stdout.write(f"{differences(run, left(quiet))}\n")
    sys.stdout.flush()
    return not found.clean


def _told(doubts: Counter[str]) -> str:
    return ", ".join(f"{name} {doubts[name]}" for name in ("idem", "must", "once"))


if __name__ == "__main__":
    raise SystemExit(main())
