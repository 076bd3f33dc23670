"""The list of mutants fits the code, the runner tells caught from survived, and the page says what was found last."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.page import PAGE, counts, kept, page
from tests.mutants.register import Mutant, faults, mutants, mutated
from tests.mutants.running import CAUGHT, ENDLESS, SPOILED, SURVIVED, run, tried

LEAST, MAY_SURVIVE = 40, 1
PLAIN = Mutant(
    "no_borrowing", "sums.py", "return a - b", "return a + b", "nothing is taken away", ("test_sums.py::test_less",)
)


def planted(root: Path) -> Path:
    """A tree of one module and its tests, one of which looks away."""
    (root / "tests").mkdir()
    (root / "sums.py").write_text("def less(a, b):\n    return a - b\n", "utf-8")
    tests = "from sums import less\n\n\ndef test_less():\n    assert less(3, 1) == 2\n\n\n"
    tests += "def test_nothing():\n    assert less(3, 0) == 3\n"
    (root / "tests" / "test_sums.py").write_text(tests, "utf-8")
    return root


def test_every_mutant_still_fits_compiles_and_names_tests_that_exist() -> None:
    listed = mutants()
    assert [fault for mutant in listed for fault in faults(mutant)] == []
    assert len({mutant.name for mutant in listed}) == len(listed) >= LEAST
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in listed}) == len(listed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"old": "return b - a"}, "stands 0 times"),
        ({"old": "a"}, "stands 2 times"),
        ({"file": "gone.py"}, "is not there"),
        ({"new": "return a -"}, "does not compile"),
        ({"new": "return (a - b)"}, "changes nothing"),
        ({"tests": ("house/test_docs.py::test_that_nobody_wrote",)}, "there is no test"),
        ({"tests": ()}, "names no test"),
    ],
)
def test_a_mutant_that_rots_is_noticed(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    known: dict[str, Any] = {"tests": ("house/test_docs.py::test_every_setting_is_explained",)}
    found = faults(replace(PLAIN, **known | change), planted(tmp_path))
    assert len(found) == 1
    assert said in found[0]


def test_caught_survived_and_spoiled_are_told_apart_and_the_tree_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    tree = planted(tmp_path)
    before = (tree / "sums.py").read_text("utf-8")
    assert mutated(PLAIN, tree) != before
    caught = tried(PLAIN, tree)
    assert (caught.fate, caught.by) == (CAUGHT, "test_sums.py::test_less")
    assert tried(replace(PLAIN, tests=("test_sums.py::test_nothing",)), tree).fate == SURVIVED
    assert tried(replace(PLAIN, old="def less", new="def fewer"), tree).fate == SPOILED
    assert (tree / "sums.py").read_text("utf-8") == before


def test_tests_that_do_not_end_are_ended(tmp_path: Path) -> None:
    tree = planted(tmp_path)
    (tree / "sums.py").write_text("def less(a, b):\n    while True:\n        pass\n", "utf-8")
    assert run(PLAIN.tests, tree, seconds=3).fate == ENDLESS
    assert subprocess.run(["pgrep", "-f", str(tree)], capture_output=True, check=False).stdout == b""


def test_nearly_all_are_caught_and_the_page_is_the_newest() -> None:
    listed, known = mutants(), kept()
    assert PAGE.read_text("utf-8") == page(listed, known)
    assert sum(not counts(mutant, known) for mutant in listed) <= MAY_SURVIVE
