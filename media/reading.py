"""What is written in a film's pictures, read where the optional extra is installed: subtitles, and the end titles.

Some pictures are fetched in the jail and read in a process of its own, both within limits of time and memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from media.binaries import Binaries
from media.confined import Limits, Unfinished, confined
from media.frames import Frame, NoFrames, Place, frames
from media.header import Header
from rules.film_reading import Reading, Seen, Text
from rules.measured import Measured, told_picture

#: What reading needs; all of it comes with the extra `ocr`.
PACKAGES = ("rapidocr", "onnxruntime", "cv2")
#: Pictures for subtitles, and the part of the film that is left out at either end, where titles are.
PICTURES, MARGIN = 12, Fraction(12, 100)
#: Whole pictures for the end titles, and the seconds before the end that they come from.
LAST_PICTURES, TAIL = 6, Fraction(15)
#: Seconds for everything. What takes longer is left unread.
PATIENCE = 90.0
_LIMITS = Limits(memory=2048, seconds=60.0, processor=60, output=1)


class Unread(Exception):
    """The pictures could not be read; nothing is known of what is written in them. The message says why."""


def lacking() -> tuple[str, ...]:
    """The packages that reading needs and that are not installed."""
    return tuple(name for name in PACKAGES if find_spec(name) is None)


async def read(path: Path, folder: Path, header: Header, binaries: Binaries) -> Reading:
    """Read some pictures of a film. `folder` is that of its check. Raises `Unread`."""
    if absent := lacking():
        raise Unread(f"expected the packages {', '.join(PACKAGES)}, found no {', '.join(absent)}: see XINSHI_EXTRAS")
    tail = min(TAIL, _seconds(header.measured) / 3)
    try:
        async with asyncio.timeout(PATIENCE):
            found = await frames(path, folder, header, tuple(places(header.measured, tail)), binaries)
            said = await confined("media.reading_work:read", _request(found), folder, _LIMITS)
    except TimeoutError:
        raise Unread(f"expected the pictures to be read within {PATIENCE:.0f} seconds, they were not") from None
    except (NoFrames, Unfinished) as reason:
        raise Unread(str(reason)) from None
    return _reading(found, said, tail)


def places(measured: Measured, tail: Fraction) -> Iterator[Place]:
    """Where pictures are taken: evenly over the film without its ends, then evenly over its last `tail` seconds."""
    seconds = _seconds(measured)
    start, end = seconds * MARGIN, seconds - max(seconds * MARGIN, tail)
    for number in range(PICTURES):
        yield Place(start + number * (end - start) / (PICTURES - 1), lower=True)
    for number in range(LAST_PICTURES):
        yield Place(seconds - tail + (number + Fraction(1, 2)) * tail / LAST_PICTURES, lower=False)


def _seconds(measured: Measured) -> Fraction:
    return min(measured.seconds, told_picture(measured))


def _request(found: Sequence[Frame]) -> dict[str, Any]:
    return {
        "pictures": [{"file": each.file.name, "width": each.size.width, "height": each.size.height} for each in found]
    }


def _reading(found: Sequence[Frame], said: Sequence[Sequence[Any]], tail: Fraction) -> Reading:
    seen = [
        (frame.place.lower, Seen(frame.place.at, tuple(Text(*line) for line in lines)))
        for frame, lines in zip(found, said, strict=True)
    ]
    return Reading(
        tuple(each for is_lower, each in seen if is_lower), tuple(each for is_lower, each in seen if not is_lower), tail
    )
