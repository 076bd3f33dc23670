"""The fake Telegram's server: how one call is read, checked, performed and answered, or comes to grief."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.fakes import telegram_limits as limits
from bot.fakes.serving import Served
from bot.fakes.telegram_limits import Refusal
from bot.fakes.telegram_messages import Messages
from bot.fakes.telegram_methods import GET_UPDATES, methods
from bot.fakes.telegram_settings import Settings
from bot.fakes.telegram_updates import hung_up
from bot.fakes.telegram_wire import read_call, sort_out
from bot.fakes.telegram_world import Wire
from bot.fakes.trouble import Mischief, Pulse, Step

_JSON = b"application/json"
_BAD_GATEWAY = b'{"ok":false,"error_code":502,"description":"Bad Gateway"}'
_NOT_FOUND = b'{"ok":false,"error_code":404,"description":"Not Found"}'
_REFUSING = (Step.TOO_MANY, Step.BROKEN, Step.GARBAGE)


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that a correct program never does; `chat` is 0 where none was named."""

    method: str
    code: int
    why: str
    chat: int = 0


class Calls:
    """The routes of the Bot API. `served` is the running server, whose connections can be cut."""

    def __init__(self, token: str, messages: Messages, settings: Settings, mischief: Mischief, pulse: Pulse) -> None:
        self.counts: Counter[str] = Counter()
        self.newest: deque[tuple[str, int, int]] = deque(maxlen=100_000)
        self.violations: list[Violation] = []
        self.served: Served | None = None
        self._token, self._mischief, self._pulse = token, mischief, pulse
        self._messages, self._settings = messages, settings
        self._methods = methods(messages, settings)
        self._largest = limits.UPLOAD if messages.own is None else limits.UPLOAD_OWN

    def routes(self) -> list[Route]:
        """Where calls and downloads come in."""
        return [
            Route("/bot{token}/{method}", _Endpoint(self._call)),
            Route("/file/bot{token}/{path:path}", _Endpoint(self._download)),
        ]

    def blame(self, method: str, why: str, code: int = 0, chat: int = 0) -> None:
        """Takes down what a correct program never does."""
        self.violations.append(Violation(method, code, why, chat))

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["path_params"]["method"]
        step = self._mischief.call(method)
        self.counts[method] += 1
        if step is Step.CUT_BEFORE:
            await self._cut(method, scope, receive)
            return
        if step is Step.DELAY:
            await self._pulse.sleep(self._mischief.seconds())
        code, body, result, chat = await self._settle(scope, receive, step)
        if step is Step.CUT_AFTER:
            self._remember(result)
            await self._cut(method, scope, receive)
            return
        self._note(method, code, chat)
        await _answer(send, code, body)

    async def _settle(self, scope: Scope, receive: Receive, step: Step) -> tuple[int, bytes, Any, int]:
        """What a call came to: code and body of its answer, its result, and the chat it was for."""
        method, given = scope["path_params"]["method"], {}
        try:
            given = await read_call(scope, receive, self._largest)
            if step in _REFUSING:
                return *self._refuse(step), None, _chat_of(given)
            result = await self._perform(scope["path_params"]["token"], method, given, receive)
        except Refusal as refused:
            if refused.wrong:
                self.blame(method, refused.why, refused.code, _chat_of(given))
            return refused.code, orjson.dumps(refused.body()), None, _chat_of(given)
        return 200, orjson.dumps({"ok": True, "result": result}), result, _chat_of(given)

    async def _perform(self, token: str, method: str, given: Wire, receive: Receive) -> Any:
        if token != self._token:
            raise Refusal(401, "Unauthorized", wrong=False)
        if method == "getUpdates":
            return await self._get_updates(sort_out(given, GET_UPDATES, ()), receive)
        known = self._methods.get(method)
        if known is None:
            raise Refusal(404, "Not Found: method not found")
        return await known.perform(sort_out(given, known.known, known.needed))

    async def _get_updates(self, given: Wire, receive: Receive) -> list[Wire]:
        self._settings.take_wanted(given)
        gone = asyncio.create_task(hung_up(receive))
        try:
            return await self._settings.updates.poll(
                given.get("offset", 0), given.get("limit", limits.POLL_UPDATES), given.get("timeout", 0), gone
            )
        finally:
            gone.cancel()

    def _refuse(self, step: Step) -> tuple[int, bytes]:
        wait = self._mischief.trouble.wait
        if step is Step.TOO_MANY:
            refused = Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
            return 429, orjson.dumps(refused.body())
        return (502, _BAD_GATEWAY) if step is Step.BROKEN else (200, b'{"ok":true,"result":{"mess<html>')

    def _remember(self, result: Any) -> None:
        """A message that arrived although the program is not told so."""
        if isinstance(result, dict) and "message_id" in result and "chat" in result:
            world = self._messages.world
            shown = world.chats[result["chat"]["id"]].messages[result["message_id"]]
            shown.cut = True
            world.ambiguous.append(shown)

    async def _cut(self, method: str, scope: Scope, receive: Receive) -> None:
        self._note(method, 0, 0)
        if self.served is None:
            raise RuntimeError("expected a running server to cut a connection of, found none; enter running()")
        await self.served.cut(scope, receive)

    def _note(self, method: str, code: int, chat: int) -> None:
        self.counts[f"{method} {code or 'cut'}"] += 1
        self.newest.append((method, code, chat))

    async def _download(self, scope: Scope, receive: Receive, send: Send) -> None:
        step = self._mischief.call("download")
        kept = self._messages.world.paths.get(scope["path_params"]["path"])
        self.counts["download"] += 1
        if step is Step.DELAY:
            await self._pulse.sleep(self._mischief.seconds())
        code, body, kind = 404, _NOT_FOUND, _JSON
        if step in _REFUSING:
            code, body = self._refuse(step)
        elif kept is not None and scope["path_params"]["token"] == self._token and self._messages.own is None:
            code, body, kind = 200, kept.data, b"application/octet-stream"
        if step is Step.CUT_AFTER:
            await _begin(send, code, len(body), kind)
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        if step in (Step.CUT_BEFORE, Step.CUT_AFTER):
            await self._cut("download", scope, receive)
            return
        self._note("download", code, 0)
        await _answer(send, code, body, kind)


class _Endpoint:
    """A bare ASGI endpoint: no request object is made where none is needed."""

    def __init__(self, call: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._call = call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._call(scope, receive, send)


async def _begin(send: Send, code: int, length: int, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(length).encode())]
    await send({"type": "http.response.start", "status": code, "headers": headers})


async def _answer(send: Send, code: int, body: bytes, kind: bytes = _JSON) -> None:
    await _begin(send, code, len(body), kind)
    await send({"type": "http.response.body", "body": body})


def _chat_of(given: Wire) -> int:
    chat = given.get("chat_id")
    return int(chat) if isinstance(chat, int | str) and str(chat).lstrip("-").isdecimal() else 0
