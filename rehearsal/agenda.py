"""What is going to happen, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime

Deed = Callable[[], Awaitable[object]]


class Agenda:
    """Things that happen at instants; those of one instant in the order in which they were planned."""

    def __init__(self) -> None:
        self._plans: list[tuple[datetime, int, Deed, bool]] = []
        self._count = 0

    def add(self, at: datetime, deed: Deed, *, tick: bool = True) -> None:
        """Let something happen at an instant; `tick`: the program does what is due by then before it."""
        self._count += 1
        heapq.heappush(self._plans, (at, self._count, deed, tick))

    def due(self, by: datetime) -> tuple[datetime, Deed, bool] | None:
        """Take out the next thing that happens by then."""
        if not self._plans or self._plans[0][0] > by:
            return None
        at, _, deed, tick = heapq.heappop(self._plans)
        return at, deed, tick
