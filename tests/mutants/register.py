"""The list of mutants: each one fault that somebody could write into our code, and the tests that should notice it.

They lie in `tests/mutants/*.toml`. `old` must stand in the file exactly once, so that a mutant says what it changes
and a list that the code has outgrown is noticed.
"""

from __future__ import annotations

import ast
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.house.threats import missing
from tests.house.tree import ROOT

FOLDER = ROOT / "tests" / "mutants"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: its name, file, text and what takes its place, what breaks, and the tests ("folder/file.py::name")."""

    name: str
    file: str
    old: str
    new: str
    breaks: str
    tests: tuple[str, ...]

    @property
    def sha(self) -> str:
        """What tells this mutant from one that was changed since it was tried."""
        said = "\0".join((self.file, self.old, self.new, *self.tests))
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def mutants(folder: Path = FOLDER) -> tuple[Mutant, ...]:
    """All of them, file by file."""
    found = []
    for file in sorted(folder.glob("*.toml")):
        listed = tomllib.loads(file.read_text("utf-8")).get("mutant", ())
        found += [Mutant(**{**each, "tests": tuple(each["tests"])}) for each in listed]
    return tuple(found)


def mutated(mutant: Mutant, root: Path = ROOT) -> str:
    """The file with the fault in it. Raises `ValueError` with what is wrong with the mutant."""
    path = root / mutant.file
    if not path.is_file():
        raise ValueError(f"{mutant.name}: {mutant.file} is not there")
    text = path.read_text("utf-8")
    if (times := text.count(mutant.old)) != 1:
        raise ValueError(f"{mutant.name}: its old text stands {times} times in {mutant.file}")
    return text.replace(mutant.old, mutant.new)


def faults(mutant: Mutant, root: Path = ROOT) -> list[str]:
    """Why a mutant cannot be tried: it does not apply, does not compile, changes nothing, or names no test there is."""
    try:
        text = mutated(mutant, root)
    except ValueError as wrong:
        return [str(wrong)]
    found = [f"{mutant.name}: there is no test {name}" for name in mutant.tests if missing(name.partition("[")[0])]
    if not mutant.tests:
        found.append(f"{mutant.name}: names no test")
    if mutant.file.endswith(".py"):
        try:
            changed = ast.dump(ast.parse(text))
        except SyntaxError as wrong:
            return [*found, f"{mutant.name}: does not compile: {wrong.msg}"]
        if changed == ast.dump(ast.parse((root / mutant.file).read_text("utf-8"))):
            found.append(f"{mutant.name}: changes nothing that runs")
    return found
