"""The program of a play, with its pages and its people: who they are, and how they come to an answer.

Everything here is the program's own: its desk, doors, dispatcher, storage, tick and pages. Platforms note what they
deliver.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from bot.fakes import FakeClock
from rehearsal.materials import Materials
from rehearsal.pages import Pages
from rehearsal.stage import KEY, About, Citizen, Stage
from rehearsal.working import at_work
from rules.instants import opening
from rules.notice import Notice
from rules.people import Role
from web.app import create
from web.config import WebConfig

#: When offices open.
OPENS = 9
#: What is said to a question, by the beginning of its key: a text, or one that follows from what was asked.
Answers = Mapping[str, str | Callable[[Citizen], str]]
#: More questions than any conversation here has.
_MOST = 60


class NoAnswer(LookupError):
    """Somebody was asked what they have no answer to; the message says what."""


class House(Stage):
    """A campaign at work whose people come in by every channel, and whose pages can be opened."""

    hall: Pages
    patience = 3

    def __init__(
        self, clock: FakeClock, materials: Materials, variant: Callable[[Notice], Notice] = lambda notice: notice
    ) -> None:
        """`variant` makes another notice of the campaign's."""
        super().__init__(clock, materials)
        self.variant = variant
        #: Who has joined, by name.
        self.folk: dict[str, Citizen] = {}
        #: Browsers of the public, by network.
        self.browsers: dict[str, httpx.AsyncClient] = {}

    async def at(self, instant: str) -> None:
        """Move to "2024-04-23 23:59", by the clocks of the notice's zone."""
        await self.move(self.instant(instant))

    async def office(self) -> None:
        """Wait for the hour in which offices open, where it is night."""
        local = self.clock.now().astimezone(ZoneInfo(self.notice.zone))
        if local.hour < OPENS:
            await self.move(local.replace(hour=OPENS, minute=0, second=0))

    def instant(self, text: str) -> datetime:
        """An instant as the program reads it."""
        return opening(text, self.notice.zone)

    async def later(self, minutes: float) -> None:
        """Let so many minutes pass."""
        await self.move(self.clock.now() + timedelta(minutes=minutes))

    async def remind(self) -> None:
        """Also of what ages."""
        await super().remind()
        await self.app.ageing.act()

    async def joins(self, name: str, channel: str, about: About, role: Role) -> Citizen:
        """Somebody who comes in by an invitation."""
        who = self.citizen(name, channel, about)
        await who.all(f"/start {await self.code(about.unit, role)}", name)
        self.knows(who)
        return who

    def knows(self, who: Citizen) -> None:
        """Whoever has joined by another way can be called by name, and open pages."""
        self.folk[who.name] = self.hall.people[who.name] = who

    async def quiet(self) -> None:
        """Wait until everything is delivered."""
        await self.drained()
        await self.fetched()


@asynccontextmanager
async def running(play: House, folder: Path, campaign: str) -> AsyncIterator[None]:
    """The program on its folder; on the same one again it is started again, with the same people."""
    people = play.hall.people if hasattr(play, "hall") else {}
    async with at_work(play, folder, campaign, play.variant), visitor(play, "127.0.0.1") as http:
        play.hall = Pages(play.app, play.clock, campaign, http, people)
        yield


def visitor(play: House, network: str) -> httpx.AsyncClient:
    """A browser somewhere in this network, without cookies yet."""
    site = create(play.app.web_ports(), config=WebConfig(secret=KEY, secure=False, public_url=play.url))
    transport = httpx.ASGITransport(site, client=(network, 1))
    return httpx.AsyncClient(transport=transport, base_url=play.url)


async def converse(who: Citizen, first: Sequence[str], answers: Answers) -> str:
    """Say the first things, then answer whatever is asked until nothing is any more; gives the last reply."""
    await who.all(*first)
    for _ in range(_MOST):
        key = await who.asked()
        if not key:
            return who.text
        said = next((answers[each] for each in answers if key.startswith(each)), None)
        if said is None:
            raise NoAnswer(f"expected an answer to {key!r}, found none; asked was: {who.text}")
        if said == STOP:
            return who.text
        await who.say(said if isinstance(said, str) else said(who))
    raise NoAnswer(f"expected an end within {_MOST} answers, found {who.text}")


async def at_desk(who: Citizen, word: str, label: str, *then: str) -> str:
    """Say what opens a desk of an admin, name the round where there are several, and say what follows."""
    await who.say(word)
    if await who.asked() == "round":
        await who.say(label)
    return await who.all(*then)


#: An answer that leaves the question open.
STOP = "\0"


def choice(who: Citizen, begins: str) -> str:
    """The label of the choice that begins so."""
    return next((each for each in who.choices if each.startswith(begins)), begins)
