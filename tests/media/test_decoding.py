"""One decode gives everything: damage, stretches, loudness, pictures, a clip, and a fingerprint."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy
import pytest
from numpy.typing import NDArray
from PIL import Image

from media.binaries import Binaries
from media.decoding import CLIP_BYTES, LONG_SIDE, SIDE, Decoded, Unchecked, decode
from media.header import read_header
from media.jail import Limits
from media.sheet import MOST_BYTES, contact_sheet
from rules.measured import Stretch
from tests.films.cases import RECIPES, Case
from tests.films.making import bytes_of, film, run


async def decoded(path: Path, folder: Path, binaries: Binaries) -> Decoded:
    return await decode(path, folder, await read_header(path, folder, binaries), binaries)


@pytest.mark.parametrize("recipe", list(RECIPES))
async def test_a_healthy_film_has_no_fault_whatever_it_is_made_as(
    recipe: str, films: Path, folder: Path, binaries: Binaries
) -> None:
    whole = (await decoded(Case(recipe).made(films), folder, binaries)).whole
    assert (whole.faults, whole.spoiled, whole.frames, whole.steady) == (0, 0, 50, True)
    assert abs(whole.seconds - 2) <= Fraction(1, 5)
    assert whole.loudness is None if "silent" in recipe else whole.loudness is not None and -40 < whole.loudness < -10


async def test_black_still_and_silent_stretches_are_found(films: Path, folder: Path, binaries: Binaries) -> None:
    path = films / "stretches.mp4"
    run(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=3",
        "-f", "lavfi", "-i", "color=gray:s=320x180:r=25:d=5", "-f", "lavfi", "-i", "sine=d=12",
        "-filter_complex", "[0][1][2]concat=n=3[v];[3]volume=0:enable='between(t,6,9)'[a]",
        "-map", "[v]", "-map", "[a]",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path,
    )  # fmt: skip
    whole = (await decoded(path, folder, binaries)).whole
    for found, start, end in ((whole.black, 4, 7), (whole.silent, 6, 9)):
        [stretch] = found
        assert abs(stretch.start - start) <= Fraction(1, 4) and abs(stretch.end - end) <= Fraction(1, 4)
    assert whole.frozen[-1].end == whole.seconds
    assert abs(sum((each.seconds for each in whole.frozen), Fraction(0)) - 8) <= Fraction(3, 4)


async def test_flipped_bits_are_counted_and_the_rest_is_measured(
    plain_film: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    data = bytearray(bytes_of(plain_film))
    start = data.index(b"mdat") + 2000
    for place in range(start, len(data), 20_011):
        data[place] ^= 0x55
    flipped = tmp_path / "flipped.mp4"
    flipped.write_bytes(data)
    found = await decoded(flipped, folder, binaries)
    assert found.whole.faults + found.whole.spoiled > 0
    assert found.whole.seconds > 5 and len(found.pictures) == 12


async def test_a_cut_film_is_decoded_up_to_the_cut(
    plain_film: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    data, cut = bytes_of(plain_film), tmp_path / "cut.mp4"
    cut.write_bytes(data[: len(data) // 2])
    assert 2 < (await decoded(cut, folder, binaries)).whole.seconds < 4


async def test_uneven_pictures_are_noticed(films: Path, folder: Path, binaries: Binaries) -> None:
    path = films / "uneven.mp4"
    run(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=50:d=4", "-vf", "select='not(mod(n,3))+not(mod(n,7))'",
        "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "ultrafast", path,
    )  # fmt: skip
    assert not (await decoded(path, folder, binaries)).whole.steady


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
async def test_pictures_and_clip_stand_as_a_player_shows_them(
    rotation: int, films: Path, folder: Path, binaries: Binaries
) -> None:
    path = Case("mp4 h264 aac", frames=100, rotation=rotation).made(films)
    found = await decoded(path, folder, binaries)
    assert found.clip is not None and found.clip.stat().st_size < CLIP_BYTES
    upright = found.pictures.shape[1:3] == ((320, 180) if rotation % 180 else (180, 320))
    assert (len(found.pictures), upright) == (12, True)
    shape = found.pictures.shape[1:3]
    assert numpy.abs(picture_at(0, path, folder, shape) - picture_at(0, found.clip, folder, shape)).mean() < 12
    assert numpy.abs(picture_at(found.times[0], path, folder, shape) - found.pictures[0]).mean() < 12


def picture_at(second: Fraction | int, path: Path, folder: Path, shape: tuple[int, ...]) -> NDArray[numpy.float64]:
    """As ffmpeg itself turns it."""
    out = folder / "picture.png"
    run("-ss", f"{float(second):.2f}", "-i", path, "-frames:v", "1", "-vf", f"scale={shape[1]}:{shape[0]}", out)
    return numpy.asarray(Image.open(out).convert("RGB"), dtype=float)


async def test_the_sheet_shows_twelve_pictures_with_their_times_in_small(
    films: Path, folder: Path, binaries: Binaries
) -> None:
    path = film(films / "wide.mp4", size="1280x720", seconds="8")
    found = await decoded(path, folder, binaries)
    sheet = contact_sheet(found.pictures, found.times)
    picture = Image.open(io.BytesIO(sheet))
    assert (picture.format, picture.size, len(sheet) <= MOST_BYTES) == ("JPEG", (4 * 486 + 6, 3 * 302 + 6), True)
    assert [float(each) for each in (found.times[0], found.times[-1])] == [1.0, 7.0]
    assert max(found.pictures.shape[1:3]) == LONG_SIDE


def test_noise_that_no_jpeg_can_hold_makes_a_smaller_sheet() -> None:
    noise = numpy.random.default_rng(1).integers(0, 255, (12, 480, 480, 3), dtype=numpy.uint8)
    assert len(contact_sheet(noise, [Fraction(each) for each in range(12)])) <= MOST_BYTES


async def test_squares_come_twice_a_second(plain_film: Path, folder: Path, binaries: Binaries) -> None:
    found = await decoded(plain_film, folder, binaries)
    assert (found.rate, found.squares.shape[1:]) == (Fraction(2), (SIDE, SIDE))
    assert abs(len(found.squares) - 12) <= 1


async def test_past_a_limit_the_film_is_unchecked_and_not_blamed(
    plain_film: Path, folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = Limits(seconds=60, cpu=60, memory=150 << 20, written=1 << 24, output=1 << 24)
    for limits in (tight, replace(tight, memory=4 << 30, output=1000)):
        monkeypatch.setattr("media.decoding._limits", lambda _, limits=limits: limits)
        with pytest.raises(Unchecked):
            await decoded(plain_film, folder, binaries)


async def test_pictures_that_claim_to_last_for_hours_end_the_check(
    plain_film: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    """Every picture lasts 22 minutes, though the header tells six seconds in all."""
    data, endless = bytearray(bytes_of(plain_film)), tmp_path / "endless.mp4"
    delta = data.index(b"stts") + 16
    data[delta : delta + 4] = (0x00FFFFFF).to_bytes(4)
    endless.write_bytes(data)
    with pytest.raises(Unchecked, match="output"):
        await decoded(endless, folder, binaries)


async def test_sound_that_nobody_can_decode_does_not_spoil_the_picture(
    plain_film: Path, tmp_path: Path, folder: Path, binaries: Binaries
) -> None:
    data, odd = bytearray(bytes_of(plain_film)), tmp_path / "odd.mp4"
    entry = data.index(b"mp4a", data.index(b"smhd"))
    data[entry : entry + 4] = b"zzzz"
    data[data.index(b"\x40\x15", entry)] = 0xFE  # the object type in its descriptor says the codec once more
    odd.write_bytes(data)
    header = await read_header(odd, folder, binaries)
    assert (header.measured.sound_codec, header.sound) == ("", None)
    assert (await decode(odd, folder, header, binaries)).whole.frames == 150


def test_stretches_know_what_they_share() -> None:
    one, other = Stretch(Fraction(2), Fraction(5)), Stretch(Fraction(4), Fraction(9))
    assert [one.overlap(other), other.overlap(one), one.overlap(Stretch(Fraction(5), Fraction(6)))] == [1, 1, 0]
