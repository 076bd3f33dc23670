"""Erasing: a person's data, or a campaign's after its retention, and what was removed, counted.

Everything happens in one transaction, so that a rehearsal (`dry`) counts exactly what would go. Afterwards
`Database.scrub` makes the bytes go, and the caller removes the files that nothing names any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, Text, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.masking import masked_phones
from storage.columns import metadata
from storage.database import Database
from storage.erasing_policy import POLICIES, SEALED
from storage.tables import addresses, entries, inbox, log, outbox, people, prints, seats, sessions, versions, work
from storage.tables_duties import handed
from storage.tables_post import quarantine

_SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


class Rehearsed(Exception):
    """Ends a transaction whose counts were wanted and whose changes were not."""


@dataclass(slots=True)
class Erased:
    """What went: rows by table; names and numbers made unreadable in what stays; files that nothing names any more."""

    rows: dict[str, int] = field(default_factory=dict)
    masked: int = 0
    files: tuple[str, ...] = ()

    def add(self, table: str, count: int) -> None:
        """Count rows that went."""
        if count > 0:
            # A table calls itself by a kind of text of its own, which JSON does not know as a key.
            self.rows[str(table)] = self.rows.get(str(table), 0) + count


@dataclass(frozen=True, slots=True)
class Whom:
    """Whose data go. `names` and `phones` are how the person stands in forms; those of campaigns in `spare` stay."""

    person: int
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()


@dataclass(slots=True)
class _Theirs:
    """Everything that rows can be known by."""

    people: list[int]
    addresses: list[str]
    sessions: list[int]
    letters: list[int]
    messages: list[str]
    campaign: str = ""
    entries: list[int] = field(default_factory=list)


class Eraser:
    """Erases from one deployment's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def person(self, whom: Whom, *, dry: bool = False) -> Erased:
        """Erase one person."""
        erased = Erased()
        try:
            async with self._database.write() as connection:
                await self._person(connection, whom, erased)
                if dry:
                    raise Rehearsed
        except Rehearsed:
            pass
        return erased

    async def campaign(self, campaign: str, *, dry: bool = False) -> Erased:
        """Erase one campaign, and the people who take part in no other."""
        erased = Erased()
        try:
            async with self._database.write() as connection:
                await self._campaign(connection, campaign, erased)
                if dry:
                    raise Rehearsed
        except Rehearsed:
            pass
        return erased

    async def _person(self, connection: AsyncConnection, whom: Whom, erased: Erased) -> None:
        theirs = await self._of_person(connection, whom.person)
        candidates = await self._named_files(connection, theirs)
        told = await self._quarantined(connection, theirs, whom)
        erased.add("quarantine", told)
        for table, policy in _known():
            condition = self._theirs(table, theirs)
            if condition is None or policy.person == "stays":
                continue
            if policy.person == "gone":
                erased.add(table.name, (await connection.execute(delete(table).where(condition))).rowcount)
            else:
                await connection.execute(update(table).where(condition).values(_emptied(table, policy.blank)))
                erased.add(table.name, len(theirs.people))
        erased.add("prints", await _drop_drafts(connection, theirs.people))
        erased.masked += await _mask(connection, theirs.people, whom)
        erased.masked += await _scrub(connection, whom)
        erased.files = (*erased.files, *await _unnamed(connection, candidates))

    async def _campaign(self, connection: AsyncConnection, campaign: str, erased: Erased) -> None:
        alone = await _only_here(connection, campaign)
        theirs = await self._of_campaign(connection, campaign)
        candidates = await self._named_files(connection, theirs)
        candidates |= await _material_files(connection, theirs)
        for table, policy in _known():
            condition = self._campaigns(table, theirs)
            if condition is None or policy.campaign == "stays":
                continue
            if policy.campaign == "gone":
                erased.add(table.name, (await connection.execute(delete(table).where(condition))).rowcount)
            else:
                values = _emptied(table, policy.blank)
                full = or_(*(table.c[name].not_in(("", "[]")) for name in policy.blank))
                done = await connection.execute(update(table).where(condition, full).values(values))
                erased.masked += max(0, done.rowcount)
        await connection.execute(update(entries).where(entries.c.campaign == campaign).values(person=0))
        for person in alone:
            await self._person(connection, Whom(person), erased)
        erased.files = tuple(dict.fromkeys([*erased.files, *await _unnamed(connection, candidates)]))

    async def _of_person(self, connection: AsyncConnection, person: int) -> _Theirs:
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
        return _Theirs(
            ids,
            mine,
            await _ids(connection, sessions, sessions.c.person.in_(ids)),
            await _ids(connection, outbox, letters),
            list((await connection.execute(messages)).scalars()),
        )

    async def _of_campaign(self, connection: AsyncConnection, campaign: str) -> _Theirs:
        found = _Theirs([], [], await _ids(connection, sessions, sessions.c.campaign == campaign), [], [], campaign)
        found.letters = await _ids(connection, outbox, outbox.c.campaign == campaign)
        found.entries = await _ids(connection, entries, entries.c.campaign == campaign)
        return found

    def _theirs(self, table: Table, theirs: _Theirs) -> ColumnElement[bool] | None:
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

    def _campaigns(self, table: Table, theirs: _Theirs) -> ColumnElement[bool] | None:
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

    async def _named_files(self, connection: AsyncConnection, theirs: _Theirs) -> set[str]:
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
        for name in ("handed", "uploads"):
            if (table := metadata.tables.get(name)) is None:
                continue
            of = self._campaigns(table, theirs) if theirs.campaign else self._theirs(table, theirs)
            if of is None or (POLICIES[name].person == "stays" and not theirs.campaign):
                continue
            column = table.c.files if name == "handed" else table.c.sha256
            found |= {sha for text in (await connection.execute(select(column).where(of))).scalars()
                      for sha in _SHA256.findall(text)}  # fmt: skip
        return found

    async def _quarantined(self, connection: AsyncConnection, theirs: _Theirs, whom: Whom) -> int:
        """Unreadable messages that name the person in any way go, too."""
        names = [each.partition(":")[2] for each in theirs.addresses]
        marks = [mark.encode() for mark in (*names, *whom.phones) if len(mark) >= _TELLING]
        if not marks:
            return 0
        rows = await connection.execute(select(quarantine.c.id, quarantine.c.body))
        bad = [number for number, body in rows.all() if any(mark in bytes(body) for mark in marks)]
        await connection.execute(delete(quarantine).where(quarantine.c.id.in_(bad)))
        return len(bad)


