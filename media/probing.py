"""Answers like `ffprobe -of json -show_format -show_streams`, by PyAV: `python -I probing.py [-f DEMUXER] FILE`.

A program of its own, started in the jail, because it opens what people sent. Knows nothing of the rest of the house.
The first picture is decoded, since that is where PyAV tells the rotation. Exit 1 and one line when it cannot be opened.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

#: Packets among which the first picture is looked for.
_PACKETS = 400
_TICKS = 1_000_000


def probe(path: str, demuxer: str | None, whitelist: str) -> dict[str, Any]:
    """What ffprobe would say of the file. Raises `av.FFmpegError`."""
    options = {"protocol_whitelist": "file", "format_whitelist": whitelist}
    with av.open(path, format=demuxer, container_options=options, metadata_errors="replace") as container:
        told = {"format_name": container.format.name, "duration": _seconds(container.duration, 1, _TICKS)}
        streams = [_stream(each) for each in container.streams]
        _turned(container, streams)
        return {"format": told | {"bit_rate": container.bit_rate}, "streams": streams}


def _stream(stream: Any) -> dict[str, Any]:
    base = stream.time_base
    duration = _seconds(stream.duration, base.numerator, base.denominator) if base else None
    told = {"index": stream.index, "codec_type": stream.type, "duration": duration}
    context = stream.codec_context
    if context is None:
        return told
    told["codec_name"] = context.codec.canonical_name if hasattr(context.codec, "canonical_name") else context.name
    if isinstance(stream, VideoStream):
        told |= {
            "width": context.width, "height": context.height, "pix_fmt": context.pix_fmt,
            "sample_aspect_ratio": _ratio(stream.sample_aspect_ratio), "avg_frame_rate": _ratio(stream.average_rate),
            "r_frame_rate": _ratio(stream.base_rate),
            "disposition": {"attached_pic": int(bool(stream.disposition & stream.disposition.attached_pic))},
        }  # fmt: skip
    elif isinstance(stream, AudioStream):
        told |= {"channels": context.channels, "sample_rate": str(context.sample_rate or 0)}
    return told


def _turned(container: Any, streams: list[dict[str, Any]]) -> None:
    """Put the rotation of the first real picture beside its stream, as ffprobe does; damage leaves it out."""
    video = next((each for each in container.streams.video if not _attached(streams[each.index])), None)
    if video is None:
        return
    video.thread_type = "NONE"  # several threads want several packets before the first picture
    try:
        for number, packet in enumerate(container.demux(video)):
            for frame in packet.decode():
                streams[video.index]["side_data_list"] = [{"rotation": frame.rotation}]
                return
            if number >= _PACKETS:
                return
    except av.FFmpegError as error:
        streams[video.index]["undecodable"] = str(error)


def _attached(told: dict[str, Any]) -> bool:
    return bool(told.get("disposition", {}).get("attached_pic"))


def _seconds(ticks: int | None, numerator: int, denominator: int) -> str | None:
    return None if ticks is None else f"{ticks * numerator / denominator:.6f}"


def _ratio(value: Any) -> str:
    return f"{value.numerator}/{value.denominator}" if value else "0/0"


if __name__ == "__main__":
    *_options, _path = sys.argv[1:]
    _given = dict(zip(_options[::2], _options[1::2], strict=True))
    try:
        sys.stdout.write(json.dumps(probe(_path, _given.get("-f"), _given.get("-format_whitelist", "")), default=str))
    except (av.FFmpegError, ValueError, MemoryError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(1)
