"""The long crash test: `python -m tests.crash.long --kills 300`. Prints seed, counts, failures and time."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.judge import differences
from tests.crash.places import KINDS, Place, server_for
from tests.crash.runs import Driver, killed_run, prepare, quiet_run, verdict

_ROUND = 25


def main() -> int:
    """Rounds of about 25 kills each, every one on fresh data with another plan. Gives the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--people", type=int, default=8)
    arguments.add_argument("--database", choices=KINDS, default="sqlite")
    arguments.add_argument("--twin", choices=("", "hasty", "forgetful"), default="")
    given = arguments.parse_args()
    began, kills, faults, seed = time.monotonic(), 0, 0, given.seed
    sent = 0
    with (
        server_for(given.database) as server,
        tempfile.TemporaryDirectory(prefix="xinshi-crash-") as folder,
        Driver() as driver,
    ):
        prepared = Place.empty(Path(folder) / "prepared", server)
        codes = prepare(prepared, given.people)
        while kills < given.kills:
            quiet, messages = quiet_run(driver, prepared, codes, seed=seed)
            run = killed_run(
                driver, prepared, codes, seed=seed, twin=given.twin, kills=min(_ROUND, given.kills - kills),
                messages=messages,
            )  # fmt: skip
            found = verdict(run, quiet)
            kills, faults, sent = kills + run.kills, faults + (not found.clean), sent + messages
            sys.stdout.write(
                f"seed {seed}: {run.kills} kills, {len(run.acknowledged)} acknowledged, {run.repeated} delivered again;"
                f" lost {found.lost}, twice {found.twice}, different: {', '.join(found.different) or 'nothing'}\n"
            )
            if not found.clean:
                sys.stdout.write(f"{differences(run.place, quiet)}\n")
            sys.stdout.flush()
            run.place.gone()
            seed += 1
    spent = time.monotonic() - began
    sys.stdout.write(
        f"{given.database}: {kills} kills over {sent} messages, {faults} rounds with a fault, {spent:.0f} s\n"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
