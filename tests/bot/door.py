"""An intake on an office, as doors use it, with a file store that only looks at names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import insert, select

from bot.handlers.ports import Wanted
from bot.intake import Intake
from bot.talk.messages import File, Incoming, Outgoing
from storage.contacts import Contacts
from storage.letters import outgoing_body
from storage.numbers import Numbers
from storage.outbox import Outbox
from storage.spool import Quarantine, Spool
from storage.tables import addresses, outbox
from tests.bot.conftest import Office


class Files:
    """A file store that only looks at names; a fetcher whose files come when they are let."""

    def __init__(self) -> None:
        self.go: dict[str, asyncio.Event] = {}
        self.wrong: dict[str, list[Exception]] = {}
        self.asked: list[str] = []

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Take a file in."""
        return File(name, sum([len(chunk) async for chunk in chunks]), "00" * 32)

    async def fetch(self, wanted: Wanted) -> AsyncIterator[bytes]:
        """A file as it streams in."""
        self.asked.append(wanted.ref)
        if wanted.ref in self.go:
            await self.go[wanted.ref].wait()
        if self.wrong.get(wanted.ref):
            raise self.wrong[wanted.ref].pop(0)
        yield b"abc"


class Door:
    """An intake on an office."""

    def __init__(self, office: Office) -> None:
        self.office, self.files = office, Files()
        database, numbers = office.database, Numbers()
        self.outbox, self.spool = Outbox(database, numbers), Spool(database, numbers)
        self.intake = Intake(
            office.desk, office.clock, outbox=self.outbox, contacts=Contacts(database), spool=self.spool,
            quarantine=Quarantine(database), files=self.files, pushing=frozenset({"fake"}),
        )  # fmt: skip
        self.intake.fetchers["fake"] = self.files
        self.due = 0
        self.intake.on_due = self._rang
        self.count = 0

    def _rang(self) -> None:
        self.due += 1

    def message(self, text: str = "", **more: Any) -> Incoming:
        """A new message."""
        self.count += 1
        return Incoming("fake", "1", f"m{self.count}", self.office.clock.now(), text, **more)

    async def say(self, text: str) -> str:
        """Say something; gives the answer."""
        return "".join(reply.text for reply in await (await self.intake.accept(self.message(text))))

    async def put(self, state: str, *, kind: str = "notice", done: int = 0) -> int:
        """A message in the outbox for whoever is at the door."""
        number = self.office.turns.number()
        async with self.office.database.write() as connection:
            person = select(addresses.c.person).where(addresses.c.id == "fake:1").scalar_subquery()
            row = {"id": number, "address": "fake:1", "person": person, "state": state, "kind": kind, "done": done}
            body = outgoing_body(Outgoing("通知", kind=kind))
            await connection.execute(insert(outbox).values(**row, body=body, at=0))
        return number

    async def state(self, number: int) -> tuple[Any, ...]:
        """How a message stands."""
        async with self.office.database.read() as connection:
            found = select(outbox.c.state, outbox.c.done, outbox.c.again).where(outbox.c.id == number)
            return tuple((await connection.execute(found)).one())

    async def rows(self, table: Any) -> int:
        """How many rows a table has."""
        async with self.office.database.read() as connection:
            return len((await connection.execute(select(table))).all())
