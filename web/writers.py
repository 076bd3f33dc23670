"""Who writes which upload, so that somebody who comes back for one can ask an earlier connection to let go of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

#: Seconds that somebody who comes back waits for the earlier connection to let go.
PATIENCE = 3.0


@dataclass(slots=True)
class Writers:
    """Who writes which upload in this program. `ask_others` asks the other workers of this machine to let one go."""

    ask_others: Callable[[str], None] = lambda number: None

    _asked: dict[str, asyncio.Event] = field(default_factory=dict)
    _gone: defaultdict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    async def let_go(self, number: str) -> None:
        """Ask whoever writes an upload to end, and wait until they have, or for a while."""
        if self.asked(number):
            try:
                await asyncio.wait_for(self._gone[number].wait(), PATIENCE)
            except TimeoutError:
                return

    def asked(self, number: str) -> bool:
        """Ask whoever writes an upload here to end; whether somebody does."""
        if (event := self._asked.get(number)) is None:
            return False
        event.set()
        return True

    def begin(self, number: str) -> asyncio.Event:
        """From now on this writer is asked to let go by the event."""
        self._asked[number] = event = asyncio.Event()
        return event

    def end(self, number: str) -> None:
        """This writer has ended."""
        self._asked.pop(number, None)
        self._gone.pop(number, asyncio.Event()).set()
