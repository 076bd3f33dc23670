"""Which rows are a person's, or a campaign's, by whatever column tells it, and which files they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import metadata
from storage.database import Database
from storage.erasing_policy import POLICIES
from storage.tables import addresses, entries, inbox, log, outbox, people, sessions, work

_SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(slots=True)
class Theirs:
    """Everything that rows can be known by."""

    people: list[int]
    addresses: list[str]
    sessions: list[int]
    letters: list[int]
    messages: list[str]
    campaign: str = ""
    entries: list[int] = field(default_factory=list)


class Reach:
    """Finds what is whose in one deployment's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_person(self, connection: AsyncConnection, person: int) -> Theirs:
        """What is a person's, under any number or address that they have had."""
        whole = select(people.c.id).where((people.c.id == person) | (people.c.merged == person))
        ids = list((await connection.execute(whole)).scalars())
        homes = await connection.execute(select(people.c.channel, people.c.address).where(people.c.id.in_(ids)))
        found = set((await connection.execute(select(addresses.c.id).where(addresses.c.person.in_(ids)))).scalars())
        found |= {f"{row.channel}:{row.address}" for row in homes if row.channel}
        # An address that is somebody else's by now is theirs.
        others = select(addresses.c.id).where(addresses.c.id.in_(found), addresses.c.person.not_in(ids))
        mine = sorted(found - set((await connection.execute(others)).scalars()))
        messages = select(inbox.c.id).where(inbox.c.person.in_(ids) | inbox.c.address.in_(mine))
        letters = outbox.c.person.in_(ids) | outbox.c.address.in_(mine)
        return Theirs(
            ids,
            mine,
            await _ids(connection, sessions, sessions.c.person.in_(ids)),
            await _ids(connection, outbox, letters),
            list((await connection.execute(messages)).scalars()),
        )

    async def of_campaign(self, connection: AsyncConnection, campaign: str) -> Theirs:
        """What is a campaign's."""
        found = Theirs([], [], await _ids(connection, sessions, sessions.c.campaign == campaign), [], [], campaign)
        found.letters = await _ids(connection, outbox, outbox.c.campaign == campaign)
        found.entries = await _ids(connection, entries, entries.c.campaign == campaign)
        return found

    def rows_of_person(self, table: Table, theirs: Theirs) -> ColumnElement[bool] | None:
        """Which rows are a person's."""
        if table is people:
            return people.c.id.in_(theirs.people)
        if table is addresses:
            return addresses.c.id.in_(theirs.addresses)
        if table is sessions or table is log or table is work:
            return self._among(table.c.id if table is sessions else table.c.session, theirs.sessions)
        if table.name == "guests":
            return table.c.address.in_([each.removeprefix("web:") for each in theirs.addresses])
        if table.name == "incidents":
            return self._among(table.c.session, theirs.sessions) | self._among(table.c.inbox, theirs.messages)
        either = [
            *([table.c.person.in_(theirs.people)] if "person" in table.c else []),
            *([table.c[name].in_(theirs.addresses) for name in ("address", "owner") if name in table.c]),
            *([self._among(table.c.letter, theirs.letters)] if "letter" in table.c else []),
        ]
        return or_(*either) if either else None

    def rows_of_campaign(self, table: Table, theirs: Theirs) -> ColumnElement[bool] | None:
        """Which rows are a campaign's."""
        if "campaign" in table.c:
            return table.c.campaign == theirs.campaign
        if "session" in table.c:
            return self._among(table.c.session, theirs.sessions)
        if "entry" in table.c:
            return self._among(table.c.entry, theirs.entries)
        return self._among(table.c.letter, theirs.letters) if "letter" in table.c else None

    def _among(self, column: Any, values: Sequence[Any]) -> ColumnElement[bool]:
        """One of any number of values; databases take only so many parameters."""
        if self._database.sqlite:
            each = func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
            listed: ColumnElement[bool] = column.in_(select(each.c.value))
            return listed
        among: ColumnElement[bool] = column == func.any(list(values)) if values else column.in_([])
        return among

    async def named_files(self, connection: AsyncConnection, theirs: Theirs) -> set[str]:
        """Files that are named in what will go."""
        found: set[str] = set()
        columns = (
            (inbox.c.body, self._among(inbox.c.id, theirs.messages)),
            (log.c.value, self._among(log.c.session, theirs.sessions)),
            (sessions.c.facts, self._among(sessions.c.id, theirs.sessions)),
            (work.c.payload, self._among(work.c.session, theirs.sessions)),
            (outbox.c.body, self._among(outbox.c.id, theirs.letters)),
        )
        for column, condition in columns:
            async for row in await connection.stream(select(column).where(condition)):
                found |= set(_SHA256.findall(row[0]))
        for name in ("handed", "objections", "uploads"):
            if (table := metadata.tables.get(name)) is None:
                continue
            of = self.rows_of_campaign(table, theirs) if theirs.campaign else self.rows_of_person(table, theirs)
            if of is None or (POLICIES[name].person == "stays" and not theirs.campaign):
                continue
            column = table.c.sha256 if name == "uploads" else table.c.files
            found |= {sha for text in (await connection.execute(select(column).where(of))).scalars()
                      for sha in _SHA256.findall(text)}  # fmt: skip
        return found


async def _ids(connection: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> list[int]:
    return list((await connection.execute(select(table.c.id).where(condition))).scalars())


async def material_files(connection: AsyncConnection, theirs: Theirs) -> set[str]:
    """Files that were handed in with a campaign's works, and what was made of them."""
    table = metadata.tables.get("materials")
    if table is None or not theirs.entries:
        return set()
    rows = await connection.execute(
        select(table.c.sha256, table.c.facts)
        .select_from(table.join(entries, entries.c.id == table.c.entry))
        .where(entries.c.campaign == theirs.campaign)
    )
    return {sha for row in rows for text in row for sha in _SHA256.findall(text or "")}
