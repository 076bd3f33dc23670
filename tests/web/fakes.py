"""A whole small world behind the web chat, in memory: desk, conversations, bell, identities, files, clock.

Its conversation is a fixed one with every kind of question. It counts what it is asked, and it refuses what the real
parts would refuse: naive times, the same message twice, a file beyond its limit.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.ports import in_memory
from bot.talk.messages import BOLD, PICKED, PLAIN, Attachment, Choice, File, Incoming, Outgoing, Press
from web.config import Persona, WebConfig
from web.ports import Contents, Gone, Heading, Ports, Shown, TooLarge

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2024, 3, 1, 10, 0, tzinfo=ZONE)
DEADLINE = datetime(2024, 4, 24, tzinfo=ZONE)
CODE = "ABCDE23456"
THEMES = (
    "“信易贷”（促进金融服务实体经济）",
    "提升信用法治化规范化水平",
    "信用监管",
    "信用优化营商环境",
    "信用惠民",
    "信用信息归集共享",
    "诚信文化",
    "政务诚信",
    "农村信用体系",
    "信用助力防范化解金融风险，以及守住不发生系统性风险的底线等各项有关工作",
    "品牌与质量信用",
    "生态环保信用",
    "科研诚信",
    "网络诚信",
    "其他",
)
ACTS = tuple(Choice(code, label) for code, label in (("!done", "完成"), ("!undo", "撤回"), ("!whole", "全文")))
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def track(address: str) -> Outgoing:
    """The first question: one of three."""
    text = (
        f"您好，欢迎代表{BOLD}示例市市场监督管理局{PLAIN}参加“2024年度典型案例及优秀短视频征集”。\n"
        f"您要做的：至少报送 {BOLD}1 个案例{PLAIN}；短视频不限。"
        f"截止 {BOLD}4月23日（周二）24:00{PLAIN}，还有 53 天。\n\n"
        "您这次想报送哪一类？"
    )
    choices = (Choice("case", "信用案例"), Choice("video", "优秀短视频"), Choice("later", "先看看通知，晚一点再定"))
    return Outgoing(text, choices, "track")


def themes(address: str) -> Outgoing:
    """The second question: some of fifteen."""
    text = f"第 7 项，共 9 项 · {BOLD}案例主题{PLAIN}\n可多选，第一个为主要主题。"
    return Outgoing(text, tuple(Choice(theme, theme) for theme in THEMES), "themes", several=True)


def content(address: str) -> Outgoing:
    """The third question: a long text."""
    text = f"第 9 项 · {BOLD}案例内容{PLAIN}，2000 字以内。可以分几条发，说完按“完成”。"
    return Outgoing(text, ACTS, "content")


@dataclass(slots=True)
class World:
    """All ports in one. `heard` holds each distinct message; `deliveries` counts them with their repeats."""

    now_at: datetime = BEGIN
    heard: list[Incoming] = field(default_factory=list)
    deliveries: int = 0
    broken: bool = False
    tokens: dict[bytes, str] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    talks: defaultdict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    owned: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    erased: bool = False
    _numbers: int = 2**53  # beyond what JavaScript counts exactly
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _rings: defaultdict[str, list[asyncio.Event]] = field(default_factory=lambda: defaultdict(list))

    def ports(self) -> Ports:
        """This world as the app wants it."""
        return Ports(desk=self, chats=self, bell=self, guests=self, files=self, attachments=self, clock=Clock(self))

    # Desk
    async def receive(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        self.deliveries += 1
        if self.broken:
            raise RuntimeError("the desk is broken for this test")
        assert incoming.at.tzinfo is not None
        if (incoming.channel, incoming.id) in self._seen:
            return ()
        self._seen.add((incoming.channel, incoming.id))
        self.heard.append(incoming)
        said = incoming.text
        if incoming.press is not None:
            said = self._labels(incoming.address, incoming.press)
        self._show(incoming.address, Outgoing(said), mine=True, files=tuple(file.name for file in incoming.files))
        replies = self._replies(incoming)
        for reply in replies:
            self.push(incoming.address, reply)
        return replies

    def _labels(self, address: str, press: Press) -> str:
        labels = {choice.code: choice.label for shown in self.talks[address] for choice in shown.choices}
        return "、".join(labels.get(code, code) for code in press.choice.split("\n") if code != PICKED)

    def _replies(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        address, choice = incoming.address, incoming.press.choice if incoming.press else ""
        if incoming.text.startswith("/start"):
            return (track(address),)
        if incoming.press is not None and incoming.press.question == "track":
            return (Outgoing("记下了。"), themes(address))
        if choice.startswith(PICKED):
            return (content(address),)
        if choice == "!done":
            self.owned[address].add("form/1")
            name = "附件1 典型案例申报表（示例市市场监督管理局）.docx"
            menu = (Choice("/entries", "我的报送"), Choice("/menu", "菜单"))
            return (Outgoing("已收到，这是填好的申报表。", menu, attachment=Attachment("form", "form/1", name)),)
        if incoming.files:
            return (Outgoing(f"收到 {len(incoming.files)} 个文件。"),)
        count = len("".join(incoming.text.split()))
        return (Outgoing(f"这一段 {count} 字，全文已 {count} / 2000 字。请继续，或按“完成”。", ACTS, "content"),)

    def push(self, address: str, outgoing: Outgoing) -> Shown:
        """Says something to an address, as a reminder would."""
        shown = self._show(address, outgoing, mine=False)
        for ring in self._rings.pop(address, []):
            ring.set()
        return shown

    def _show(self, address: str, outgoing: Outgoing, *, mine: bool, files: tuple[str, ...] = ()) -> Shown:
        self._numbers += 1
        shown = Shown(
            self._numbers,
            self.now_at,
            mine,
            outgoing.text,
            outgoing.choices,
            outgoing.question,
            outgoing.several,
            outgoing.attachment,
            files,
            open=bool(outgoing.question),
            numbered=outgoing.numbered,
        )
        if outgoing.question:
            self.talks[address] = [replace(one, open=False) for one in self.talks[address]]
        self.talks[address].append(shown)
        return shown

    # Chats
    async def history(self, channel: str, address: str, *, before: int | None, limit: int) -> list[Shown]:
        assert channel == "web"
        return [one for one in self.talks[address] if before is None or one.id < before][-limit:]

    async def since(self, channel: str, address: str, *, after: int, limit: int) -> list[Shown]:
        assert channel == "web"
        return [one for one in self.talks[address] if one.id > after][:limit]

    async def heading(self, channel: str, address: str) -> Heading:
        return Heading("2024年度典型案例及优秀短视频征集", "示例市市场监督管理局")

    # Bell
    async def wait(self, address: str, timeout: float) -> None:  # noqa: ASYNC109 - as its port
        ring = asyncio.Event()
        self._rings[address].append(ring)
        try:
            await asyncio.wait_for(ring.wait(), timeout)
        except TimeoutError:
            return

    # Guests
    async def known(self, token_hash: bytes) -> str | None:
        return self.tokens.get(token_hash)

    async def admit(self, token_hash: bytes, address: str, at: datetime) -> None:
        assert len(token_hash) == 32
        assert at.tzinfo is not None
        self.tokens.setdefault(token_hash, address)

    async def replace(self, old_hash: bytes, new_hash: bytes, at: datetime) -> None:
        if (address := self.tokens.pop(old_hash, None)) is not None:
            self.tokens[new_hash] = address

    # Files
    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        body = b""
        async for chunk in chunks:
            body += chunk
            if len(body) > limit:
                raise TooLarge(f"expected at most {limit} bytes, found more; check the file")
        digest = hashlib.sha256(body).hexdigest()
        self.stored[digest] = body
        return File(name, len(body), digest)

    # Attachments
    async def open(self, attachment: Attachment) -> Contents:
        if self.erased:
            raise Gone(attachment.ref)
        return in_memory(b"PK a Word form", DOCX)

    async def owns(self, address: str, ref: str) -> bool:
        return ref in self.owned[address]


@dataclass(slots=True)
class Clock:
    """The world's clock, to be set forward only."""

    world: World

    def now(self) -> datetime:
        return self.world.now_at

    def move(self, to: datetime) -> None:
        assert to >= self.world.now_at
        self.world.now_at = to


def settings(**changes: object) -> WebConfig:
    """Settings of a test: a real deployment over HTTP unless changed."""
    return replace(WebConfig(secret=b"a secret of tests, 32 bytes long", secure=False), **changes)  # type: ignore[arg-type]


def demonstration(**changes: object) -> WebConfig:
    """Settings of a demonstration with two personas."""
    personas = (
        Persona("部门联络员", "示例市市场监督管理局，至少报 1 个案例", "DEPT222222"),
        Persona("区县联络员", "示例区信用办，至少报 3 个案例", "DXST333333"),
    )
    return settings(demo=True, personas=personas, deadline=DEADLINE, **changes)
