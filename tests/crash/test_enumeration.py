"""Whatever statement or sending the program ends at, in the end everything is as if nothing had happened."""

from __future__ import annotations

import pytest

from tests.crash.enumeration import Counted, enumerate_ends, ground, told

SEED = 20235


def _after(runs: int, twin: str, *scenes: str) -> Counted:
    counted = Counted()
    with ground(twin, scenes) as found:
        enumerate_ends(found, counted, runs=runs, seed=SEED, seconds=600, stop_at=1)
        assert sum(found.points) > 100, told(found, counted)
    return counted


def test_the_program_ends_anywhere_and_every_scene_comes_out_the_same() -> None:
    found = _after(16, "")
    assert found.wrong == []
    assert found.ends >= 16
    assert found.again > 0


@pytest.mark.parametrize("twin", ["hasty", "forgetful", "early"])
def test_a_program_that_acknowledges_or_sends_too_early_or_forgets_is_found_out(twin: str) -> None:
    assert _after(120, twin, "join").wrong != []
