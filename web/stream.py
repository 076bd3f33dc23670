"""The stream of new messages to an open page (server-sent events), taken up again where it broke off.

Events: `message` (id: the message's number; data: its HTML), `state` (which question is open, what time it is) after
messages, and `tick` with the time while nothing happens, which keeps proxies from hanging up.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.handlers.webchat import CHANNEL
from web import identity
from web.chat import Chat, number
from web.config import WebConfig
from web.ports import Ports, Shown
from web.refused import Refused


class Streams:
    """The route `/chat/events`. When somebody opens too many pages, the oldest stream ends."""

    def __init__(self, ports: Ports, config: WebConfig, chat: Chat) -> None:
        self._ports = ports
        self._config = config
        self._chat = chat
        self._open: defaultdict[str, list[object]] = defaultdict(list)
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Ends all streams: the server is about to stop, and would wait for them."""
        self._ending.set()

    async def events(self, request: Request) -> Response:
        """Streams what comes after the header `Last-Event-ID`, or else after the query's `after`."""
        guest = await identity.find_guest(request, self._config, self._ports.guests)
        if guest is None:
            raise Refused(401, "no_cookie")
        headers = {"x-accel-buffering": "no", "cache-control": "no-store"}
        if request.method == "HEAD":
            return Response(headers=headers | {"content-type": "text/event-stream"})
        asked = number(request.headers.get("last-event-id", ""))
        if asked is None:
            asked = number(request.query_params.get("after", "")) or 0
        return StreamingResponse(
            self._follow(guest.address, asked), media_type="text/event-stream; charset=utf-8", headers=headers
        )

    async def _follow(self, address: str, after: int) -> AsyncIterator[bytes]:
        turn = object()
        turns = self._open[address]
        turns.append(turn)
        del turns[: -self._config.streams_per_guest]
        end = asyncio.get_running_loop().time() + self._config.stream_life
        try:
            yield b"retry: 2000\n\n"
            while turn in turns and not self._ending.is_set() and asyncio.get_running_loop().time() < end:
                fresh = await self._fresh(address, after)
                for message in fresh:
                    yield event("message", self._chat.drawn(message), number=message.id)
                    after = message.id
                yield event("state" if fresh else "tick", await self._standing(address, bool(fresh)))
        finally:
            if turn in turns:
                turns.remove(turn)
            if not turns:
                self._open.pop(address, None)

    async def _fresh(self, address: str, after: int) -> list[Shown]:
        """What is new, as soon as something is; nothing after a heartbeat of silence, or when all is to end."""
        limit = self._config.page
        # Listening begins before looking, so that nothing committed in between is overslept.
        ring = asyncio.ensure_future(self._ports.bell.wait(address, self._config.heartbeat))
        ending = asyncio.ensure_future(self._ending.wait())
        try:
            if fresh := await self._ports.chats.since(CHANNEL, address, after=after, limit=limit):
                return fresh
            await asyncio.wait({ring, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ring.cancel()
            ending.cancel()
        return await self._ports.chats.since(CHANNEL, address, after=after, limit=limit)

    async def _standing(self, address: str, fresh: bool) -> dict[str, Any]:
        return await self._chat.state(address) if fresh else self._chat.time()


def event(kind: str, data: dict[str, Any], *, number: int | None = None) -> bytes:
    """One event as it goes over the wire; JSON holds no bare newline, so its data is one line."""
    head = b"" if number is None else f"id: {number}\n".encode()
    return head + f"event: {kind}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"
