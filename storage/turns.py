"""One transaction for all waiting messages: read everything they need at once, write everything they caused at once.

The number of statements of a batch does not depend on its size, but for deeds and looks, which run one by one inside
the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar, cast

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.log import Log, Row
from bot.talk.messages import Incoming
from bot.talk.session import Session
from bot.talk.wishes import INSIDE, Party
from rules.deeds import Deed
from rules.instants import micros
from rules.looks import Look
from rules.people import Person, Role, Seat, Unit
from storage.database import Database
from storage.direct import complete, inside
from storage.letters import incoming_body, outgoing_body
from storage.moments import Deeds, Moment
from storage.registry import DEEDS, LOOKS
from storage.repeats import Answered, answered
from storage.rows import Guest, Settled, edits, fresh, session_of
from storage.statements import Statements

R = TypeVar("R")

#: What becomes of an answer: fetched by its reader, sent by the dispatcher, or handed over by the door itself.
PULLED, DUE, PASSIVE = "pulled", "due", "passive"
#: Microseconds that a door has for handing over; then the dispatcher does it. WeChat asks three times, 5 s apart.
PASSIVE_FOR = 16_000_000
#: Conversations whose log stays in memory; a log of ten answers takes about 5 KB.
MOST_REMEMBERED = 20_000


def key_of(incoming: Incoming) -> str:
    """The unique key of a message: the same for every redelivery."""
    return f"{incoming.channel}:{incoming.id}"


def address_of(incoming: Incoming) -> str:
    """The unique key of a sender's address."""
    return f"{incoming.channel}:{incoming.address}"


class Turns:
    """Opens transactions for batches of messages."""

    def __init__(self, database: Database, number: Callable[[], int], *, pepper: bytes = b"") -> None:
        """`pepper` keys the hashes of codes; it comes from the deployment's secret, never from the database."""
        self.database, self.number, self.pepper = database, number, pepper
        #: Who performs which deed; the roof adds those that take a key which storage never sees.
        self.deeds: Deeds = dict(DEEDS)
        self._statements = Statements(database)
        #: Folded logs of the conversations that were heard last, each with the number of its newest row.
        self._remembered: dict[int, Log] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Batch]:
        """A batch; all of it is committed at the end of the block, or none of it."""
        async with self.database.write() as connection:
            batch = Batch(connection, self)
            yield batch
        self._remember(batch._written)

    def _remember(self, written: Mapping[int, Log]) -> None:
        """Keep the logs of a committed batch; the oldest make room."""
        self._remembered |= written
        for session in list(islice(self._remembered, max(0, len(self._remembered) - MOST_REMEMBERED))):
            del self._remembered[session]


