"""What a file store promises, whichever kind it is: every file once, under its SHA-256, whole or absent.

```
StoreTrouble
├── FileTooLarge     more bytes than the limit
├── FileGone         not in the store (also a LookupError)
├── NotTaken         the virus scanner is against it; `why` names the reason for whoever sent it
│   ├── FileInfected     it found something; the file is in quarantine
│   └── NotScanned       it does not answer, and unscanned files are not taken
└── StoreAway        the store itself cannot be reached or written (also an OSError)
```
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import ClassVar, Protocol

from bot.talk.messages import File

#: Bytes read at once where a file is streamed or hashed.
BLOCK = 256 * 1024


class StoreTrouble(Exception):
    """A file cannot be kept or given."""


class FileTooLarge(StoreTrouble):
    """A file holds more bytes than its limit; nothing of it is kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"expected at most {limit} bytes, found more; send it through the upload page")


class FileGone(StoreTrouble, LookupError):
    """A file is not in the store (any more)."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"expected a file with SHA-256 {sha256} in the store, found none")


class NotTaken(StoreTrouble):
    """A file from outside is not taken; `why` is what its sender is told, as `Incoming.unread`."""

    why: ClassVar[str]


class FileInfected(NotTaken):
    """The virus scanner found something in a file; it lies in quarantine and was not kept. `virus` is its name."""

    why = "infected"

    def __init__(self, virus: str) -> None:
        super().__init__(f"expected a clean file, found {virus}; it is in quarantine")
        self.virus = virus


class NotScanned(NotTaken):
    """The scanner gave no verdict, and the settings refuse files without one."""

    why = "unscanned"


class StoreAway(StoreTrouble, OSError):
    """The store cannot be reached or written; the message says why."""


#: Looks through a file. Raises `FileInfected`, `NotScanned`.
Scan = Callable[[Path], Awaitable[None]]


class Store(Protocol):
    """A file store. SHA-256 is in hex; sizes are in bytes."""

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Keep a file as it streams in. Raises `FileTooLarge`, `FileInfected`, `NotScanned`."""
        ...

    async def put(self, path: Path, name: str = "", *, scan: bool = False, sha256: str = "") -> File:
        """Move a file of this machine into the store; `sha256` where it is known. Raises as `keep` with `scan`."""
        ...

    async def has(self, sha256: str) -> bool:
        """Whether a file is in the store."""
        ...

    async def size(self, sha256: str) -> int:
        """A file's bytes, counted. Raises `FileGone`."""
        ...

    async def read(self, sha256: str) -> bytes:
        """A file's bytes, all at once. Raises `FileGone`."""
        ...

    def chunks(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """A file's bytes from `start` up to and without `end`, in blocks. Raises `FileGone`."""
        ...

    async def local(self, sha256: str) -> Path:
        """A path of this machine to read the file from, for programs that need one. Raises `FileGone`."""
        ...

    async def remove(self, sha256: str) -> bool:
        """Take a file out of the store for good; whether there was one."""
        ...

    def usage(self) -> tuple[int, int]:
        """How many files there are, and their bytes together; looks at every file, so not on the event loop."""
        ...

    async def probe(self) -> None:
        """Write and remove something. Raises `StoreAway`, or another `OSError`."""
        ...

    def sweep(self) -> None:
        """Remove what crashes left aside."""
        ...


def digest(path: Path) -> str:
    """The SHA-256 (hex) of a file. Blocking; other threads go on meanwhile."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
