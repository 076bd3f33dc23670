"""One decode of the whole film for everything: damage, stretches, loudness, pictures for prints and sheet, a clip.

The picture is decoded once at full size; what is looked at is dropped to `SEEN` pictures a second before it is scaled,
so that looking costs next to nothing beside decoding.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg
import numpy
from numpy.typing import NDArray

from media.binaries import Binaries
from media.ears import SEEN, Ears
from media.header import Header, NotAFilm, jailed
from media.jail import Limits, TooMuch, run
from media.kinds import DEMUXERS, WHITELIST
from rules.film import Size
from rules.measured import Measured, Whole

#: Side in pixels of the grey squares that prints are made of, whatever the film's aspect.
SIDE = 96
#: Grey squares a second, and at most in all: longer films are sampled more thinly.
RATE, MOST_SQUARES = 2, 1200
#: Pictures on the contact sheet, and the longer side of each in pixels.
PICTURES, LONG_SIDE = 12, 480
#: The clip: excerpts, seconds of each; a film up to `SHORT` seconds is taken whole. Pixels of its shorter side.
EXCERPTS, EXCERPT, SHORT, CLIP_SIDE = 6, Fraction(5, 2), 20, 360
#: Bytes that the clip may have at most: what WeChat and Telegram both take, with room.
CLIP_BYTES = 8_000_000

_SQUARES_LIMIT = SIDE * SIDE * (MOST_SQUARES + 60)
_PIXELS, _CLIP = "pictures.rgb", "clip.mp4"
#: Stretches as the detectors report them, in seconds; what is worth telling is for the judge to say.
_BLACK, _FROZEN, _SILENT = 1, 2, 2
_MOST_THREADS = 8


class Unchecked(Exception):
    """The film could not be decoded within the limits; nothing is known of its inside. The message says which limit."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`squares`: grey, (n, SIDE, SIDE) uint8, `rate` a second. `pictures`: RGB, (n, height, width, 3) uint8, with the
    second of each in `times`. `clip` is a file in the folder, None when there is none.
    """

    whole: Whole
    squares: NDArray[numpy.uint8]
    rate: Fraction
    pictures: NDArray[numpy.uint8]
    times: tuple[Fraction, ...]
    clip: Path | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one decode shall give of a film: sizes, rates and places, by its header."""

    header: Header
    rate: Fraction
    small: Size
    clip: Size
    times: tuple[Fraction, ...]


async def decode(path: Path, folder: Path, header: Header, binaries: Binaries) -> Decoded:
    """Decode all of it. Raises `Unchecked` past a limit, `NotAFilm` when no picture can be decoded."""
    plan, ears = _plan(header), Ears()
    command = compiled(plan, jailed(path, folder), binaries.ffmpeg)
    try:
        ended = await run(command, folder=folder, limits=_limits(header.measured), hear=ears.hear)
    except TooMuch as limit:
        raise Unchecked(str(limit)) from None
    if ended.code < 0 or ears.starved:  # what was killed on its way says nothing of the film
        raise Unchecked(f"expected ffmpeg to decode within its limits, it ended with {ended.code}: {ended.said[-1:]}")
    whole = ears.whole()
    if not whole.seconds:
        raise NotAFilm("undecodable")
    return _gathered(plan, whole, ended.output, folder)


def _plan(header: Header) -> Plan:
    measured = header.measured
    seconds, shown = measured.seconds, measured.shown
    rate = min(Fraction(RATE), Fraction(MOST_SQUARES) / seconds).limit_denominator(100_000)
    long, short = max(shown.width, shown.height), min(shown.width, shown.height)
    small = _scaled(shown, min(Fraction(1), Fraction(LONG_SIDE, long)))
    clip = _scaled(shown, min(Fraction(1), Fraction(CLIP_SIDE, short), Fraction(1280, long)))
    edge = min(Fraction(1), seconds / 4)
    step = (seconds - 2 * edge) / (PICTURES - 1)
    return Plan(header, rate, small, clip, tuple(edge + number * step for number in range(PICTURES)))


def _scaled(size: Size, by: Fraction) -> Size:
    """A size in even numbers, as encoders want it."""
    return Size(max(2, round(size.width * by / 2) * 2), max(2, round(size.height * by / 2) * 2))


def compiled(plan: Plan, link: str, program: str) -> list[str]:
    """The command: one input, and for the picture one graph with three branches."""
    measured = plan.header.measured
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    film = ffmpeg.input(
        link, f=DEMUXERS[measured.container], protocol_whitelist="file", format_whitelist=WHITELIST,
        noautorotate=None, threads=threads, max_pixels=MOST_PIXELS_DECODED,
    )  # fmt: skip
    picture = film[str(plan.header.picture)].filter("vfrdet").filter_multi_output("split")
    looked = _looked_at(picture.stream(0), plan).filter_multi_output("split")
    squares = looked.stream(0).filter("fps", str(plan.rate)).filter("scale", SIDE, SIDE, flags="area")
    outputs = [
        ffmpeg.output(squares.filter("format", "gray"), "pipe:1", f="rawvideo"),
        ffmpeg.output(
            _chosen(looked.stream(1), plan).filter("format", "rgb24"), _PIXELS,
            f="rawvideo", fps_mode="passthrough", **{"frames:v": PICTURES},
        ),
        *_heard(film, picture.stream(1), plan),
    ]  # fmt: skip
    merged = ffmpeg.merge_outputs(*outputs)
    said = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+repeat+verbose")
    first, *rest = merged.compile(cmd=program, overwrite_output=True)
    return [first, *said, *rest]


