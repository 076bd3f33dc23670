"""The one path that Telegram posts updates to, before the web app: no cookies, no pages, a body of bounded size."""

from __future__ import annotations

import asyncio
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.handlers.telegram_limits import WEBHOOK

#: The path, and seconds that a body may take to arrive.
PATH = "/telegram"
_SLOWEST = 20.0
_SECRET = b"x-telegram-bot-api-secret-token"


class Door(Protocol):
    """Whoever takes updates."""

    async def webhook(self, body: bytes, secret_header: str) -> int:
        """Take one update; gives the HTTP status."""
        ...

    def knows(self, secret_header: str) -> bool:
        """Whether a call comes from Telegram; asked before a byte of its body is read."""
        ...


class TelegramCallback:
    """Serves one path itself and hands everything else to `app`."""

    def __init__(self, app: ASGIApp, door: Door, *, path: str = PATH, slowest: float = _SLOWEST) -> None:
        self._app, self._door, self._path, self._slowest = app, door, path, slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
        elif scope["method"] != "POST":
            await _send(send, 405)
        else:
            await _send(send, await self._status(scope, receive))

    async def _status(self, scope: Scope, receive: Receive) -> int:
        secret = next((value for name, value in scope["headers"] if name == _SECRET), b"").decode("latin-1")
        if not self._door.knows(secret):
            return 403
        try:
            async with asyncio.timeout(self._slowest):
                body = await _body(receive)
        except TimeoutError:
            return 408
        return await self._door.webhook(body, secret)


async def _body(receive: Receive) -> bytes:
    """The body, cut after the first byte that is too much."""
    body, more = b"", True
    while more and len(body) <= WEBHOOK:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body[: WEBHOOK + 1]


async def _send(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
