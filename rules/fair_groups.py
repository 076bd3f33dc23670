"""Which sequences of instants or gaps are alike, and what hangs together by such likeness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

Pair = tuple[int, int]
#: How many of the first numbers of a sequence decide where it is looked for.
_KEYED = 2


def alike(sequences: Sequence[Sequence[int]], within: int) -> Iterator[Pair]:
    """Pairs of places whose sequences are equally long and differ nowhere by more than `within`.

    Sequences are laid into cells by their first numbers, so that only neighbours are compared.
    """
    cells: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place, each in enumerate(sequences):
        home = tuple(number // within for number in each[:_KEYED])
        for around in product((-1, 0, 1), repeat=len(home)):
            for other in cells.get(tuple(map(sum, zip(home, around, strict=True))), ()):
                if _near(sequences[other], each, within):
                    yield other, place
        cells[home].append(place)


def _near(one: Sequence[int], other: Sequence[int], within: int) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


def groups(pairs: Iterable[Pair]) -> list[list[int]]:
    """What hangs together by pairs, each group and the groups in order."""
    heads: dict[int, int] = {}

    def head(place: int) -> int:
        while heads.setdefault(place, place) != place:
            heads[place] = place = heads[heads[place]]
        return place

    for one, other in pairs:
        first, second = sorted((head(one), head(other)))
        heads[second] = first
    found: dict[int, list[int]] = defaultdict(list)
    for place in sorted(heads):
        found[head(place)].append(place)
    return list(found.values())
