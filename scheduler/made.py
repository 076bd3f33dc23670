"""Files that the program itself made, kept in the store."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bot.talk.messages import File
from storage.database import Database
from storage.erasing_masks import unnamed_files
from storage.store import Store

#: The file that notes what was made: SHA-256 and instant (UTC microseconds), one a line.
NOTED = "made.txt"
#: The file that notes files of erased people until they are removed.
UNNAMED = "unnamed.txt"
#: Bytes read at once.
_PIECE = 1 << 20


class Made:
    """What the program made for people to fetch: packed exports, contact tables. They hold many people's data at once.

    So they are kept for some days only. `folder` is where exports lie and where is noted what was made when.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder

    async def keep_bytes(self, name: str, data: bytes, *, at: int) -> File:
        """Keep what is in memory; `at` is now, in UTC microseconds."""

        async def whole() -> AsyncIterator[bytes]:
            yield data

        return await self._noted(await self.store.keep(name, whole(), len(data)), at)

    async def keep_file(self, name: str, path: Path, *, at: int) -> File:
        """Keep a copy of a file, read piece by piece."""

        async def pieces() -> AsyncIterator[bytes]:
            with path.open("rb") as file:
                while piece := await asyncio.to_thread(file.read, _PIECE):
                    yield piece

        size = await asyncio.to_thread(lambda: path.stat().st_size)
        return await self._noted(await self.store.keep(name, pieces(), size), at)

    async def forget(self, *, before: int) -> int:
        """Remove what was made before an instant, with the folders of exports; gives how many files went."""
        gone, old = 0, await asyncio.to_thread(self._old, before)
        for sha256 in old:
            gone += await self.store.remove(sha256)
        await asyncio.to_thread(self._note_left, before)
        return gone

    async def _noted(self, file: File, at: int) -> File:
        def note() -> None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self.folder / NOTED).open("a", encoding="utf-8") as noted:
                noted.write(f"{file.sha256} {at}\n")

        await asyncio.to_thread(note)
        return file

    def note_unnamed(self, files: Sequence[str]) -> None:
        """Note files that nothing names once an erasure is committed, so that a crash leaves none of them behind."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / UNNAMED).open("a", encoding="utf-8") as noted:
            noted.write("".join(f"{sha256}\n" for sha256 in files))
            noted.flush()
            os.fsync(noted.fileno())

    async def remove_unnamed(self, database: Database) -> int:
        """Remove what was noted and is named by nothing, and forget the note; gives how many files went."""
        noted = self.folder / UNNAMED
        lines = await asyncio.to_thread(lambda: noted.read_text("utf-8").split() if noted.is_file() else [])
        if not lines:
            return 0
        async with database.read() as connection:
            unnamed = await unnamed_files(connection, dict.fromkeys(lines))

        gone = 0
        for sha256 in unnamed:
            gone += await self.store.remove(sha256)
        await asyncio.to_thread(noted.unlink)
        return gone

    def _noted_files(self) -> dict[str, int]:
        """Every file that was made, with the instant of the last time."""
        noted, newest = self.folder / NOTED, dict[str, int]()
        for line in noted.read_text("utf-8").splitlines() if noted.is_file() else ():
            sha256, _, at = line.partition(" ")
            newest[sha256] = max(newest.get(sha256, 0), int(at))
        return newest

    def _old(self, before: int) -> list[str]:
        return [sha256 for sha256, at in self._noted_files().items() if at < before]

    def _note_left(self, before: int) -> None:
        """Forget the notes of what was removed; with nothing left, the folders of exports go, too."""
        if not (self.folder / NOTED).is_file():
            return
        left = "".join(f"{sha256} {at}\n" for sha256, at in self._noted_files().items() if at >= before)
        (self.folder / NOTED).write_text(left, "utf-8")
        if not left:
            for export in (path for path in self.folder.iterdir() if path.is_dir()):
                shutil.rmtree(export)
