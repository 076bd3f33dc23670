"""A whole campaign on the real program: its desk, storage, tick, dispatcher; platforms that note what they deliver.

Telegram delivers at any time. WeChat delivers within its windows, answers to a message come back in the same call. The
web chat is read by whoever opens it. What every person wrote and was told stands in their `Chat`, with instants.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from bot import app as roof
from bot.fakes import FakeClock, Person, bare
from bot.handlers.ports import Delivered
from bot.people import make_invite, unit_named
from bot.reply import worded
from bot.talk.messages import PAGE, UPLOAD, Incoming, Outgoing
from bot.wording import house_wording
from rehearsal.materials import Materials
from rehearsal.record import OWN, Line
from rules.codes import shown
from rules.instants import from_micros
from rules.notice import Notice
from rules.people import Role
from storage.chats import Chats
from storage.letters import outgoing_of
from storage.outbox import DUE, PASSIVE, SENDING
from storage.progress import Broadcasts
from storage.tables import STILL_OPEN, outbox
from storage.work import is_left

#: Seconds for which an answer is waited for before the outbox is asked what becomes of it.
_ARRIVING = 0.5
ZONE = "Asia/Shanghai"
#: Seals what a rehearsal keeps; it opens nothing else.
KEY = b"c" * 32
#: What the pages of a rehearsal are addressed by; nobody listens there.
URL = "https://rehearsal.invalid"


@dataclass(frozen=True, slots=True)
class About:
    """Who somebody is: their role, the unit they speak for ("" for none), and how they behave; for the report."""

    role: str
    unit: str = ""
    habit: str = ""


@dataclass(slots=True)
class Chat:
    """Everything between one address and the program."""

    address: str
    lines: list[Line] = field(default_factory=list)
    #: The instant at which its person acts, where that is not everybody's.
    own: datetime | None = None
    _told: int = 0

    def news(self) -> list[Line]:
        """What the program said on its own account since this was asked last."""
        new, self._told = self.lines[self._told :], len(self.lines)
        return [line for line in new if line.by_itself]


class Citizen(Person):
    """Somebody at an address of the stage."""

    def __init__(self, stage: Stage, address: str, channel: str, name: str, about: About) -> None:
        super().__init__(
            stage, stage.clock, address=address, channel=channel, files=stage.app.files, chats=Chats(stage.app.database)
        )
        self.stage, self.name, self.about = stage, name, about
        self._chat = stage.chat(self.where)

    @property
    def unit(self) -> str:
        """The unit that they speak for, "" for none."""
        return self.about.unit

    def follow(self, app: roof.App) -> None:
        """Talk to the program as it was started again."""
        self._files, self._chats = app.files, Chats(app.database)

    async def send_message(self, incoming: Incoming, said: str) -> str:
        """Send, and note it."""
        self._chat.lines.append(Line(self.now(), OWN, said))
        return await super().send_message(incoming, said)

    @property
    def acts_at(self) -> datetime | None:
        """The instant at which they act while others of a crowd act at theirs; None for everybody's."""
        return self._chat.own

    @acts_at.setter
    def acts_at(self, at: datetime | None) -> None:
        self._chat.own = at

    def now(self) -> datetime:
        """The present instant as it is for this person."""
        return self._chat.own or self.stage.clock.now()

    @property
    def where(self) -> str:
        """The address as the program names it."""
        return f"{self.channel}:{self.address}"

    async def all(self, *texts: str) -> str:
        """Say one thing after the other; gives the last reply."""
        for text in texts:
            await self.say(text)
        return self.text

    async def asked(self) -> str:
        """The key of the question that is open for them, "" for none."""
        return (await Chats(self.stage.app.database).open_question(self.where)).partition("/")[2]


