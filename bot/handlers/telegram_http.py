"""Calls to a Bot API server: python-telegram-bot's `Bot` on aiohttp, with errors by name and without a token in any.

A bot's token is part of every address it calls. So nothing here puts an address, or an exception of the HTTP library
that holds one, into a message, a log line or a `repr`, and redirects are not followed.

    TelegramError
    ├── Refused                the server answered with an error: `code`, `description`, `retry_after`
    └── NetworkError
        ├── Unreached          no connection: the request certainly was not sent
        └── CutOff             the request was under way, and no usable answer came back
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import aiohttp
import orjson
from telegram import Bot
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

#: Seconds for a connection (waiting for one of the pool included), for the next bytes of an answer, and for a call.
CONNECT, READ, WRITE = 10.0, 20.0, 20.0
#: Bytes per second that a file moves at least, and seconds of the longest call with one.
SLOWEST, FILE_CALL = 50_000, 3600.0
#: Connections at once.
POOL = 64
#: Seconds an idle connection is kept; shorter than any server keeps it, so that none is used as it is closed.
IDLE = 15.0
#: Bytes of an answer that are read at most.
MOST = 32 << 20
#: Bytes of a file handed on at once.
PIECE = 1 << 16
#: Characters of a server's words that are kept.
_WORDS = 200

#: What aiohttp raises while there is no connection yet, so that no byte of the request was written.
_BEFORE = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
)


class Unreached(NetworkError):
    """No connection to the Bot API server or the proxy: nothing was sent. Check the network and `telegram.proxy`."""


class CutOff(NetworkError):
    """The request was under way and no usable answer came: whether it was carried out, nobody knows."""


class Refused(TelegramError):
    """The Bot API server answered with an error. `code` is HTTP's, `retry_after` in seconds (0: none was named)."""

    def __init__(self, code: int, description: str, retry_after: float = 0.0) -> None:
        super().__init__(f"expected 200 from the Bot API, found {code}: {description}")
        self.code, self.description, self.retry_after = code, description, retry_after


class AioRequest(BaseRequest):
    """python-telegram-bot's way to the network, by aiohttp."""

    __slots__ = ("_proxy", "_session", "_size")

    def __init__(self, *, proxy: str = "", size: int = POOL) -> None:
        self._proxy, self._size = proxy or None, size
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return "AioRequest()"

    @property
    def read_timeout(self) -> float | None:
        """Seconds for an answer where a call names none."""
        return READ

    async def initialize(self) -> None:
        """Make the pool of connections; again after `shutdown` makes a new one."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._size, keepalive_timeout=IDLE),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call, answered with 200. Raises `Refused`, `Unreached`, `CutOff`."""
        files = request_data is not None and request_data.contains_files
        read = _seconds(read_timeout, READ)
        connect = _seconds(connect_timeout, CONNECT)
        total = connect + _seconds(write_timeout, WRITE) + read
        if request_data is not None and files:
            total = min(total + _size(request_data) / SLOWEST, FILE_CALL)
        limits = aiohttp.ClientTimeout(total=total, connect=connect, sock_read=None if files else read)
        written = _body(request_data)
        try:
            async with self._open(method, url, limits, **written) as answer:
                code, body = answer.status, await _whole(answer)
        except TelegramError:
            raise
        except Exception as failure:  # noqa: BLE001  the library would tell its whole text, which may hold the address
            raise _named(failure) from None
        if not 200 <= code <= 299:
            raise _refused(code, body)
        return code, body

    async def stream(self, url: str) -> AsyncGenerator[bytes, None]:
        """A file as it comes in. Raises `Refused`, `Unreached`, `CutOff`."""
        limits = aiohttp.ClientTimeout(total=FILE_CALL, connect=CONNECT, sock_read=READ)
        try:
            async with self._open("GET", url, limits) as answer:
                if answer.status != 200:
                    raise Refused(answer.status, "a file")
                async for piece in answer.content.iter_chunked(PIECE):
                    yield piece
        except (aiohttp.ClientError, OSError, TimeoutError) as failure:
            raise _named(failure) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer with a `result`. Raises `CutOff` for anything else."""
        answer = loaded(payload)
        if not isinstance(answer, dict) or "result" not in answer:
            raise CutOff("expected JSON with a result from the Bot API, found something else")
        return answer

    def _open(self, method: str, url: str, limits: aiohttp.ClientTimeout, **body: Any) -> Any:
        if self._session is None or self._session.closed:
            raise Unreached("expected an open connection pool, found it closed")
        address = URL(url, encoded=True)
        return self._session.request(method, address, timeout=limits, proxy=self._proxy, allow_redirects=False, **body)


class RawBot(Bot):
    """A `Bot` whose calls give the answers as they come; objects for each of them cost more than the rest of a call."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "RawBot()"

    @property
    def number(self) -> int:
        """The bot's own user id, which is the first half of its token; 0 for a token of another shape."""
        head = self.token.partition(":")[0]
        return int(head) if head.isascii() and head.isdigit() else 0

    async def call(self, method: str, fields: Mapping[str, Any], *, read_timeout: float = READ) -> Any:
        """Call one method of the Bot API by its name there; gives the plain `result`.

        Raises `Refused`, `Unreached`, `CutOff`.
        """
        return await self._post(method, dict(fields), read_timeout=read_timeout)


