"""A film as MediaInfo sees it, in our words: the oracle of the matrix, which nobody of this project wrote."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from pymediainfo import MediaInfo

from rules.film import Size
from rules.measured import displayed

_CONTAINERS = {
    "AVI": "avi", "MPEG-PS": "mpeg", "MPEG-TS": "ts", "Matroska": "mkv", "WebM": "webm", "Windows Media": "wmv",
    "Flash Video": "flv",
}  # fmt: skip
_VIDEO = {
    "AVC": "h264", "HEVC": "hevc", "MPEG-4 Visual": "mpeg4", "ProRes": "prores", "JPEG": "mjpeg", "VP8": "vp8",
    "VP9": "vp9", "WMV2": "wmv2", "Sorenson Spark": "flv1",
}  # fmt: skip
_SOUND = {"AAC": "aac", "PCM": "pcm", "Opus": "opus", "Vorbis": "vorbis", "WMA": "wmav2"}


@dataclass(frozen=True, slots=True)
class Told:
    """What both tell of a film; `seconds` None where it cannot be opened. `sound` is "pcm" for every kind of PCM."""

    container: str
    seconds: Fraction | None
    shown: Size | None
    picture: str
    sound: str
    rate: Fraction | None
    is_cut: bool


def told(path: Path) -> Told:
    """MediaInfo's view."""
    tracks = MediaInfo.parse(path).tracks
    general = next(track for track in tracks if track.track_type == "General")
    pictures = [track for track in tracks if track.track_type == "Video"]
    sounds = [track for track in tracks if track.track_type == "Audio"]
    picture = pictures[0] if pictures else None
    return Told(
        container=_container(general),
        seconds=_seconds(general.duration) if picture is not None else None,
        shown=_shown(picture) if picture is not None else None,
        picture=_picture(picture) if picture is not None else "",
        sound=_sound(sounds[0]) if sounds else "",
        rate=Fraction(str(picture.frame_rate)) if picture is not None and picture.frame_rate else None,
        is_cut=general.istruncated == "Yes",
    )


def _container(general: Any) -> str:
    if general.format == "MPEG-4":
        profile = str(general.format_profile or "")
        return "mov" if "QuickTime" in profile else "3gp" if "3GPP" in profile else "mp4"
    return _CONTAINERS.get(general.format, str(general.format))


def _seconds(milliseconds: Any) -> Fraction | None:
    return Fraction(str(milliseconds)) / 1000 if milliseconds else None


def _shown(picture: Any) -> Size | None:
    if not picture.width:
        return None
    rotation = round(float(picture.rotation or 0))
    aspect = Fraction(str(picture.pixel_aspect_ratio or 1))
    return displayed(Size(picture.width, picture.height), aspect, rotation)


def _picture(picture: Any) -> str:
    if picture.format == "MPEG Video":
        return "mpeg1video" if "1" in str(picture.format_version) else "mpeg2video"
    if picture.format == "VC-1" and picture.codec_id == "WMV2":
        return "wmv2"
    return _VIDEO.get(picture.format, str(picture.format))


def _sound(sound: Any) -> str:
    if sound.format == "MPEG Audio":
        return "mp3" if "3" in str(sound.format_profile) else "mp2"
    return _SOUND.get(sound.format, str(sound.format))
