"""What came of the last run, kept beside the list, and the page that is made of both."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.house.tree import ROOT
from tests.mutants.register import FOLDER, Mutant
from tests.mutants.running import CAUGHT, Fate

KEPT, PAGE = FOLDER / "fates" / "last.toml", ROOT / "docs" / "mutants.md"
_HEAD = """# Mutants

Faults that were written into our own code on purpose, one at a time, to see whether the tests notice. This page is made
from `tests/mutants/*.toml` by `python -m tests.mutants`, which copies the tree, checks that every named test passes in
it, then writes one fault after the other into the copy and runs the tests that should catch it. A test of the suite
sees to it that every mutant still fits the code, that the tests named exist, and that this page is the newest.

{caught} of {count} are caught.

| mutant | file | what it breaks | fate | noticed by |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A fate as it was found for a mutant with this `sha`."""

    sha: str
    fate: str
    by: str


def kept() -> dict[str, Kept]:
    """What was found last, by the name of the mutant."""
    if not KEPT.is_file():
        return {}
    return {name: Kept(**each) for name, each in tomllib.loads(KEPT.read_text("utf-8")).items()}


def keep(listed: Sequence[Mutant], found: Mapping[str, Fate]) -> None:
    """Write down what was found, and make the page of it; what was not tried now stays as it was."""
    known = kept()
    for mutant in listed:
        if mutant.name in found:
            known[mutant.name] = Kept(mutant.sha, found[mutant.name].fate, found[mutant.name].by)
    KEPT.parent.mkdir(exist_ok=True)
    rows = [
        f'[{mutant.name}]\nsha = "{one.sha}"\nfate = "{one.fate}"\nby = "{one.by}"\n'
        for mutant in listed
        if (one := known.get(mutant.name))
    ]
    KEPT.write_text("\n".join(rows), "utf-8")
    PAGE.write_text(page(listed, kept()), "utf-8")


def counts(mutant: Mutant, known: Mapping[str, Kept]) -> bool:
    """Whether a mutant, as it is now, was caught; one that only keeps the tests from ending was not."""
    one = known.get(mutant.name)
    return one is not None and one.sha == mutant.sha and one.fate == CAUGHT


def page(listed: Sequence[Mutant], known: Mapping[str, Kept]) -> str:
    """The page as it should be."""
    rows = []
    for mutant in listed:
        one = known.get(mutant.name)
        fresh = one is not None and one.sha == mutant.sha
        fate, by = (one.fate, one.by) if one and fresh else ("not tried since it was changed", "")
        noticed = f"`{by}`" if by else ""
        rows.append(f"| {mutant.name} | `{mutant.file}` | {mutant.breaks} | {fate} | {noticed} |\n")
    caught = sum(counts(mutant, known) for mutant in listed)
    return _HEAD.format(count=len(listed), caught=caught) + "".join(rows)
