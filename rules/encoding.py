"""What a notice may ask of a film's file beside its picture and length: weight, bit rate, frame rate, codecs, sound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from rules.schema import Settings, Unreadable, Written, fraction

Verdict = Literal["pass", "note", "warn", "hold", "refuse"]
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG])B?", re.IGNORECASE)
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*([kKM])(?:bps|b/s)?")
_LOUDNESS = re.compile(r"([-−]?\d+(?:\.\d+)?)\s*LUFS", re.IGNORECASE)


def read_weight(found: Any, _: Settings) -> int:
    """Bytes from "500 MB" or "2 GB"; a megabyte is 1024² bytes, as file managers count."""
    match = _WEIGHT.fullmatch(found.strip()) if isinstance(found, str) else None
    if not match:
        raise Unreadable(f"文件大小应写成“500 MB”或“2 GB”，写的是“{found}”。")
    return int(Fraction(match[1]) * 1024 ** ("KMG".index(match[2].upper()) + 1))


def read_rate(found: Any, _: Settings) -> int:
    """Bits per second from "8 Mbps" or "800 kbps"; a megabit is 1000² bits, as exports count."""
    match = _RATE.fullmatch(found.strip()) if isinstance(found, str) else None
    if not match:
        raise Unreadable(f"码率应写成“8 Mbps”或“800 kbps”，写的是“{found}”。")
    return int(Fraction(match[1]) * 1000 ** ("kM".index(match[2].replace("K", "k")) + 1))


def read_loudness(found: Any, _: Settings) -> Fraction:
    """LUFS (EBU R 128) from "-30 LUFS"."""
    match = _LOUDNESS.fullmatch(found.strip()) if isinstance(found, str) else None
    if not match:
        raise Unreadable(f"响度应写成“-30 LUFS”，写的是“{found}”。")
    return Fraction(match[1].replace("−", "-"))


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes that the file may have, inclusive."""

    clause: str
    least: Annotated[int | None, Written(via=read_weight)] = None
    most: Annotated[int | None, Written(via=read_weight)] = None

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from _range(self.least, self.most)


@dataclass(frozen=True, slots=True)
class BitRate:
    """Bits per second of the whole file, inclusive."""

    clause: str
    least: Annotated[int | None, Written(via=read_rate)] = None
    most: Annotated[int | None, Written(via=read_rate)] = None

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from _range(self.least, self.most)


@dataclass(frozen=True, slots=True)
class FrameRate:
    """Frames per second: named rates (each also as its NTSC neighbour, 30 as 29.97), or bounds, inclusive.

    `variable`: the verdict on a film whose frames do not come evenly.
    """

    clause: str
    rates: Annotated[tuple[Fraction, ...], Written(via=fraction)] = ()
    least: Annotated[Fraction | None, Written(via=fraction)] = None
    most: Annotated[Fraction | None, Written(via=fraction)] = None
    variable: Verdict = "pass"

    def problems(self) -> Iterator[tuple[str, str]]:
        if bool(self.rates) == (self.least is not None or self.most is not None):
            yield "rates", "rates 和 least、most 二者写且只写一种。"
        if self.least is not None and self.most is not None and self.most < self.least:
            yield "most", f"上限 {self.most} 小于下限 {self.least}。"


@dataclass(frozen=True, slots=True)
class Codecs:
    """How picture and sound may be coded ("h264", "hevc", "aac"); none named: any.

    `others`: the verdict on any other.
    """

    clause: str
    others: Verdict
    video: tuple[str, ...] = ()
    audio: tuple[str, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.video and not self.audio:
            yield "video", "video、audio 至少写一个。"


@dataclass(frozen=True, slots=True)
class Sound:
    """Whether the film must be heard. `missing`: the verdict on one without sound; `quiet`: on one below `loudness`.

    `loudness` is the integrated loudness in LUFS that the film must reach.
    """

    clause: str
    missing: Verdict = "refuse"
    loudness: Annotated[Fraction | None, Written(via=read_loudness)] = None
    quiet: Verdict = "warn"


def _range(least: int | None, most: int | None) -> Iterator[tuple[str, str]]:
    if least is None and most is None:
        yield "most", "least、most 至少写一个。"
    elif least is not None and most is not None and most < least:
        yield "most", f"上限 {most} 小于下限 {least}。"
