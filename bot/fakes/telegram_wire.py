"""Reading a call as Telegram does: JSON, form or multipart, every parameter known by name and of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from bot.fakes.telegram_limits import Refusal, bad
from bot.fakes.telegram_world import Wire

#: What a body may hold besides the file itself.
_BESIDE = 2**20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    name: str
    data: bytes
    mime: str


async def read_call(scope: Scope, receive: Receive, limit: int) -> Wire:
    """The parameters as they came: text, JSON values, `Upload`s. Raises `Refusal` 413 beyond `limit` bytes, or 400."""
    request = Request(scope, _Bounded(receive, limit + _BESIDE))
    given: Wire = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return given | await _multipart(request)
    body = await request.body()
    if not body:
        return given
    try:
        if kind == "application/json":
            return given | _object(orjson.loads(body))
        return given | dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    except (ValueError, UnicodeDecodeError) as wrong:
        raise bad(f"can't parse the body: {type(wrong).__name__}") from wrong


def _object(value: Any) -> Wire:
    if not isinstance(value, dict):
        raise bad("object expected as body")
    return value


class _Bounded:
    """A body that is read to its end, but kept only up to a limit: who still sends does not look at an answer."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left >= 0:
            return message
        while message["type"] == "http.request" and message.get("more_body"):
            message = await self._receive()
        raise Refusal(413, "Request Entity Too Large")


async def _multipart(request: Request) -> Wire:
    try:
        form = await MultiPartParser(request.headers, request.stream(), max_part_size=_BESIDE).parse()
    except (MultiPartException, KeyError) as wrong:
        raise bad("can't parse the multipart body") from wrong
    given: Wire = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            mime = value.content_type or "application/octet-stream"
            given[name] = Upload(value.filename or name, await value.read(), mime)
            await value.close()
        else:
            given[name] = value
    return given


# --- Kinds of parameters. Each takes what came and gives what is meant, or raises ValueError.


def whole(value: Any) -> int:
    """A whole number, also written as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return int(value)
    raise ValueError("an integer")


def flag(value: Any) -> bool:
    """True or false, also written as text."""
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "1", "yes", "false", "0", "no"):
        return str(value).lower() in ("true", "1", "yes")
    raise ValueError("a boolean")


def words(value: Any) -> str:
    """A text."""
    if isinstance(value, str):
        return value
    raise ValueError("a string")


def thing(value: Any) -> Any:
    """An object or a list, also written as JSON text."""
    if isinstance(value, str):
        value = orjson.loads(value)
    if isinstance(value, dict | list):
        return value
    raise ValueError("a JSON object or array")


def content(value: Any) -> str | Upload:
    """A file: uploaded, or the name of one that is known."""
    if isinstance(value, str | Upload):
        return value
    raise ValueError("a file")


Kind = Callable[[Any], Any]


def sort_out(given: Wire, known: dict[str, Kind], needed: tuple[str, ...]) -> Wire:
    """Parameters by name, each of its kind. Raises `Refusal` for one that is unknown, unfit or missing."""
    taken: Wire = {}
    attached = {_part(given.get(name)) for name, kind in known.items() if kind is content}
    for name, value in given.items():
        if name not in known:
            if name not in attached:
                raise bad(f"parameter {name} is unknown to this method")
            continue
        try:
            taken[name] = known[name](given.get(_part(value), value) if known[name] is content else value)
        except ValueError as wrong:
            raise bad(f"parameter {name} must be {wrong}") from wrong
    for name in needed:
        if name not in taken:
            raise bad(f"parameter {name} is required")
    return taken


def _part(value: Any) -> str:
    """The part of a multipart body that a parameter names, "" if none."""
    return value.removeprefix("attach://") if isinstance(value, str) and value.startswith("attach://") else ""
