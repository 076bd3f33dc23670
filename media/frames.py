"""Single pictures of a film from given places, whole or only their lower part, fetched by one run of ffmpeg."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from media.binaries import Binaries
from media.decoding import MOST_PIXELS_DECODED, scaled, upright
from media.header import Header, jailed
from media.jail import Limits, TooMuch, run
from media.kinds import DEMUXERS, WHITELIST
from rules.film import Size

#: Longer side in pixels of the pictures: what is written in a film is then still 25 pixels high.
LONG_SIDE = 1280
#: Part of the height that holds the subtitles; in upright films they stand higher.
LOWER, LOWER_UPRIGHT = Fraction(35, 100), Fraction(1, 2)
#: Pixels of the films that are decoded side by side: 18 of 1080p, one of 8K.
_AT_ONCE = 40_000_000
#: Streams without an index are entered anywhere: seconds before the place, by when a key picture has come.
_STREAMS, _RUN_UP = ("ts", "mpeg"), Fraction(10)
_LIMITS = Limits(seconds=60, cpu=120, memory=4 << 30, written=16 << 20, output=1 << 16)


class NoFrames(Exception):
    """No picture could be had within the limits; the message says what ended it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A second of the film, and whether only the lower part of its picture is wanted."""

    at: Fraction
    lower: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: a file of BGR pixels, 3 bytes each, rows from the top."""

    place: Place
    file: Path
    size: Size


async def frames(
    path: Path, folder: Path, header: Header, places: Sequence[Place], binaries: Binaries
) -> tuple[Frame, ...]:
    """The pictures at these places, without those that could not be decoded. Raises `NoFrames` when there is none."""
    link, numbered = jailed(path, folder), tuple(enumerate(places))
    several = max(1, _AT_ONCE // (header.measured.coded.width * header.measured.coded.height))
    for start in range(0, len(numbered), several):
        command = compiled(header, numbered[start : start + several], link, binaries.ffmpeg)
        try:
            await run(command, folder=folder, limits=_LIMITS)
        except TooMuch as limit:
            raise NoFrames(str(limit)) from None
    found = tuple(_found(header.measured.shown, places, folder))
    if not found:
        raise NoFrames("expected a picture at some of the places, ffmpeg could decode none")
    return found


def compiled(header: Header, places: Sequence[tuple[int, Place]], link: str, program: str) -> list[str]:
    """The command: the film opened once for each place, and one picture written of each."""
    outputs = [
        ffmpeg.output(
            _picture(link, header, place, number),
            _name(number),
            f="rawvideo",
            fps_mode="passthrough",
            **{"frames:v": 1},
        )
        for number, place in places
    ]
    first, *rest = ffmpeg.merge_outputs(*outputs).compile(cmd=program, overwrite_output=True)
    return [first, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", *rest]


def _picture(link: str, header: Header, place: Place, number: int) -> Any:
    """Upright and small, as BGR. The demuxer goes to the key picture before the place, so little is decoded.

    Inputs that are alike would be one for ffmpeg-python, so each is its number of microseconds late.
    """
    measured = header.measured
    start = max(Fraction(0), place.at - _RUN_UP) if measured.container in _STREAMS else place.at
    film = ffmpeg.input(
        link, ss=f"{float(start) + number / 10**6:.6f}", f=DEMUXERS[measured.container], protocol_whitelist="file",
        format_whitelist=WHITELIST, noautorotate=None, threads=1, max_pixels=MOST_PIXELS_DECODED,
    )  # fmt: skip
    whole, wanted = _whole(measured.shown), _wanted(measured.shown, place)
    shown = film[str(header.picture)].filter("trim", start=f"{float(place.at - start):.3f}")
    picture = upright(shown, measured.rotation, whole)
    if place.lower:
        picture = picture.filter("crop", wanted.width, wanted.height, 0, whole.height - wanted.height)
    return picture.filter("format", "bgr24")


def _whole(shown: Size) -> Size:
    return scaled(shown, min(Fraction(1), Fraction(LONG_SIDE, max(shown.width, shown.height))))


def _wanted(shown: Size, place: Place) -> Size:
    """The size of the picture that is written for a place."""
    whole = _whole(shown)
    part = LOWER_UPRIGHT if whole.height > whole.width else LOWER
    return Size(whole.width, max(2, round(whole.height * part / 2) * 2)) if place.lower else whole


def _found(shown: Size, places: Sequence[Place], folder: Path) -> Iterator[Frame]:
    for number, place in enumerate(places):
        file, size = folder / _name(number), _wanted(shown, place)
        if file.exists() and file.stat().st_size == size.width * size.height * 3:
            yield Frame(place, file, size)


def _name(number: int) -> str:
    return f"{number:02}.bgr"
