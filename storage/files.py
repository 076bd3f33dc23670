"""The file store in a folder of the deployment: every file once, under its SHA-256."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.talk.messages import File
from rules.cleaning import clean
from storage.store import BLOCK, FileGone, FileInfected, FileTooLarge, Scan, digest, sync_folder

__all__ = ["FileGone", "FileStore", "FileTooLarge"]

_ASIDE = ".part-"
#: Where infected files are moved, in the store's own folder.
QUARANTINE = ".infected"
#: Seconds after which a file that is still aside was left there by a crash; no form is sent for so long.
_LEFT = 24 * 3600.0


class FileStore:
    """Files by content. A file is whole or absent: it is written aside, synced, and then renamed into place."""

    def __init__(self, folder: Path, *, scan: Scan | None = None) -> None:
        """`scan` looks through every file that comes from outside."""
        self._folder, self._scan = folder, scan

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Keep a file as it streams in. Raises `FileTooLarge`, `FileInfected`, `NotScanned`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = self._aside()
        hashed, size = hashlib.sha256(), 0
        try:
            with aside.open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise FileTooLarge(limit)
                    hashed.update(chunk)
                    file.write(chunk)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            await self.look_through(aside, hashed.hexdigest())
            await asyncio.to_thread(_put, aside, self.path(hashed.hexdigest()))
        finally:
            aside.unlink(missing_ok=True)
        return File(clean(name), size, hashed.hexdigest())

    async def put(self, path: Path, name: str = "", *, scan: bool = False, sha256: str = "") -> File:
        """Move a file of this machine into the store. Raises `FileInfected`, `NotScanned` with `scan`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sha256, size = sha256 or await asyncio.to_thread(digest, path), await asyncio.to_thread(os.path.getsize, path)
        if scan:
            await self.look_through(path, sha256)
        await asyncio.to_thread(self._move, path, sha256)
        return File(clean(name or path.name), size, sha256)

    async def has(self, sha256: str) -> bool:
        """Whether a file is in the store."""
        return self.path(sha256).is_file()

    async def size(self, sha256: str) -> int:
        """A file's bytes, counted. Raises `FileGone`."""
        return (await self.local(sha256)).stat().st_size

    async def read(self, sha256: str) -> bytes:
        """A file's bytes. Raises `FileGone`."""
        try:
            return await asyncio.to_thread(self.path(sha256).read_bytes)
        except FileNotFoundError:
            raise FileGone(sha256) from None

    async def chunks(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """A file's bytes from `start` up to and without `end`, in blocks. Raises `FileGone`."""
        with (await self.local(sha256)).open("rb") as file:
            file.seek(start)
            left = os.fstat(file.fileno()).st_size - start if end is None else end - start
            while left > 0 and (block := await asyncio.to_thread(file.read, min(BLOCK, left))):
                left -= len(block)
                yield block

    async def local(self, sha256: str) -> Path:
        """The path of a file. Raises `FileGone`."""
        if not (path := self.path(sha256)).is_file():
            raise FileGone(sha256)
        return path

    async def probe(self) -> None:
        """Write and remove something. Raises `OSError`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = self._aside()
        try:
            await asyncio.to_thread(aside.write_bytes, b"probe")
        finally:
            aside.unlink(missing_ok=True)

    async def remove(self, sha256: str) -> bool:
        """Take a file out of the store for good; whether there was one."""
        try:
            await asyncio.to_thread(self.path(sha256).unlink)
        except FileNotFoundError:
            return False
        return True

    def sweep(self) -> None:
        """Remove what crashes left aside."""
        for aside in self._folder.glob(f"{_ASIDE}*"):
            if time.time() - aside.stat().st_mtime > _LEFT:
                aside.unlink(missing_ok=True)

    def usage(self) -> tuple[int, int]:
        """How many files there are, and their bytes together; looks at every file, so not on the event loop."""
        sizes = [path.stat().st_size for _, path in self.listed()]
        return len(sizes), sum(sizes)

    def listed(self) -> Iterator[tuple[str, Path]]:
        """Every file by its SHA-256."""
        return ((path.name, path) for path in sorted(self._folder.glob("??/*")))

    def path(self, sha256: str) -> Path:
        """Where a file with this SHA-256 (hex) lies, if it does."""
        return self._folder / sha256[:2] / sha256

    def _aside(self) -> Path:
        return self._folder / f"{_ASIDE}{secrets.token_hex(8)}"

    async def look_through(self, path: Path, sha256: str) -> None:
        """Have a file scanned. Raises `NotScanned`, and `FileInfected` after it was moved into quarantine."""
        if self._scan is None:
            return
        try:
            await self._scan(path)
        except FileInfected:
            await asyncio.to_thread(self._put_away, path, sha256)
            raise

    def _put_away(self, path: Path, sha256: str) -> None:
        """Move a file where nobody gets it by accident."""
        quarantine = self._folder / QUARANTINE
        quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o400)
        shutil.move(path, quarantine / sha256)

    def _move(self, path: Path, sha256: str) -> None:
        """Rename a file into the store; one from another disk is copied aside first."""
        try:
            _put(path, self.path(sha256))
            return
        except OSError as wrong:
            if wrong.errno != errno.EXDEV:
                raise
        aside = self._aside()
        try:
            shutil.copyfile(path, aside)
            with aside.open("rb") as file:
                os.fsync(file.fileno())
            _put(aside, self.path(sha256))
        finally:
            aside.unlink(missing_ok=True)
        path.unlink()


def _put(aside: Path, path: Path) -> None:
    """Rename a file into place and sync the folders, so that a power cut after this leaves it there."""
    path.parent.mkdir(exist_ok=True)
    aside.replace(path)
    sync_folder(path.parent)
    sync_folder(path.parent.parent)
