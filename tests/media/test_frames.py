"""Single pictures come from the place that was named, upright, whole or their lower part, from every container."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy
import pytest

from media.binaries import Binaries
from media.frames import Frame, NoFrames, Place, frames
from media.header import read_header
from media.jail import Limits
from tests.films.cases import Case
from tests.films.making import run

PLACES = (Place(Fraction(1, 2), lower=False), Place(Fraction(3, 2), lower=False), Place(Fraction(3, 2), lower=True))


async def fetched(path: Path, folder: Path, binaries: Binaries, places: Sequence[Place] = PLACES) -> tuple[Frame, ...]:
    return await frames(path, folder, await read_header(path, folder, binaries), places, binaries)


def colours(frame: Frame) -> tuple[str, str]:
    """The colour of the upper and of the lower edge."""
    pixels = numpy.fromfile(frame.file, numpy.uint8).reshape(frame.size.height, frame.size.width, 3)
    names = {(0, 0, 1): "red", (1, 0, 0): "blue", (1, 1, 1): "white", (0, 0, 0): "black"}
    edges = (tuple(int(value) for value in pixels[row, frame.size.width // 2] // 128) for row in (2, -3))
    upper, lower = (names[edge] for edge in edges)  # type: ignore[index]
    return upper, lower


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second white above black, then one second red above blue, in 1920×1080."""
    path = tmp_path_factory.mktemp("films") / "coloured.mp4"
    halves = [f"color={colour}:s=1920x540:r=5:d=1" for colour in ("white", "black", "red", "blue")]
    run(
        *(part for half in halves for part in ("-f", "lavfi", "-i", half)),
        "-filter_complex", "[0][1]vstack[a];[2][3]vstack[b];[a][b]concat=n=2",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path,
    )  # fmt: skip
    return path


async def test_a_picture_is_of_its_place_and_its_lower_part_is_the_lower_one(
    coloured: Path, folder: Path, binaries: Binaries
) -> None:
    found = await fetched(coloured, folder, binaries)
    assert [(each.place, str(each.size), colours(each)) for each in found] == [
        (PLACES[0], "1280×720", ("white", "black")),
        (PLACES[1], "1280×720", ("red", "blue")),
        (PLACES[2], "1280×252", ("blue", "blue")),
    ]


async def test_a_film_that_is_turned_by_the_player_is_turned_and_its_lower_half_taken(
    coloured: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    run("-display_rotation", "180", "-i", coloured, "-c", "copy", tmp_path / "over.mp4")
    over = await fetched(tmp_path / "over.mp4", folder, binaries)
    assert [colours(each) for each in over] == [("black", "white"), ("blue", "red"), ("red", "red")]
    run("-i", coloured, "-vf", "transpose=clock", "-c:v", "libx264", "-preset", "ultrafast", tmp_path / "lying.mp4")
    (tmp_path / "other").mkdir()
    upright = await fetched(tmp_path / "lying.mp4", tmp_path / "other", binaries)
    assert [str(each.size) for each in upright] == ["720×1280", "720×1280", "720×640"]


async def test_a_large_film_is_opened_a_few_times_only_at_once_and_gives_the_same(
    coloured: Path, folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.frames._AT_ONCE", 1)
    found = await fetched(coloured, folder, binaries)
    assert [colours(each) for each in found] == [("white", "black"), ("red", "blue"), ("blue", "blue")]


@pytest.mark.parametrize("recipe", ["ts h264 aac", "mpeg mpeg2video mp2", "avi mpeg4 mp3", "mov prores pcm"])
async def test_a_stream_without_an_index_is_entered_too(
    recipe: str, films: Path, folder: Path, binaries: Binaries
) -> None:
    assert [each.place for each in await fetched(Case(recipe).made(films), folder, binaries)] == list(PLACES)


async def test_a_place_beyond_the_end_is_left_out(coloured: Path, folder: Path, binaries: Binaries) -> None:
    beyond = Place(Fraction(9), lower=True)
    assert [each.place for each in await fetched(coloured, folder, binaries, (beyond, PLACES[0]))] == [PLACES[0]]


async def test_ffmpeg_past_its_time_gives_no_picture(
    coloured: Path, folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.frames._LIMITS", Limits(0.01, cpu=1, memory=1 << 30, written=1 << 24, output=1))
    with pytest.raises(NoFrames, match="to end within"):
        await fetched(coloured, folder, binaries)
