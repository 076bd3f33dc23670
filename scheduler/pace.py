"""How fast messages may follow one another: by the generic cell rate algorithm, without windows that can be straddled.

Source: ITU-T I.371, GCRA (virtual scheduling). A pace of `each` seconds and a `burst` of n lets n messages go at once
and one more every `each` seconds after that.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """One pace for each name. `wait` says how long it is until the next may go, `go` takes its place."""

    def __init__(self, each: float, *, burst: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._each, self._room, self._clock = each, each * (burst - 1), clock
        self._due: dict[str, float] = {}
        self._swept = clock()

    def wait(self, name: str = "") -> float:
        """Seconds until the next message of this name may go; 0 for now."""
        return max(0.0, self._due.get(name, 0.0) - self._room - self._clock())

    def go(self, name: str = "") -> None:
        """A message of this name goes now."""
        now = self._clock()
        self._due[name] = max(self._due.get(name, 0.0), now) + self._each
        if now - self._swept > 60:
            self._swept = now
            self._due = {each: due for each, due in self._due.items() if due > now}

    def rest(self, seconds: float, name: str = "") -> None:
        """Nothing of this name may go for so many seconds: the platform said so."""
        self._due[name] = max(self._due.get(name, 0.0), self._clock() + seconds + self._room)