class Batch:
    """The open transaction of a batch."""

    def __init__(self, connection: AsyncConnection, turns: Turns) -> None:
        self.connection, self.number = connection, turns.number
        self._database, self._statements, self._pepper = turns.database, turns._statements, turns.pepper
        self._remembered, self._written = turns._remembered, dict[int, Log]()
        self._deeds = turns.deeds
        #: The kinds of deeds that were performed.
        self.performed: set[type[Deed]] = set()

    async def at_once(self, work: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """Do work that awaits nothing but this batch: on SQLite in one visit to its thread."""
        if not self._database.sqlite:
            return await work()
        outside = self.connection

        def visit(raw: sqlite3.Connection) -> R:
            direct = self._database.direct(raw)
            assert direct is not None, "a batch writes on the connection that writes"
            self.connection = cast("AsyncConnection", direct)
            try:
                return complete(work())
            finally:
                self.connection = outside

        return await inside(outside, visit)

    def moment(self, at: datetime) -> Moment:
        """What a deed at this instant is given."""
        return Moment(self.connection, micros(at), self.number, self._pepper)

    async def hold(self, addresses: Sequence[str]) -> None:
        """Let no other program settle messages of these senders meanwhile. SQLite's transaction itself does that."""
        if not self._database.sqlite:
            inside = [int(each.partition(":")[2]) for each in addresses if each.startswith(f"{INSIDE}:")]
            await self._statements.hold.all(self.connection, {"ids": addresses, "inside": inside})

    async def seen(self, keys: Sequence[str], doors: Mapping[str, int]) -> Answered:
        """See `storage.repeats.answered`; `doors`: when each message came that a door asks for (UTC microseconds)."""
        until = {key: at + PASSIVE_FOR for key, at in doors.items()}
        return await answered(self.connection, self._database, self._statements, keys, until)

    async def guests(self, messages: Sequence[Incoming]) -> dict[str, Guest]:
        """The senders of these messages by address; people never seen before are written down first."""
        outside = {address_of(message): message for message in messages if message.channel != INSIDE}
        found: list[tuple[str, Any]] = []
        if outside:
            bound = {"ids": self._database.keys(list(outside))}
            found += [(row[0], row[1:]) for row in await self._statements.party.all(self.connection, bound)]
        inside = [int(message.address) for message in messages if message.channel == INSIDE]
        if inside:
            rows = await self._statements.inside.all(self.connection, {"ids": self._database.keys(inside)})
            found += [(f"{INSIDE}:{row[0]}", row[1:]) for row in rows]
        guests = await self._filled(found)
        new = [message for address, message in outside.items() if address not in guests]
        if new:
            guests |= await self._welcome(new)
        return guests

    async def who(self, person: int) -> Party:
        """A person's party as it is now, inside this transaction."""
        [row] = await self._statements.person.all(self.connection, {"id": person})
        if row[0] == person:
            # The seat is the person's own, whatever conversation they are in: a deed may just have changed it.
            row = [*row[:_SESSION], *[None] * (len(row) - _SESSION)]
        return (await self._filled([("", row)]))[""].party

    async def recall(self, person: int, session: int) -> Session | None:
        """A parked conversation of a person, with its log."""
        rows = await self._statements.recall.all(self.connection, {"id": session, "owner": person})
        if not rows:
            return None
        logs = await self._logs_of(rows)
        return session_of(person, rows[0], logs[session])

    async def look(self, look: Look) -> Any:
        """Answer a look."""
        return await LOOKS[type(look)](self.connection, look)

    async def perform(self, deed: Deed, at: datetime) -> Any:
        """Perform a deed."""
        self.performed.add(type(deed))
        return await self._deeds[type(deed)](self.moment(at), deed)

    async def save(self, session: Session, at: datetime) -> None:
        """Write one conversation down now."""
        await self._write_sessions([(session, micros(at))])

    async def move_home(self, person: int, channel: str, address: str) -> None:
        """Remember where a person wrote from last; what the program says on its own account goes there."""
        await self._statements.home.run(self.connection, [(channel, address, person)])

    async def flush(self, settled: Sequence[Settled]) -> None:
        """Write down everything that these messages caused."""
        number, connection = self.number, self.connection
        await self._write_sessions([(session, one.at) for one in settled for session in one.sessions])
        arrived = [
            (one.key, number(), address_of(one.incoming), one.person, one.at, incoming_body(one.incoming, one.pressed))
            for one in settled
        ]
        await self._statements.arrived.run(connection, arrived)
        pulled: list[tuple[Any, ...]] = []
        posted: list[tuple[Any, ...]] = []
        for one in settled:
            to = f"{one.channel}:{one.address}"
            for letter in one.letters:
                letter.id = number()
                row = (letter.id, to, one.person, one.key, one.at, outgoing_body(letter), one.post)
                if one.post == PULLED:
                    pulled.append(row)
                else:
                    posted.append((*row, letter.kind, letter.card, edits(one.incoming, letter), 0, _due(one)))
        if pulled:
            await self._statements.sent.run(connection, pulled)
        if posted:
            await self._statements.posted.run(connection, posted)

    async def unspool(self, keys: Sequence[str]) -> None:
        """Let the spool forget messages that are settled herewith."""
        await self._statements.unspool.run(self.connection, [(key,) for key in keys])

    async def _write_sessions(self, changed: Sequence[tuple[Session, int]]) -> None:
        statements, connection = self._statements, self.connection
        old = [
            (one.state.value, one.shown, one.title, one.step, one.log.seq, at, one.id)
            for one, at in changed if not one.new
        ]  # fmt: skip
        new = [fresh(one, at) for one, at in changed if one.new]
        rows = [
            (one.id, seq, kind, key, orjson.dumps(value).decode(), at)
            for one, _ in changed for seq, kind, key, value, at in one.rows
        ]  # fmt: skip
        if old:
            await statements.session.run(connection, old)
        if new:
            await statements.new_sessions.run(connection, new)
        if rows:
            await statements.new_rows.run(connection, rows)
        for session, _ in changed:
            session.new = False
            session.rows = []
            self._written[session.id] = session.log

    async def _filled(self, found: Sequence[tuple[str, Any]]) -> dict[str, Guest]:
        """Guests from rows of person and session columns, with their seats and logs."""
        logs = await self._logs_of([row[_SESSION:] for _, row in found if row[_SESSION] is not None])
        places = {row[2] for _, row in found} | {row[_SESSION + 3] for _, row in found}
        taken = await self._seats([place for place in places if place])
        guests: dict[str, Guest] = {}
        for address, row in found:
            session = None
            if row[_SESSION] is not None:
                session = session_of(row[0], row[_SESSION:], logs[row[_SESSION]])
            seat = taken.get(row[2] or 0)
            if session is not None and session.seat in taken:
                seat = taken[session.seat]
            guests[address] = Guest(Party(Person(row[0], row[1]), seat, session), row[3], row[4])
        return guests

    async def _seats(self, wanted: Sequence[int]) -> dict[int, Seat]:
        if not wanted:
            return {}
        rows = await self._statements.seats.all(self.connection, {"ids": self._database.keys(wanted)})
        return {
            seat: Seat(seat, campaign, Role(role), Unit(unit, campaign, name, short, klass) if unit else None)
            for seat, campaign, role, unit, name, short, klass in rows
        }

    async def _logs_of(self, rows: Sequence[Sequence[Any]]) -> Mapping[int, Log]:
        """The logs of sessions: remembered where the session's row says that nothing was added since, else read."""
        logs: dict[int, Log] = {}
        wanted: list[int] = []
        for row in rows:
            known = self._remembered.get(row[0])
            if known is not None and known.seq == row[-1]:
                logs[row[0]] = known
            else:
                wanted.append(row[0])
        if wanted:
            read = await self._statements.log.all(self.connection, {"ids": self._database.keys(wanted)})
            found: dict[int, list[Row]] = {session: [] for session in wanted}
            loads = orjson.loads
            for session, seq, kind, key, value, at in read:
                found[session].append((seq, kind, key, loads(value), at))
            logs |= {session: Log.fold(rows) for session, rows in found.items()}
        for session in logs:
            # A log that this batch may add to counts again only once the batch is committed.
            self._remembered.pop(session, None)
            self._written[session] = logs[session]
        return logs

    async def _welcome(self, messages: Iterable[Incoming]) -> dict[str, Guest]:
        guests: dict[str, Guest] = {}
        written: list[tuple[int, str, str, int]] = []
        reached: list[tuple[str, int, int]] = []
        for message in messages:
            person, since = self.number(), micros(message.at)
            written.append((person, message.channel, message.address, since))
            reached.append((address_of(message), person, since))
            guests[address_of(message)] = Guest(Party(Person(person), None, None), message.channel, message.address)
        await self._statements.new_people.run(self.connection, written)
        await self._statements.new_addresses.run(self.connection, reached)
        return guests


def _due(one: Settled) -> int:
    return one.at + PASSIVE_FOR if one.post == PASSIVE else one.at


#: Where the session's columns begin in a row of person and session columns.
_SESSION = 5
