"""Files that the program itself made, kept in the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from bot.talk.messages import File
from storage.files import FileStore

#: Bytes read at once.
_PIECE = 1 << 20


async def keep_bytes(store: FileStore, name: str, data: bytes) -> File:
    """Keep what is in memory."""

    async def whole() -> AsyncIterator[bytes]:
        yield data

    return await store.keep(name, whole(), len(data))


async def keep_file(store: FileStore, name: str, path: Path) -> File:
    """Keep a copy of a file, read piece by piece."""

    async def pieces() -> AsyncIterator[bytes]:
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece

    size = await asyncio.to_thread(lambda: path.stat().st_size)
    return await store.keep(name, pieces(), size)
