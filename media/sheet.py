"""The contact sheet: twelve pictures of a film with their times, small enough for every channel."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction

import numpy
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from rules.spans import clock

#: Bytes of a sheet at most.
MOST_BYTES = 1_000_000
_GAP, _STRIP = 6, 26
_QUALITIES = (85, 70, 55, 40, 25)


def contact_sheet(pictures: NDArray[numpy.uint8], times: Sequence[Fraction]) -> bytes:
    """A JPEG of at most `MOST_BYTES`: RGB pictures (n, height, width, 3) in reading order, their times below them."""
    count, height, width, _ = pictures.shape
    columns = min(count, 4 if width >= height else 6)
    rows = -(-count // columns)
    size = (columns * (width + _GAP) + _GAP, rows * (height + _STRIP + _GAP) + _GAP)
    sheet = Image.new("RGB", size, "#202020")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(18)
    for number, (picture, at) in enumerate(zip(pictures, times, strict=True)):
        row, column = divmod(number, columns)
        x, y = _GAP + column * (width + _GAP), _GAP + row * (height + _STRIP + _GAP)
        sheet.paste(Image.fromarray(picture), (x, y))
        draw.text((x + 4, y + height + 2), clock(at), fill="#ffffff", font=font)
    return _encoded(sheet)


def _encoded(sheet: Image.Image) -> bytes:
    for quality in _QUALITIES:
        out = io.BytesIO()
        sheet.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    return _encoded(sheet.resize((sheet.width // 2, sheet.height // 2)))