def open_bot(token: str, base_url: str, *, proxy: str = "", local: bool = False) -> tuple[RawBot, AioRequest]:
    """A bot with its way to the network, not yet initialised: call `initialize()` and `shutdown()` of the latter.

    `Bot.initialize` is not to be used: what it raises for a wrong token holds the token. The library's own log tells
    addresses and everybody's messages at DEBUG; it is quietened here.
    """
    for name in ("telegram", "aiohttp"):
        logging.getLogger(name).setLevel(logging.WARNING)
    request = AioRequest(proxy=proxy)
    bot = RawBot(
        token,
        base_url=f"{base_url}/bot",
        base_file_url=f"{base_url}/file/bot",
        request=request,
        get_updates_request=request,
        local_mode=local,
    )
    return bot, request


def loaded(body: bytes) -> Any:
    """JSON; None for anything else. The standard library reads what orjson refuses, such as half an emoji."""
    try:
        return orjson.loads(body)
    except ValueError:
        try:
            return json.loads(body.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None


def _seconds(given: Any, usual: float) -> float:
    return float(given) if isinstance(given, int | float) and not isinstance(given, bool) else usual


def _body(data: RequestData | None) -> dict[str, Any]:
    """JSON, or a form where a file goes with it. Raises `Refused` where there is no JSON for it."""
    if data is None:
        return {}
    if not data.contains_files:
        try:
            return {"data": orjson.dumps(data.parameters), "headers": {"Content-Type": "application/json"}}
        except TypeError:
            raise Refused(400, "what was asked cannot be written as JSON") from None
    # Telegram takes a file's name as it stands, so it must not be percent-encoded.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, contents, kind) in data.multipart_data.items():
        form.add_field(name, contents, filename=filename, content_type=kind)
    return {"data": form}


def _size(data: RequestData) -> int:
    """Bytes of the files in a call."""
    return sum(len(contents) for _, contents, _ in data.multipart_data.values() if isinstance(contents, bytes))


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    """The answer's body, up to `MOST`."""
    if (answer.content_length or 0) > MOST:
        raise CutOff(f"expected an answer of at most {MOST} bytes, found a longer one")
    pieces: list[bytes] = []
    left = MOST
    async for piece in answer.content.iter_any():
        left -= len(piece)
        if left < 0:
            raise CutOff(f"expected an answer of at most {MOST} bytes, found a longer one")
        pieces.append(piece)
    return b"".join(pieces)


def _named(failure: Exception) -> NetworkError:
    """The failure by our name, with nothing of its text, which may hold the address."""
    kind = type(failure).__name__
    if isinstance(failure, _BEFORE):
        return Unreached(f"expected a connection to the Bot API server, found {kind}")
    if isinstance(failure, asyncio.TimeoutError):
        return CutOff(f"expected an answer from the Bot API in time, found {kind}")
    return CutOff(f"expected an answer from the Bot API, found {kind}")


def _refused(code: int, body: bytes) -> Refused:
    answer = loaded(body)
    if not isinstance(answer, dict):
        return Refused(code, "no description")
    parameters = answer.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return Refused(code, str(answer.get("description", ""))[:_WORDS] or "no description", _seconds(wait, 0.0))
