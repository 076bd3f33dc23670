"""A desk at work on a database of its own, with one small flow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from sqlalchemy import select

from bot.desk import Desk
from bot.fakes import FakeClock, Person
from bot.talk.fields import Typed
from bot.talk.flow import Flow, Flows, Handed
from bot.talk.lines import line
from bot.talk.log import Log
from bot.talk.messages import File
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Scene
from bot.talk.wishes import House
from bot.wording import Wording, house_wording
from rules.deeds import NamePerson
from storage.database import Database
from storage.numbers import Numbers
from storage.schema import metadata
from storage.turns import Turns
from tests.bot.talk.room import START, drafts, free
from tests.storage.conftest import shaped as shaped
from tests.storage.conftest import shaped_url as shaped_url

#: What breaks the flow when somebody answers it.
POISON = "毒"
WORDING = {
    "ask.name": "姓名？",
    "ask.unit": "单位？",
    "ask.last": "还有呢？",
    "named": "记下了：{{ name }}。",
    "file": "收到{{ name }}。",
}


def _asked(name: str) -> Typed:
    return Typed(text=line(f"ask.{name}"), label=name, read=free)


async def form(talk: Talk) -> Ending:
    """Name and unit, then a deed. It breaks on `POISON`."""
    name = await talk.ask("name", _asked("name"))
    talk.title = name
    unit = await talk.ask("unit", _asked("unit"))
    if POISON in (name, unit):
        raise ZeroDivisionError(f"expected a name that does not break, found {name}{unit}")
    await talk.do("named", NamePerson(talk.person.id, name))
    talk.say("named", name=name)
    await talk.ask("last", _asked("last"))
    return None


def _taken(scene: Scene, log: Log, file: File) -> Handed:
    return Handed(None, (line("file", name=file.name),))


FORM = Flow("form", form, keeps=True, on_file=_taken)
TABLE = Flows((FORM, Flow("drafts", drafts)), stranger="form", home="form", file="form", drafts="drafts")


@dataclass
class Office:
    """A desk, its database, and what happened."""

    database: Database
    turns: Turns
    desk: Desk
    clock: FakeClock
    rang: list[str]
    batches: int = 0
    working: asyncio.Task[None] | None = None

    def person(self, address: str = "1") -> Person:
        """Somebody at an address."""
        return Person(self.desk, self.clock, address=address)

    def begin(self) -> None:
        """Let the desk work."""
        self.working = asyncio.create_task(self.desk.run())

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables."""
        async with self.database.read() as connection:
            return {
                table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
            }


@pytest.fixture
async def office(shaped_url: str) -> AsyncIterator[Office]:
    """A desk at work; it stops when the test is over."""
    database = Database.open(shaped_url)
    turns = Turns(database, await Numbers.above(database), pepper=b"pepper")
    house, wording = House(TABLE, {}, turns.number), _wording()
    rang: list[str] = []
    office = Office(database, turns, Desk(house, turns, wording, rang=rang.append), FakeClock(START), rang)
    office.desk.on_committed.append(_counting(office))
    office.begin()
    yield office
    if office.working is not None:
        office.working.cancel()
        with suppress(asyncio.CancelledError):
            await office.working
    await database.close()


@cache
def _wording() -> Wording:
    wording = house_wording()
    for key, text in WORDING.items():
        wording = wording.with_sentence(key, text)
    return wording


def _counting(office: Office) -> Callable[[object], None]:
    def count(performed: object) -> None:
        office.batches += 1

    return count
