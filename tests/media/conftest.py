"""Films and pages for the tests of measuring, each made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from media.binaries import Binaries, find
from tests.films.making import film
from tests.scans.paper import has_font
from tests.scans.paper import page as drawn


@pytest.fixture(scope="session")
def binaries() -> Binaries:
    return find()


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="session")
def plain_film(films: Path) -> Path:
    """Six seconds of 320×180 with a tone, its index in front."""
    fast = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-movflags", "+faststart")
    return film(films / "plain.mp4", seconds="6", how=fast)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The empty folder of one measurement."""
    made = tmp_path / "jail"
    made.mkdir()
    return made


@pytest.fixture(scope="session")
def page() -> Image.Image:
    """A filled page at 200 dpi with the version code 7K3F9-QZ2MX at its foot."""
    if not has_font():
        pytest.skip("no font with Chinese characters on this machine: pages cannot be drawn")
    return drawn()
