"""The header of a film is measured as players show it, and what is no film is refused with its reason."""

from __future__ import annotations

import os
import struct
from fractions import Fraction
from pathlib import Path

import pytest

from media.binaries import Binaries
from media.header import NotAFilm, read_header
from rules.film import Size
from rules.measured import Measured
from tests.films.cases import Case
from tests.films.making import bytes_of, film, run


async def measured(path: Path, folder: Path, binaries: Binaries) -> Measured:
    return (await read_header(path, folder, binaries)).measured


async def test_the_facts_of_a_plain_film(plain_film: Path, folder: Path, binaries: Binaries) -> None:
    found = await measured(plain_film, folder, binaries)
    size = len(bytes_of(plain_film))
    assert found == Measured(
        container="mp4", size=size, seconds=Fraction(6), coded=Size(320, 180), shown=Size(320, 180),
        video_codec="h264", picture_seconds=Fraction(6), sound_seconds=Fraction(6), pixel_format="yuv420p",
        frame_rate=Fraction(25), bit_rate=size * 8 // 6, sound_codec="aac", channels=1, sample_rate=44100,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        (Case("mp4 h264 aac", rotation=90), Size(180, 320)),
        (Case("mp4 h264 aac", rotation=180), Size(320, 180)),
        (Case("mov h264 aac", rotation=270), Size(180, 320)),
        (Case("mp4 h264 aac", size="240x180", sample_aspect="4/3"), Size(320, 180)),
        (Case("mp4 h264 aac", size="240x180", sample_aspect="4/3", rotation=90), Size(180, 320)),
        (Case("mkv h264 aac", size="240x180", sample_aspect="4/3"), Size(320, 180)),
    ],
)
async def test_rotation_and_sample_aspect_are_applied(
    case: Case, shown: Size, films: Path, folder: Path, binaries: Binaries
) -> None:
    assert (await measured(case.made(films), folder, binaries)).shown == shown


async def test_a_cover_picture_is_not_the_film(plain_film: Path, films: Path, folder: Path, binaries: Binaries) -> None:
    cover = films / "cover.png"
    run("-f", "lavfi", "-i", "color=red:s=600x600", "-frames:v", "1", cover)
    covered = films / "covered.mp4"
    how = ("-map", "1", "-map", "0", "-c", "copy", "-disposition:v:0", "attached_pic")
    run("-i", plain_film, "-i", cover, *how, covered)
    assert (await measured(covered, folder, binaries)).shown == Size(320, 180)


async def test_a_film_cut_at_its_end_is_measured_and_what_is_missing_counted(
    plain_film: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    data, cut = bytes_of(plain_film), tmp_path / "cut.mp4"
    cut.write_bytes(data[: len(data) * 3 // 4])
    found = await measured(cut, folder, binaries)
    assert [found.missing, found.seconds] == [len(data) - len(data) * 3 // 4, 6]


async def refusal(path: Path, folder: Path, binaries: Binaries) -> str:
    with pytest.raises(NotAFilm) as caught:
        await read_header(path, folder, binaries)
    return caught.value.reason


async def test_a_film_whose_index_is_cut_off_is_incomplete_not_broken(
    films: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    data, cut = Case("mov h264 aac").made(films).read_bytes(), tmp_path / "cut.mov"
    cut.write_bytes(data[: len(data) // 2])
    assert await refusal(cut, folder, binaries) == "incomplete"


async def test_sound_alone_is_no_film(films: Path, folder: Path, binaries: Binaries) -> None:
    sound = films / "sound.mp4"
    run("-f", "lavfi", "-i", "sine=d=2", "-c:a", "aac", sound)
    assert await refusal(sound, folder, binaries) == "audio"


async def test_a_named_pipe_holds_nobody_up(tmp_path: Path, folder: Path, binaries: Binaries) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    assert await refusal(pipe, folder, binaries) == "irregular"


@pytest.mark.parametrize(("what", "reason"), [("/dev/null", "irregular"), ("/tmp", "irregular")])  # noqa: S108  looked at only
async def test_devices_and_folders_are_no_films(what: str, reason: str, folder: Path, binaries: Binaries) -> None:
    assert await refusal(Path(what), folder, binaries) == reason


async def test_a_link_to_a_film_is_the_film_and_a_loop_is_an_error(
    plain_film: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    (tmp_path / "link.mp4").symlink_to(plain_film)
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    assert (await measured(tmp_path / "link.mp4", folder, binaries)).seconds == 6
    with pytest.raises(OSError, match="symbolic links"):
        await read_header(tmp_path / "loop.mp4", folder, binaries)


@pytest.mark.parametrize(("width", "height", "reason"), [(12000, 9000, "huge"), (60000, 60000, "broken")])
async def test_a_picture_of_bomb_size_is_not_decoded(
    width: int, height: int, reason: str, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    """The sample entry and every picture say so; beyond what fits into memory libraries refuse by themselves."""
    bomb = film(tmp_path / "bomb.mov", size="64x64", seconds="1", how=("-c:v", "mjpeg", "-pix_fmt", "yuvj420p"))
    data = bytearray(bytes_of(bomb))
    entry = data.index(b"jpeg", data.index(b"stsd")) + 28
    data[entry : entry + 4] = struct.pack(">HH", width, height)
    start = -1
    while (start := data.find(b"\xff\xc0\x00\x11", start + 1)) >= 0:
        data[start + 5 : start + 9] = struct.pack(">HH", height, width)
    bomb.write_bytes(data)
    assert await refusal(bomb, folder, binaries) == reason


async def test_a_length_beyond_all_measure_ends_the_check(
    films: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    endless = tmp_path / "endless.mkv"
    data = bytearray(bytes_of(Case("mkv h264 aac").made(films)))
    duration = data.index(bytes.fromhex("448988")) + 3
    data[duration : duration + 8] = struct.pack(">d", 40_000_000.0)
    endless.write_bytes(data)
    with pytest.raises(NotAFilm) as caught:
        await read_header(endless, folder, binaries)
    assert (caught.value.reason, caught.value.facts) == ("endless", {"hours": 11})
