"""A campaign at work on a real database, with the people of a play and what they said to each other.

A play is compared with its transcript in `tests/flows/transcripts/`, word for word. After a sentence was changed on
purpose, write them anew with `XINSHI_WRITE_TRANSCRIPTS=1 pytest tests/flows`, and read every difference.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from bot import app as roof
from bot import campaigns
from bot.app import App
from bot.fakes import FakeClock, Person, bare
from bot.people import make_invite, take_roster, unit_named
from bot.reply import worded
from bot.talk.messages import UPLOAD, Incoming, Outgoing
from bot.wording import house_wording
from rules.codes import shown
from rules.instants import opening
from rules.notice import Notice
from rules.people import Role
from scheduler.work import Skill
from storage.chats import Chats
from storage.files import FileStore
from tests.flows.checking import Checks, wording
from tests.flows.variants import as_it_is

TRANSCRIPTS = Path(__file__).parent / "transcripts"
WRITING = os.environ.get("XINSHI_WRITE_TRANSCRIPTS") == "1"
#: Codes are random or depend on random numbers; in a transcript they are all the same.
CODE = re.compile(r"(?<!/)\b[0-9A-HJKMNP-TV-Z]{5}[- ][0-9A-HJKMNP-TV-Z]{5}\b", re.IGNORECASE)
ZONE = "Asia/Shanghai"


class Player(Person):
    """A person of a play, whose messages go into its transcript."""

    name: str
    play: Play

    async def send_message(self, incoming: Incoming, said: str) -> str:
        """Send, and write both sides down."""
        replied = await super().send_message(incoming, said)
        self.play.write(self.name, said, self.replies)
        return replied

    async def news(self, *, seconds: float = 30.0) -> str:
        """Wait for news, and write them down in the words of this channel."""
        await super().news(seconds=seconds)
        last = self.exchanges[-1]
        last.replies = tuple(worded(reply, house_wording(), self.channel) for reply in last.replies)
        self.play.write(self.name, "", self.replies)
        return self.text

    async def told(self, words: str) -> str:
        """News until one holds these words; gives that one. A check tells how its beginning looks before it ends."""
        said = await self.news()
        while words not in said:
            said = await self.news()
        return said

    async def all(self, *texts: str) -> str:
        """Say one thing after the other; gives the last reply."""
        for text in texts:
            await self.say(text)
        return self.text


class Play:
    """One campaign, its clock, and the transcript of what is said in it."""

    def __init__(self, app: App, clock: FakeClock, campaign: str, patch: pytest.MonkeyPatch, checks: Checks) -> None:
        self.app, self.clock, self.campaign, self.checks = app, clock, campaign, checks
        self.notice: Notice = app.notices[campaign]
        self._lines: list[str] = []
        self._count = 0
        self._patch = patch

    def at(self, instant: str) -> datetime:
        """Move the clock to "2024-04-23 23:59:59", Chinese time."""
        self.clock.move(_instant(instant))
        return self.clock.now()

    def stranger(self, name: str = "陌生人", *, channel: str = "fake") -> Player:
        """Somebody who never wrote before."""
        self._count += 1
        chats, files = Chats(self.app.database), self.app.files
        player = Player(self.app.desk, self.clock, address=f"{self._count}", channel=channel, files=files, chats=chats)
        player.name, player.play = name, self
        return player

    async def code(self, unit: str = "", *, campaign: str = "", days: int = 60) -> str:
        """A fresh invitation for a liaison of a unit, or for an admin."""
        campaign = campaign or self.campaign
        found = await unit_named(self.app, campaign, unit) if unit else None
        role = Role.LIAISON if unit else Role.ADMIN
        return shown((await make_invite(self.app, campaign, role, found, at=self.clock.now(), days=days)).code)

    async def liaison(self, unit: str, name: str = "王老师") -> Player:
        """Somebody who has joined for a unit; their joining is not in the transcript."""
        return await self._joined(self.stranger(name), await self.code(unit))

    async def admin(self, name: str = "管理员") -> Player:
        """An admin who has joined."""
        return await self._joined(self.stranger(name), await self.code())

    async def _joined(self, player: Player, code: str) -> Player:
        kept = list(self._lines)
        await player.all(f"/start {code}", player.name)
        self._lines = kept
        return player

    def hold(self) -> asyncio.Event:
        """Let no file be read before the event is set."""
        released, read = asyncio.Event(), FileStore.read

        async def held(store: FileStore, sha256: str) -> bytes:
            await released.wait()
            return await read(store, sha256)

        self._patch.setattr(FileStore, "read", held)
        return released

    def write(self, name: str, said: str, replies: tuple[Outgoing, ...]) -> None:
        """One exchange."""
        if said:
            self._lines.append(f"{name}> {said}")
        self._lines += [f"{_drawn(reply)}\n" for reply in replies] or ["（没有回复）\n"]

    def forget(self) -> None:
        """Begin the transcript here."""
        self._lines.clear()

    def stage(self, direction: str) -> None:
        """A remark between two exchanges."""
        self._lines.append(f"—— {direction} ——\n")

    @property
    def transcript(self) -> str:
        """Everything said so far."""
        return CODE.sub("#####-#####", "\n".join(self._lines))

    def matches(self, name: str) -> None:
        """Compare with the transcript of this name, or write it."""
        path = TRANSCRIPTS / f"{name}.txt"
        if WRITING:
            path.write_text(self.transcript, encoding="utf-8")
        assert self.transcript == path.read_text(encoding="utf-8")


def _drawn(reply: Outgoing) -> str:
    parts = [bare(reply.text).replace(UPLOAD, "🔗上传页")] if reply.text else []
    if reply.attachment is not None:
        parts.append(f"📎 {reply.attachment.name}")
    if reply.choices:
        parts.append("".join(f"【{'✓' if each.marked else ''}{each.label}】" for each in reply.choices))
    return "\n".join(parts)


def _instant(text: str) -> datetime:
    return opening(text, ZONE)


class Opens(Protocol):
    """Opens a campaign with its roster, its notice changed by `variant`."""

    def __call__(
        self, campaign: str, at: str, variant: Callable[[Notice], Notice] = ..., /
    ) -> AbstractAsyncContextManager[Play]: ...


@cache
def _notice(folder: Path, name: str) -> Notice:
    return _load(folder, name)


_load = campaigns.load


@pytest.fixture(scope="session")
def shaped_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where databases with their rosters are copied from."""
    return tmp_path_factory.mktemp("rosters")


