"""A town with units and liaisons whose campaign is reminded by the real program, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update

from bot.fakes import FakeClock
from bot.reply import worded
from bot.talk.messages import BOLD, PLAIN
from bot.wording import house_wording
from rules.deeds import Deed
from rules.instants import from_micros, micros, opening
from rules.looks import Look
from scheduler.reminding import Reminding
from storage.database import Database
from storage.letters import outgoing_of
from storage.moments import Moment
from storage.numbers import Numbers
from storage.registry import DEEDS, LOOKS
from storage.tables import addresses, entries, leaves, outbox, people, seats, sessions, units
from storage.tables_reminders import leases, reminders, rounds
from tests.campaigns.shipped import notice

ZONE = "Asia/Shanghai"


@dataclass(slots=True)
class Said:
    """One message of the program on its own account: to whom, when (UTC µs), its plain text, its buttons."""

    person: int
    at: int
    text: str
    buttons: list[str]
    number: int = 0
    state: str = ""


def us(text: str) -> int:
    """An instant in Chinese time as UTC microseconds."""
    return micros(opening(text, ZONE))


class Town:
    """One campaign on a database. `act` lets the program do what is due; `said` is what it said since the last look.

    `seen` is the number of the last message looked at; set it back to look at all of them again.
    """

    def __init__(self, database: Database, campaign: str, at: str, **settings: Any) -> None:
        self.database, self.numbers = database, Numbers()
        self.clock = FakeClock(opening(at, ZONE))
        self.notice = notice(campaign)
        if settings:
            self.notice = replace(self.notice, reminders=replace(self.notice.reminders, **settings))
        self.reminding = self.restarted()
        self._ids = count(1)
        self.seen = 0

    def restarted(self, *, page: int = 2000) -> Reminding:
        """The program as after a start: nothing but tables is known to it."""
        self.reminding = Reminding(self.database, {self.notice.id: self.notice}, self.numbers, self.clock, page=page)
        self._gone = True
        return self.reminding

    @property
    def now(self) -> int:
        return micros(self.clock.now())

    async def at(self, instant: str) -> list[Said]:
        """Move the clock, let the program act, and give what it said."""
        self.clock.move(opening(instant, ZONE))
        return await self.act()

    async def act(self) -> list[Said]:
        """Let the program do what is due now, and give what it said. The lease of one that is gone has run out."""
        if self._gone:
            async with self.database.write() as connection:
                await connection.execute(update(leases).values(until=0))
            self._gone = False
        await self.reminding.act()
        return await self.said()

    async def said(self) -> list[Said]:
        """What was said since the last look."""
        async with self.database.read() as connection:
            rows = (
                await connection.execute(
                    select(outbox.c.id, outbox.c.person, outbox.c.at, outbox.c.body, outbox.c.state)
                    .where(outbox.c.id > self.seen, outbox.c.kind == "reminder")
                    .order_by(outbox.c.id)
                )
            ).all()
        self.seen = max([self.seen, *(row.id for row in rows)])
        return [_said(*row) for row in rows]

    async def unit(self, name: str, klass: str, *, parent: str = "") -> int:
        """A new unit, under another by its name."""
        number = next(self._ids)
        await self.put(units, id=number, campaign=self.notice.id, name=name, klass=klass, parent=parent)
        return number

    async def liaison(self, *of: int, channel: str = "telegram", since: int | None = None) -> int:
        """A new person who speaks for these units."""
        number = next(self._ids)
        await self.put(people, id=number, name=f"人{number}", channel=channel, address=f"{number}")
        await self.put(addresses, id=f"{channel}:{number}", person=number)
        for unit in of:
            await self.seat(number, unit, since=since)
        return number

    async def seat(self, person: int, unit: int, *, since: int | None = None) -> int:
        """A seat of a person for a unit."""
        number, at = next(self._ids), self.now if since is None else since
        row = {"id": number, "person": person, "campaign": self.notice.id, "role": "liaison", "unit": unit, "since": at}
        await self.put(seats, **row)
        return number

    async def entry(self, unit: int, track: str, *, state: str = "submitted", title: str = "一件事") -> int:
        """An entry of a unit."""
        number = next(self._ids)
        await self.put(
            entries, id=number, campaign=self.notice.id, track=track, form=track, number=f"WF-{number:04d}",
            title=title, unit=unit, state=state, version=1, received=self.now,
        )  # fmt: skip
        return number

    async def draft(self, person: int, *, title: str = "草稿", shown: str = "form/phone", state: str = "parked") -> int:
        """A form that somebody began from their first seat."""
        number = next(self._ids)
        async with self.database.read() as connection:
            found = await connection.execute(select(seats.c.id).where(seats.c.person == person).order_by(seats.c.id))
            seat = found.scalars().first()
        await self.put(
            sessions, id=number, person=person, flow="enter", campaign=self.notice.id, seat=seat, facts="{}",
            state=state, shown=shown, title=title, step="联系电话", seq=3, started=self.now, touched=self.now,
        )  # fmt: skip
        return number

    async def leave(self, unit: int, track: str, until: str) -> None:
        """A leave for one unit, granted now; `until` is the first late instant."""
        await self.put(
            leaves, id=next(self._ids), campaign=self.notice.id, track=track, unit=unit, until=us(until), at=self.now
        )

    async def change(self, table: Any, number: int, **values: Any) -> None:
        """Change a row."""
        async with self.database.write() as connection:
            await connection.execute(update(table).where(table.c.id == number).values(**values))

    async def remove(self, table: Any, number: int) -> None:
        """Remove a row."""
        async with self.database.write() as connection:
            await connection.execute(delete(table).where(table.c.id == number))

    async def put(self, table: Any, **values: Any) -> None:
        """Write a row."""
        async with self.database.write() as connection:
            await connection.execute(insert(table).values(**values))

    async def do(self, deed: Deed) -> Any:
        """Perform a deed."""
        async with self.database.write() as connection:
            return await DEEDS[type(deed)](Moment(connection, self.now, self.numbers, b"pepper"), deed)

    async def look(self, look: Look) -> Any:
        """Answer a look."""
        async with self.database.read() as connection:
            return await LOOKS[type(look)](connection, look)

    async def fates(self) -> list[tuple[int, str, str, str]]:
        """What became of every single reminder: person, rule, state, why; in the order of persons and rules."""
        async with self.database.read() as connection:
            columns = (reminders.c.person, reminders.c.rule, reminders.c.state, reminders.c.why)
            rows = await connection.execute(select(*columns).order_by(reminders.c.instant, *columns))
            return [tuple(row) for row in rows]

    async def rounds(self) -> list[tuple[str, str, str]]:
        """Every occasion that was begun or left out: when it was meant, its state, why."""
        async with self.database.read() as connection:
            columns = (rounds.c.nominal, rounds.c.state, rounds.c.why)
            rows = (await connection.execute(select(*columns).order_by(rounds.c.nominal))).all()
        return [(_clock(row.nominal), row.state, row.why) for row in rows]


def _said(number: int, person: int, at: int, body: str, state: str) -> Said:
    letter = worded(outgoing_of(body, number), house_wording(), "telegram")
    text = letter.text.replace(BOLD, "").replace(PLAIN, "")
    return Said(person, at, text, [choice.label for choice in letter.choices], number, state)


def _clock(at: int) -> str:
    return f"{from_micros(at).astimezone(opening('2020-01-01', ZONE).tzinfo):%m-%d %H:%M}"


def persons(said: Sequence[Said]) -> list[int]:
    """To whom messages went."""
    return [each.person for each in said]


def plain(value: Any) -> Any:
    """A value as it is after a way through JSON."""
    return orjson.loads(orjson.dumps(value))
