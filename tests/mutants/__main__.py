"""Write faults into a copy of our code, one at a time, and see whether the tests notice.

    python -m tests.mutants [NAME …] [--new]

Without names all of them; with `--new` those that were not tried since they were changed. Prints each with its fate and
keeps it in `docs/mutants.md`. Exit code 1 where more than one survived, or the tests fail without a fault.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.page import counts, keep, kept
from tests.mutants.register import Mutant, faults, mutants
from tests.mutants.running import CAUGHT, MOST_SOUND, SURVIVED, Fate, copied, run, tried

#: How many may survive: what no test can see from outside.
MAY_SURVIVE = 1
_POLITE = 15


def main(names: list[str], *, new: bool) -> int:
    """Try them; gives the exit code."""
    listed = mutants()
    wrong = [fault for mutant in listed for fault in faults(mutant)]
    unknown = set(names) - {mutant.name for mutant in listed}
    if wrong or unknown:
        _say(*wrong, *(f"there is no mutant {name}" for name in sorted(unknown)))
        return 2
    known = kept()
    chosen = [each for each in listed if (not names or each.name in names) and not (new and counts(each, known))]
    os.nice(_POLITE)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = copied(Path(folder))
        if not _sound(chosen, tree):
            return 1
        found: dict[str, Fate] = {}
        for each in chosen:
            found[each.name] = _told(each, tree)
            keep(listed, found)
    lost = [name for name, fate in found.items() if fate.fate != CAUGHT]
    _say(f"{len(found) - len(lost)} of {len(found)} caught" + (f"; not: {', '.join(lost)}" if lost else ""))
    return int(len(lost) > MAY_SURVIVE)


def _sound(chosen: list[Mutant], tree: Path) -> bool:
    """Whether every test that is to notice something passes where there is nothing to notice."""
    tests = sorted({name for mutant in chosen for name in mutant.tests})
    fate = run(tests, tree, seconds=MOST_SOUND, first=False)
    _say(f"without a fault: {len(tests)} tests {'pass' if fate.fate == SURVIVED else fate.words}")
    return fate.fate == SURVIVED


def _told(mutant: Mutant, tree: Path) -> Fate:
    began = time.monotonic()
    fate = tried(mutant, tree)
    _say(f"{fate.fate:9}{mutant.name:34}{time.monotonic() - began:6.1f} s  {fate.by or fate.words}")
    return fate


def _say(*lines: str) -> None:
    for each in lines:
        sys.stdout.write(f"{each}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main([each for each in sys.argv[1:] if each != "--new"], new="--new" in sys.argv))
