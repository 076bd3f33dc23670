"""The roof: builds the whole program from its settings. It knows everyone and is known by none."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot import campaigns
from bot.attachments import LetterFiles
from bot.channels import Channels, Settings, Surroundings, open_channels, pushing
from bot.desk import Desk
from bot.flows.documents import READ_FORM
from bot.flows.enclosure import ENCLOSURE
from bot.flows.table import house_flows
from bot.intake import Intake
from bot.links import Links
from bot.ports import WebAttachments, WebBell, WebChats, WebFiles
from bot.reply import worded
from bot.talk.messages import Outgoing
from bot.talk.wishes import House
from bot.wording import house_wording
from rules.deeds import StartWork
from rules.notice import Notice
from scheduler.cards import Cards
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.dispatch import Dispatcher
from scheduler.enclosures import EnclosureReader
from scheduler.gate import Gate
from scheduler.planned import PlannedBroadcasts
from scheduler.reading import FormReader
from scheduler.work import Worker
from storage.contacts import Contacts
from storage.database import Database
from storage.files import FileStore
from storage.guests import Guests
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.outbox import Outbox
from storage.spool import Quarantine, Spool
from storage.turns import Turns
from web.ports import Ports

ROOT = Path(__file__).resolve().parent.parent
#: The channels whose messages the dispatcher delivers, in this program or another on the same database.
POSTED = frozenset({"telegram", "wechat", "mail"})


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
    house: House
    outbox: Outbox
    contacts: Contacts
    intake: Intake
    links: Links
    planned: PlannedBroadcasts
    public_url: str = ""
    channels: Channels | None = None

    def web_ports(self) -> Ports:
        """What the web chat is built from."""
        return Ports(
            desk=self.desk,
            chats=WebChats(self.database, self.notices, _worded),
            bell=self.bell,
            guests=Guests(self.database),
            files=WebFiles(self.files),
            attachments=self.attachments(),
            clock=self.clock,
            links=self.links,
            intake=self.intake,
        )

    def attachments(self) -> WebAttachments:
        """Makes the files that are handed to people."""
        return WebAttachments(self.database, self.notices, ROOT, self.files)


#: Seconds for which a thread may go on while another waits. A batch is settled in SQLite's thread while the loop reads
#: what comes in; at the default of 5 ms they interrupt each other for about a twentieth of the work.
SWITCH = 0.02


def settle_in() -> None:
    """Tune the interpreter for turns: collect garbage seldom, change between threads seldom.

    A turn allocates much and leaves no cycles; the default made one message in a hundred wait twice as long.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    sys.setswitchinterval(SWITCH)


def _worded(outgoing: Outgoing, channel: str) -> Outgoing:
    return worded(outgoing, house_wording(), channel)


@asynccontextmanager
async def running(
    *,
    data: Path,
    database_url: str,
    campaign_ids: tuple[str, ...],
    key: bytes,
    clock: SystemClock | SimulatedClock | None = None,
    public_url: str = "",
    channels: Settings | None = None,
    approve_above: int = 0,
) -> AsyncIterator[App]:
    """The program with its desk and worker at work; at the end of the block they finish what is under way.

    With the settings of `channels` their doors are open and the outbox is worked off, too. A message to more than
    `approve_above` people waits for another admin (0: none does).
    """
    notices = {name: campaigns.load(ROOT / "campaigns", name) for name in campaign_ids}
    _make_folder(data)
    async with AsyncExitStack() as stack:
        database = Database.open(database_url)
        stack.push_async_callback(database.close)
        await migrate(database)
        app, worker = await _built(
            database, notices, data=data, key=key, clock=clock, public_url=public_url, channels=channels
        )
        app.house.approve_above = approve_above
        await stack.enter_async_context(_working([app.desk.run, worker.run, app.planned.run]))
        if channels is not None:
            app = await _open_doors(stack, app, channels, key)
        yield app


@asynccontextmanager
async def _working(jobs: list[Callable[[], Awaitable[None]]]) -> AsyncIterator[None]:
    """Jobs that run until the end of the block, where they finish what they are at."""
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _open_doors(stack: AsyncExitStack, app: App, settings: Settings, key: bytes) -> App:
    """Open the channels: senders before doors, so that what comes in finds its way out."""
    files = LetterFiles(app.attachments())
    around = Surroundings(
        app.database, app.house, app.notices, house_wording(), app.intake, app.contacts, app.links, files, app.clock,
        key, app.public_url,
    )  # fmt: skip
    channels = await open_channels(settings, around)
    for close in channels.closing:
        stack.push_async_callback(close)
    app.intake.fetchers.update(channels.fetchers)
    dispatcher = Dispatcher(
        app.outbox,
        app.contacts,
        channels.senders,
        channels.powers,
        app.clock,
        paces=channels.paces,
        lease=settings.lease,
        worded=_worded,
        gate=Gate(app.database, app.notices, app.numbers, app.clock),
    )
    app.planned.posted = dispatcher.rang
    cards = Cards(app.database, app.outbox, app.numbers, app.clock, posted=dispatcher.rang)
    app.desk.on_due = dispatcher.posted
    app.intake.on_due, app.intake.worded = dispatcher.rang, _worded
    dispatcher.on_held.append(app.intake.hold)
    dispatcher.on_left.append(app.intake.left)
    await app.intake.begin()
    stack.push_async_callback(app.intake.end)
    await stack.enter_async_context(_working([dispatcher.run, cards.run]))
    await stack.enter_async_context(_working(channels.tasks))
    return replace(app, channels=channels)


def _make_folder(data: Path) -> None:
    """A data folder that only its owner can look into; one that exists keeps the rights it was given."""
    settle_in()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


async def _built(
    database: Database,
    notices: Mapping[str, Notice],
    *,
    data: Path,
    key: bytes,
    clock: SystemClock | SimulatedClock | None,
    public_url: str,
    channels: Settings | None,
) -> tuple[App, Worker]:
    numbers, bell, clock = await Numbers.above(database), WebBell(), clock or SystemClock()
    turns = Turns(database, numbers, pepper=key)
    house = House(house_flows(), notices, numbers, public_url)
    desk = Desk(house, turns, house_wording(), rang=bell.ring, posted=POSTED)
    files = FileStore(data / "files")
    files.sweep()
    performers = {
        READ_FORM: FormReader(files, notices, ROOT).perform,
        ENCLOSURE: EnclosureReader(files, notices).perform,
    }
    worker = Worker(database, desk, clock, performers)
    desk.on_committed.append(lambda performed: worker.rang() if StartWork in performed else None)
    outbox, contacts = Outbox(database, numbers), Contacts(database)
    intake = Intake(
        desk, clock, outbox=outbox, contacts=contacts, spool=Spool(database, numbers),
        quarantine=Quarantine(database), files=files, pushing=pushing(channels),
    )  # fmt: skip
    app = App(
        database, notices, numbers, turns, desk, files, clock, bell, house, outbox, contacts, intake,
        Links(public_url, key), PlannedBroadcasts(database, notices, numbers, clock), public_url,
    )  # fmt: skip
    return app, worker
