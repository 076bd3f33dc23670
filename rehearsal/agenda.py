"""What is going to happen, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

Deed = Callable[[], Awaitable[object]]


class Actor(Protocol):
    """Somebody of a crowd, who acts beside others: `acts_at` is their own instant, None for everybody's."""

    acts_at: datetime | None


class Agenda:
    """Things that happen at instants; those of one instant in the order in which they were planned."""

    def __init__(self) -> None:
        self._plans: list[tuple[datetime, int, Deed]] = []
        self._crowd: list[tuple[datetime, int, Deed, Actor]] = []
        self._count = 0

    def add(self, at: datetime, deed: Deed, *, by: Actor | None = None) -> None:
        """Let something happen at an instant, after whatever the program has to do by then.

        `by`: somebody of a crowd does it, whom the program's own deeds just before do not concern.
        """
        self._count += 1
        if by is None:
            heapq.heappush(self._plans, (at, self._count, deed))
        else:
            heapq.heappush(self._crowd, (at, self._count, deed, by))

    def due(self, by: datetime) -> tuple[datetime, Deed] | None:
        """Take out the next thing that happens by then and is nobody's of a crowd."""
        if not self._plans or self._plans[0][0] > by:
            return None
        at, _, deed = heapq.heappop(self._plans)
        return at, deed

    def due_in_crowd(self, by: datetime) -> tuple[datetime, Deed, Actor] | None:
        """Take out the next thing that somebody of a crowd does by then."""
        if not self._crowd or self._crowd[0][0] > by:
            return None
        at, _, deed, who = heapq.heappop(self._crowd)
        return at, deed, who

    @property
    def next(self) -> datetime | None:
        """When the next thing happens that is nobody's of a crowd."""
        return self._plans[0][0] if self._plans else None

    @property
    def next_in_crowd(self) -> datetime | None:
        """When somebody of a crowd does something next."""
        return self._crowd[0][0] if self._crowd else None
