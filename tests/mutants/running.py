"""A copy of the tree, one fault in it, and the tests that should notice."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import ROOT, repository_files
from tests.mutants.register import Mutant, mutated

#: Seconds for the tests of one mutant, and for all of them on the tree as it is.
MOST, MOST_SOUND = 600, 3600
CAUGHT, SURVIVED, ENDLESS, SPOILED = "caught", "survived", "endless", "spoiled"
_FAILED = re.compile(r"^(?:FAILED|ERROR) tests/(\S+::\w+)", re.MULTILINE)
#: pytest's exit code where tests ran and some failed; any other but 0 is no verdict on the code.
_SOME_FAILED = 1


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant, the test that noticed it first, and the last words of the run."""

    fate: str
    by: str
    words: str


def copied(into: Path) -> Path:
    """A copy of every file of the repository."""
    for path in repository_files():
        there = into / path.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, there)
    return into


def tried(mutant: Mutant, tree: Path) -> Fate:
    """The fate of one mutant; the tree is as before afterwards."""
    path = tree / mutant.file
    honest = path.read_text("utf-8")
    path.write_text(mutated(mutant, tree), "utf-8")
    try:
        return run(mutant.tests, tree, seconds=MOST)
    finally:
        path.write_text(honest, "utf-8")


def run(tests: Sequence[str], tree: Path, *, seconds: float, first: bool = True) -> Fate:
    """Run these tests in a tree, until the first that fails or all; with all of its children it ends in time."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=line"]
    process = subprocess.Popen(
        [*command, *(["-x"] if first else []), *(f"tests/{name}" for name in tests)],
        cwd=tree,
        # A test that is skipped has tried nothing; bytecode of one mutant must not be taken for another's.
        env={**os.environ, "XINSHI_NO_SKIP": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Fate(ENDLESS, "", f"not done after {seconds:.0f} s")
    last = "\n".join(said.splitlines()[-6:])
    if process.returncode == 0:
        return Fate(SURVIVED, "", last)
    failed = _FAILED.search(said)
    if process.returncode != _SOME_FAILED or failed is None:
        return Fate(SPOILED, "", last)
    return Fate(CAUGHT, failed[1], last)
