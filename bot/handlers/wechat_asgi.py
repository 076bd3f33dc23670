"""WeChat's callbacks as bare ASGI, before the web app and its middleware: a campaign's rush arrives through here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.handlers.wechat_door import Answer
from rules.accounts import CALLBACK_BYTES

PATH = "/wechat"
#: Seconds in which a body must have come; the platform itself gives up after 5.
_SLOWEST = 3.0
_TOO_SLOW = Answer(408, b"")


class Door(Protocol):
    """Whoever answers callbacks."""

    async def callback(self, method: str, query: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request."""
        ...


class WeChatCallback:
    """Serves one path itself and hands everything else to `app`."""

    def __init__(self, app: ASGIApp, door: Door, *, path: str = PATH, slowest: float = _SLOWEST) -> None:
        self._app, self._door, self._path, self._slowest = app, door, path, slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        body: bytes | None = b""
        try:
            if method == "POST":
                body = await self._body(receive)
        except TimeoutError:
            await _send(send, _TOO_SLOW)
            return
        if body is not None:
            await _send(send, await self._door.callback(method, read_query(scope["query_string"]), body))

    async def _body(self, receive: Receive) -> bytes | None:
        """The body, cut after the first byte that is too much; None where the sender left. Raises `TimeoutError`."""
        async with asyncio.timeout(self._slowest):
            message = await receive()
            body: bytes = message.get("body", b"")
            while message.get("more_body", False) and len(body) <= CALLBACK_BYTES:
                message = await receive()
                body += message.get("body", b"")
        return None if message["type"] == "http.disconnect" else body[: CALLBACK_BYTES + 1]


def read_query(raw: bytes) -> dict[str, str]:
    """A query string by name; the last of a repeated name counts."""
    text = raw.decode("ascii", "replace")
    query: dict[str, str] = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        query[name] = unquote_plus(value) if "%" in value or "+" in value else value
    return query


async def _send(send: Send, answer: Answer) -> None:
    headers: list[Any] = [(b"content-type", answer.media.encode()), (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
