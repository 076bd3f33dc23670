"""What tests of scans share: whether this machine can draw Chinese, and a page drawn once."""

from __future__ import annotations

from random import Random

import pytest
from PIL import Image

from tests.scans.paper import has_font, page, stamped


@pytest.fixture(scope="session", autouse=True)
def _chinese() -> None:
    if not has_font():
        pytest.skip("no font with Chinese characters on this machine: pages cannot be drawn")


@pytest.fixture(scope="session")
def plain() -> Image.Image:
    """A filled page without a seal."""
    return page(dice=Random(7))


@pytest.fixture(scope="session")
def sealed() -> Image.Image:
    """The same page with a seal of 42 mm."""
    return stamped(page(dice=Random(7)), Random(7), diameter=42)
