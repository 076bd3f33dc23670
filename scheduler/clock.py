"""The deployment's time: the machine's, or one that starts where a demonstration wants it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that starts at a given instant and runs at the usual pace; it can be set forward, never back."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._since = time.monotonic()
        #: Told that the clock was set forward.
        self.on_moved: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The present instant, aware."""
        return self._start + timedelta(seconds=time.monotonic() - self._since)

    def move(self, to: datetime) -> None:
        """Set the present instant. Raises `ValueError` for one that is past."""
        if to < self.now():
            raise ValueError(f"expected an instant after {self.now()}, found {to}; a clock is never set back")
        self._start, self._since = to, time.monotonic()
        for told in self.on_moved:
            told()
