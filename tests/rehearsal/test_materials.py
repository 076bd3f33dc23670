"""The films that people of a rehearsal hand in keep the rule of the notice, or break it as they are meant to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rehearsal.materials import _asked, makes
from rules.film import Containers, Duration, FilmRule, Size
from tests.campaigns.shipped import notice

ANY = FilmRule(durations=())


def lasting(*spans: tuple[int, int]) -> FilmRule:
    """A rule on the length alone; of several for a category each."""
    each = [Duration(Fraction(least), Fraction(most), "三", (f"第{n}类",)) for n, (least, most) in enumerate(spans)]
    return FilmRule(durations=tuple(each))


@pytest.mark.parametrize("name", ["xian-2024", "weifang-2023", "xinhua-2021", "industry-2024"])
def test_films_of_the_five_are_generated(name: str) -> None:
    assert all(makes(track.film) for track in notice(name).entered if track.film is not None)


def test_what_cannot_be_generated_has_stand_ins() -> None:
    assert makes(ANY)
    assert not makes(FilmRule(durations=(), containers=Containers(("avi",), "三", "refuse")))
    assert makes(FilmRule(durations=(), containers=Containers(("avi",), "三", "warn")))
    assert makes(lasting((60, 180), (90, 300)))
    assert not makes(lasting((60, 180), (300, 600))), "no length is good for both"


def test_a_film_has_a_length_whatever_is_asked() -> None:
    for least, most in ((0, 240), (0, 3), (60, 62), (180, 360)):
        _, good = _asked(lasting((least, most)), "诚信菜市场", "")
        assert 0 < good <= most and good >= least
        size, short = _asked(lasting((least, most)), "诚信菜市场", "short")
        assert short > 0
        assert (short < least) == (size == Size(1920, 1080)), "what cannot be too short is turned instead"
