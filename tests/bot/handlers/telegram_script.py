"""A Bot API that answers by script, and an intake that remembers, for the tests of the Telegram channel."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from telegram.request import RequestData

from bot.handlers.ports import Answer, Ballots, Card, Delivered, Given, Replies, TooMany, Wanted
from bot.handlers.post import NoFile
from bot.handlers.telegram_door import TelegramDoor
from bot.handlers.telegram_http import AioRequest, RawBot
from bot.talk.messages import Attachment, Incoming, Outgoing

BOT = 12345678
TOKEN = f"{BOT}:not-a-token"
KEY = b"k" * 32
AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ANN = {"id": 138, "is_bot": False, "first_name": "甲"}
CHAT = {"id": 138, "type": "private", "first_name": "甲"}
GROUP = {"id": -100200, "type": "supergroup", "title": "群"}


class Scripted(AioRequest):
    """Answers calls from lists by method, then with `usual`; `calls` holds what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, deque[Any]] = defaultdict(deque)
        self.usual: dict[str, Any] = {"getMe": {"id": BOT, "username": "xinshi_bot"}, "getUpdates": []}

    def script(self, method: str, *answers: Any) -> None:
        """What the next calls of a method get: a result, an exception, or an event: set, and never answered."""
        self.answers[method].extend(answers)

    def named(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of a method."""
        return [fields for name, fields in self.calls if name == method]

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        fields: dict[str, Any] = dict(request_data.parameters) if request_data is not None else {}
        if request_data is not None:
            fields |= request_data.multipart_data
        self.calls.append((name, fields))
        await asyncio.sleep(0)
        answer = self.answers[name].popleft() if self.answers[name] else self.usual.get(name, {"message_id": 71})
        if isinstance(answer, asyncio.Event):
            answer.set()
            await asyncio.Event().wait()
        if isinstance(answer, BaseException):
            raise answer
        return 200, orjson.dumps({"ok": True, "result": answer})


async def until(check: Callable[[], bool]) -> None:
    """Let the loop turn until something is so. Raises `AssertionError` where it never is."""
    for _ in range(5000):
        if check():
            return
        await asyncio.sleep(0)
    raise AssertionError("expected it to come true within 5000 turns of the loop")


def scripted() -> tuple[RawBot, Scripted]:
    """A bot on a scripted server."""
    request = Scripted()
    return RawBot(TOKEN, base_url="http://127.0.0.1/bot", request=request, get_updates_request=request), request


class Clock:
    """A clock that moves a second at every look."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


class Remembering:
    """An `Intake` that keeps everything in lists. `broken` holds ids whose acceptance fails, with how often."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.wanted: dict[str, tuple[Wanted, ...]] = {}
        self.quarantined: dict[str, tuple[bytes, str]] = {}
        self.reached: list[tuple[str, str]] = []
        self.sent: dict[int, Given] = {}
        self.admins: set[str] = set()
        self.broken: dict[str, int] = {}
        self.shut: dict[str, asyncio.Event] = {}
        self.down = False
        #: Ids of what was put by, and how many of one sender may be.
        self.put: list[str] = []
        self.most = 100

    async def put_by(self, messages: Sequence[Incoming]) -> None:
        if self.down:
            raise OSError("disk full")
        self.put += [each.id for each in messages[: self.most]]
        self.taken += messages[: self.most]
        if len(messages) > self.most:
            raise TooMany(first=True)

    async def accept(
        self, incoming: Incoming, *, wanted: Sequence[Wanted] = (), passive: bool = False
    ) -> asyncio.Future[Replies]:
        if incoming.id in self.shut:
            await asyncio.wait_for(self.shut[incoming.id].wait(), 5)
        if self.down:
            raise OSError("disk full")
        if self.broken.get(incoming.id, 0) > 0:
            self.broken[incoming.id] -= 1
            raise ZeroDivisionError("a broken intake")
        if incoming.id not in {each.id for each in self.taken}:
            self.taken.append(incoming)
            self.wanted[incoming.id] = tuple(wanted)
        replies: asyncio.Future[Replies] = asyncio.get_running_loop().create_future()
        replies.set_result(())
        return replies

    async def given(self, ids: Sequence[int]) -> Mapping[int, Given]:
        return {number: self.sent[number] for number in ids if number in self.sent}

    async def delivered(self, told: Sequence[Delivered]) -> None:
        raise AssertionError("Telegram hands over nothing itself")

    async def release(self, ids: Sequence[int]) -> None:
        raise AssertionError("Telegram hands over nothing itself")

    def holds(self, address: str) -> bool:
        return False

    async def held(self, address: str) -> list[tuple[Outgoing, int]]:
        return []

    async def quarantine(self, channel: str, number: str, body: bytes, why: str, at: datetime) -> None:
        if self.down:
            raise OSError("disk full")
        self.quarantined[number] = (body, why)

    async def reach(self, channel: str, address: str, state: str, at: datetime) -> None:
        self.reached.append((f"{channel}:{address}", state))

    async def is_admin(self, channel: str, address: str) -> bool:
        return address in self.admins

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.taken]


class Pages:
    """Links of a deployment with (or without) a public address."""

    def __init__(self, base: str = "https://xinshi.example") -> None:
        self.base = base

    def file(self, address: str, attachment: Attachment, at: datetime) -> str:
        return f"{self.base}/f?a={address}&r={attachment.ref}" if self.base else ""

    def upload(self, address: str, at: datetime, question: str = "") -> str:
        bound = f"&q={question}" if question else ""
        return f"{self.base}/u?a={address}&s=1{bound}" if self.base else ""

    def page(self, address: str, at: datetime) -> str:
        return f"https://example.cn/b/{address}"


class Shelf:
    """Files by their reference."""

    def __init__(self, **contents: bytes) -> None:
        self._contents = contents

    async def contents(self, attachment: Attachment) -> bytes:
        if attachment.ref not in self._contents:
            raise NoFile(attachment.ref)
        return self._contents[attachment.ref]


def message(number: int, text: str = "", /, **more: Any) -> dict[str, Any]:
    """A raw update with a private message."""
    said = {"text": text} if text else {}
    return {"update_id": number, "message": {"message_id": 5, "from": ANN, "chat": CHAT, "date": 1, **said, **more}}


def press(number: int, data: str, /, **more: Any) -> dict[str, Any]:
    """A raw update with a pressed button under message 70."""
    under = {"message_id": 70, "chat": CHAT, "date": 1, "text": "?", "from": {**ANN, "id": BOT, "is_bot": True}}
    query = {"id": f"q{number}", "from": ANN, "chat_instance": "1", "data": data, "message": under, **more}
    return {"update_id": number, "callback_query": query}


def file_of(fields: Mapping[str, Any]) -> tuple[str, bytes]:
    """Name and content of the document in a call."""
    name, contents, _ = fields["document"]
    return name, contents


NOTE, TOO_MANY = "请在私聊中查看。", "太快了。"


class NoBallots:
    """An office of ballots with nothing to vote on."""

    async def begin(self, address: str, at: datetime) -> Sequence[Card]:
        return ()

    async def press(self, address: str, data: str, number: str, at: datetime) -> Answer:
        return Answer("没有选票。", alert=True)


class Room:
    """A door whose polls are scripted; `polled` runs it until the script is at its end."""

    def __init__(self, ballots: Ballots | None = None, **more: Any) -> None:
        self.bot, self.request = scripted()
        self.intake = Remembering()
        self.pauses: list[float] = []
        self.door = TelegramDoor(
            self.bot,
            self.intake,
            Clock(),
            ballots or NoBallots(),
            key=KEY,
            note=NOTE,
            too_many=TOO_MANY,
            sleep=self._pause,
            **{"poll_seconds": 25, **more},
        )

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    async def polled(self, *answers: Any) -> list[int | None]:
        """Run until every answer was given and one more was asked for; gives the offsets that were asked for."""
        end = asyncio.Event()
        self.request.script("getUpdates", *answers, end)
        task = asyncio.create_task(self.door.run())
        await asyncio.wait_for(end.wait(), 5)
        await aside()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return [fields.get("offset") for fields in self.request.named("getUpdates")]


async def aside() -> None:
    """Let small calls beside the updates get their turn."""
    for _ in range(10):
        await asyncio.sleep(0)


def other(number: int, text: str) -> dict[str, Any]:
    return message(number, text, **{"from": {**ANN, "id": 139}, "chat": {"id": 139, "type": "private"}})