class Stage:
    """The program at work on one campaign, with a clock that the play moves."""

    app: roof.App
    notice: Notice
    #: Looks at the outbox, a hundredth of a second apart, before a message that waits behind another one has its turn.
    patience = 50

    def __init__(self, clock: FakeClock, materials: Materials) -> None:
        self.clock, self.url, self.materials = clock, URL, materials
        self.chats: dict[str, Chat] = {}
        self.blocked: set[str] = set()
        self.citizens: list[Citizen] = []
        #: Where the notice lies, with what lies beside it.
        self.campaigns = roof.ROOT / "campaigns"
        #: Called whenever time has passed.
        self.on_moved: Callable[[], None] = lambda: None
        self._mark, self._fetching = 0, asyncio.Lock()
        #: Whether answers went out by WeChat since it was looked whether they are marked so.
        self._passive = False
        self._arrived: set[int] = set()
        self._arriving = asyncio.Event()

    def chat(self, address: str) -> Chat:
        """The chat with an address."""
        return self.chats.setdefault(address, Chat(address))

    @staticmethod
    def read(ready: Outgoing) -> str:
        """The text of a message as its reader sees it."""
        return bare(ready.text).replace(UPLOAD, "🔗上传页").replace(PAGE, "🔗我的页面")

    def note(self, address: str, outgoing: Outgoing, *, way: str = "") -> None:
        """Note what was delivered, as its reader sees it."""
        ready = worded(outgoing, house_wording(), address.partition(":")[0])
        text = self.read(ready)
        if ready.attachment is not None:
            text = f"{text}\n📎 {ready.attachment.name}".strip()
        labels = tuple(choice.label for choice in ready.choices)
        chat = self.chat(address)
        chat.lines.append(Line(chat.own or self.clock.now(), ready.kind, text, labels, way))

    async def receive(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        """Take a message as the door of its channel does, and wait until the answer is there, as people do."""
        address = f"{incoming.channel}:{incoming.address}"
        self.blocked.discard(address)
        passive = incoming.channel == "wechat"
        replies = await (await self.app.intake.accept(incoming, passive=passive))
        if passive:
            for reply in replies:
                self.note(address, reply, way="passive")
            await self.app.intake.delivered([Delivered(reply.id, 1, whole=True) for reply in replies])
            self._passive = True
        elif incoming.channel == "web":
            await self.fetched()
        else:
            await self.answered(replies)
        return replies

    def arrived(self, number: int) -> None:
        """A message was delivered by its platform."""
        self._arrived.add(number)
        self._arriving.set()

    async def answered(self, replies: Sequence[Outgoing]) -> None:
        """Wait until these have arrived, or will not any more."""
        wanted = {reply.id for reply in replies}
        with suppress(TimeoutError):
            async with asyncio.timeout(_ARRIVING):
                while not wanted <= self._arrived:
                    self._arriving.clear()
                    await self._arriving.wait()
                return
        await self.drained()

    def citizen(self, name: str, channel: str, about: About | None = None) -> Citizen:
        """Somebody new."""
        address = f"{len(self.citizens) + 1:03d}"
        self.citizens.append(Citizen(self, address, channel, name, about or About("市民")))
        return self.citizens[-1]

    async def code(self, unit: str = "", role: Role = Role.ADMIN) -> str:
        """A fresh invitation for a liaison of a unit, or for somebody in this role."""
        found = await unit_named(self.app, self.notice.id, unit) if unit else None
        role = Role.LIAISON if unit else role
        return shown((await make_invite(self.app, self.notice.id, role, found, at=self.clock.now())).code)

    async def move(self, to: datetime) -> None:
        """Let time pass until then, and let the program do what is due."""
        self.clock.move(max(to, self.clock.now()))
        await self.app.ballots.beat(self.remind)
        await self.app.planned.tick()
        await self.drained()
        await self.fetched()
        self.on_moved()

    async def remind(self) -> None:
        """What the tick reminds of."""
        await self.app.reminding.act()

    async def drained(self) -> None:
        """Wait until nothing is due any more. A message may wait for a moment behind another one: time goes on."""
        columns = outbox.c.address, outbox.c.kind, outbox.c.state, outbox.c.why, outbox.c.due
        waits = select(*columns).where(STILL_OPEN, outbox.c.state.in_((DUE, SENDING)))
        waits = waits.order_by(outbox.c.due.desc()).limit(5)
        for number in range(6000):
            async with self.app.database.read() as connection:
                if not (found := (await connection.execute(waits)).all()):
                    return
            self.app.planned.posted()  # what is written for others than the sender is looked for within a second
            await asyncio.sleep(0.01)
            if number % self.patience == self.patience - 1:
                self.clock.move(max(self.clock.now(), from_micros(found[0].due)))
        raise TimeoutError(f"expected the outbox to be worked off within a minute, found {[*map(tuple, found)]}")

    async def worked(self) -> None:
        """Wait for what takes seconds, and not hours: what is made aside, and word of how a message to many went.

        At most half a minute: what is tried again later has its time then.
        """
        for _ in range(1500):
            if not await is_left(self.app.database) and not await Broadcasts(self.app.database).running():
                break
            await asyncio.sleep(0.02)
        await self.drained()

    async def handed(self) -> None:
        """Wait until what went out in the answers to messages is marked so: otherwise a leap of time sends it again."""
        if not self._passive:
            return
        waits = select(outbox.c.id).where(STILL_OPEN, outbox.c.state == PASSIVE).limit(1)
        for _ in range(2000):
            async with self.app.database.read() as connection:
                if (await connection.execute(waits)).first() is None:
                    self._passive = False
                    return
            await asyncio.sleep(0.005)
        raise TimeoutError("expected answers to be marked as delivered within ten seconds, found some that were not")

    async def fetched(self) -> None:
        """Note what is new in the web chat, where everybody fetches what is said to them."""
        columns = outbox.c.id, outbox.c.address, outbox.c.body
        web = select(*columns).where(outbox.c.address.startswith("web:")).order_by(outbox.c.id)
        async with self._fetching, self.app.database.read() as connection:
            for row in (await connection.execute(web.where(outbox.c.id > self._mark))).all():
                self._mark = row.id
                self.note(row.address, outgoing_of(row.body), way="web")
