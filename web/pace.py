"""How fast one somebody may knock: a bucket of tokens each, refilled by the second. Per process, in memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable


class Pace:
    """Allows `burst` knocks at once and `rate` a second after that, for each name by itself.

    The `crowd` most recent names are remembered; whoever is forgotten starts with a full bucket.
    """

    def __init__(
        self, *, burst: int, rate: float, crowd: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._rate = rate
        self._crowd = crowd
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def knock(self, name: str) -> int:
        """Takes a token: 0 when there was one, else the whole seconds until there is."""
        now = self._clock()
        left, seen = self._buckets.pop(name, (float(self._burst), now))
        left = min(float(self._burst), left + (now - seen) * self._rate)
        allowed = left >= 1
        self._buckets[name] = (left - 1 if allowed else left, now)
        if len(self._buckets) > self._crowd:
            self._buckets.popitem(last=False)
        return 0 if allowed else math.ceil((1 - left) / self._rate)