@pytest.fixture
def play(tmp_path: Path, shaped_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opens:
    """`async with play("xian-2024", "2024-03-01 10:00") as play:` opens a campaign with its roster."""
    sentences = wording()
    monkeypatch.setattr("bot.app.house_wording", lambda: sentences)
    # What is said does not depend on this machine's fonts.
    monkeypatch.setattr("bot.app.font", lambda: Path("font.ttc"))

    @asynccontextmanager
    async def opened(campaign: str, at: str, variant: Callable[[Notice], Notice] = as_it_is, /) -> AsyncIterator[Play]:
        monkeypatch.setattr("bot.campaigns.load", lambda folder, name: variant(_notice(folder, name)))
        clock = FakeClock(_instant(at))
        kept = shaped_folder / campaign
        if not kept.exists():
            async with _running(kept, campaign, clock) as app:
                await take_roster(app, campaign, roof.ROOT / "campaigns" / f"{campaign}.roster.csv")
        data = tmp_path / campaign
        shutil.copytree(kept, data)
        checks = Checks.at(data)
        async with _running(data, campaign, clock, checks.skills) as app:
            yield Play(app, clock, campaign, monkeypatch, checks)

    return opened


def _running(
    data: Path, campaign: str, clock: FakeClock, skills: Mapping[str, Skill] | None = None
) -> AbstractAsyncContextManager[App]:
    url = f"sqlite+aiosqlite:///{data / 'xinshi.db'}"
    return roof.running(
        data=data, database_url=url, campaign_ids=(campaign,), key=b"k" * 32, clock=clock, skills=skills
    )
