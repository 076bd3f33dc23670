"""A clamd that speaks INSTREAM and VERSION as the real one does, and finds what a test tells it to find."""

from __future__ import annotations

import asyncio
import hashlib
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

#: What the fake finds in files that hold these bytes.
VIRUS, NAME = b"X5O!P%@AP[4 this is the test of a scanner", "Eicar-Signature"


@dataclass
class Daemon:
    """A daemon at `address`; `seen` holds the SHA-256 of each whole stream, `says` replaces its verdict."""

    address: str = ""
    seen: list[str] = field(default_factory=list)
    says: str = ""
    most: int = 2**40

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            command = await reader.readuntil(b"\0")
            if command == b"zVERSION\0":
                writer.write(b"ClamAV 1.4.1/27000/Sat Nov 28 09:00:00 2026\0")
            elif command == b"zINSTREAM\0":
                writer.write(f"{await self._verdict(reader)}\0".encode())
            else:
                writer.write(b"UNKNOWN COMMAND\0")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _verdict(self, reader: asyncio.StreamReader) -> str:
        digest, size, tail, found = hashlib.sha256(), 0, b"", False
        while length := struct.unpack("!L", await reader.readexactly(4))[0]:
            block = await reader.readexactly(length)
            size += length
            if size > self.most:
                return "INSTREAM size limit exceeded. ERROR"
            digest.update(block)
            found = found or VIRUS in tail + block
            tail = block[-len(VIRUS) :]
        self.seen.append(digest.hexdigest())
        return self.says or (f"stream: {NAME} FOUND" if found else "stream: OK")


@asynccontextmanager
async def clamd(**more: object) -> AsyncIterator[Daemon]:
    """A daemon on a port of this machine, until the block ends."""
    daemon = Daemon(**more)  # type: ignore[arg-type]  # its own fields
    server = await asyncio.start_server(daemon.serve, "127.0.0.1", 0)
    daemon.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield daemon
