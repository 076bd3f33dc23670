"""A chart is a picture for a phone, and its bars are as long as what they stand for."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from documents.charts import Drawn
from documents.progress import Group, Progress
from media.fonts import NoFont, cjk_font

INK, PALE, SEAL = (0x23, 0x48, 0x7A), (0xC3, 0xD0, 0xE2), (0xA8, 0x32, 0x2D)
WORDS = {"chart.days": "每天", "chart.closing": "截止"}


@pytest.fixture(scope="module")
def font() -> Path:
    try:
        return cjk_font()
    except NoFont as absent:
        pytest.skip(f"{absent}")


def progress(*shares: tuple[int, int], days: int = 10, closing: int = 0) -> Progress:
    """One track with these bars (met, units), and one work on each day."""
    groups = tuple(Group("区县", units, met, f"{met}/{units} 家") for met, units in shares)
    some = tuple((f"3/{day}", (1,)) for day in range(1, days + 1))
    return Progress("征集", ("截至 3月1日", "案例 3 个"), (("信用案例", groups),), ("信用案例",), some, closing)


def picture(font: Path, shown: Progress) -> np.ndarray:
    """The pixels, (height, width, 3)."""
    drawn = Drawn(font, lambda key, **facts: WORDS[key]).png(shown)
    return np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"))


def bars(image: np.ndarray) -> list[tuple[int, int]]:
    """Of each bar from the top: the pixels of ink and of the rest on its middle line."""
    inks, rests = (image == INK).all(2).sum(1), (image == PALE).all(2).sum(1)
    found: list[list[tuple[int, int]]] = [[]]
    for ink, rest in zip(inks.tolist(), rests.tolist(), strict=True):
        if ink + rest > 300 and rest:
            found[-1].append((ink, rest))
        elif found[-1]:
            found.append([])
    return [some[len(some) // 2] for some in found if len(some) > 20]


def test_a_bar_is_as_long_as_its_share(font: Path) -> None:
    image = picture(font, progress((0, 4), (1, 4), (4, 8)))
    assert (image.shape[1], 900 < image.shape[0] < 2000) == (1080, True)
    found = bars(image)
    assert len(found) == 3
    for (ink, rest), wanted in zip(found, (0.0, 0.25, 0.5), strict=True):
        assert abs(ink / (ink + rest) - wanted) < 0.01, "the rounded edges of pixels only"


def test_the_closing_is_marked_where_it_falls_and_only_where_there_is_one(font: Path) -> None:
    def seal(shown: Progress) -> list[int]:
        image = picture(font, shown)
        return np.flatnonzero((image[len(image) // 2 :] == SEAL).all(2).any(0)).tolist()

    early, late = seal(progress((1, 2), days=20, closing=5)), seal(progress((1, 2), days=20, closing=20))
    assert (seal(progress((1, 2), days=20)), max(early) < 500, max(late) > 900) == ([], True, True)


@pytest.mark.parametrize("days", [0, 1, 62])
def test_there_is_a_picture_for_any_number_of_days_and_units(font: Path, days: int) -> None:
    for shares in ((), ((0, 0),), ((3, 3),) * 12):
        assert picture(font, progress(*shares, days=days, closing=days)).shape[1] == 1080


def test_names_of_any_length_and_signs_of_formulas_are_drawn_as_they_are(font: Path) -> None:
    groups = (Group("市联席会议成员单位和市属各开发区" * 3, 2, 1, "$x_1$ 家 \\frac"),)
    shown = Progress("$\\alpha", ("%s {0}",), (("$", groups),), ("$a$",), (("3/1", (2,)),))
    assert picture(font, shown).shape[1] == 1080


def test_several_are_drawn_at_once_and_are_the_same(font: Path) -> None:
    drawn, shown = Drawn(font, lambda key, **facts: WORDS[key]), progress((1, 4))
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda _: drawn.png(shown), range(8)))) == 1
