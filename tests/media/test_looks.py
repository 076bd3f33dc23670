"""Sharp and blurred, bright and dim, written on and blank, coloured and grey are told apart."""

from __future__ import annotations

from random import Random

import pytest
from PIL import Image

from media.looks import Look, look_of
from media.pixels import fitted, lit
from rules.scan_judge import BLURRED, DIM, SHADED
from tests.scans import spoiling
from tests.scans.paper import stamped


def look(image: Image.Image) -> Look:
    return look_of(image, lit(fitted(image, 900)))


def test_sharpness_falls_with_blur_and_not_with_resolution_light_or_what_is_written(page: Image.Image) -> None:
    sharp = [page, spoiling.at_dpi(page, 100), spoiling.at_dpi(page, 300), page.point(lambda value: value * 0.3)]
    assert min(look(image).sharpness for image in sharp) > 0.7
    few = Image.new("RGB", page.size, "white")
    few.paste(page.crop((0, 150, page.width, 260)), (0, 150))
    assert look(few).sharpness > 3 * BLURRED
    softer = [look(spoiling.blurred(page, radius)).sharpness for radius in (1, 1.5, 2, 3, 5)]
    assert softer == sorted(softer, reverse=True)
    assert softer[1] > BLURRED > softer[3]


def test_noise_does_not_pass_for_sharpness(page: Image.Image) -> None:
    assert look(spoiling.noisy(spoiling.blurred(page, 3), 6, Random(1))).sharpness < BLURRED


def test_dim_and_shaded_pages_are_told_from_bright_ones(page: Image.Image) -> None:
    dark = page.point(lambda value: value * 0.2)
    half = Image.composite(page, page.point(lambda value: value * 0.02), Image.linear_gradient("L").resize(page.size))
    assert (look(page).white > 0.95, look(page).shade > 0.95) == (True, True)
    assert look(dark).white < DIM
    assert look(half).shade < SHADED and look(half).white > DIM


def test_grey_and_colour_are_told_apart_in_lamplight_too(page: Image.Image) -> None:
    sealed = stamped(page.copy(), Random(4))
    warm = Image.merge(
        "RGB", [band.point(lambda v, f=f: v * f) for band, f in zip(page.split(), (1, 0.9, 0.7), strict=True)]
    )
    assert [look(image).coloured > 0.0001 for image in (sealed, page, spoiling.grey(sealed), warm)] == [
        True, False, False, False,
    ]  # fmt: skip


def test_a_blank_page_has_no_ink_and_one_with_a_line_has(page: Image.Image) -> None:
    blank = spoiling.noisy(Image.new("RGB", page.size, (244, 243, 240)), 3, Random(2))
    assert (look(blank).ink, look(blank).contrast < 0.12) == (0.0, True)
    one = Image.new("RGB", page.size, "white")
    one.paste(page.crop((0, 150, page.width, 240)), (0, 150))
    assert look(one).ink > 0.0005


@pytest.mark.parametrize("size", [(1, 1), (2, 3000), (3000, 2), (40, 40)])
def test_the_smallest_pictures_are_measured_without_a_fall(size: tuple[int, int]) -> None:
    assert look(Image.new("RGB", size, "white")).ink == 0.0
