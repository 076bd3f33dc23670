"""A film's fingerprint: hashes of its scenes that survive re-encoding, scaling, letterboxes and small crops.

Each is the sign of the low frequencies (a two-dimensional cosine transform) of a grey picture without its black
borders, as in pHash and PDQ. Pictures that show nothing, or what the one before showed, give none.
"""

from __future__ import annotations

import base64
from fractions import Fraction

import numpy
from numpy.typing import NDArray

#: Frequencies along each side: 8 × 8 = 64 bits.
FREQUENCIES = 8
#: Prefix of every text of prints; another way of making them gets another one, and they are never compared.
VERSION = "d1"
#: Prints of one film at most; it is compared with every other film.
MOST = 150
#: Bits in which a picture must differ from the last one taken to count as another scene.
_ANOTHER = 6
#: Grey below which a row of pixels is border, in all pictures; share of the side that a border has at most.
_BORDER, _MOST_BORDER = 20, 0.4
#: Standard deviation of grey below which a picture shows nothing.
_FLAT = 8.0
_BYTES = FREQUENCIES * FREQUENCIES // 8


def prints(squares: NDArray[numpy.uint8], rate: Fraction) -> str:
    """The fingerprint of grey squares (n, side, side), `rate` a second: "d1:" and base64, "" when nothing is shown.

    Every print is 8 bytes of hash after 2 bytes of its second (big endian).
    """
    if not len(squares):
        return ""
    clipped = _unbordered(squares)
    hashes = _hashes(clipped)
    deviations = clipped.reshape(len(clipped), -1).std(axis=1)
    told = bytearray()
    for number in _scenes(hashes, deviations):
        told += min(0xFFFF, int(number / rate)).to_bytes(2) + hashes[number].tobytes()
    return f"{VERSION}:{base64.b64encode(told).decode()}" if told else ""


def _unbordered(squares: NDArray[numpy.uint8]) -> NDArray[numpy.float32]:
    """The squares without borders that are black in (nearly) all of them."""
    side = squares.shape[1]
    bright = numpy.percentile(squares[:: max(1, len(squares) // 60)], 95, axis=0)
    rows, columns = (numpy.percentile(bright, 90, axis=axis) > _BORDER for axis in (1, 0))
    top, bottom = _inside(rows, side)
    left, right = _inside(columns, side)
    return squares[:, top:bottom, left:right].astype(numpy.float32)


def _inside(lit: NDArray[numpy.bool_], side: int) -> tuple[int, int]:
    found = numpy.flatnonzero(lit)
    if not len(found):
        return 0, side
    first, last = int(found[0]), int(found[-1]) + 1
    most = int(side * _MOST_BORDER)
    return (first, last) if first <= most and last >= side - most else (0, side)


def _hashes(pictures: NDArray[numpy.float32]) -> NDArray[numpy.uint8]:
    """(n, 8) bytes: whether each low frequency is above the median of its picture; the mean itself is left out."""
    height, width = pictures.shape[1:]
    down, across = _cosines(height), _cosines(width)
    turned = numpy.einsum("fh,nhw,gw->nfg", down, pictures, across, optimize=True)
    turned = turned.reshape(len(pictures), -1)
    bits = turned > numpy.median(turned, axis=1, keepdims=True)
    return numpy.packbits(bits, axis=1)


def _cosines(length: int) -> NDArray[numpy.float32]:
    """Rows 1 to `FREQUENCIES` of the cosine transform over `length` samples."""
    places = (numpy.arange(length) + 0.5) / length
    return numpy.cos(numpy.pi * numpy.outer(numpy.arange(1, FREQUENCIES + 1), places)).astype(numpy.float32)


def _scenes(hashes: NDArray[numpy.uint8], deviations: NDArray[numpy.float32]) -> list[int]:
    """Numbers of the pictures that count: not flat, not like the one before, thinned evenly to `MOST`."""
    taken: list[int] = []
    for number in numpy.flatnonzero(deviations > _FLAT):
        if not taken or int(numpy.bitwise_count(hashes[number] ^ hashes[taken[-1]]).sum()) >= _ANOTHER:
            taken.append(int(number))
    if len(taken) <= MOST:
        return taken
    return [taken[round(place)] for place in numpy.linspace(0, len(taken) - 1, MOST)]
