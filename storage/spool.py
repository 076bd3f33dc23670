"""Messages that are kept but not settled yet, in order of arrival.

Their files still lie with the platform, or so many people write that a door could not wait for their turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.talk.messages import Incoming, Press
from rules.instants import from_micros, micros
from storage.database import Database
from storage.numbers import Numbers
from storage.tables import inbox
from storage.tables_post import quarantine, spool
from storage.upserts import insert_into


@dataclass(frozen=True, slots=True)
class Spooled:
    """One message that waits: its key, the message, and the files still to be fetched as (ref, name, size)."""

    key: str
    incoming: Incoming
    wanted: tuple[tuple[str, str, int | None], ...]
    tries: int


class Spool:
    """The spool of a deployment."""

    def __init__(self, database: Database, number: Numbers) -> None:
        self._database, self._number = database, number

    async def put(self, incoming: Incoming, wanted: Sequence[tuple[str, str, int | None]]) -> bool:
        """Keep a message until its files are here; False where it is kept, or was settled, already."""
        key = f"{incoming.channel}:{incoming.id}"
        try:
            return await self._put(key, incoming, wanted)
        except IntegrityError:  # another program was faster with the same message
            return False

    async def _put(self, key: str, incoming: Incoming, wanted: Sequence[tuple[str, str, int | None]]) -> bool:
        async with self._database.write() as connection:
            for table in (spool, inbox):
                if (await connection.execute(select(table.c.id).where(table.c.id == key))).one_or_none() is not None:
                    return False
            await connection.execute(insert(spool).values(self._row(key, incoming, wanted)))
        return True

    async def put_all(self, messages: Sequence[Incoming]) -> None:
        """Keep messages that wait for nothing but their turn, in one transaction; one that is kept already stays so."""
        rows = [self._row(f"{each.channel}:{each.id}", each, ()) for each in messages]
        async with self._database.write() as connection:
            await connection.execute(insert_into(spool, self._database).on_conflict_do_nothing(), rows)

    def _row(self, key: str, incoming: Incoming, wanted: Sequence[tuple[str, str, int | None]]) -> dict[str, int | str]:
        return {
            "id": key, "number": self._number(), "address": f"{incoming.channel}:{incoming.address}",
            "at": micros(incoming.at), "body": _body(incoming, wanted),
        }  # fmt: skip

    async def has(self, key: str) -> bool:
        """Whether a message waits."""
        async with self._database.read() as connection:
            return (await connection.execute(select(spool.c.id).where(spool.c.id == key))).one_or_none() is not None

    async def all(self) -> list[Spooled]:
        """Everything that waits, oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(spool.c.id, spool.c.at, spool.c.body, spool.c.tries).order_by(spool.c.number)
            )
            return [_spooled(*row) for row in rows]

    async def tried(self, key: str) -> None:
        """One more try to get the files failed."""
        async with self._database.write() as connection:
            await connection.execute(update(spool).where(spool.c.id == key).values(tries=spool.c.tries + 1))

    async def drop(self, key: str) -> None:
        """A message is settled; the inbox has it now."""
        async with self._database.write() as connection:
            await connection.execute(delete(spool).where(spool.c.id == key))


class Quarantine:
    """What could not be read, kept for the operator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, number: str, body: bytes, why: str, at: int) -> None:
        """Keep something; the same number again changes nothing."""
        async with self._database.write() as connection:
            known = await connection.execute(select(quarantine.c.id).where(quarantine.c.id == number))
            if known.one_or_none() is None:
                await connection.execute(insert(quarantine).values(id=number, body=body, why=why, at=at))


def _body(incoming: Incoming, wanted: Sequence[tuple[str, str, int | None]]) -> str:
    press = incoming.press
    return orjson.dumps(
        {
            "channel": incoming.channel, "address": incoming.address, "id": incoming.id, "text": incoming.text,
            "press": [press.question, press.choice] if press else None, "origin": incoming.origin,
            "bound": incoming.bound, "unread": incoming.unread, "wanted": wanted,
        }
    ).decode()  # fmt: skip


def _spooled(key: str, at: int, body: str, tries: int) -> Spooled:
    kept: dict[str, Any] = orjson.loads(body)
    press = Press(*kept["press"]) if kept["press"] else None
    incoming = Incoming(
        kept["channel"], kept["address"], kept["id"], from_micros(at), kept["text"], press, origin=kept["origin"],
        bound=kept.get("bound", ""), unread=kept["unread"],
    )  # fmt: skip
    return Spooled(key, incoming, tuple([(ref, name, size) for ref, name, size in kept["wanted"]]), tries)
