"""A film measured by its header, in a tenth of a second: container, length, picture, codecs, what is missing."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media.binaries import Binaries
from media.ends import missing
from media.jail import Ended, Limits, TooMuch, run
from media.kinds import DEMUXERS, HEAD, WHITELIST, kind_of
from rules.film import Size
from rules.measured import Measured, displayed

#: A picture beyond this is no film but a bomb; 8K is 33 million.
MOST_PIXELS = 40_000_000
#: Seconds beyond which a film is not decoded any more.
LONGEST = 3 * 3600
_LIMITS = Limits(seconds=30, cpu=20, memory=2 << 30, written=0, output=1 << 20)


class NotAFilm(Exception):
    """A file is not readable as a film. `reason` is that of the wording `film.unreadable.…`, `facts` are its own."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(f"expected a film, found {reason} {facts}: see the wording film.unreadable.{reason}")
        self.reason, self.facts = reason, facts


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says, and the indexes of the streams to decode (`sound` None without sound)."""

    measured: Measured
    picture: int
    sound: int | None


async def read_header(path: Path, folder: Path, binaries: Binaries) -> Header:
    """Measure a film without decoding it. `folder` is an empty one of its own. Raises `NotAFilm`."""
    size, head = await asyncio.to_thread(_look, path)
    kind = kind_of(head)
    if kind.other:
        raise NotAFilm(kind.other)
    lacking = await asyncio.to_thread(missing, path, kind.container)
    link = jailed(path, folder)
    told = await _probe(link, DEMUXERS[kind.container], folder, binaries)
    try:
        return _header(told, kind.container, size, lacking)
    except NotAFilm as reason:
        if reason.reason == "broken" and lacking:
            raise NotAFilm("incomplete", size=size, missing=lacking) from None
        raise


def jailed(path: Path, folder: Path) -> str:
    """The name under which programs open the film: a link of ours, so that no name of a user's is ever an argument."""
    link = folder / "film"
    if not link.is_symlink():
        link.symlink_to(path.resolve())
    return f"file:{link}"


def _look(path: Path) -> tuple[int, bytes]:
    """Size and beginning. Raises `NotAFilm` for what is no plain file, `OSError` for what cannot be read."""
    # Without waiting: a named pipe would hold up whoever opens it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotAFilm("irregular")
        return status.st_size, os.read(descriptor, HEAD)
    finally:
        os.close(descriptor)


async def _probe(link: str, demuxer: str, folder: Path, binaries: Binaries) -> Mapping[str, Any]:
    """What the prober says as ffprobe's JSON; without streams when it cannot open the file."""
    asked = ("-v", "error", "-show_format", "-show_streams", "-of", "json", "-protocol_whitelist", "file")
    options = (*(asked if binaries.is_ffprobe else ()), "-format_whitelist", WHITELIST, "-f", demuxer, link)
    try:
        ended = await run((*binaries.probe, *options), folder=folder, limits=_LIMITS)
    except TooMuch:
        return {}
    return _parsed(ended)


def _parsed(ended: Ended) -> Mapping[str, Any]:
    try:
        told = json.loads(ended.output) if ended.code == 0 else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _header(told: Mapping[str, Any], container: str, size: int, lacking: int) -> Header:
    pictures = [each for each in _streams(told, "video") if not each.get("disposition", {}).get("attached_pic")]
    sounds = [each for each in _streams(told, "audio") if each.get("codec_name")]
    if not pictures:
        raise NotAFilm("audio" if sounds else "broken")
    picture, sound = pictures[0], sounds[0] if sounds else {}
    coded, aspect, rotation = _coded(picture), _sample_aspect(picture), _rotation(picture)
    seconds = _length(told, picture, sound)
    measured = Measured(
        container=container, size=size, seconds=seconds, coded=coded, shown=_shown(coded, aspect, rotation),
        video_codec=str(picture["codec_name"]), missing=lacking, picture_seconds=_seconds(picture),
        sound_seconds=_seconds(sound), rotation=rotation, sample_aspect=aspect,
        pixel_format=str(picture.get("pix_fmt") or ""),
        frame_rate=_ratio(picture.get("avg_frame_rate")) or _ratio(picture.get("r_frame_rate")),
        bit_rate=int(size * 8 / seconds), sound_codec=str(sound.get("codec_name") or ""),
        channels=_whole(sound, "channels"), sample_rate=_whole(sound, "sample_rate"),
    )  # fmt: skip
    return Header(measured, _whole(picture, "index"), _whole(sound, "index") if sound else None)


def _coded(picture: Mapping[str, Any]) -> Size:
    coded = Size(_whole(picture, "width"), _whole(picture, "height"))
    if not coded.width or not coded.height or not picture.get("codec_name"):
        raise NotAFilm("broken")
    return coded


def _shown(coded: Size, aspect: Fraction, rotation: int) -> Size:
    shown = displayed(coded, aspect, rotation)
    if max(coded.width * coded.height, shown.width * shown.height) > MOST_PIXELS:
        raise NotAFilm("huge", picture=str(coded))
    return shown


def _length(told: Mapping[str, Any], picture: Mapping[str, Any], sound: Mapping[str, Any]) -> Fraction:
    """The container's length, else that of the longer stream."""
    streams = [each for each in (_seconds(picture), _seconds(sound)) if each]
    seconds = _seconds(told.get("format", {})) or max(streams, default=None)
    if not seconds:
        raise NotAFilm("broken")
    if seconds > LONGEST:
        raise NotAFilm("endless", hours=int(seconds // 3600))
    return seconds


def _streams(told: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any]]:
    return [each for each in told.get("streams", ()) if each.get("codec_type") == kind]


def _whole(told: Mapping[str, Any], key: str) -> int:
    try:
        return max(0, int(told.get(key) or 0))
    except ValueError:
        return 0


def _seconds(told: Mapping[str, Any]) -> Fraction | None:
    try:
        found = Fraction(str(told.get("duration") or 0))
    except (ValueError, ZeroDivisionError):
        return None
    return found if found > 0 else None


def _ratio(told: Any) -> Fraction | None:
    try:
        found = Fraction(str(told).replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        return None
    return found if found > 0 else None


def _sample_aspect(picture: Mapping[str, Any]) -> Fraction:
    found = _ratio(picture.get("sample_aspect_ratio")) or Fraction(1)
    return found if Fraction(1, 10) <= found <= 10 else Fraction(1)


def _rotation(picture: Mapping[str, Any]) -> int:
    """Degrees clockwise; tools tell it counterclockwise, and a quarter is meant by anything near one."""
    for each in picture.get("side_data_list") or ():
        if "rotation" in each:
            return round(-float(each["rotation"]) / 90) * 90 % 360
    return 0