#: What a decoder may be asked for, somewhat more than a header may say: decoders work on whole blocks.
MOST_PIXELS_DECODED = 42_000_000


def _looked_at(picture: Any, plan: Plan) -> Any:
    """Few small pictures, upright, past the detectors. `fps` drops before anything is scaled or turned."""
    few = _upright(picture.filter("fps", SEEN), plan, plan.small)
    return (
        few.filter("blackdetect", d=_BLACK)
        .filter("freezedetect", d=_FROZEN)
        .filter("showinfo", checksum=0)
    )  # fmt: skip


def _upright(picture: Any, plan: Plan, size: Size) -> Any:
    """Scaled to the displayed size and turned by the header's rotation; the flag keeps ffmpeg from turning first."""
    rotation = plan.header.measured.rotation
    width, height = (size.height, size.width) if rotation % 180 else (size.width, size.height)
    scaled = picture.filter("scale", width, height, flags="fast_bilinear").filter("setsar", 1)
    if rotation:  # else the clip would say that it is still to be turned
        scaled = scaled.filter("sidedata", mode="delete", type="DISPLAYMATRIX")
    if rotation == 180:
        return scaled.filter("hflip").filter("vflip")
    return scaled.filter("transpose", {90: "clock", 270: "cclock"}[rotation]) if rotation else scaled


def _chosen(looked: Any, plan: Plan) -> Any:
    start, step = plan.times[0], plan.times[1] - plan.times[0]
    return looked.filter("select", f"gte(t,{float(start):.3f}+selected_n*{float(step):.4f})")


def _heard(film: Any, picture: Any, plan: Plan) -> list[Any]:
    """The clip, with sound where there is some, and the sound past its own detectors."""
    measured = plan.header.measured
    taken = (
        "1" if measured.seconds <= SHORT else f"lt(mod(t,{float(measured.seconds / EXCERPTS):.3f}),{float(EXCERPT)})"
    )
    excerpts = _upright(picture.filter("select", taken), plan, plan.clip).filter("setpts", "N/(FR*TB)")
    how: dict[str, Any] = {
        "vcodec": "libx264", "preset": "ultrafast", "crf": 30, "maxrate": "1800k", "bufsize": "1800k",
        "pix_fmt": "yuv420p", "movflags": "+faststart", "fs": CLIP_BYTES, "map_metadata": -1, "map_chapters": -1,
    }  # fmt: skip
    if plan.header.sound is None:
        return [ffmpeg.output(excerpts, _CLIP, **how)]
    sound = film[str(plan.header.sound)].filter_multi_output("asplit")
    clipped = sound.stream(1).filter("aselect", taken).filter("asetpts", "N/SR/TB")
    judged = sound.stream(0).filter("silencedetect", noise="-50dB", d=_SILENT).filter("ebur128", framelog="quiet")
    how |= {"acodec": "aac", "b:a": "64k", "ac": 2, "ar": 44100}
    return [ffmpeg.output(excerpts, clipped, _CLIP, **how), ffmpeg.output(judged, "pipe:", f="null")]


def _limits(measured: Measured) -> Limits:
    """Time grows with the film: a slow machine decodes 4K at a fifth of its speed."""
    seconds = 300 + 5 * float(measured.seconds)
    return Limits(seconds, cpu=int(seconds * _MOST_THREADS), memory=4 << 30, written=16 << 20, output=_SQUARES_LIMIT)


def _gathered(plan: Plan, whole: Whole, output: bytes, folder: Path) -> Decoded:
    count = len(output) // (SIDE * SIDE)
    squares = numpy.frombuffer(output[: count * SIDE * SIDE], numpy.uint8).reshape(count, SIDE, SIDE)
    pixels = (folder / _PIXELS).read_bytes() if (folder / _PIXELS).exists() else b""
    each = plan.small.width * plan.small.height * 3
    found = min(len(pixels) // each, PICTURES)
    pictures = numpy.frombuffer(pixels[: found * each], numpy.uint8)
    pictures = pictures.reshape(found, plan.small.height, plan.small.width, 3)
    clip = folder / _CLIP
    kept = clip if clip.exists() and 0 < clip.stat().st_size <= CLIP_BYTES * 11 // 10 else None
    return Decoded(whole, squares, plan.rate, pictures, plan.times[:found], kept)
