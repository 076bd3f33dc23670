"""The platform's side of a callback and a scripted intake, for the tests of WeChat's door."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from wechatpy.crypto import WeChatCrypto

from bot.handlers.ports import Delivered, Given, Replies, Wanted
from bot.handlers.wechat import Grant, Phrases
from bot.handlers.wechat_codec import Codec
from bot.handlers.wechat_door import Answer, WeChatDoor
from bot.talk.messages import Attachment, Incoming, Outgoing

TOKEN, AES_KEY, APP_ID = "wordless", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0000000000000000"
PERSON, ACCOUNT, ADDRESS = "oPERSON-_01", "gh_000000000000", "wechat:oPERSON-_01"
BUTTON_KEY = b"k" * 32
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PHRASES = Phrases(
    reply="回复：",
    more="（未完，回复“继续”看下文）",
    waiting="（还有之前的消息，回复“继续”查看）",
    put_off=lambda ahead: f"您前面有 {ahead} 人",
    too_many="太快了",
)
Query = dict[str, str]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Links:
    """Links that say what they are for."""

    def file(self, address: str, attachment: Attachment, at: datetime) -> str:
        return f"https://xinshi.example/f/{attachment.ref}?for={address}"

    def upload(self, address: str, at: datetime, question: str = "") -> str:
        return f"https://xinshi.example/u?for={address}{question and '&q=' + question}"

    def page(self, address: str, at: datetime) -> str:
        return f"https://example.cn/b/{address}"


@dataclass
class Intake:
    """Keeps what it is told. `script` gives the replies to a message; `gate` holds them back, `slow` the keeping."""

    script: Mapping[str, Replies] = field(default_factory=dict)
    told: list[Delivered] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    accepted: list[tuple[Incoming, tuple[Wanted, ...]]] = field(default_factory=list)
    kept: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    reached: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[Outgoing, int]] = field(default_factory=list)
    known: dict[int, Given] = field(default_factory=dict)
    gate: asyncio.Event | None = None
    slow: asyncio.Event | None = None
    fails: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(
        self, incoming: Incoming, *, wanted: Sequence[Wanted] = (), passive: bool = False
    ) -> asyncio.Future[Replies]:
        assert passive
        if self.fails:
            raise OSError("the disk is full")
        self.accepted.append((incoming, tuple(wanted)))
        if self.slow is not None:
            await self.slow.wait()
        replies = self.script.get(incoming.text, self.script.get("*", ()))
        future: asyncio.Future[Replies] = asyncio.get_running_loop().create_future()
        if self.gate is None:
            future.set_result(replies)
        else:
            task = asyncio.create_task(self.gate.wait())
            task.add_done_callback(lambda _: future.set_result(replies))
        return future

    async def put_by(self, messages: Sequence[Incoming]) -> None:
        raise AssertionError("WeChat hands over one at a time")

    async def given(self, ids: Sequence[int]) -> Mapping[int, Given]:
        return {number: self.known[number] for number in ids if number in self.known}

    async def delivered(self, told: Sequence[Delivered]) -> None:
        self.told += told
        done = {one.id: one for one in told}
        left = [(outgoing, done[outgoing.id].done if outgoing.id in done else n) for outgoing, n in self.waiting]
        self.waiting = [(out, n) for out, n in left if out.id not in done or not done[out.id].whole]

    async def release(self, ids: Sequence[int]) -> None:
        self.released += ids
        self.news.set()

    def holds(self, address: str) -> bool:
        return address == ADDRESS and bool(self.waiting)

    async def held(self, address: str) -> list[tuple[Outgoing, int]]:
        return list(self.waiting) if address == ADDRESS else []

    async def quarantine(self, channel: str, number: str, body: bytes, why: str, at: datetime) -> None:
        assert (channel, at) == ("wechat", START)
        self.kept[number] = (body, why)

    async def reach(self, channel: str, address: str, state: str, at: datetime) -> None:
        self.reached.append((address, state))

    async def is_admin(self, channel: str, address: str) -> bool:
        return False


class Platform:
    """Writes callbacks as WeChat does, with wechatpy's crypto, and reads the answers."""

    def __init__(self, intake: Intake, *, can_send: bool = True, plain: bool = False, patience: float = 4.5) -> None:
        self.intake, self.clock = intake, Clock()
        self.grants: list[tuple[str, str, tuple[Grant, ...]]] = []
        self.nonce = 0
        self.crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
        self.door = WeChatDoor(
            intake,
            Links(),
            Codec(TOKEN, AES_KEY, APP_ID),
            clock=self.clock,
            phrases=PHRASES,
            button_key=BUTTON_KEY,
            can_send=can_send,
            granted=self._granted,
            plain=plain,
            patience=patience,
        )

    async def _granted(self, address: str, number: str, grants: tuple[Grant, ...], at: datetime) -> None:
        self.grants.append((address, number, grants))

    def query(self, *, seconds: float = 0) -> Query:
        """A signed address, its timestamp `seconds` from our clock."""
        self.nonce += 1
        timestamp, nonce = str(int(self.clock.at.timestamp() + seconds)), f"{self.nonce}"
        return {"timestamp": timestamp, "nonce": nonce, "signature": sign(timestamp, nonce)}

    def sealed(self, xml: str, *, seconds: float = 0, crypto: Any = None) -> tuple[Query, bytes]:
        """An encrypted request."""
        query = self.query(seconds=seconds)
        body: str = (crypto or self.crypto).encrypt_message(xml, query["nonce"], query["timestamp"])
        encrypted = str(etree.fromstring(body.encode()).findtext("Encrypt"))
        return self.signed(encrypted, query)

    def signed(self, encrypted: str, query: Query | None = None) -> tuple[Query, bytes]:
        """A request with this text as its encrypted message, rightly signed."""
        query = query or self.query()
        query["msg_signature"] = sign(query["timestamp"], query["nonce"], encrypted)
        body = (
            f"<xml>\n<ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>\n<Encrypt><![CDATA[{encrypted}]]></Encrypt>\n</xml>"
        )
        return query, body.encode()

    async def post(self, xml: str) -> str:
        """Send a message; gives the text of the reply, "" where the answer is `success`."""
        return self.text(await self.door.callback("POST", *self.sealed(xml)))

    def text(self, answer: Answer) -> str:
        """The text of an answer, checked as strictly as the platform would."""
        assert answer.status == 200
        if answer.body == b"success":
            return ""
        parts = {str(child.tag): child.text or "" for child in etree.fromstring(answer.body)}
        xml = self.crypto.decrypt_message(parts, parts["MsgSignature"], parts["TimeStamp"], parts["Nonce"])
        return text_of(xml)


def text_of(xml: str) -> str:
    """The text of a passive reply, from the account to the person."""
    reply = {str(child.tag): child.text or "" for child in etree.fromstring(xml.encode())}
    assert (reply["ToUserName"], reply["FromUserName"], reply["MsgType"]) == (PERSON, ACCOUNT, "text")
    assert len(reply["Content"].encode()) <= 2048
    return reply["Content"]


def sign(*parts: str) -> str:
    """The platform's signature."""
    return hashlib.sha1("".join(sorted((TOKEN, *parts))).encode()).hexdigest()  # noqa: S324 - the platform's choice


def said(text: str, number: int = 1, *, button: str = "") -> str:
    """A text message; `button` is the id of the menu item whose label it is."""
    if button:
        return message("text", MsgId=str(number), Content=text, bizmsgmenuid=button)
    return message("text", MsgId=str(number), Content=text)


def event(name: str, key: str = "", created: int = 1) -> str:
    """An event."""
    return message("event", Event=name, EventKey=key, created=created)


def message(kind: str, *, created: int = 1, inside: str = "", **texts: str) -> str:
    """A message of any kind."""
    rest = "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in texts.items())
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{PERSON}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{rest}{inside}</xml>"
    )
