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
_GAP, _STRIP, _HEAD = 6, 26, 40
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


def beside(sheets: Sequence[bytes], names: Sequence[str]) -> bytes:
    """Several sheets in one JPEG, each under its name: upright films beside one another, others below one another."""
    opened = [Image.open(io.BytesIO(each)).convert("RGB") for each in sheets]
    upright = all(each.height > each.width * 0.8 for each in opened)
    places, width, height = [], 0, 0
    for each in opened:
        places.append((width, 0) if upright else (0, height))
        width, height = (
            (width + each.width + _GAP, max(height, each.height + _HEAD))
            if upright
            else (max(width, each.width), height + each.height + _HEAD + _GAP)
        )
    whole = Image.new("RGB", (width, height), "#202020")
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(26)
    for sheet, name, (x, y) in zip(opened, names, places, strict=True):
        draw.text((x + 8, y + 4), name, fill="#ffd75e", font=font)
        whole.paste(sheet, (x, y + _HEAD))
    return _encoded(whole)


def _encoded(sheet: Image.Image) -> bytes:
    for quality in _QUALITIES:
        out = io.BytesIO()
        sheet.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    return _encoded(sheet.resize((sheet.width // 2, sheet.height // 2)))
