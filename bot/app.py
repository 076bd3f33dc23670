"""The roof: builds the whole program from its settings. It knows everyone and is known by none."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot import campaigns
from bot.desk import Desk
from bot.flows.documents import READ_FORM
from bot.flows.table import house_flows
from bot.ports import WebAttachments, WebBell, WebChats, WebFiles
from bot.talk.wishes import House
from bot.wording import house_wording
from rules.notice import Notice
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.reading import FormReader
from scheduler.work import Worker
from storage.database import Database
from storage.files import FileStore
from storage.guests import Guests
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.turns import Turns
from web.ports import Ports

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class App:
    """A running deployment, without its doors."""

    database: Database
    notices: Mapping[str, Notice]
    numbers: Numbers
    turns: Turns
    desk: Desk
    files: FileStore
    clock: SystemClock | SimulatedClock
    bell: WebBell

    def web_ports(self) -> Ports:
        """What the web chat is built from."""
        return Ports(
            desk=self.desk,
            chats=WebChats(self.database, self.notices),
            bell=self.bell,
            guests=Guests(self.database),
            files=WebFiles(self.files),
            attachments=self.attachments(),
            clock=self.clock,
        )

    def attachments(self) -> WebAttachments:
        """Makes the files that are handed to people."""
        return WebAttachments(self.database, self.notices, ROOT)


def collect_seldom() -> None:
    """Keep what was loaded at start out of garbage collection, and collect after more allocations than by default.

    A turn allocates much and leaves no cycles; the default made one message in a hundred wait twice as long.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@asynccontextmanager
async def running(
    *,
    data: Path,
    database_url: str,
    campaign_ids: tuple[str, ...],
    key: bytes,
    clock: SystemClock | SimulatedClock | None = None,
    public_url: str = "",
) -> AsyncIterator[App]:
    """The program with its desk and worker at work; at the end of the block they finish what is under way."""
    notices = {name: campaigns.load(ROOT / "campaigns", name) for name in campaign_ids}
    _make_folder(data)
    database = Database.open(database_url)
    try:
        await migrate(database)
        app, worker = await _built(database, notices, data=data, key=key, clock=clock, public_url=public_url)
        tasks = [asyncio.create_task(each.run()) for each in (app.desk, worker)]
        try:
            yield app
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
    finally:
        await database.close()


def _make_folder(data: Path) -> None:
    """A data folder that only its owner can look into; one that exists keeps the rights it was given."""
    collect_seldom()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


async def _built(
    database: Database,
    notices: Mapping[str, Notice],
    *,
    data: Path,
    key: bytes,
    clock: SystemClock | SimulatedClock | None,
    public_url: str,
) -> tuple[App, Worker]:
    numbers, bell, clock = await Numbers.above(database), WebBell(), clock or SystemClock()
    turns = Turns(database, numbers, pepper=key)
    house = House(house_flows(), notices, numbers, public_url)
    desk = Desk(house, turns, house_wording(), rang=bell.ring)
    files = FileStore(data / "files")
    files.sweep()
    worker = Worker(database, desk, clock, {READ_FORM: FormReader(files, notices, ROOT).perform})
    desk.on_committed.append(worker.rang)
    return App(database, notices, numbers, turns, desk, files, clock, bell), worker
