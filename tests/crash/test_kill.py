"""kill -9 at any moment of a conversation loses no acknowledged message and does nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.crash.judge import State, Verdict
from tests.crash.places import Place
from tests.crash.runs import Driver, killed_run, prepare, quiet_run, verdict

PEOPLE, SEED, KILLS = 5, 20231, 12


@dataclass(frozen=True, slots=True)
class Ground:
    """A prepared place, and what the plan leaves there when nothing happens."""

    driver: Driver
    prepared: Place
    codes: list[str]
    quiet: State
    messages: int

    def killed(self, *, twin: str = "", kills: int = KILLS) -> tuple[Verdict, int, int]:
        """The verdict on a run with kills, how many there were, and how many acknowledged messages came again."""
        run = killed_run(
            self.driver, self.prepared, self.codes, seed=SEED, twin=twin, kills=kills, messages=self.messages
        )
        return verdict(run, self.quiet), run.kills, run.repeated


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    prepared = Place.empty(tmp_path_factory.mktemp("crash") / "prepared")
    codes = prepare(prepared, PEOPLE)
    with Driver() as driver:
        quiet, messages = quiet_run(driver, prepared, codes, seed=SEED)
        yield Ground(driver, prepared, codes, quiet, messages)


def test_the_quiet_run_does_something_that_could_go_wrong(ground: Ground) -> None:
    assert ground.messages > 100
    assert ground.quiet["incidents"] == []
    assert len(ground.quiet["inbox"]) == ground.messages
    assert len(ground.quiet["entries"]) > PEOPLE
    assert {row[3] for row in ground.quiet["versions"]} == {"submitted", "withdrawn", "replaced"}
    assert ground.quiet["numbers"] == [(f"WF-A{number:04d}",) for number in range(1, len(ground.quiet["entries"]) + 1)]


def test_killed_again_and_again_it_ends_as_if_nothing_had_happened(ground: Ground) -> None:
    found, kills, repeated = ground.killed()
    assert found == Verdict(0, 0, ())
    assert kills >= KILLS // 2
    assert repeated > 0


def test_a_program_that_acknowledges_before_the_commit_is_caught(ground: Ground) -> None:
    found, _, _ = ground.killed(twin="hasty", kills=4)
    assert found.lost > 0


def test_a_program_that_forgets_what_it_took_is_caught(ground: Ground) -> None:
    found, _, _ = ground.killed(twin="forgetful", kills=4)
    assert found.lost == 0
    assert found.twice > 0
