"""Whether two films are the same work, by their fingerprints: re-encoded, scaled, cropped a little, with other titles.

A fingerprint is a text made by `media/prints.py`: hashes of scenes, each with its second. Two films are alike as far as
their scenes are alike **in the same order at the same distance**; a common logo or one common shot makes no twins. What
this finds is for a human to look at, never for a refusal.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from functools import lru_cache

#: Bits in which two hashes of one picture may differ, of 64; pictures of different films differ in about 32.
NEAR = 10
#: Seconds by which the offset between two films may vary: scenes are sampled, not cut.
WAVER = 3
#: Scenes that must agree, however few a film has: less is no evidence.
LEAST_SCENES = 4
#: Percent from which two films are to be looked at side by side.
ALIKE = 40
_VERSION, _BYTES = "d1:", 10


class UnreadablePrints(ValueError):
    """A text is no fingerprint of this version; the message shows its beginning."""


def similarity(one: str, other: str) -> int:
    """How much of the shorter film is found in the other, in percent; 0 for a film without prints.

    Symmetric, 100 for the same film. Raises `UnreadablePrints`.
    """
    mine, theirs = scenes(one), scenes(other)
    fewer = min(len(mine), len(theirs))
    if fewer < LEAST_SCENES:
        return 100 if mine and mine == theirs else 0
    common = _agreeing(mine, theirs)
    return common * 100 // fewer if common >= LEAST_SCENES else 0


def alike(one: str, other: str) -> bool:
    """Whether a human should see the two side by side."""
    return similarity(one, other) >= ALIKE


@lru_cache(maxsize=4096)
def scenes(prints: str) -> tuple[tuple[int, int], ...]:
    """Each scene's second and hash, in the order of the film; () for "". Raises `UnreadablePrints`."""
    if not prints:
        return ()
    try:
        data = base64.b64decode(prints.removeprefix(_VERSION), validate=True)
    except ValueError:
        data = b""
    if not data or len(data) % _BYTES or not prints.startswith(_VERSION):
        raise UnreadablePrints(
            f"expected prints that begin with {_VERSION!r}, found {prints[:20]!r}: check the version"
        )
    pieces = (data[at : at + _BYTES] for at in range(0, len(data), _BYTES))
    return tuple((int.from_bytes(piece[:2]), int.from_bytes(piece[2:])) for piece in pieces)


def _agreeing(mine: tuple[tuple[int, int], ...], theirs: tuple[tuple[int, int], ...]) -> int:
    """Most scenes that agree under one offset, each scene of either film counted once."""
    by_offset: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, (second, print_) in enumerate(mine):
        for place, (at, other) in enumerate(theirs):
            if (print_ ^ other).bit_count() <= NEAR:
                by_offset[at - second].append((number, place))
    return max((_under(by_offset, offset) for offset in by_offset), default=0)


def _under(by_offset: dict[int, list[tuple[int, int]]], offset: int) -> int:
    pairs = [pair for each in range(offset, offset + WAVER) for pair in by_offset.get(each, ())]
    return min(len({number for number, _ in pairs}), len({place for _, place in pairs}))
