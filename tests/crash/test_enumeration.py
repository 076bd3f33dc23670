"""Whatever statement or sending the program ends at, in the end everything is as if nothing had happened."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.crash.enumeration import Bounds, enumerate_ends, fall_silent, fill_up, told
from tests.crash.enumeration_ground import Counted, Ground, ground, prepared
from tests.crash.enumeration_instants import Lived
from tests.crash.enumeration_judge import left
from tests.crash.enumeration_places import Staged

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
        enumerate_ends(found, counted, Bounds(20, 600, 1, SEED))
        assert counted.wrong == []
        assert sum(found.points) > 400, told(found, counted)
    assert counted.ends > counted.runs == 20, "some have later ends, too"
    assert counted.again > 0


def test_a_disk_that_is_full_for_a_while_loses_nothing_and_doubles_nothing(scenes: list[Staged]) -> None:
    counted = Counted()
    with ground(scenes[:1]) as found:
        fill_up(found, counted, Bounds(6, 600, 1, SEED))
    assert counted.wrong == []
    assert counted.refused > 0


@pytest.mark.parametrize(("twin", "wrong"), [("", False), ("impatient", True)])
def test_a_channel_that_is_down_for_an_hour_costs_nobody_a_message(
    scenes: list[Staged], twin: str, *, wrong: bool
) -> None:
    counted = Counted()
    with ground(scenes[:1], twin) as found:
        fall_silent(found, counted, Bounds(2, 600, 1, SEED))
    assert bool(counted.wrong) is wrong
    assert counted.refused > 0


@pytest.mark.parametrize("twin", ["hasty", "forgetful", "early"])
def test_a_program_that_acknowledges_or_sends_too_early_or_forgets_is_found_out(
    scenes: list[Staged], twin: str
) -> None:
    counted = Counted()
    with ground(scenes[:1], twin) as found:
        enumerate_ends(found, counted, Bounds(300, 600, 1, SEED))
    assert counted.wrong != []


def test_whoever_takes_a_message_for_kept_that_a_full_disk_refused_is_found_out(scenes: list[Staged]) -> None:
    counted = Counted()
    with ground(scenes[:1], "careless") as found:
        fill_up(found, counted, Bounds(20, 600, 1, SEED))
    assert counted.wrong != []


def told_by(found: Ground, run: Lived) -> object:
    """All that a run left: tables, letters in their order, and what was counted on the way; then its folder is gone."""
    outside = run.outside
    rows = left(run.folder, outside)
    run.folder.clear()
    letters = [(each.address, each.kind, each.again, len(each.text)) for each in outside.letters]
    counts = (outside.doubts, outside.again, outside.ends, outside.acknowledged, outside.booth.updates)
    return rows, letters, counts, run.points


def test_a_run_that_begins_at_its_last_end_leaves_what_one_leaves_that_is_played_whole() -> None:
    dice = random.Random(SEED)
    with prepared() as scenes, ground(scenes) as found:
        for place, each in enumerate(scenes):
            last, ends = dice.choice(found.instants(place)), list[int]()
            for _ in range(3):
                # Any point that is said to leave the same: there ends the whole run, and there begins the other.
                ends.append(last.point + dice.randrange(last.points))
                run = found.gone_on(place, last.instant, ends, seed=SEED, catching=True)
                whole = found.play(each, ends, seed=SEED)
                last = dice.choice(run.caught)
                assert told_by(found, run) == told_by(found, whole), (each.scene.name, ends)


def test_a_program_that_keeps_what_is_pressed_on_a_ballot_is_found_out() -> None:
    with (
        prepared(("ballot",)) as scenes,
        pytest.raises(AssertionError, match="readable=3"),
        ground(scenes, "gossiping"),
    ):
        raise RuntimeError("expected it to be found out before anything is played")
