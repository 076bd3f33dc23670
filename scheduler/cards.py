"""Cards that show how far something is: one message that is edited as long as a broadcast goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from rules.instants import micros
from scheduler.clock import SimulatedClock, SystemClock
from storage.database import Database
from storage.moments import Moment
from storage.numbers import Numbers
from storage.outbox import Outbox
from storage.progress import Broadcasts, Running

log = structlog.get_logger(__name__)

#: Seconds between two edits of a card. Source: PLATFORMS of the Bot API allow about one message a second to a chat.
EVERY = 2.0


class Cards:
    """Keeps the cards of running broadcasts up to date. Start `run()` as a task."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        number: Numbers,
        clock: SystemClock | SimulatedClock,
        *,
        posted: Callable[[], None] = lambda: None,
        every: float = EVERY,
    ) -> None:
        """`posted` is told that there is something new to send."""
        self._database, self._outbox, self._number, self._clock = database, outbox, number, clock
        self._broadcasts, self._posted, self._every = Broadcasts(database), posted, every

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.refresh()
            except Exception as broken:  # noqa: BLE001  a card may be late; the next round shows what this one did not
                log.error("cards were not brought up to date", failure=type(broken).__name__)
            await asyncio.sleep(self._every)

    async def refresh(self) -> None:
        """Look at every running broadcast once."""
        for one in await self._broadcasts.running():
            facts = _facts(await self._broadcasts.counts(one.id))
            if facts == one.told and not facts["done"]:
                continue
            await self._tell(one, facts)
            self._posted()

    async def _tell(self, one: Running, facts: dict[str, Any]) -> None:
        end = await self._end(one, facts) if facts["done"] else None
        async with self._database.write() as connection:
            moment = Moment(connection, micros(self._clock.now()), self._number)
            await self._broadcasts.tell(moment, one, facts, end)

    async def _end(self, one: Running, facts: dict[str, Any]) -> dict[str, Any]:
        """What came of a broadcast."""
        missed = await self._broadcasts.missed(one)
        return {
            "sent": facts["sent"],
            "total": facts["total"],
            "stopped": facts["stopped"],
            "by_mail": await self._broadcasts.by_mail(one),
            "unreachable": [{"unit": each.unit, "who": each.who, "why": each.why} for each in missed],
        }


def _facts(counts: dict[str, int]) -> dict[str, Any]:
    """What a card says: how many are sent, failed, unknown, stopped, and still on their way."""
    sent = counts.get("sent", 0) + counts.get("pulled", 0)
    failed, unknown = counts.get("dead", 0) + counts.get("held", 0), counts.get("unknown", 0)
    stopped, total = counts.get("stopped", 0), sum(counts.values())
    waiting = total - sent - failed - unknown - stopped
    return {
        "sent": sent, "total": total, "failed": failed, "unknown": unknown, "stopped": stopped, "waiting": waiting,
        "done": not waiting,
    }  # fmt: skip