#: Characters of an address or number below which finding it in a raw message says nothing.
_TELLING = 6


def _known() -> Iterable[tuple[Table, Any]]:
    """Every table with its policy. Rows that others point at go last, so that they are still found."""
    first = ("attempts", "incidents", "log", "work", "materials", "returns")
    names = [*first, *(name for name in POLICIES if name not in first)]
    return [(metadata.tables[name], POLICIES[name]) for name in names if name in metadata.tables]


def _emptied(table: Table, columns: Sequence[str]) -> dict[str, Any]:
    return {name: "" if isinstance(table.c[name].type, Text) else 0 for name in columns}


async def _ids(connection: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> list[int]:
    return list((await connection.execute(select(table.c.id).where(condition))).scalars())


async def _only_here(connection: AsyncConnection, campaign: str) -> list[int]:
    """People with a seat in this campaign and in no other."""
    elsewhere = select(seats.c.person).where(seats.c.campaign != campaign)
    here = select(seats.c.person).where(seats.c.campaign == campaign, seats.c.person.not_in(elsewhere)).distinct()
    return list((await connection.execute(here)).scalars())


async def _material_files(connection: AsyncConnection, theirs: _Theirs) -> set[str]:
    table = metadata.tables.get("materials")
    if table is None or not theirs.entries:
        return set()
    rows = await connection.execute(
        select(table.c.sha256, table.c.facts)
        .select_from(table.join(entries, entries.c.id == table.c.entry))
        .where(entries.c.campaign == theirs.campaign)
    )
    return {sha for row in rows for text in row for sha in _SHA256.findall(text or "")}


async def _drop_drafts(connection: AsyncConnection, ids: Sequence[int]) -> int:
    """Forms that these people filled in and never handed in."""
    used = select(versions.c.code).union(select(entries.c.code), select(handed.c.code))
    mine = (prints.c.person.in_(ids), prints.c.code.not_in(used))
    return (await connection.execute(delete(prints).where(*mine))).rowcount


async def _mask(connection: AsyncConnection, ids: Sequence[int], whom: Whom) -> int:
    """In forms that these people filled in, make the cells unreadable that hold the names and numbers given."""
    mine = (prints.c.person.in_(ids), prints.c.campaign.not_in(whom.spare))
    rows = await connection.execute(select(prints.c.code, prints.c.answers).where(*mine))
    count = 0
    for code, text in rows.all():
        answers = orjson.loads(text or "{}")
        hidden = masked_cells(answers, whom.names, whom.phones)
        if hidden != answers:
            value = orjson.dumps(hidden).decode()
            await connection.execute(update(prints).where(prints.c.code == code).values(answers=value))
            count += 1
    return count


def masked_cells(value: Any, names: Sequence[str], phones: Sequence[str]) -> Any:
    """Answers in which cells that are one of these names, and these numbers wherever they stand, are unreadable."""
    match value:
        case Mapping():
            return {key: masked_cells(each, names, phones) for key, each in value.items()}
        case list():
            return [masked_cells(each, names, phones) for each in value]
        case str() if value.strip() in names:
            return f"{value.strip()[:1]}**"
        case str():
            for phone in phones:
                value = value.replace(phone, masked(phone))
            return value
    return value


def masked(phone: str) -> str:
    """A number that is not to be read again; what is no number in its known form goes whole."""
    hidden = masked_phones(phone)
    return hidden if hidden != phone else "*" * len(phone)


async def _scrub(connection: AsyncConnection, whom: Whom) -> int:
    """Make numbers unreadable in every text of every table but the sealed ones; gives how many cells changed."""
    count = 0
    for column in _texts():
        table = column.table
        if table.name in SEALED or column.primary_key:
            continue
        spared = (prints.c.campaign.not_in(whom.spare),) if table is prints else ()
        for phone in whom.phones:
            values = {column.name: func.replace(column, phone, masked(phone))}
            done = await connection.execute(update(table).where(column.contains(phone), *spared).values(values))
            count += max(0, done.rowcount)
    return count


def _texts() -> list[Any]:
    """Every column of text in the schema."""
    return [column for table in metadata.sorted_tables for column in table.columns if isinstance(column.type, Text)]


async def _unnamed(connection: AsyncConnection, candidates: Iterable[str]) -> list[str]:
    """Of these files those that no text of any table names any more."""
    texts, unnamed = _texts(), []
    for sha256 in sorted(candidates):
        for column in texts:
            found = select(func.count()).select_from(column.table).where(column.contains(sha256))
            if (await connection.execute(found)).scalar_one():
                break
        else:
            unnamed.append(sha256)
    return unnamed
