"""The long play: `python -m tests.reminders.long --upsets 500`. Prints seed, counts, failures and time."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.reminders.play import play


def main() -> int:
    """Campaigns with other seeds one after the other. Gives the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--upsets", type=int, default=500, help="restarts and clock jumps of each campaign")
    arguments.add_argument("--campaigns", type=int, default=4)
    arguments.add_argument("--units", type=int, default=40)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--twin", choices=("", "keyless", "nagging", "late"), default="")
    given = arguments.parse_args()
    failed = 0
    for seed in range(given.seed, given.seed + given.campaigns):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="xinshi-play-") as folder:
            played = play(Path(folder), seed=seed, upsets=given.upsets, units=given.units, twin=given.twin)
            verdict = asyncio.run(played)
        failed += not verdict.clean
        sys.stdout.write(
            f"seed {seed}: {given.upsets} upsets, {verdict.pages} pages, {verdict.due} reminders due in"
            f" {verdict.messages} messages, {verdict.dropped} dropped, {verdict.left_out} occasions left out;"
            f" {len(verdict.faults)} faults; {time.monotonic() - began:.0f} s\n"
        )
        for fault in verdict.faults[:5]:
            sys.stdout.write(f"  {fault}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
