"""`./xinshi talk`: the console channel, for trying a campaign by hand and for scripts."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from bot import app as roof
from bot.commands.stop import Stop, stopped
from bot.config import kept_key
from bot.handlers import console
from bot.people import NoSuchUnit, make_invite, take_roster, unit_named
from bot.talk.messages import File, Outgoing
from rules.codes import shown
from rules.instants import UnreadableInstant, opening
from rules.looks import UnitsOf
from rules.people import Role, Unit
from scheduler.clock import SimulatedClock, SystemClock
from storage import work
from storage.chats import Chats
from storage.database import sqlite_url
from storage.files import FileTooLarge
from storage.units import units_of
from web.ports import Gone

MOST_FILE = 25 * 1024 * 1024


class _Unsent(Exception):
    """A file could not be sent; the message says why."""


def register(app: typer.Typer) -> None:
    """Mount the command as `talk`."""
    app.command("talk")(talk)


@stopped
def talk(
    campaign: Annotated[str, typer.Option(help="活动的编号，例如 xian-2024")],
    who: Annotated[str, typer.Option("--as", help="liaison:单位名称，或 admin")],
    at: Annotated[str, typer.Option(help="模拟时钟的起点，例如 “2024-03-01 10:00”；不写用现在的时间")] = "",
    data: Annotated[Path | None, typer.Option(help="数据目录；同一目录接着上次的对话，不写则用完即弃")] = None,
) -> None:
    """在终端里和信使对话：一行是一条消息，@路径 发文件，选项回复序号。

    例：./xinshi talk --campaign xian-2024 --as liaison:西安市市场监督管理局 --at "2024-03-01 10:00"
    """
    role, _, unit = who.partition(":")
    if role not in ("liaison", "admin") or (role == "liaison") != bool(unit):
        raise Stop(f"--as 应为 liaison:单位名称 或 admin，写的是“{who}”。")
    clock = _clock(at)
    if data is not None:
        asyncio.run(_talk(campaign, role, unit, clock, data))
        return
    with tempfile.TemporaryDirectory(prefix="xinshi-") as folder:
        asyncio.run(_talk(campaign, role, unit, clock, Path(folder)))


def _clock(at: str) -> SystemClock | SimulatedClock:
    if not at:
        return SystemClock()
    try:
        return SimulatedClock(opening(at, "Asia/Shanghai"))
    except UnreadableInstant as wrong:
        raise Stop(f"--at：{wrong}") from None


async def _talk(campaign: str, role: str, unit: str, clock: SystemClock | SimulatedClock, data: Path) -> None:
    key = kept_key(data)
    async with roof.running(
        data=data, database_url=sqlite_url(data), campaign_ids=(campaign,), key=key, clock=clock
    ) as app:
        found = await _unit(app, campaign, unit) if unit else None
        conversation = _Conversation(app, f"{campaign}/{role}:{found.name if found else ''}", data)
        lines = _lines()
        await conversation.begin(campaign, role, found)
        while (line := await lines.get()) is not None:
            await conversation.hear(line)


async def _unit(app: roof.App, campaign: str, name: str) -> Unit:
    """The unit to speak for; a data folder without a roster takes the campaign's sample."""
    async with app.database.read() as connection:
        empty = not await units_of(connection, UnitsOf(campaign))
    sample = roof.ROOT / "campaigns" / f"{campaign}.roster.csv"
    if empty and sample.exists():
        await take_roster(app, campaign, sample)
    try:
        return await unit_named(app, campaign, name)
    except NoSuchUnit as wrong:
        raise Stop(str(wrong)) from None


def _lines() -> asyncio.Queue[str | None]:
    """What is typed, line by line, and None at its end.

    Read by a thread of its own and past Python's buffers: whoever waits inside those holds up the end of the program,
    and Ctrl+C would take effect only after the next line.
    """
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def put(line: bytes | None) -> None:
        with suppress(RuntimeError):  # the conversation is over
            loop.call_soon_threadsafe(lines.put_nowait, None if line is None else line.decode(errors="replace"))

    def read() -> None:
        rest = b""
        while piece := os.read(sys.stdin.fileno(), 1 << 16):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                put(line.removesuffix(b"\r"))
        if rest:
            put(rest)
        put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


class _Conversation:
    """One person at the console."""

    def __init__(self, app: roof.App, address: str, data: Path) -> None:
        self._app, self._address, self._data = app, address, data
        self._chats = Chats(app.database)

    async def begin(self, campaign: str, role: str, unit: Unit | None) -> None:
        """Take the seat at the first time; show where the conversation stands at every other."""
        if (await self._chats.place(f"{console.CHANNEL}:{self._address}"))[0]:
            open_question = await self._chats.open_question(f"{console.CHANNEL}:{self._address}")
            await self.hear("继续" if open_question else "菜单")
            return
        invited = await make_invite(self._app, campaign, Role(role), unit, at=self._app.clock.now())
        await self.hear(f"/start {shown(invited.code)}")

    async def hear(self, line: str) -> None:
        """One line of input and everything that comes of it."""
        if not line.strip():
            return
        try:
            file = await self._file(line)
        except (console.NoSuchFile, _Unsent) as wrong:
            typer.echo(f"{wrong}\n")
            return
        before = await self._newest()
        now = self._app.clock.now()
        incoming = console.read(line, address=self._address, number=secrets.token_hex(12), at=now, file=file)
        replies = await self._app.desk.receive(incoming)
        await self._print(replies)
        if file is not None:
            await self._print(await self._later(before, len(replies)))

    async def _file(self, line: str) -> File | None:
        path = console.file_named(line)
        if path is None:
            return None
        try:
            return await self._app.files.keep(path.name, console.chunks(path), MOST_FILE)
        except FileTooLarge:
            raise _Unsent(f"“{path.name}”超过 {MOST_FILE >> 20} MB，没有发出。请压缩后再发。") from None
        except OSError as wrong:
            raise _Unsent(f"“{path.name}”没有发出（{wrong.strerror}），请核对权限。") from None

    async def _newest(self) -> int:
        past = await self._chats.before(f"{console.CHANNEL}:{self._address}", number=None, limit=1)
        return past[-1].number if past else 0

    async def _later(self, before: int, replies: int) -> tuple[Outgoing, ...]:
        """What comes of a file when it has been worked on, waited for up to five minutes."""
        for _ in range(3000):
            if not await work.is_left(self._app.database):
                break
            await asyncio.sleep(0.1)
        news = await self._chats.after(f"{console.CHANNEL}:{self._address}", number=before, limit=20)
        return tuple(past.outgoing for past in news if past.outgoing is not None)[replies:]

    async def _print(self, replies: tuple[Outgoing, ...]) -> None:
        for outgoing in replies:
            typer.echo(f"{console.show(outgoing, saved=await self._saved(outgoing))}\n")

    async def _saved(self, outgoing: Outgoing) -> Path | None:
        if outgoing.attachment is None:
            return None
        try:
            body, _ = await self._app.attachments().make(outgoing.attachment)
        except Gone as wrong:
            raise Stop(f"文件没有做成：{wrong}") from None
        path = self._data / "out" / outgoing.attachment.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
        return path
