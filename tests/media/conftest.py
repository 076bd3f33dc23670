"""Films for the tests of measuring, each made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from media.binaries import Binaries, find
from tests.films.making import film


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
