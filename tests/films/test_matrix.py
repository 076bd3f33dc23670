"""A slice of the matrix agrees with MediaInfo; `python -m tests.films.matrix` runs all of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.films import oracle
from tests.films.cases import RECIPES, Case, cases
from tests.films.matrix import differences, disagreeing, ours

#: One film of each recipe would not show what turns, stretches, ends and lacks; every eighth of the quick ones does.
SLICE = [case for case in cases() if case.frames <= 3001 and case.size != "3840x2160"][4::8]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


def test_the_matrix_is_large_and_each_film_stands_in_it_once() -> None:
    every = list(cases())
    assert len(every) == len({case.name for case in every}) >= 200
    assert {case.recipe for case in every} == set(RECIPES)


@pytest.mark.parametrize("case", SLICE, ids=lambda case: case.name)
def test_ours_and_mediainfos_measures_agree(case: Case, made: Path) -> None:
    assert differences(case, case.made(made)) == []


def test_a_wrong_measure_would_be_seen(made: Path) -> None:
    turned, upright = (ours(Case("mp4 h264 aac", rotation=turn).made(made)) for turn in (90, 0))
    theirs = oracle.told(Case("mp4 h264 aac").made(made))
    assert [disagreeing(upright, theirs), disagreeing(turned, theirs)] == [[], ["shown"]]
    late = replace(upright, seconds=Fraction(211, 100), rate=Fraction(24), container="mov", is_cut=True)
    assert disagreeing(late, theirs) == ["container", "is_cut", "seconds", "rate"]
