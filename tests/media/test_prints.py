"""A fingerprint survives what people do to a film that they enter twice, and tells strangers apart."""

from __future__ import annotations

from fractions import Fraction

import numpy
import pytest
from numpy.typing import NDArray

from bench.films_twins import CHANGES, measure
from media.prints import MOST, prints
from rules.twins import scenes, similarity

Squares = NDArray[numpy.uint8]


def film(seed: int, count: int = 12, each: int = 6) -> Squares:
    """Blurred noise, a new one for every scene."""
    dice = numpy.random.default_rng(seed)
    small = dice.uniform(0, 255, (count, 6, 6)).astype(numpy.uint8)
    return numpy.repeat(numpy.kron(small, numpy.ones((16, 16), numpy.uint8)), each, axis=0)


def test_each_scene_gives_one_print_with_its_second() -> None:
    assert [second for second, _ in scenes(prints(film(1), Fraction(2)))] == list(range(0, 36, 3))


def test_nothing_shown_gives_no_print() -> None:
    assert prints(numpy.zeros((0, 96, 96), numpy.uint8), Fraction(2)) == ""
    assert prints(numpy.full((40, 96, 96), 17, numpy.uint8), Fraction(2)) == ""


def test_black_borders_do_not_matter() -> None:
    original = film(2)
    boxed = numpy.zeros_like(original)
    boxed[:, 16:80] = original[:, (numpy.arange(64) * 1.5).astype(int)]
    assert similarity(prints(original, Fraction(2)), prints(boxed, Fraction(2))) > 75


def test_a_dark_film_is_not_taken_for_its_own_border() -> None:
    dark = (film(3) // 16).astype(numpy.uint8)
    assert prints(dark, Fraction(2)) == ""


def test_many_scenes_are_thinned_over_the_whole_film() -> None:
    found = scenes(prints(film(4, count=400, each=2), Fraction(2)))
    assert (len(found), found[0][0], found[-1][0]) == (MOST, 0, 399)


def test_re_encoded_films_are_found_and_strangers_left_alone() -> None:
    """Two changes here; `bench films` has all of them and many films."""
    changes = {name: CHANGES[name] for name in ("cropped by 4 % on each side", "opening titles of 3 s put before")}
    found = measure(2, seed=5, changes=changes)
    assert found.twins == dict.fromkeys(changes, (2, 2))
    assert found.strangers == (0, 1)


@pytest.mark.parametrize("rate", [Fraction(1, 2), Fraction(2)])
def test_seconds_go_by_the_rate(rate: Fraction) -> None:
    assert scenes(prints(film(6, count=3, each=4), rate))[-1][0] == int(8 / rate)
