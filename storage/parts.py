"""The bytes of uploads under way, one part file each, with one writer at a time in all programs of the machine.

The lock is the kernel's (flock on the part itself): it ends with its holder, however that ends.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from pathlib import Path

from storage.store import sync_folder

#: Seconds after which a part that belongs to no upload was left there by a crash.
_LEFT = 24 * 3600.0


class PartBusy(Exception):
    """Somebody else writes this part; try again when they have ended."""


class Part:
    """A part file, open and locked for its only writer. Blocking; call it from a thread."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor

    def size(self) -> int:
        """Bytes that the file holds now."""
        return os.fstat(self._descriptor).st_size

    def cut(self, size: int) -> None:
        """Forget what lies beyond `size`; the next bytes go there."""
        os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)

    def write(self, data: bytes) -> None:
        """Add bytes at the end. Raises `OSError` for a full disk."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def sync(self) -> None:
        """Return when what was written survives a power cut."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Let the next writer in."""
        os.close(self._descriptor)


class Parts:
    """The folder of parts, each under the name of its upload."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, number: str) -> Path:
        """Where the part of an upload lies; the number is one that we gave."""
        return self.folder / number

    async def open(self, number: str) -> Part:
        """Open a part for writing, empty where there is none. Raises `PartBusy`."""
        return await asyncio.to_thread(self._open, self.path(number))

    def _open(self, path: Path) -> Part:
        while True:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _same(descriptor, path):
                    sync_folder(self.folder)
                    return Part(path, descriptor)
            except BlockingIOError:
                os.close(descriptor)
                raise PartBusy(f"expected to be the only writer of {path.name}, found another") from None
            os.close(descriptor)  # it was moved away while we came

    async def remove(self, number: str) -> None:
        """Remove a part, if there is one. Its lock should be held."""
        await asyncio.to_thread(self.path(number).unlink, missing_ok=True)

    def left(self) -> list[str]:
        """Numbers of parts that nobody has touched for a day."""
        if not self.folder.is_dir():
            return []
        old = time.time() - _LEFT
        return [path.name for path in self.folder.iterdir() if path.is_file() and path.stat().st_mtime < old]


def _same(descriptor: int, path: Path) -> bool:
    """Whether the open file still lies at its path: it may have been finished and moved before we got the lock."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)
