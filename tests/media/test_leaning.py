"""How far a page leans is told to a tenth of a degree, and not at all where nothing tells."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from media.leaning import lean_of
from media.pixels import fitted, lit
from tests.scans.spoiling import blurred, skewed


def lean(image: Image.Image) -> float | None:
    return lean_of(lit(fitted(image, 900)).grey)


@pytest.mark.parametrize("degrees", [0, 0.3, -0.6, 1.2, -2.5, 4.4, -7, 11, -14])
def test_a_page_leans_as_far_as_it_was_turned(page: Image.Image, degrees: float) -> None:
    assert lean(skewed(page, degrees)) == pytest.approx(degrees, abs=0.2)


def test_a_blurred_page_still_tells(page: Image.Image) -> None:
    assert lean(blurred(skewed(page, 3), 3)) == pytest.approx(3, abs=0.3)


def test_a_page_that_is_turned_too_far_or_holds_no_lines_tells_nothing(page: Image.Image) -> None:
    assert lean(skewed(page, 24)) is None
    assert lean(Image.new("RGB", (800, 1100), "white")) is None
    specks = np.random.default_rng(1).random((1100, 800)) > 0.02
    assert lean(Image.fromarray((specks * 255).astype(np.uint8)).convert("RGB")) is None
