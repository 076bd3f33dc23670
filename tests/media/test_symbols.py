"""The code at the foot of a page is read back after print, scan and photograph."""

from __future__ import annotations

from random import Random

import pytest
from PIL import Image

from documents.qr import PREFIX
from media.symbols import Symbol, symbols_on
from rules.scans import CODE_PREFIX
from tests.scans import spoiling

CODE = "XS1:7K3F9QZ2MX"


def test_what_is_printed_is_what_is_looked_for() -> None:
    assert CODE_PREFIX == PREFIX


@pytest.mark.parametrize("dpi", [72, 100, 150, 200, 300])
def test_the_code_is_read_at_any_usual_resolution(page: Image.Image, dpi: int) -> None:
    assert symbols_on(spoiling.at_dpi(page, dpi), CODE_PREFIX) == (Symbol(CODE, 0),)


@pytest.mark.parametrize("degrees", [-12, -3, 1, 7, 14])
def test_the_code_is_read_on_a_page_that_leans(page: Image.Image, degrees: float) -> None:
    assert [each.text for each in symbols_on(spoiling.skewed(page, degrees), CODE_PREFIX)] == [CODE]


@pytest.mark.parametrize(("turned", "turn"), [(90, 270), (180, 180), (270, 90)])
def test_the_code_says_how_the_page_lies(page: Image.Image, turned: int, turn: int) -> None:
    assert symbols_on(page.rotate(-turned, expand=True), CODE_PREFIX) == (Symbol(CODE, turn),)


def test_the_code_is_read_in_a_photograph(page: Image.Image) -> None:
    dice = Random(5)
    image = spoiling.shaded(spoiling.photographed(page, dice), dice)
    assert [each.text for each in symbols_on(spoiling.compressed(spoiling.noisy(image, 8, dice), 50), CODE_PREFIX)] == [
        CODE
    ]


def test_patience_reads_what_a_first_look_does_not(page: Image.Image) -> None:
    coarse = spoiling.at_dpi(page, 62)
    assert symbols_on(coarse, CODE_PREFIX, patient=False) == ()
    assert [each.text for each in symbols_on(coarse, CODE_PREFIX)] == [CODE]


def test_a_page_without_a_code_has_none() -> None:
    assert symbols_on(Image.new("RGB", (900, 1200), "white"), CODE_PREFIX) == ()
    assert symbols_on(Image.new("RGB", (1, 1), "white"), CODE_PREFIX) == ()
