"""The outbox as an operator looks at it: what is not through yet and why. Beside it, what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.letters import outgoing_of
from storage.numbers import Numbers
from storage.outbox import DEAD, DUE, HELD, UNKNOWN, Claimed
from storage.tables import outbox, people, seats, units
from storage.tables_post import attempts, quarantine

#: The states out of which an operator may send a message again.
AGAIN = (DEAD, UNKNOWN, HELD)
#: How an operator's wish stands among the attempts: as a way that no budget counts.
OPERATOR = "operator"
#: What an attempt leaves behind that may have delivered the message: no outcome at all, or one that nobody knows.
_DOUBTFUL = ("", "unsure")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is for, by the seat it is about: the role, and the unit's name; both "" for a newcomer."""

    role: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One message: the message itself as the dispatcher takes it, where it stands, and who reads it.

    `due` is the instant (UTC microseconds) of the next try, `via` says "channel:address way" of what was delivered.
    """

    letter: Claimed
    state: str
    due: int
    via: str
    why: str
    reader: Reader


@dataclass(frozen=True, slots=True)
class Tried:
    """One try to deliver, or an operator's wish for another (`way` is `OPERATOR`); `at` in UTC microseconds."""

    at: int
    address: str
    way: str
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read: its number, when it came (UTC microseconds), why not, and its size in bytes."""

    id: str
    at: int
    why: str
    size: int


class OutboxRead:
    """The outbox of a deployment, from the operator's side."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, states: Sequence[str], *, campaign: str = "", most: int = 50) -> list[Listed]:
        """The newest messages in these states, newest first; of one campaign, or of all."""
        wanted: list[ColumnElement[bool]] = [outbox.c.state.in_(states)]
        if campaign:
            # Answers name no campaign: they count where their reader has a seat.
            wanted.append(or_(outbox.c.campaign == campaign, (outbox.c.campaign == "") & _sitting(campaign)))
        async with self._database.read() as connection:
            return await _rows(connection, wanted, most)

    async def one(self, number: int) -> Listed | None:
        """One message by its number."""
        async with self._database.read() as connection:
            found = await _rows(connection, [outbox.c.id == number], 1)
        return found[0] if found else None

    async def tries(self, number: int) -> list[Tried]:
        """What was tried for a message, oldest first. Only channels with windows write every try down."""
        columns = (attempts.c.at, attempts.c.address, attempts.c.way, attempts.c.outcome, attempts.c.why)
        wanted = select(*columns).where(attempts.c.letter == number).order_by(attempts.c.at, attempts.c.id)
        async with self._database.read() as connection:
            return [Tried(*row) for row in await connection.execute(wanted)]

    async def again(self, number: int, *, numbers: Numbers, now: int) -> bool:
        """Make a message due that was given up or waits, and note it; False where it is in no such state now.

        The instant it is due stays the one at which it was given up: past, whatever clock the program runs by.
        """
        doubtful = case((outbox.c.state == UNKNOWN, 1), else_=outbox.c.again)
        due = {"state": DUE, "tries": 0, "again": doubtful, "why": ""}
        wanted = update(outbox).where(outbox.c.id == number, outbox.c.state.in_(AGAIN)).values(due)
        async with self._database.write() as connection:
            address = (await connection.execute(wanted.returning(outbox.c.address))).scalar_one_or_none()
            if address is None:
                return False
            note = {"id": numbers(), "letter": number, "address": address, "way": OPERATOR, "outcome": "again"}
            await connection.execute(insert(attempts).values(**note, at=now))
        return True

    async def unread(self, *, most: int = 50) -> list[Unread]:
        """What could not be read, newest first."""
        columns = (quarantine.c.id, quarantine.c.at, quarantine.c.why, func.length(quarantine.c.body))
        wanted = select(*columns).order_by(quarantine.c.at.desc(), quarantine.c.id).limit(most)
        async with self._database.read() as connection:
            return [Unread(*row) for row in await connection.execute(wanted)]

    async def contents(self, number: str) -> bytes | None:
        """The bytes of something that could not be read, as they came."""
        wanted = select(quarantine.c.body).where(quarantine.c.id == number)
        async with self._database.read() as connection:
            body = (await connection.execute(wanted)).scalar_one_or_none()
        return None if body is None else bytes(body)


def doubtful(one: Listed, tries: Iterable[Tried]) -> bool:
    """Whether a message may have been delivered although it does not count as sent."""
    unsure = any(each.way != OPERATOR and each.outcome in _DOUBTFUL for each in tries)
    return one.state == UNKNOWN or one.letter.again or unsure


def _sitting(campaign: str) -> ColumnElement[bool]:
    """The condition that a message's reader has a seat in a campaign, also as the person they became one with."""
    now = case((people.c.merged > 0, people.c.merged), else_=people.c.id)
    theirs = select(people.c.id).join(seats, seats.c.person == now).where(seats.c.campaign == campaign)
    return outbox.c.person.in_(theirs)


async def _rows(connection: AsyncConnection, wanted: Sequence[ColumnElement[bool]], most: int) -> list[Listed]:
    rows = (await connection.execute(select(outbox).where(*wanted).order_by(outbox.c.id.desc()).limit(most))).all()
    found = []
    for row in rows:
        letter = Claimed(
            row.id, row.address, row.person, outgoing_of(row.body, row.id), row.done, bool(row.again), row.tries,
            row.edits, row.campaign, row.at,
        )  # fmt: skip
        reader = await _reader(connection, row.person, row.campaign)
        found.append(Listed(letter, row.state, row.due, row.via, row.why, reader))
    return found


async def _reader(connection: AsyncConnection, person: int, campaign: str) -> Reader:
    """Whom a message is for: by their seat in its campaign, else by the seat they speak from."""
    former = select(people.c.merged).where(people.c.id == person, people.c.merged > 0)
    person = (await connection.execute(former)).scalar_one_or_none() or person
    speaking = (await connection.execute(select(people.c.seat).where(people.c.id == person))).scalar_one_or_none()
    mine = (seats.c.person == person, seats.c.campaign == campaign) if campaign else (seats.c.id == speaking,)
    seat = (
        await connection.execute(
            select(seats.c.role, units.c.name)
            .select_from(seats.outerjoin(units, units.c.id == seats.c.unit))
            .where(*mine)
            .order_by(case((seats.c.id == speaking, 0), else_=1), seats.c.id)
            .limit(1)
        )
    ).one_or_none()
    return Reader(seat.role, seat.name or "") if seat is not None else Reader()
