"""Votes by buttons are found nowhere in what the program wrote; a twin that keeps presses tells them all."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

from tests.ballots.leaks import measure
from tests.ballots.needles import Needles

VOTES = 3 * 12


async def test_no_vote_can_be_read_in_what_was_written(tmp_path: Path) -> None:
    known, found, twin, _ = await measure(tmp_path, 3, 12, 7)
    assert (len(known.presses), found, twin) == (VOTES, 0, VOTES)


def test_the_search_knows_a_vote_in_every_shape_it_may_have() -> None:
    text = "!" + "A" * 51
    paper = bytes([0, 8, 0, 3, 0, 10])
    needles = Needles({"T-C0001：8 分": 1}, {text: 2}, {"123456789012345678/8": 3}, (paper,))
    shapes = {
        "T-C0001：8 分".encode(): {1}, b"T-C0001\\uff1a8 \\u5206": {1}, text.encode(): {2}, bytes(22): {2},
        b"m123456789012345678.0=8&": {3}, b'{"123456789012345678": [8]}': {3}, b"...8,3,10...": {-1},
        b"..." + paper: {-1}, b"00080003000a": {-1}, b"T-C0002 123456789012345678": set(),
    }  # fmt: skip
    assert {shape: needles.found(shape) for shape in shapes} == shapes
    assert needles.found(text.encode(), chats=True) == set()


def test_a_long_needle_is_found_wherever_it_begins_and_not_by_its_head_alone() -> None:
    text = "!" + "QUJDREVGR0g" + "A" * 40
    paper = bytes(byte for level in range(20) for byte in (0, level % 10 + 1))
    needles = Needles({}, {text: 7}, {}, (paper,))
    secret = b64decode(text[1:] + "=")[:16]
    for before in range(9):
        assert needles.found(b"." * before + secret + b".") == {7}
        assert needles.found(b"." * before + paper.hex().encode()) == {-1}
        assert needles.found(b"." * before + secret[:15] + b"." + paper[:39]) == set()
