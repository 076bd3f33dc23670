"""The virus scanner: every file from outside is sent through a clamd daemon (INSTREAM) before it is kept."""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path

import structlog

from storage.store import BLOCK, FileInfected, NotScanned

log = structlog.get_logger(__name__)

#: Seconds for the daemon to take one block, and to answer after the last one.
_PATIENCE, _VERDICT = 20.0, 300.0


class Clamd:
    """A clamd daemon at `unix:/path/to.sock` or `host:port`; `accept` takes files that it gives no verdict on."""

    def __init__(self, address: str, *, accept: bool = False) -> None:
        self._address, self._accept = address, accept

    async def scan(self, path: Path) -> None:
        """Look through a file. Raises `FileInfected`, and `NotScanned` unless such files are accepted."""
        try:
            verdict = await self._asked(path)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as wrong:
            verdict = f"{type(wrong).__name__} ERROR"
        if verdict.endswith(" FOUND"):
            virus = verdict.removeprefix("stream: ").removesuffix(" FOUND")
            log.warning("an infected file was put in quarantine", virus=virus)
            raise FileInfected(virus)
        if verdict != "stream: OK":
            log.error("the scanner gave no verdict", said=verdict[:200], accepted=self._accept)
            if not self._accept:
                raise NotScanned(f"expected a verdict of clamd at {self._address}, found: {verdict[:200]}")

    async def version(self) -> str:
        """What the daemon calls itself. Raises `OSError`, `TimeoutError`."""
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await self._connected()
            try:
                writer.write(b"zVERSION\0")
                await writer.drain()
                return (await reader.read(1000)).rstrip(b"\0\n").decode("utf-8", "replace")
            finally:
                writer.close()

    async def _asked(self, path: Path) -> str:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await self._connected()
        try:
            writer.write(b"zINSTREAM\0")
            with path.open("rb") as file:
                while block := await asyncio.to_thread(file.read, BLOCK):
                    writer.write(struct.pack("!L", len(block)) + block)
                    async with asyncio.timeout(_PATIENCE):
                        await writer.drain()
            writer.write(struct.pack("!L", 0))
            async with asyncio.timeout(_VERDICT):
                answer = await reader.readuntil(b"\0")
            return answer.rstrip(b"\0\n").decode("utf-8", "replace").strip()
        finally:
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("unix:"):
            return await asyncio.open_unix_connection(self._address.removeprefix("unix:"))
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port))
