"""Conversations to look back on: what came in and what went out at one address, in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.messages import Outgoing
from rules.instants import from_micros
from storage.database import Database
from storage.letters import outgoing_of
from storage.tables import addresses, inbox, outbox, people, seats, sessions, units


@dataclass(frozen=True, slots=True)
class Past:
    """One message of the past. Mine: `text`, `press` (the choice's label) and `files`; theirs: `outgoing`."""

    number: int
    at: datetime
    text: str = ""
    press: str = ""
    files: tuple[str, ...] = ()
    outgoing: Outgoing | None = None


class Chats:
    """The conversations of a deployment; `address` is "channel:address"."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def before(self, address: str, *, number: int | None, limit: int) -> list[Past]:
        """The newest messages below a number (None: no bound), oldest first."""
        both = _both(address).subquery()
        wanted = select(both).order_by(both.c.number.desc()).limit(limit)
        if number is not None:
            wanted = wanted.where(both.c.number < number)
        async with self._database.read() as connection:
            return await _pasts(connection, wanted)

    async def after(self, address: str, *, number: int, limit: int) -> list[Past]:
        """The oldest messages above a number, oldest first."""
        both = _both(address).subquery()
        wanted = select(both).where(both.c.number > number).order_by(both.c.number).limit(limit)
        async with self._database.read() as connection:
            return await _pasts(connection, wanted)

    async def open_question(self, address: str) -> str:
        """The question that is open for this address now, "" for none."""
        found = (
            select(sessions.c.id, sessions.c.shown)
            .select_from(addresses.join(sessions, sessions.c.person == addresses.c.person))
            .where(addresses.c.id == address, sessions.c.state == "active")
        )
        async with self._database.read() as connection:
            row = (await connection.execute(found)).one_or_none()
        return f"{row.id}/{row.shown}" if row is not None else ""

    async def place(self, address: str) -> tuple[str, str]:
        """The campaign and the unit's name of the seat that this address speaks from, "" where there is none."""
        found = (
            select(seats.c.campaign, units.c.name)
            .select_from(
                addresses.join(people, people.c.id == addresses.c.person)
                .join(seats, seats.c.id == people.c.seat)
                .outerjoin(units, units.c.id == seats.c.unit)
            )
            .where(addresses.c.id == address)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(found)).one_or_none()
        return (row.campaign, row.name or "") if row is not None else ("", "")

    async def asked(self, address: str, session: int) -> tuple[str, str]:
        """Title and step of a conversation of the person behind an address, "" where it is not theirs."""
        found = (
            select(sessions.c.title, sessions.c.step)
            .select_from(addresses.join(sessions, sessions.c.person == addresses.c.person))
            .where(addresses.c.id == address, sessions.c.id == session)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(found)).one_or_none()
        return (row.title, row.step) if row is not None else ("", "")

    async def answers(self, address: str, causes: Sequence[str], *, after: int, limit: int) -> list[Past]:
        """The oldest answers to these messages, and to results of the program's own work, above a number."""
        wanted = (
            select(outbox.c.id, outbox.c.at, outbox.c.body)
            .where(
                outbox.c.address == address,
                outbox.c.id > after,
                or_(outbox.c.cause.in_(causes), outbox.c.cause.startswith("inside:work/")),
            )
            .order_by(outbox.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(wanted)
            return [_past(row.id, row.at, row.body, 0) for row in rows]

    async def was_given(self, address: str, attachment: str) -> bool:
        """Whether an attachment (`kind/ref`) was ever handed to this address."""
        bodies = select(outbox.c.body).where(outbox.c.address == address, outbox.c.body.contains('"a":'))
        async with self._database.read() as connection:
            for body in (await connection.execute(bodies)).scalars():
                given = outgoing_of(body).attachment
                if given is not None and f"{given.kind}/{given.ref}" == attachment:
                    return True
        return False


def _both(address: str) -> Select[tuple[int, int, str, int]]:
    mine = select(inbox.c.number.label("number"), inbox.c.at, inbox.c.body, literal(1).label("mine")).where(
        inbox.c.address == address
    )
    theirs = select(outbox.c.id.label("number"), outbox.c.at, outbox.c.body, literal(0).label("mine")).where(
        outbox.c.address == address
    )
    return union_all(mine, theirs)  # type: ignore[return-value]  # a CompoundSelect selects the same columns


async def _pasts(connection: AsyncConnection, wanted: Select[tuple[int, int, str, int]]) -> list[Past]:
    rows = (await connection.execute(wanted)).all()
    pasts = [_past(row.number, row.at, row.body, row.mine) for row in rows]
    return sorted(pasts, key=lambda past: past.number)


def _past(number: int, at: int, body: str, mine: int) -> Past:
    when = from_micros(at)
    if not mine:
        return Past(number, when, outgoing=outgoing_of(body))
    kept = orjson.loads(body)
    files = tuple(file[0] for file in kept.get("f", ()))
    return Past(number, when, text=kept.get("t", ""), press=kept.get("p", ["", "", ""])[2], files=files)
