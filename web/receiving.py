"""Receiving the bytes of an upload: streamed to its part, synced before they count, one writer at a time.

Who comes back for an upload whose earlier connection still hangs asks that one to let go; what had arrived by then
counts.
"""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import ClientDisconnect

from rules.instants import micros
from storage.parts import Part, PartBusy, Parts
from storage.uploads import OPEN, WHOLE, Upload, Uploads
from web.ports import Clock
from web.refused import Refused
from web.writers import PATIENCE, Writers

#: Bytes gathered before one write, and bytes after which what was written is synced and counted.
GATHER, COMMIT = 2**20, 8 * 2**20
#: Seconds between looks whether another worker has let go.
_AGAIN = 0.1
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
ALGORITHMS = {"sha1": 20, "sha256": 32}


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the sender says of one body: the algorithm and the digest that it must have."""

    algorithm: str
    expected: bytes

    @classmethod
    def read(cls, header: str) -> Checksum:
        """From the header `Upload-Checksum`. Raises `Refused`."""
        algorithm, _, text = header.partition(" ")
        try:
            expected = base64.b64decode(text, validate=True)
        except ValueError:
            expected = b""
        if len(expected) != ALGORITHMS.get(algorithm, -1):
            raise Refused(400, "upload_bad")
        return cls(algorithm, expected)

    def hasher(self) -> Any:
        """A hash object of the algorithm."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


@dataclass(slots=True)
class Receiver:
    """Takes the bytes of uploads. `keep` is how many microseconds an unfinished one is kept after its last byte."""

    uploads: Uploads
    parts: Parts
    clock: Clock
    keep: int
    idle: float
    writers: Writers = field(default_factory=Writers)

    async def locked(self, number: str) -> Part:
        """The part of an upload, for its only writer. Raises `Refused` while another program writes it."""
        await self.writers.let_go(number)
        try:
            return await self.parts.open(number)
        except PartBusy:
            return await self._from_another(number)

    async def _from_another(self, number: str) -> Part:
        """The part once the worker that writes it has let go."""
        self.writers.ask_others(number)
        for _ in range(int(PATIENCE / _AGAIN)):
            await asyncio.sleep(_AGAIN)
            with suppress(PartBusy):
                return await self.parts.open(number)
        raise Refused(423, "upload_busy", retry=2)

    async def receive(
        self, number: str, owner: str, question: str, offset: int, body: AsyncIterator[bytes],
        checksum: Checksum | None = None,
    ) -> Upload:  # fmt: skip
        """Add a body at an offset; the upload as it is then. Raises `Refused`; what arrived and fits is kept."""
        part = await self.locked(number)
        asked = self.writers.begin(number)
        try:
            upload = await self._fresh(number, owner, part)
            if upload.arrived != offset:
                raise Refused(409, "upload_offset", retry=1)
            await asyncio.to_thread(part.cut, offset)
            writing = _Writing(self, part, upload, question, checksum)
            return await writing.take(body, asked)
        except OSError as wrong:
            if wrong.errno not in _FULL:
                raise
            raise Refused(507, "disk_full", retry=60) from None
        finally:
            part.close()
            self.writers.end(number)

    async def _fresh(self, number: str, owner: str, part: Part) -> Upload:
        """The upload as it is now that nobody else writes it. A part that lost its tail counts as far as it goes."""
        upload = await self.uploads.find(number, owner)
        if upload is None:
            await self.parts.remove(number)
            raise Refused(404, "upload_gone")
        if upload.state != OPEN:
            if upload.state != WHOLE:
                await self.parts.remove(number)
            raise Refused(403, "upload_done")
        if (size := await asyncio.to_thread(part.size)) < upload.arrived:
            expires = upload.expires
            await self.uploads.advance(upload, size, question=upload.question, now=0, expires=expires)
            return replace(upload, arrived=size)
        return upload


class _Writing:
    """One body on its way into a part."""

    def __init__(self, by: Receiver, part: Part, upload: Upload, question: str, checksum: Checksum | None) -> None:
        self._by, self._part, self._upload, self._question = by, part, upload, question
        self._checksum, self._hasher = checksum, (checksum or Checksum("sha256", b"")).hasher()
        self._at = upload.arrived  # where the next byte goes

    async def take(self, body: AsyncIterator[bytes], asked: asyncio.Event) -> Upload:
        """Write the body to its end, or until it breaks off. With a checksum all of it counts or nothing."""
        try:
            async for data in _gathered(body, self._by.idle, asked):
                if self._at + len(data) > self._upload.length:
                    raise Refused(413, "upload_longer")
                await asyncio.to_thread(self._write, data)
                if self._checksum is None and self._at - self._upload.arrived >= COMMIT:
                    await self._commit()
        except BaseException:
            # Also when the server stops or the disk is full: what was written is not asked for again.
            await asyncio.shield(self._break_off())
            raise
        await asyncio.shield(self._complete())
        return self._upload

    def _write(self, data: bytes) -> None:
        try:
            self._part.write(data)
        except OSError:
            self._part.cut(self._at)
            raise
        self._at += len(data)
        if self._checksum is not None:
            self._hasher.update(data)

    async def _break_off(self) -> None:
        """Count what can be counted: nothing of a body whose checksum is not known to be right."""
        if self._checksum is None:
            await self._commit()
        else:
            await asyncio.to_thread(self._part.cut, self._upload.arrived)

    async def _complete(self) -> None:
        wanted = self._checksum
        if wanted is not None and not hmac.compare_digest(self._hasher.digest(), wanted.expected):
            await asyncio.to_thread(self._part.cut, self._upload.arrived)
            raise Refused(460, "upload_mismatch", retry=1)
        await self._commit()

    async def _commit(self) -> None:
        """Sync what was written, and only then count it."""
        if self._at == self._upload.arrived:
            return
        await asyncio.to_thread(self._part.sync)
        now = micros(self._by.clock.now())
        expires, arrived = now + self._by.keep, self._at
        held = self._upload
        if not await self._by.uploads.advance(held, arrived, question=self._question, now=now, expires=expires):
            raise Refused(409, "upload_offset", retry=1)
        state = WHOLE if arrived == held.length else OPEN
        self._upload = replace(held, arrived=arrived, state=state, expires=expires)


async def _gathered(body: AsyncIterator[bytes], idle: float, asked: asyncio.Event) -> AsyncIterator[bytes]:
    """The body in pieces worth a write. It ends where the sender falls silent or is asked to let go."""
    gathered = bytearray()
    letting_go = asyncio.ensure_future(asked.wait())
    why: Exception | None = None
    try:
        while why is None:
            coming = asyncio.ensure_future(anext(body, None))
            done, _ = await asyncio.wait({coming, letting_go}, timeout=idle, return_when=asyncio.FIRST_COMPLETED)
            if coming not in done:
                coming.cancel()
                why = Refused(423, "upload_busy", retry=2) if letting_go in done else Refused(408, "too_slow", retry=1)
            elif (failure := coming.exception()) is not None:
                why = failure if isinstance(failure, Exception) else ClientDisconnect()
            elif (chunk := coming.result()) is None:
                break
            else:
                gathered += chunk
                if len(gathered) >= GATHER:
                    yield bytes(gathered)
                    gathered.clear()
        if gathered:
            yield bytes(gathered)
    finally:
        letting_go.cancel()
    if why is not None:
        raise why
