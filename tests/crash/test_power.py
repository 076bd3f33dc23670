"""After a power cut everything that was acknowledged is there; a program that syncs less loses some of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.power import Counted, NoCompiler, tried


def _after(folder: Path, twin: str) -> Counted:
    counted = Counted()
    try:
        tried(folder, counted, cuts=60, seed=20234, people=1, twin=twin)
    except NoCompiler as none:
        pytest.skip(str(none))
    return counted


def test_nothing_that_was_acknowledged_is_lost_in_a_power_cut(tmp_path: Path) -> None:
    found = _after(tmp_path, "")
    assert found.clean, found.examples
    assert found.cuts == 60
    assert found.acknowledged > 600


def test_a_program_that_does_not_wait_for_the_disk_loses_what_it_acknowledged(tmp_path: Path) -> None:
    found = _after(tmp_path, "normal")
    assert found.lost > 0
    assert found.broken == 0
