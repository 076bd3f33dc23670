"""Answers that doors handed over themselves, written down many at once and moments later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence, Set

import structlog

from bot.handlers.ports import Delivered, Replies
from rules.instants import micros
from scheduler.clock import SimulatedClock, SystemClock
from storage.outbox import DUE, HELD, SENT, Outbox
from storage.repeats import to_door
from storage.turns import PASSIVE_FOR

log = structlog.get_logger(__name__)

#: Seconds for which news of handed-over answers are gathered.
GATHER = 0.05


class HandedOver:
    """What is still to be written down."""

    def __init__(
        self,
        outbox: Outbox,
        clock: SystemClock | SimulatedClock,
        *,
        written: Callable[[Set[str]], Awaitable[None]],
        due: Callable[[], None],
        gather: float | None = None,
    ) -> None:
        """`written` is told which states were written; `due`, that something is left for the dispatcher.

        `gather` is in seconds, None for the usual.
        """
        self._gather = gather
        self._outbox, self._clock, self._told, self._due = outbox, clock, written, due
        self._handed: list[tuple[int, str, int, str]] = []
        self._released: list[int] = []
        self._writing: asyncio.Task[None] | None = None

    def add(self, told: Sequence[Delivered]) -> None:
        """Note what was delivered of these messages."""
        for one in told:
            rest = DUE if one.rest == "due" else HELD
            self._handed.append((one.id, SENT if one.whole else rest, one.done, "passive"))
        self._write_soon()

    def release(self, ids: Sequence[int]) -> None:
        """Note that these could not be handed over."""
        self._released.extend(ids)
        self._write_soon()

    def for_door(self, settled: asyncio.Future[Replies]) -> asyncio.Future[Replies]:
        """What of the answers to a kept message a door may hand over that asks for it once more.

        They were to be sent by the dispatcher; what it has not begun to send is the door's, and nobody sends it twice.
        """
        return asyncio.ensure_future(self._for_door(settled))

    async def _for_door(self, settled: asyncio.Future[Replies]) -> Replies:
        replies = await asyncio.shield(settled)
        until = micros(self._clock.now()) + PASSIVE_FOR
        mine = await to_door(self._outbox.database, [each.id for each in replies], until=until) if replies else set()
        return tuple(each for each in replies if each.id in mine)

    async def settled(self) -> None:
        """Return when everything is written down."""
        if self._writing is not None:
            await self._writing

    def _write_soon(self) -> None:
        if (self._handed or self._released) and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """Write down what was handed over, many at once."""
        await asyncio.sleep(GATHER if self._gather is None else self._gather)
        while self._handed or self._released:
            (handed, self._handed), (released, self._released) = (self._handed, []), (self._released, [])
            states = {state for _, state, _, _ in handed} | ({DUE} if released else set())
            try:
                await self._outbox.hand(handed, released, now=micros(self._clock.now()))
                await self._told(states)
            except Exception as broken:
                # What is not written down is sent once more by the dispatcher, marked as such: nothing is lost.
                log.exception("handed over, but not written down", error=type(broken).__name__, count=len(handed))
            if DUE in states:
                self._due()
