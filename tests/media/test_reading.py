"""Subtitles in both scripts, none, and end titles are read in a film; within limits, or not at all."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from media.binaries import Binaries, find
from media.confined import Limits
from media.header import read_header
from media.reading import LAST_PICTURES, PICTURES, Unread, lacking, places, read
from rules.film_reading import Reading, makers, script, sources, subtitles
from tests.films.lettered import MARK, TRADITIONAL, lettered, reading
from tests.films.making import bytes_of
from tests.scans.paper import has_font

able = pytest.mark.skipif(bool(lacking()), reason="the extra `ocr` is not installed: nothing can be read")
drawn = pytest.mark.skipif(not has_font(), reason="no font with Chinese characters on this machine: nothing is drawn")


def spoken(found: Reading) -> list[str]:
    return [line for here in subtitles(found.lower) for line in here]


@able
@drawn
async def test_traditional_subtitles_of_an_upright_film_that_is_stored_lying_are_told(
    films: Path, folder: Path, binaries: Binaries
) -> None:
    path = lettered(films / "traditional.mp4", spoken=TRADITIONAL, size=(360, 640), turned=True)
    assert (await read_header(path, folder, binaries)).measured.rotation % 180 == 90
    found = await reading(path, folder)
    assert len(spoken(found)) >= 9
    assert script(spoken(found))[0] == "traditional"
    assert (makers(found.ending), sources(found.ending)) == ((), ())


@able
@drawn
async def test_a_watermark_alone_is_no_subtitle_and_a_short_film_is_read(films: Path, folder: Path) -> None:
    found = await reading(lettered(films / "mark.mp4", mark=MARK, size=(640, 360), seconds=3), folder)
    assert [text.words for here in found.lower for text in here.texts] == [MARK] * PICTURES
    assert spoken(found) == []


def test_places_keep_off_the_titles_and_end_before_the_film_does(plain_film: Path) -> None:
    measured = asyncio.run(read_header(plain_film, plain_film.parent, find())).measured
    minute = replace(measured, seconds=Fraction(60), picture_seconds=Fraction(60))
    found = list(places(minute, Fraction(15)))
    middle, ending = ([place.at for place in found if place.lower is lower] for lower in (True, False))
    assert (float(middle[0]), float(middle[-1]), len(middle)) == (7.2, 45.0, PICTURES)
    assert (float(ending[0]), float(ending[-1]), len(ending)) == (46.25, 58.75, LAST_PICTURES)


async def test_without_the_packages_nothing_is_begun_and_their_names_are_told(
    plain_film: Path, folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.reading.PACKAGES", ("numpy", "no_such_reader"))
    assert lacking() == ("no_such_reader",)
    header = await read_header(plain_film, folder, binaries)
    with pytest.raises(Unread, match="found no no_such_reader"):
        await read(plain_film, folder, header, binaries)
    assert os.listdir(folder) == ["film"]  # noqa: PTH208


async def spoilt(path: Path, folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch) -> str:
    """Why a film was not read, as if the packages were there."""
    monkeypatch.setattr("media.reading.PACKAGES", ())
    header = await read_header(path, folder, binaries)
    with pytest.raises(Unread) as reason:
        await read(path, folder, header, binaries)
    return str(reason.value)


async def test_a_film_of_which_no_picture_can_be_decoded_is_unread(
    plain_film: Path, tmp_path: Path, folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytearray(bytes_of(plain_film))
    start = data.index(b"mdat") + 4
    data[start:] = bytes(len(data) - start)
    (tmp_path / "blank.mp4").write_bytes(data)
    assert "ffmpeg could decode none" in await spoilt(tmp_path / "blank.mp4", folder, binaries, monkeypatch)


async def test_pictures_that_take_too_long_are_given_up(
    plain_film: Path, folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.reading.PATIENCE", 0.0)
    assert "within 0 seconds" in await spoilt(plain_film, folder, binaries, monkeypatch)


@able
async def test_a_reader_that_outgrows_its_memory_is_ended(
    plain_film: Path, folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.reading._LIMITS", Limits(memory=200, seconds=60, processor=60, output=1))
    assert "within the limits" in await spoilt(plain_film, folder, binaries, monkeypatch)
