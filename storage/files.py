"""The file store: every file once, under its SHA-256, in a folder of the deployment."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bot.talk.messages import File
from rules.cleaning import clean

_ASIDE = ".part-"
#: Seconds after which a file that is still aside was left there by a crash; no upload lasts so long.
_LEFT = 24 * 3600.0


class FileTooLarge(Exception):
    """A file holds more bytes than its limit; nothing of it is kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"expected at most {limit} bytes, found more; send it through the upload page")


class FileGone(LookupError):
    """A file is not in the store (any more)."""


class FileStore:
    """Files by content. A file is whole or absent: it is written aside, synced, and then renamed into place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Keep a file as it streams in. Raises `FileTooLarge`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = self._folder / f"{_ASIDE}{secrets.token_hex(8)}"
        digest, size = hashlib.sha256(), 0
        try:
            with aside.open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise FileTooLarge(limit)
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            await asyncio.to_thread(_put, aside, self.path(digest.hexdigest()))
        finally:
            aside.unlink(missing_ok=True)
        return File(clean(name), size, digest.hexdigest())

    def sweep(self) -> None:
        """Remove what crashes left aside."""
        for aside in self._folder.glob(f"{_ASIDE}*"):
            if time.time() - aside.stat().st_mtime > _LEFT:
                aside.unlink(missing_ok=True)

    def usage(self) -> tuple[int, int]:
        """How many files there are, and their bytes together; looks at every file, so not on the event loop."""
        sizes = [path.stat().st_size for path in self._folder.glob("??/*")]
        return len(sizes), sum(sizes)

    def path(self, sha256: str) -> Path:
        """Where a file with this SHA-256 (hex) lies."""
        return self._folder / sha256[:2] / sha256

    async def read(self, sha256: str) -> bytes:
        """A file's bytes. Raises `FileGone`."""
        try:
            return await asyncio.to_thread(self.path(sha256).read_bytes)
        except FileNotFoundError:
            raise FileGone(f"expected a file with SHA-256 {sha256} in the store, found none") from None


def _put(aside: Path, path: Path) -> None:
    """Rename a file into place and sync the folders, so that a power cut after this leaves it there."""
    path.parent.mkdir(exist_ok=True)
    aside.replace(path)
    for folder in (path.parent, path.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
