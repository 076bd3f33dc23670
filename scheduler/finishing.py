"""Finishing uploads: a whole file is hashed, scanned and kept, and then told to the conversation, exactly once.

Each step leaves a mark in the database before the next, so a crash anywhere repeats no more than the last step, and
the message has the upload's number: told twice, it counts once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Protocol

import structlog

from bot.talk.messages import File, Incoming, Outgoing
from rules.instants import from_micros, micros
from scheduler.clock import SimulatedClock, SystemClock
from storage.parts import Part, PartBusy, Parts
from storage.store import NotTaken, Store, digest
from storage.uploads import KEPT, OPEN, TOLD, WHOLE, Upload, Uploads

log = structlog.get_logger(__name__)

#: Seconds after which whole uploads are looked for even if nobody rang, and between two sweeps.
IDLE, SWEEP = 5.0, 600.0
#: Files hashed and kept side by side.
MOST_AT_ONCE = 2


class Intake(Protocol):
    """Where messages of all channels are handed in (`bot.handlers.ports.Intake`)."""

    def accept(self, incoming: Incoming) -> Awaitable[asyncio.Future[tuple[Outgoing, ...]]]:
        """Returns once the message is kept for good."""
        ...


class Finisher:
    """Takes whole uploads, oldest first. Start `run()` as a task; `rang()` wakes it."""

    def __init__(
        self, uploads: Uploads, parts: Parts, store: Store, intake: Intake, clock: SystemClock | SimulatedClock
    ) -> None:
        self._uploads, self._parts, self._store, self._intake, self._clock = uploads, parts, store, intake, clock
        self._news = asyncio.Event()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    def rang(self) -> None:
        """There may be a whole upload."""
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled. What cannot be finished now is tried again in a while."""
        swept = -SWEEP
        while True:
            self._news.clear()
            try:
                if (now := asyncio.get_running_loop().time()) - swept >= SWEEP:
                    swept = now
                    await self.sweep()
                pending = await self._uploads.pending()
                # Those of one owner one after another: their order is the order of the messages.
                await asyncio.gather(*(self._in_order(each) for each in _by_owner(pending)))
            except Exception as broken:  # a database that is away comes back
                log.exception("uploads were not finished", error=type(broken).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE):
                    await self._news.wait()

    async def _in_order(self, uploads: list[Upload]) -> None:
        for upload in uploads:
            try:
                async with self._room:
                    await self.finish(upload)
            except PartBusy:  # another program is at it
                return
            except Exception as broken:  # a full disk, a bucket out of reach: it stays whole and is tried again
                log.exception("an upload was not finished", upload=upload.id, error=type(broken).__name__)
                return

    async def finish(self, upload: Upload) -> None:
        """Do what is left to do for one whole upload. Raises what the store raises."""
        if upload.state == WHOLE:
            part = await self._parts.open(upload.id)
            try:
                await self._keep(upload, part)
            finally:
                part.close()
        if (now := await self._uploads.find(upload.id, upload.owner)) is not None and now.state == KEPT:
            await self._intake.accept(_message(now))
            await self._uploads.told(now.id)

    async def _keep(self, upload: Upload, part: Part) -> None:
        """Move the bytes into the store, or note why not."""
        now = await self._uploads.find(upload.id, upload.owner)
        if now is None or now.state != WHOLE:
            await self._parts.remove(upload.id)  # opening made it anew
            return
        if part.size() != upload.length:
            moved = bool(now.sha256) and await self._store.has(now.sha256)
            log.log(20 if moved else 40, "a whole upload was gone from its place", upload=upload.id, kept=moved)
            await self._uploads.kept(upload.id, sha256=now.sha256 if moved else "", why="" if moved else "lost")
            await self._parts.remove(upload.id)
            return
        # Known already where the store could not take it at an earlier try.
        sha256 = now.sha256 or await asyncio.to_thread(digest, part.path)
        await self._uploads.hashed(upload.id, sha256)
        try:
            await self._store.put(part.path, upload.name, scan=True, sha256=sha256)
        except NotTaken as against:
            await self._uploads.kept(upload.id, sha256=sha256, why=against.why)
            await self._parts.remove(upload.id)
        else:
            await self._uploads.kept(upload.id, sha256=sha256)

    async def sweep(self) -> None:
        """Forget unfinished uploads whose time is over, told ones remembered long enough, and parts of nobody."""
        for upload in await self._uploads.lapsed(micros(self._clock.now())):
            if upload.state == TOLD:
                await self._uploads.drop(upload.id, state=TOLD)
                continue
            with suppress(PartBusy):
                part = await self._parts.open(upload.id)
                try:
                    if await self._uploads.drop(upload.id, state=OPEN):
                        log.info("an unfinished upload expired", upload=upload.id, arrived=upload.arrived)
                        await self._parts.remove(upload.id)
                finally:
                    part.close()
        left = self._parts.left()
        known = await self._uploads.known(left) if left else set()
        for number in set(left) - known:
            await self._parts.remove(number)


def _message(upload: Upload) -> Incoming:
    """What the conversation is told: the file, received at the instant when its last byte was; or why there is none."""
    channel, _, address = upload.owner.partition(":")
    files = () if upload.why else (File(upload.name, upload.length, upload.sha256),)
    return Incoming(
        channel, address, upload.message, from_micros(upload.done), files=files, origin="page",
        bound=upload.question, unread=upload.why,
    )  # fmt: skip


def _by_owner(uploads: list[Upload]) -> list[list[Upload]]:
    lanes: dict[str, list[Upload]] = {}
    for upload in uploads:
        lanes.setdefault(upload.owner, []).append(upload)
    return list(lanes.values())
