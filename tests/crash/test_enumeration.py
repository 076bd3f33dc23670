"""Whatever statement or sending the program ends at, in the end everything is as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.enumeration import Counted, enumerate_ends, fall_silent, fill_up, ground, prepared, told
from tests.crash.enumeration_scenes import Staged

SEED = 20235
#: What a dead program had open is found by the collector of garbage some time, and complained of.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def scenes() -> Iterator[list[Staged]]:
    with prepared(("join", "broadcast")) as found:
        yield found


def test_the_program_ends_anywhere_and_everything_comes_out_the_same(scenes: list[Staged]) -> None:
    counted = Counted()
    with ground(scenes) as found:
        enumerate_ends(found, counted, runs=20, seed=SEED, seconds=600, stop_at=1)
        assert counted.wrong == []
        assert sum(found.points) > 400, told(found, counted)
    assert counted.ends == 20
    assert counted.again > 0


def test_a_disk_that_is_full_for_a_while_loses_nothing_and_doubles_nothing(scenes: list[Staged]) -> None:
    counted = Counted()
    with ground(scenes[:1]) as found:
        fill_up(found, counted, runs=6, seed=SEED, seconds=600, stop_at=1)
    assert counted.wrong == []
    assert counted.refused > 0


@pytest.mark.parametrize(("twin", "wrong"), [("", False), ("impatient", True)])
def test_a_channel_that_is_down_for_an_hour_costs_nobody_a_message(
    scenes: list[Staged], twin: str, *, wrong: bool
) -> None:
    counted = Counted()
    with ground(scenes[:1], twin) as found:
        fall_silent(found, counted, runs=2, seed=SEED, seconds=600, stop_at=1)
    assert bool(counted.wrong) is wrong
    assert counted.refused > 0


@pytest.mark.parametrize("twin", ["hasty", "forgetful", "early"])
def test_a_program_that_acknowledges_or_sends_too_early_or_forgets_is_found_out(
    scenes: list[Staged], twin: str
) -> None:
    counted = Counted()
    with ground(scenes[:1], twin) as found:
        enumerate_ends(found, counted, runs=300, seed=SEED, seconds=600, stop_at=1)
    assert counted.wrong != []


def test_whoever_takes_a_message_for_kept_that_a_full_disk_refused_is_found_out(scenes: list[Staged]) -> None:
    counted = Counted()
    with ground(scenes[:1], "careless") as found:
        fill_up(found, counted, runs=20, seed=SEED, seconds=600, stop_at=1)
    assert counted.wrong != []
