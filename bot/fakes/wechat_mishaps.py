"""What goes wrong with WeChat alone, beside the common `Trouble`: seeded, so that a run can be repeated; bounded."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import Literal

Mishap = Literal["together", "forge", "replay", "cut", "expire", "spoil"]
#: `together`: the same callback twice at once. `forge`: before it one with a bad signature. `replay`: after it an old
#: request word for word. `cut`: the connection goes before the answer is read, then a retry. `expire`: the token dies
#: early (40001). `spoil`: a media id dies early (40007).
MISHAPS: tuple[Mishap, ...] = ("together", "forge", "replay", "cut", "expire", "spoil")


class Mishaps:
    """How often each mishap strikes (`rates`, 0 to 1), and how many in all (`most`). `counts` holds what struck."""

    def __init__(self, rates: Mapping[Mishap, float] | None = None, *, seed: int = 0, most: int = 1000) -> None:
        self.counts: Counter[Mishap] = Counter()
        self._rates, self._left = dict(rates or {}), most
        self._dice = random.Random(seed)  # noqa: S311 - played again from its seed, nothing is kept secret
        self._planned: Counter[Mishap] = Counter()

    def plan(self, name: Mishap, times: int = 1) -> None:
        """Let a mishap strike at the next occasions, whatever its rate."""
        if name not in MISHAPS:
            raise ValueError(f"expected one of {', '.join(MISHAPS)}, found {name}")
        self._planned[name] += times

    def calm(self) -> None:
        """No more mishaps from now on."""
        self._planned.clear()
        self._left = 0

    def strikes(self, name: Mishap) -> bool:
        """Whether a mishap strikes now."""
        if self._planned[name] > 0:
            self._planned[name] -= 1
        elif name in self._rates and self._left > 0 and self._dice.random() < self._rates[name]:
            self._left -= 1
        else:
            return False
        self.counts[name] += 1
        return True
