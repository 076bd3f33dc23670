"""QR codes as PNG images, quickly enough to draw a new one for every annex.

Version codes are all equally long, so their symbols share version, level and mask; such a symbol is an affine
function over GF(2) of its data bits (ISO/IEC 18004: Reed-Solomon coding, placing and masking only add bits). segno
draws one symbol per data bit, once; any code's symbol is then a sum of those, without drawing it anew.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache, lru_cache
from typing import NamedTuple

import segno

from rules.codes import LENGTH

PREFIX = "XS1:"
#: Pixels to a module, and modules of quiet zone around the symbol (the white of the page does the rest).
SCALE, QUIET = 6, 3
#: The alphanumeric mode writes two characters as one number in base 45, in 11 bits (7.4.4).
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_BITS = 11


@lru_cache(maxsize=256)
def qr_png(text: str) -> bytes:
    """The QR code of a text (level M) as a one-bit PNG with its quiet zone."""
    rows = _summed(text) or _drawn(text)
    side = (len(rows) + 2 * QUIET) * SCALE
    margin = "1" * (QUIET * SCALE)
    ink = ("1" * SCALE, "0" * SCALE)
    width = (side + 7) // 8
    pad = "1" * (width * 8 - side)
    lines = ["1" * (width * 8)] * QUIET
    lines += [f"{margin}{row.replace('1', '#').replace('0', ink[0]).replace('#', ink[1])}{margin}{pad}" for row in rows]
    lines += lines[:QUIET]
    pixels = b"".join([(b"\x00" + int(line, 2).to_bytes(width, "big")) * SCALE for line in lines])
    header = struct.pack(">2L5B", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 1)), (b"IEND", b""))
    )


def qr_svg(text: str) -> str:
    """The QR code of a text (level M) as a drawing without a quiet zone, for what stands on white paper."""
    rows = _drawn(text)
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, cell in enumerate(row) if cell == "1")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}" '
        f'shape-rendering="crispEdges"><path d="{dark}"/></svg>'
    )


def _drawn(text: str) -> list[str]:
    """The symbol's rows as "0" and "1" (dark). The mask is fixed, which any reader takes."""
    symbol = segno.make(text, error="m", micro=False, boost_error=False, mask=2)
    return ["".join(map(str, row)) for row in symbol.matrix]


class _Basis(NamedTuple):
    """The symbol of the code 0000000000 as one number, and what each data bit of a pair of characters changes in it."""

    side: int
    origin: int
    changes: tuple[tuple[int, ...], ...]


@cache
def _basis() -> _Basis:
    rows = _drawn(PREFIX + "0" * LENGTH)
    origin = int("".join(rows), 2)
    changes = []
    for pair in range(LENGTH // 2):
        texts = ("".join(_ALPHABET[half] for half in divmod(1 << bit, len(_ALPHABET))) for bit in range(_BITS))
        codes = (f"{PREFIX}{'00' * pair}{text}{'00' * (LENGTH // 2 - pair - 1)}" for text in texts)
        changes.append(tuple(int("".join(_drawn(code)), 2) ^ origin for code in codes))
    return _Basis(len(rows), origin, tuple(changes))


def _summed(text: str) -> list[str] | None:
    """The rows of a version code's symbol; None for any other text."""
    code = text[len(PREFIX) :]
    if not text.startswith(PREFIX) or len(code) != LENGTH or not all(char in _VALUES for char in code):
        return None
    basis = _basis()
    symbol = basis.origin
    for changes, first, second in zip(basis.changes, code[::2], code[1::2], strict=True):
        number = _VALUES[first] * len(_ALPHABET) + _VALUES[second]
        for bit, change in enumerate(changes):
            if number >> bit & 1:
                symbol ^= change
    modules = f"{symbol:0{basis.side**2}b}"
    return [modules[start : start + basis.side] for start in range(0, len(modules), basis.side)]
