"""A film as it was measured: what its header says, and what a decode of all of it found. Facts, no verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rules.film import Size


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the film in seconds from its beginning, `[start, end)`."""

    start: Fraction
    end: Fraction

    @property
    def seconds(self) -> Fraction:
        return self.end - self.start

    def overlap(self, other: Stretch) -> Fraction:
        """Seconds that both have."""
        return max(Fraction(0), min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Whole:
    """What a decode of the whole film found.

    `seconds`: length of the picture that could be decoded, to a fifth of a second. `frames`: pictures decoded.
    `faults`: errors of reading and decoding, `spoiled` the pictures among `frames` that are damaged. `steady`: whether
    the pictures come evenly. `loudness`: integrated, in LUFS by EBU R 128; None without sound, -70 when all is silent.
    """

    seconds: Fraction
    frames: int
    faults: int = 0
    spoiled: int = 0
    steady: bool = True
    black: tuple[Stretch, ...] = ()
    frozen: tuple[Stretch, ...] = ()
    silent: tuple[Stretch, ...] = ()
    loudness: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One film.

    `container` by content: mp4, mov, 3gp, avi, mpeg, ts, mkv, webm, wmv, flv. `size` in bytes, `missing` the bytes that
    the file itself says should be there and are not. `seconds`: length by the container; `picture_seconds` and
    `sound_seconds` by the streams, None where they say nothing. `coded`: stored picture; `shown`: as displayed, with
    `rotation` (degrees clockwise, 0 to 359) and `sample_aspect` applied. `bit_rate` in bits per second of the whole
    file. `sound_codec` is "" without sound. `whole` is None until the film was decoded.
    """

    container: str
    size: int
    seconds: Fraction
    coded: Size
    shown: Size
    video_codec: str
    missing: int = 0
    picture_seconds: Fraction | None = None
    sound_seconds: Fraction | None = None
    rotation: int = 0
    sample_aspect: Fraction = Fraction(1)
    pixel_format: str = ""
    frame_rate: Fraction | None = None
    bit_rate: int | None = None
    sound_codec: str = ""
    channels: int = 0
    sample_rate: int = 0
    whole: Whole | None = None


def displayed(coded: Size, sample_aspect: Fraction, rotation: int) -> Size:
    """The picture as players show it: the width stretched by the sample aspect, then turned.

    Tools name one rotation 90 or 270, so only whether it is upright counts.
    """
    width = round(coded.width * sample_aspect)
    return Size(coded.height, width) if rotation % 180 == 90 else Size(width, coded.height)


def told_picture(measured: Measured) -> Fraction:
    """How long the picture is, as the file tells it."""
    return measured.seconds if measured.picture_seconds is None else measured.picture_seconds


def doubt(measured: Measured) -> Fraction:
    """By how many seconds the decoded picture may differ from what the file tells."""
    return max(Fraction(1), told_picture(measured) / 100)


def plain(measured: Measured) -> Mapping[str, Any]:
    """The facts as JSON holds them: lengths in seconds, sizes as "1920×1080", stretches as [start, end]."""
    whole = measured.whole
    return {
        "container": measured.container,
        "size": measured.size,
        "missing": measured.missing,
        "seconds": float(measured.seconds),
        "picture_seconds": _number(measured.picture_seconds),
        "sound_seconds": _number(measured.sound_seconds),
        "coded": str(measured.coded),
        "shown": str(measured.shown),
        "rotation": measured.rotation,
        "sample_aspect": str(measured.sample_aspect),
        "video_codec": measured.video_codec,
        "pixel_format": measured.pixel_format,
        "frame_rate": _number(measured.frame_rate),
        "bit_rate": measured.bit_rate,
        "sound_codec": measured.sound_codec,
        "channels": measured.channels,
        "sample_rate": measured.sample_rate,
        "whole": None if whole is None else _whole(whole),
    }


def _whole(whole: Whole) -> Mapping[str, Any]:
    stretches = {name: getattr(whole, name) for name in ("black", "frozen", "silent")}
    return {
        "seconds": float(whole.seconds),
        "frames": whole.frames,
        "faults": whole.faults,
        "spoiled": whole.spoiled,
        "steady": whole.steady,
        **{name: [[float(each.start), float(each.end)] for each in found] for name, found in stretches.items()},
        "loudness": _number(whole.loudness),
        "opening": edge(whole, opening=True),
        "ending": edge(whole, opening=False),
    }


#: Seconds at either end in which titles are looked for, and how far from the very end they may stop.
_TITLES, _SLACK = Fraction(2), Fraction(1, 2)


def edge(whole: Whole, *, opening: bool) -> str:
    """How the film begins or ends, as a hint for titles: "still" for 2 seconds or more, "black", or "moving"."""
    for name, found in (("black", whole.black), ("still", whole.frozen)):
        for each in found:
            apart = each.start if opening else whole.seconds - each.end
            if each.seconds >= _TITLES and apart <= _SLACK:
                return name
    return "moving"


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
