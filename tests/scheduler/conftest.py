"""A dispatcher on a database of its own, with senders that do what a test tells them."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.fakes import FakeClock
from bot.handlers.post import Letter, Outcome, Sent
from bot.talk.messages import Outgoing
from rules.contact import Power
from rules.delivery import rank
from rules.instants import from_micros
from scheduler import dispatch
from scheduler.dispatch import Dispatcher, Paces
from scheduler.gate import Gate
from scheduler.pace import Pace
from storage.contacts import Contacts
from storage.database import Database
from storage.letters import outgoing_body
from storage.outbox import DUE, SENDING, Outbox
from storage.tables import addresses, inbox, outbox, people
from tests.storage.conftest import shaped as shaped
from tests.storage.conftest import shaped_url as shaped_url
from tests.storage.world import NOW, World

POWERS = {
    "telegram": Power("telegram"),
    "wechat": Power("wechat", customer=True),
    "mail": Power("mail"),
}


@dataclass
class Script:
    """A sender that answers as told, by text or in order; what is not told is sent. It notes what it was given."""

    channel: str
    given: list[Letter] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    answers: defaultdict[str, deque[Outcome | BaseException]] = field(default_factory=lambda: defaultdict(deque))
    #: Texts whose sending waits until the event is set.
    stays: dict[str, asyncio.Event] = field(default_factory=dict)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, text: str, *outcomes: Outcome | BaseException) -> None:
        """How sending this text goes, try by try."""
        self.answers[text].extend(outcomes)

    async def send(self, letter: Letter, way: str) -> Outcome:
        """Send one part."""
        self.given.append(letter)
        self.ways.append(way)
        text = letter.outgoing.text
        self.reached.set()
        if text in self.stays:
            await self.stays[text].wait()
        waiting = self.answers[text]
        outcome = waiting.popleft() if waiting else Sent(letter.done + 1, remote=f"m{len(self.given)}")
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    @property
    def texts(self) -> list[str]:
        """What was given, in order."""
        return [letter.outgoing.text for letter in self.given]


class Post:
    """A post office: the outbox, its dispatchers, and the clock, which stands until it is moved."""

    def __init__(self, database: Database) -> None:
        self.world = World(database)
        self.clock = FakeClock(from_micros(NOW))
        self.outbox, self.contacts = Outbox(database, self.world.numbers), Contacts(database)
        self.senders = {channel: Script(channel) for channel in POWERS}
        self.working: list[asyncio.Task[None]] = []
        self.held: list[str] = []
        self.left: list[str] = []

    @property
    def telegram(self) -> Script:
        """Telegram's sender."""
        return self.senders["telegram"]

    @property
    def wechat(self) -> Script:
        """WeChat's sender."""
        return self.senders["wechat"]

    @property
    def now(self) -> int:
        """The present instant."""
        return int(self.clock.now().timestamp() * 1_000_000)

    async def somebody(self, *where: str, home: str = "") -> int:
        """A person with these addresses, the first of which they wrote from last."""
        person = self.world.numbers()
        channel, _, name = (home or where[0]).partition(":")
        async with self.world.database.write() as connection:
            await connection.execute(insert(people).values(id=person, channel=channel, address=name))
            for since, address in enumerate(where):
                await connection.execute(insert(addresses).values(id=address, person=person, since=since))
        return person

    async def write(self, address: str, person: int, *, event: bool = False, ago: float = 0.0) -> None:
        """Somebody wrote."""
        number = self.world.numbers()
        body = '{"o":"event"}' if event else "{}"
        at = self.now - int(ago * 1_000_000)
        async with self.world.database.write() as connection:
            row = {"id": f"{number}", "number": number, "address": address, "person": person, "at": at, "body": body}
            await connection.execute(insert(inbox).values(**row))

    async def put(self, address: str, *texts: str, kind: str = "reply", person: int = 0, **more: Any) -> list[int]:
        """Messages that are due; gives their numbers."""
        rows = []
        for text in texts:
            body = outgoing_body(Outgoing(text, kind=kind, card=more.get("card", "")))
            row = {"id": self.world.numbers(), "address": address, "person": person, "body": body, "kind": kind}
            rows.append({**row, "state": DUE, "rank": rank(kind), "at": self.now, "due": self.now, **more})
        async with self.world.database.write() as connection:
            await connection.execute(insert(outbox), rows)
        return [row["id"] for row in rows]

    def open(self, *, lease: float = 45.0, gate: Gate | None = None, **paces: Paces) -> Dispatcher:
        """A dispatcher at work, without paces unless told."""
        none = {channel: Paces(Pace(0.0), Pace(0.0)) for channel in POWERS}
        dispatcher = Dispatcher(
            self.outbox, self.contacts, self.senders, POWERS, self.clock, paces=none | paces, lease=lease, gate=gate
        )
        dispatcher.on_held.append(self.held.append)
        dispatcher.on_left.append(self.left.append)
        self.working.append(asyncio.create_task(dispatcher.run()))
        return dispatcher

    async def stop(self, which: int = -1) -> None:
        """Stop a dispatcher as the program is stopped."""
        task = self.working.pop(which)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def rows(self, *columns: str) -> list[tuple[Any, ...]]:
        """Columns of all messages, in the order of their numbers."""
        async with self.world.database.read() as connection:
            found = await connection.execute(select(*(outbox.c[name] for name in columns)).order_by(outbox.c.id))
            return [tuple(row) for row in found]

    async def states(self) -> list[str]:
        """The states of all messages, in the order of their numbers."""
        return [row[0] for row in await self.rows("state")]

    async def until(self, wanted: Callable[[list[str]], bool], dispatchers: Iterable[Dispatcher] = ()) -> list[str]:
        """Wait until the states are as wanted; gives them."""
        async with asyncio.timeout(8):
            while not wanted(states := await self.states()):
                for dispatcher in dispatchers:
                    dispatcher.rang()
                await asyncio.sleep(0.01)
        return states

    async def settled(self, *dispatchers: Dispatcher) -> list[str]:
        """Wait until nothing is under way nor due; gives the states."""
        return await self.until(lambda states: not {DUE, SENDING} & set(states), dispatchers)

    async def end(self, *dispatchers: Dispatcher) -> list[str]:
        """Let time pass until everything came to an end; gives the states."""
        for _ in range(60):
            await self.later(1000, *dispatchers)
            await asyncio.sleep(0.03)
            if not {DUE, SENDING} & set(states := await self.states()):
                return states
        raise TimeoutError(f"expected every message to come to an end, found {await self.rows('state', 'why', 'due')}")

    async def seen(self, wanted: Callable[[], bool]) -> None:
        """Wait until a sender was given what is wanted."""
        for _ in range(800):
            if wanted():
                return
            await asyncio.sleep(0.01)
        raise TimeoutError(f"expected something to be sent, found {[(k, v.texts) for k, v in self.senders.items()]}")

    async def later(self, seconds: float, *dispatchers: Dispatcher) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(seconds=seconds))
        for dispatcher in dispatchers:
            dispatcher.rang()


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks and pauses after a failure that take no time worth waiting for."""
    monkeypatch.setattr(dispatch, "IDLE", 0.02)
    monkeypatch.setattr(dispatch, "SOON", 0.0)
    monkeypatch.setattr(dispatch, "LAST", 0.05)


@pytest.fixture
async def office(shaped_url: str, swift: None) -> AsyncIterator[Post]:
    """A post office on a database of its own."""
    database = Database.open(shaped_url)
    post = Post(database)
    yield post
    while post.working:
        await post.stop()
    await database.close()
