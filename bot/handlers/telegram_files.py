"""Files that people sent: fetched from the Bot API server as they stream in, or read where it put them on our disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import structlog

from bot.handlers.ports import CannotFetch, Wanted
from bot.handlers.telegram_http import AioRequest, CutOff, RawBot, Refused, Unreached
from bot.handlers.telegram_limits import DOWNLOAD

log = structlog.get_logger(__name__)

#: Bytes read from our own disk at once.
PIECE = 1 << 20


class TelegramFetcher:
    """The channel's `Fetcher`.

    `largest` is the size in bytes that the server gives out, None for any. `folder` is where one's own server, run
    with --local on this machine, keeps its files; a path it names anywhere else is not read.
    """

    def __init__(
        self, bot: RawBot, request: AioRequest, *, largest: int | None = DOWNLOAD, folder: Path | None = None
    ) -> None:
        self._bot, self._request, self._largest = bot, request, largest
        self._folder = folder.resolve() if folder is not None else None

    async def fetch(self, wanted: Wanted) -> AsyncIterator[bytes]:
        """The file as it streams in. Raises `CannotFetch`."""
        if self._largest is not None and (wanted.size or 0) > self._largest:
            raise CannotFetch("too_large", f"{wanted.size} bytes, at most {self._largest} are given out")
        path = await self._path(wanted)
        read = 0
        async with aclosing(self._local(path) if path.startswith("/") else self._remote(path)) as pieces:
            async for piece in pieces:
                read += len(piece)
                if self._largest is not None and read > self._largest:
                    raise CannotFetch("too_large", f"more than {self._largest} bytes")
                yield piece
        if wanted.size is not None and read < wanted.size:
            raise CannotFetch("unreachable", f"{read} bytes of {wanted.size}")

    async def _path(self, wanted: Wanted) -> str:
        """Where the server has the file: below its address, or on its disk."""
        try:
            found = await self._bot.call("getFile", {"file_id": wanted.ref})
        except Refused as refused:
            raise _cannot(refused) from None
        except (Unreached, CutOff) as failure:
            raise CannotFetch("unreachable", type(failure).__name__) from None
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str) or not path:
            raise CannotFetch("unreachable", "no path for the file")
        return path

    async def _remote(self, path: str) -> AsyncGenerator[bytes, None]:
        if any(step in ("", ".", "..") for step in path.split("/")):
            raise CannotFetch("unreachable", "a path that leaves its folder")
        url = f"{self._bot.base_file_url}/{quote(path)}"
        try:
            async with aclosing(self._request.stream(url)) as pieces:
                async for piece in pieces:
                    yield piece
        except Refused as refused:
            kind = "expired" if refused.code == 404 else "unreachable"
            raise CannotFetch(kind, f"HTTP {refused.code}") from None
        except (Unreached, CutOff) as failure:
            raise CannotFetch("unreachable", type(failure).__name__) from None

    async def _local(self, path: str) -> AsyncGenerator[bytes, None]:
        """A file on our disk. Its path may hold the token, so it is told to nobody."""
        try:
            file = await asyncio.to_thread(self._opened, Path(path))
        except FileNotFoundError:
            raise CannotFetch("expired", "no such file on our disk") from None
        except OSError as failure:
            raise CannotFetch("unreachable", type(failure).__name__) from None
        try:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece
        except OSError as failure:
            raise CannotFetch("unreachable", type(failure).__name__) from None
        finally:
            file.close()

    def _opened(self, path: Path) -> BinaryIO:
        real = path.resolve(strict=True)
        if self._folder is None or not real.is_relative_to(self._folder) or not real.is_file():
            log.error("telegram names a file outside the configured folder", configured=self._folder is not None)
            raise CannotFetch("unreachable", "a path outside the configured folder")
        return real.open("rb")


def _cannot(refused: Refused) -> CannotFetch:
    said = refused.description.casefold()
    if "too big" in said:
        return CannotFetch("too_large", "the server gives out no file of this size")
    if refused.code == 400 and "temporarily" not in said:
        return CannotFetch("expired", "the server does not know the file any more")
    return CannotFetch("unreachable", f"HTTP {refused.code}")
