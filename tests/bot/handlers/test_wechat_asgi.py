"""The bare ASGI path: what reaches the door, and what never does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.handlers.wechat_asgi import WeChatCallback, read_query
from bot.handlers.wechat_door import Answer

Message = dict[str, Any]


class Echo:
    """A door that answers with what it was given."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], bytes]] = []

    async def callback(self, method: str, query: Mapping[str, str], body: bytes) -> Answer:
        self.seen.append((method, dict(query), body))
        return Answer(200, "好".encode(), "application/xml")


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "elsewhere", "scope": scope["type"]})


async def ask(door: Echo, messages: list[Message], *, slowest: float = 1.0, **scope: Any) -> list[Any]:
    sent: list[Any] = []
    waiting = iter(messages)

    async def receive() -> Message:
        if (message := next(waiting, None)) is not None:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    whole = {"type": "http", "path": "/wechat", "method": "POST", "query_string": b"a=1"} | scope
    await WeChatCallback(elsewhere, door, slowest=slowest)(whole, receive, send)
    return sent


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_parts_reaches_the_door_whole() -> None:
    door = Echo()
    sent = await ask(door, [part(b"ab", more=True), part(b"", more=True), part(b"c")])
    assert door.seen == [("POST", {"a": "1"}, b"abc")]
    assert sent == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/xml"), (b"content-length", b"3")],
        },
        {"type": "http.response.body", "body": "好".encode()},
    ]


async def test_a_get_needs_no_body() -> None:
    door = Echo()
    await ask(door, [], method="GET", query_string=b"echostr=%2B+1")
    assert door.seen == [("GET", {"echostr": "+ 1"}, b"")]


@pytest.mark.parametrize("scope", [{"path": "/"}, {"path": "/wechat/"}, {"type": "lifespan"}, {"type": "websocket"}])
async def test_everything_else_goes_elsewhere(scope: Message) -> None:
    door = Echo()
    kind = scope.get("type", "http")
    assert (await ask(door, [], **scope), door.seen) == ([{"type": "elsewhere", "scope": kind}], [])


async def test_no_more_is_read_than_is_too_much() -> None:
    door = Echo()
    await ask(door, [part(b"x" * 40_000, more=True), part(b"x" * 40_000, more=True)])
    assert [len(body) for _, _, body in door.seen] == [65_537]


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    door = Echo()
    sent = await ask(door, [part(b"<xml", more=True)], slowest=0.02)
    assert (sent[0]["status"], door.seen) == (408, [])


async def test_whoever_leaves_is_not_answered() -> None:
    door = Echo()
    assert await ask(door, [part(b"<xml", more=True), {"type": "http.disconnect"}]) == []
    assert door.seen == []


@pytest.mark.parametrize(
    ("raw", "query"),
    [
        (b"", {"": ""}),
        (b"a=1&b=%E4%BF%A1&a=2", {"a": "2", "b": "信"}),
        (b"a&=b&c==", {"a": "", "": "b", "c": "="}),
        (b"a=\xff%ff%zz", {"a": "\ufffd\ufffd%zz"}),
    ],
)
def test_a_query_is_read_by_name(raw: bytes, query: dict[str, str]) -> None:
    assert read_query(raw) == query
