"""Reading a posted form as it arrives: bounded in size, number and time, files straight into the file store.

Starlette bounds neither a body nor a file, so forms are read here. Fields come before files in our pages; `admit` is
called with the fields before the first byte of a file is kept, and once more at the end.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from bot.handlers.webchat import Posted, file_name
from bot.talk.messages import File
from web.config import WebConfig
from web.ports import Files, NotTaken, TooLarge
from web.refused import Refused

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

Admit = Callable[[Posted], None]


async def read_form(request: Request, config: WebConfig, *, admit: Admit, files: Files | None = None) -> Posted:
    """The form of a request. Raises `Refused`, after it has read on for a while so that the answer is seen."""
    stream = _steady(request, config)
    try:
        return await _read(request, config, stream, admit, files)
    except Refused:
        await _drain(stream, config.max_file_size)
        raise
    except FormParserError:
        raise Refused(400, "bad_form") from None


async def _read(
    request: Request, config: WebConfig, stream: AsyncIterator[bytes], admit: Admit, files: Files | None
) -> Posted:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    largest = config.max_fields_size + (config.max_file_size if files else 0)
    if not (length := request.headers.get("content-length", "0")).isdecimal() or len(length) > 15:
        raise Refused(400, "bad_form")
    if int(length) > largest + 64 * 1024:
        raise Refused(413, "too_large" if files else "too_long_form", limit=config.max_file_size // 2**20)
    if kind == b"application/x-www-form-urlencoded":
        posted = await _plain(stream, config)
    elif kind == b"multipart/form-data" and options.get(b"boundary") and files is not None:
        posted = await _Parts(stream, options[b"boundary"], config).read(admit, files)
    else:
        raise Refused(415, "bad_form")
    admit(posted)
    return posted


async def _plain(stream: AsyncIterator[bytes], config: WebConfig) -> Posted:
    body = b""
    async for chunk in stream:
        body += chunk
        if len(body) > config.max_fields_size:
            raise Refused(413, "too_long_form")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=config.max_fields
        )
    except ValueError:
        raise Refused(400, "bad_form") from None
    return Posted(tuple(pairs))


async def _steady(request: Request, config: WebConfig) -> AsyncIterator[bytes]:
    """The body, as long as it keeps coming: a form within `patience`, a file at 10 kB/s or better."""
    clock = asyncio.get_running_loop().time
    began, seen, chunks = clock(), 0, request.stream()
    while True:
        try:
            async with asyncio.timeout(config.idle):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Refused(408, "too_slow") from None
        seen += len(chunk)
        if clock() - began > config.patience + seen / 10_000:
            raise Refused(408, "too_slow")
        yield chunk


async def _drain(stream: AsyncIterator[bytes], limit: int) -> None:
    """Reads on and forgets: a browser that is still sending does not look at the answer."""
    try:
        async with asyncio.timeout(20):
            async for chunk in stream:
                limit -= len(chunk)
                if limit < 0:
                    return
    except (TimeoutError, Refused):
        return


class _Parts:
    """A multipart body, pulled part by part: the parser's callbacks become events, the events fields and files."""

    def __init__(self, stream: AsyncIterator[bytes], boundary: bytes, config: WebConfig) -> None:
        self._stream = stream
        self._config = config
        self._events: deque[tuple[str, bytes]] = deque()
        self._header = b""
        self._value = b""
        callbacks: MultipartCallbacks = {
            "on_header_field": self._on_header,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header_end,
            "on_part_data": lambda data, start, end: self._events.append(("data", data[start:end])),
            "on_part_end": lambda: self._events.append(("end", b"")),
        }
        self._parser = MultipartParser(boundary, callbacks)

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._events.append(("part", self._value))
        self._header = self._value = b""

    async def _next(self) -> tuple[str, bytes] | None:
        while not self._events:
            try:
                chunk = await anext(self._stream)
            except StopAsyncIteration:
                self._parser.finalize()
                return None
            self._parser.write(chunk)
        return self._events.popleft()

    async def _data(self) -> AsyncIterator[bytes]:
        """The bytes of the part that has just begun."""
        while (event := await self._next()) is not None:
            if event[0] == "end":
                return
            yield event[1]
        raise Refused(400, "bad_form")

    async def read(self, admit: Admit, files: Files) -> Posted:
        """All fields and files, in order. A button pressed while files are chosen leaves them out, by name."""
        fields: list[tuple[str, str]] = []
        kept: list[File] = []
        left: list[str] = []
        room = self._config.max_fields_size
        while (event := await self._next()) is not None:
            if event[0] != "part":
                raise Refused(400, "bad_form")
            options = parse_options_header(event[1])[1]
            name = options.get(b"name", b"").decode("latin-1")
            if len(fields) + len(kept) + len(left) >= self._config.max_fields:
                raise Refused(400, "bad_form")
            if b"filename" in options:
                admit(Posted(tuple(fields)))
                raw = _decoded(options[b"filename"])
                if raw and any(key in ("press", "word") for key, _ in fields):
                    left.append(file_name(raw))
                    async for _ in self._data():
                        pass
                else:
                    kept += await self._file(raw, kept, files)
                continue
            value = await self._field(room)
            room -= len(value)
            fields.append((name, value.decode("utf-8", "replace")))
        return Posted(tuple(fields), tuple(kept), tuple(left))

    async def _field(self, room: int) -> bytes:
        value = b""
        async for data in self._data():
            value += data
            if len(value) > room:
                raise Refused(413, "too_long_form")
        return value

    async def _file(self, raw: str, kept: list[File], files: Files) -> list[File]:
        """Keeps one file. A browser sends an unused file box as a part with neither name nor bytes."""
        chunks = self._data()
        first = await anext(chunks, b"")
        if not raw and not first:
            return []
        if len(kept) >= self._config.max_files:
            raise Refused(413, "too_many_files", limit=self._config.max_files)
        name, room = file_name(raw), self._config.max_file_size - sum(file.size for file in kept)
        if not first:
            raise Refused(422, "empty_file", name=name)
        try:
            return [await files.keep(name, _again(first, chunks), room)]
        except TooLarge:
            raise Refused(413, "too_large", limit=self._config.max_file_size // 2**20) from None
        except NotTaken as against:
            raise Refused(422, f"not_taken.{against.why}", name=name) from None


async def _again(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


def _decoded(raw: bytes) -> str:
    """A file name as browsers write it into a multipart header: UTF-8, with quotes and newlines percent-coded."""
    name = raw.decode("utf-8", "replace")
    return name.replace("%22", '"').replace("%0D", "").replace("%0A", " ")
