"""Every pixel of an image is that of the QR code which segno draws, however the image was made."""

from __future__ import annotations

import zlib

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from documents.qr import QUIET, SCALE, _summed, qr_png
from rules.codes import ALPHABET


def pixels(image: bytes) -> list[list[int]]:
    """The modules of a one-bit PNG, read in their middle: 1 is dark."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    side, start = int.from_bytes(image[16:20], "big"), image.index(b"IDAT")
    size = int.from_bytes(image[start - 4 : start], "big")
    raw = zlib.decompress(image[start + 4 : start + 4 + size])
    line = 1 + (side + 7) // 8
    middles = range(SCALE // 2, side, SCALE)
    return [[1 - (raw[y * line + 1 + x // 8] >> 7 - x % 8 & 1) for x in middles] for y in middles]


def drawn(text: str) -> list[list[int]]:
    symbol = segno.make(text, error="m", micro=False, boost_error=False, mask=2)
    return [list(row) for row in symbol.matrix_iter(border=QUIET)]


@given(st.text(st.sampled_from(ALPHABET), min_size=10, max_size=10))
def test_the_sum_of_bits_is_the_symbol(code: str) -> None:
    assert _summed(f"XS1:{code}") is not None
    assert pixels(qr_png(f"XS1:{code}")) == drawn(f"XS1:{code}")


@pytest.mark.parametrize("text", ["XS1:A", "XS1:abcdefghij", "XS1:7K3F9QZ2MXY", "XS2:7K3F9QZ2MX", "别的"])
def test_any_other_text_is_drawn_as_it_is(text: str) -> None:
    assert _summed(text) is None
    assert pixels(qr_png(text)) == drawn(text)
