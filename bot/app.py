"""The roof: builds the whole program from its settings. It knows everyone and is known by none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot import campaigns
from bot.attachments import LetterFiles
from bot.ballot_cards import BallotCards
from bot.ballot_deeds import open_office
from bot.ballot_remark_pages import WebRemarks
from bot.boards import WebBoards
from bot.certificates import Certificates
from bot.channels import Channels, Opening, Settings, Surroundings, open_channels, pushing
from bot.desk import Desk
from bot.flows.parcel import MAIL, PACK
from bot.flows.table import house_flows
from bot.honour_lists import HonourLists
from bot.intake import Intake
from bot.links import Links
from bot.pictures import font
from bot.ports import WebAnswers, WebAttachments, WebBell, WebChats, WebFiles
from bot.purse import Purse, paying_in
from bot.reply import worded
from bot.settings import Files, Media, StoreSecrets
from bot.siblings import Siblings
from bot.skills import file_skills, made_skills
from bot.store import open_store, reception
from bot.talk.messages import Attachment, Outgoing
from bot.talk.wishes import House
from bot.tuning import make_folder, settle_in, working
from bot.vote_pages import WebVotes
from bot.wording import house_wording
from rules.deeds import StartWork, SubmitEntry
from rules.deeds_reminders import RemindNow
from rules.instants import micros
from rules.notice import Notice
from scheduler.ageing import Ageing
from scheduler.cards import Cards
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.dispatch import Dispatcher
from scheduler.finishing import Finisher
from scheduler.gate import Gate
from scheduler.housekeeping import Housekeeper
from scheduler.made import Made
from scheduler.mailing import Mailing
from scheduler.packing import Packer
from scheduler.planned import PlannedBroadcasts
from scheduler.reminding import Reminding
from scheduler.tick import Tick
from scheduler.twins import Comparing
from scheduler.work import Skill, Worker
from storage.contacts import Contacts
from storage.database import Database
from storage.guests import Guests
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.outbox import Outbox
from storage.spool import Quarantine, Spool
from storage.store import Store
from storage.turns import Turns
from storage.uploads import Uploads
from web.ports import Ports, Reception

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
    files: Store
    clock: SystemClock | SimulatedClock
    bell: WebBell
    house: House
    outbox: Outbox
    contacts: Contacts
    intake: Intake
    links: Links
    reception: Reception
    reminding: Reminding
    ageing: Ageing
    made: Made
    boards: WebBoards
    planned: PlannedBroadcasts
    comparing: Comparing
    packer: Packer
    mailing: Mailing
    ballots: WebRemarks
    certificates: Certificates
    votes: WebVotes
    public_url: str = ""
    channels: Channels | None = None

    def web_ports(self) -> Ports:
        """What the web chat is built from."""
        return Ports(
            desk=self.desk,
            chats=WebChats(self.database, self.notices, _worded, self.ballots.page),
            bell=self.bell,
            guests=Guests(self.database),
            files=WebFiles(self.files),
            attachments=self.attachments(),
            clock=self.clock,
            links=self.links,
            intake=self.intake,
            reception=self.reception,
            answers=WebAnswers(self.database, self.notices, _worded),
            boards=self.boards,
            ballots=self.ballots,
            honours=HonourLists(self.database, self.notices),
            certificates=self.certificates,
            votes=self.votes,
        )

    def worded_now(self, outgoing: Outgoing, channel: str) -> Outgoing:
        """A message in the words of its channel, as things are when it is delivered."""
        return worded(outgoing, house_wording(), channel, now=micros(self.clock.now()))

    def attachments(self) -> WebAttachments:
        """Makes the files that are handed to people."""
        return WebAttachments(self.database, self.notices, ROOT, self.files)


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
    files: tuple[Files, StoreSecrets] | None = None,
    media: Media | None = None,
    skills: Mapping[str, Skill] | None = None,
    ticking: bool = False,
    approve_above: int = 0,
    purse: Purse | None = None,
    siblings: Siblings | None = None,
    variant: Callable[[Notice], Notice] = lambda notice: notice,
    opening: Opening = open_channels,
    folder: Path = ROOT / "campaigns",
) -> AsyncIterator[App]:
    """The program with its desk and worker at work; at the end of the block they finish what is under way.

    With the settings of `channels` their doors are open and the outbox is worked off, too. `files`: the settings of the
    file store with its keys, else it is the folder `files` in `data`. `media` names the programs that open films.
    `skills` take the place of the program's own for their kinds of work. `ticking`: it does what is due by the clock;
    commands that look at a deployment leave that to it. A message to more than `approve_above` people waits for another
    admin (0: none does). `siblings` are the other workers on this machine, `purse` pays red packets. A rehearsal opens
    its own channels by `opening`, and plays a `variant` of each notice, from a `folder` of its own.
    """
    notices = {name: variant(campaigns.load(folder, name)) for name in campaign_ids}
    settle_in()
    make_folder(data)
    async with AsyncExitStack() as stack:
        stack.push_async_callback((database := Database.open(database_url)).close)
        mates = await stack.enter_async_context((siblings or Siblings()).joined())
        await migrate(database)
        app, worker, finisher = await _built(
            database, notices, folder, data=data, key=key, clock=clock, public_url=public_url, channels=channels,
            files=files or (Files.model_validate({}), StoreSecrets.model_construct()),
            media=media or Media.model_validate({}), skills=skills or {}, siblings=mates,
        )  # fmt: skip
        app.house.approve_above = approve_above
        keeper = Housekeeper(database, app.made, notices, app.clock, key)
        await stack.enter_async_context(working([app.desk.run]))
        ending = worker.run, finisher.run, keeper.run, app.planned.run, app.comparing.run
        await stack.enter_async_context(working(ending))  # first: their last results still need the desk
        if channels is not None:
            app = await _open_doors(stack, app, channels, key, opening)
        if ticking:
            await stack.enter_async_context(working([_ticking(app).run, paying_in(app, purse).run]))
        yield app


def _ticking(app: App) -> Tick:
    """The tick of a program, rung when its clock is set forward and when somebody is to be reminded now."""

    async def remind() -> None:
        await app.reminding.act()
        await app.ageing.act()

    tick = Tick(lambda: app.ballots.beat(remind))
    app.desk.on_committed.append(lambda performed: tick.rang() if RemindNow in performed else None)
    if isinstance(app.clock, SimulatedClock):
        app.clock.on_moved.append(tick.rang)
    return tick


async def _open_doors(stack: AsyncExitStack, app: App, settings: Settings, key: bytes, opening: Opening) -> App:
    """Open the channels: senders before doors, so that what comes in finds its way out."""
    files = LetterFiles(app.attachments())
    around = Surroundings(
        app.database, app.house, app.notices, house_wording(), app.intake, app.contacts, app.links, files, app.clock,
        key, app.public_url, BallotCards(app.database, app.ballots, house_wording(), app.notices, app.public_url),
    )  # fmt: skip
    channels = await opening(settings, around)
    for close in channels.closing:
        stack.push_async_callback(close)
    app.intake.fetchers.update(channels.fetchers)
    dispatcher = Dispatcher(
        app.outbox, app.contacts, channels.senders, channels.powers, app.clock, paces=channels.paces,
        lease=settings.lease, worded=app.worded_now, gate=Gate(app.database, app.notices, app.numbers, app.clock),
    )  # fmt: skip
    app.mailing.post = channels.mail
    app.planned.posted = app.comparing.posted = dispatcher.rang
    cards = Cards(app.database, app.outbox, app.numbers, app.clock, posted=dispatcher.rang)
    app.desk.on_due = dispatcher.posted
    app.intake.on_due, app.intake.worded = dispatcher.rang, app.worded_now
    app.reminding.posted = app.ageing.posted = app.ballots.posted = dispatcher.rang
    dispatcher.on_held.append(app.intake.hold)
    dispatcher.on_left.append(app.intake.left)
    await app.intake.begin()
    stack.push_async_callback(app.intake.end)
    await stack.enter_async_context(working([dispatcher.run, cards.run]))
    await stack.enter_async_context(working(channels.tasks))
    return replace(app, channels=channels)


async def _built(
    database: Database,
    notices: Mapping[str, Notice],
    folder: Path,
    *,
    data: Path,
    key: bytes,
    clock: SystemClock | SimulatedClock | None,
    public_url: str,
    channels: Settings | None,
    files: tuple[Files, StoreSecrets],
    media: Media,
    skills: Mapping[str, Skill],
    siblings: Siblings,
) -> tuple[App, Worker, Finisher]:
    numbers, bell, clock = await Numbers.above(database), siblings.ringing(WebBell()), clock or SystemClock()
    turns = Turns(database, numbers, pepper=key)
    duties = campaigns.all_duties(folder, notices)
    banks = await asyncio.to_thread(campaigns.all_banks, folder, notices)
    charts = await asyncio.to_thread(font) is not None
    house = House(house_flows(), notices, numbers, public_url, duties=duties, banks=banks, charts=charts)
    desk = Desk(house, turns, house_wording(), rang=bell.ring, posted=POSTED)
    store = open_store(data, *files)
    store.sweep()
    made = Made(store, data / "exports")
    links, mailing = Links(public_url, key), Mailing(database, store, clock)
    packer = Packer(
        database, made, notices, house_wording(), root=ROOT, clock=clock,
        link=lambda address, sha256, name: links.file(address, Attachment("file", sha256, name), clock.now()),
    )  # fmt: skip
    certificates = Certificates(database, made, notices, ROOT, clock, key=key, public_url=public_url)
    own = {
        **file_skills(database, store, notices, ROOT, media),
        **made_skills(database, made, notices, duties, numbers, clock, ROOT, banks),
        PACK: Skill(packer.perform, "package.broken"),
        **certificates.skills(),
        MAIL: Skill(mailing.perform, "package.broken"),
    }
    worker = Worker(database, desk, clock, {**own, **skills})
    desk.on_committed.append(lambda performed: worker.rang() if StartWork in performed else None)
    comparing = Comparing(database, notices, numbers, clock)
    desk.on_committed.append(lambda performed: comparing.rang() if SubmitEntry in performed else None)
    outbox, contacts = Outbox(database, numbers), Contacts(database)
    intake = Intake(
        desk, clock, outbox=outbox, contacts=contacts, spool=Spool(database, numbers), files=store,
        quarantine=Quarantine(database), pushing=pushing(channels), gather=channels.gather if channels else None,
    )  # fmt: skip
    taking = siblings.receiving(reception(data, files[0], Uploads(database)))
    finisher = Finisher(taking.uploads, taking.parts, store, intake, clock)
    office = open_office(turns, database, data, key, siblings.vault)
    app = App(
        database, notices, numbers, turns, desk, store, clock, bell, house, outbox, contacts, intake,
        links, replace(taking, rang=finisher.rang),
        Reminding(database, notices, numbers, clock, rang=bell.ring),
        Ageing(database, notices, numbers, clock, rang=bell.ring), made,
        WebBoards(database, notices, store, data=data, key=key, banks=banks),
        PlannedBroadcasts(database, notices, numbers, clock), comparing, packer, mailing,
        WebRemarks(database, office, notices, links, house_wording(), clock), certificates,
        WebVotes(turns, notices, links, house_wording(), key), public_url,
    )  # fmt: skip
    return app, worker, finisher
