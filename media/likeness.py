"""One film compared with thousands by their fingerprints at once.

`rules.twins.similarity` compares two films thoroughly and takes about a millisecond. Most films have no scene in
common with another, so all scenes of all films are laid side by side first, and only those films are compared that
could be alike at all. The result is that of comparing every pair.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

import numpy
from numpy.typing import NDArray

from media.prints import VERSION
from rules.twins import ALIKE, LEAST_SCENES, NEAR, similarity

_PREFIX, _BYTES = f"{VERSION}:", 10


def closest(prints: str, known: Mapping[int, str]) -> dict[int, int]:
    """Of the films `known` by their number those that are alike, with their likeness in percent.

    Prints of another version are left out: they say nothing. Blocking; gives the loop room while it computes.
    """
    if not prints.startswith(_PREFIX):
        return {}
    numbers = [number for number, told in known.items() if told.startswith(_PREFIX)]
    packed = [_unpacked(known[number]) for number in numbers]
    lengths = numpy.array([len(each) for each in packed], dtype=numpy.int64)
    if not len(lengths):
        return {}
    hashes, mine = numpy.concatenate(packed), _unpacked(prints)
    owners = numpy.repeat(numpy.arange(len(numbers)), lengths)
    common = _common(mine, hashes, owners, len(numbers))
    fewer = numpy.minimum(lengths, len(mine))
    enough = (common * 100 >= ALIKE * fewer) & ((common >= LEAST_SCENES) | (fewer < LEAST_SCENES))
    found = {numbers[place]: similarity(prints, known[numbers[place]]) for place in numpy.flatnonzero(enough)}
    return {number: percent for number, percent in found.items() if percent >= ALIKE}


def _unpacked(prints: str) -> NDArray[numpy.uint64]:
    """The hashes of a fingerprint, without their seconds."""
    data = base64.b64decode(prints.removeprefix(_PREFIX))
    rows = numpy.frombuffer(data[: len(data) // _BYTES * _BYTES], dtype=numpy.uint8).reshape(-1, _BYTES)
    return numpy.ascontiguousarray(rows[:, 2:]).view(numpy.uint64).reshape(-1)


def _common(
    mine: NDArray[numpy.uint64], hashes: NDArray[numpy.uint64], owners: NDArray[numpy.int64], films: int
) -> NDArray[numpy.int64]:
    """How many of my scenes each film has, in whatever order: never fewer than those that agree."""
    common = numpy.zeros(films, dtype=numpy.int64)
    for scene in mine:
        near = numpy.flatnonzero(numpy.bitwise_count(hashes ^ scene) <= NEAR)
        common[numpy.unique(owners[near])] += 1
    return common
