"""A database that goes away and comes back costs nobody an answer, and loses nothing that was acknowledged."""

from __future__ import annotations

import pytest

from tests.crash.away import quiet_state, tried
from tests.crash.judge import State, Verdict
from tests.crash.places import Place
from tests.crash.runs import prepare
from tests.postgres import Postgres

PEOPLE, SEED, CUTS = 3, 20236, 8


@pytest.fixture(scope="module")
def ground(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, list[str], State]:
    prepared = Place.empty(tmp_path_factory.mktemp("away") / "prepared", postgres)
    codes = prepare(prepared, PEOPLE)
    return prepared, codes, quiet_state(prepared, codes, seed=SEED)


def test_a_database_that_goes_away_and_comes_back_loses_nothing(ground: tuple[Place, list[str], State]) -> None:
    found = tried(*ground, seed=SEED, cuts=CUTS)
    assert found.verdict == Verdict(0, 0, ()), found.differences
    assert found.again > 0
    assert found.messages > 100


def test_whoever_takes_for_kept_what_failed_is_found_out(ground: tuple[Place, list[str], State]) -> None:
    assert tried(*ground, seed=SEED, cuts=CUTS, twin="careless").verdict.lost > 0
