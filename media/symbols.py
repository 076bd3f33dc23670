"""The QR codes on a page, read with patience: enlarged, evened out, sharpened, where the first look finds none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

#: Pixels of the longer side beyond which enlarging helps no more.
_LARGEST = 5200
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a code says, and by how many degrees clockwise (0, 90, 180, 270) the page would have to be turned."""

    text: str
    turn: int


def symbols_on(image: Image.Image, wanted: str = "", *, patient: bool = True) -> tuple[Symbol, ...]:
    """The QR codes on a page, until one begins with `wanted`; without patience only those seen at first sight."""
    found: dict[str, Symbol] = {}
    grey = image.convert("L")
    for attempt in _attempts(grey) if patient else (grey,):
        for symbol in _read(attempt):
            found.setdefault(symbol.text, symbol)
        if any(text.startswith(wanted) for text in found):
            break
    return tuple(found.values())


def _attempts(grey: Image.Image) -> Iterator[Image.Image]:
    yield grey
    evened = ImageOps.autocontrast(grey, cutoff=1)
    longer = max(grey.size)
    for scale in (2.0, 1.4, 0.6, 3.0):
        if 400 <= longer * scale <= _LARGEST:
            size = (round(grey.width * scale), round(grey.height * scale))
            yield evened.resize(size, Image.Resampling.BICUBIC)
    if longer * 2 <= _LARGEST:
        larger = evened.resize((grey.width * 2, grey.height * 2), Image.Resampling.LANCZOS)
        yield larger.filter(ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0))
    yield from _quarters(evened)


def _quarters(grey: Image.Image) -> Iterator[Image.Image]:
    """The lower and upper end, enlarged: there the footer is, whichever way up the page lies."""
    longer = max(grey.size)
    if longer * 2 <= _LARGEST:
        return
    width, height = grey.size
    third = max(1, max(width, height) // 3)
    boxes = (
        [(0, height - third, width, height), (0, 0, width, third)]
        if height >= width
        else [(width - third, 0, width, height), (0, 0, third, height)]
    )
    for box in boxes:
        part = grey.crop(box)
        yield part.resize((part.width * 2, part.height * 2), Image.Resampling.BICUBIC)


def _read(image: Image.Image) -> Iterator[Symbol]:
    for code in zxingcpp.read_barcodes(image, formats=_QR):
        yield Symbol(code.text, -round(code.orientation / 90) * 90 % 360)
