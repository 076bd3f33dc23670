"""Erasing: a person's data, or a campaign's after its retention, and what was removed, counted.

Everything happens in one transaction, so that a rehearsal (`dry`) counts exactly what would go. Afterwards
`Database.scrub` makes the bytes go, and the caller removes the files that nothing names any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, Text, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import metadata
from storage.database import Database
from storage.erasing_masks import drop_drafts, mask_forms, scrub, unnamed_files
from storage.erasing_policy import POLICIES
from storage.erasing_reach import Reach, Theirs, material_files
from storage.tables import entries, seats
from storage.tables_post import quarantine


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


class Eraser:
    """Erases from one deployment's database."""

    def __init__(self, database: Database, *, note: Callable[[Sequence[str]], None] = lambda files: None) -> None:
        """`note` is told of the files that nothing will name any more, before that is committed."""
        self._note = note
        self._database, self._reach = database, Reach(database)

    async def person(self, whom: Whom, *, dry: bool = False) -> Erased:
        """Erase one person."""
        erased = Erased()
        try:
            async with self._database.write() as connection:
                await self._person(connection, whom, erased)
                self._end(erased, dry=dry)
        except Rehearsed:
            pass
        return erased

    async def campaign(self, campaign: str, *, dry: bool = False) -> Erased:
        """Erase one campaign, and the people who take part in no other."""
        erased = Erased()
        try:
            async with self._database.write() as connection:
                await self._campaign(connection, campaign, erased)
                self._end(erased, dry=dry)
        except Rehearsed:
            pass
        return erased

    def _end(self, erased: Erased, *, dry: bool) -> None:
        if dry:
            raise Rehearsed
        if erased.files:
            self._note(erased.files)

    async def _person(self, connection: AsyncConnection, whom: Whom, erased: Erased) -> None:
        theirs = await self._reach.of_person(connection, whom.person)
        candidates = await self._reach.named_files(connection, theirs)
        told = await self._quarantined(connection, theirs, whom)
        erased.add("quarantine", told)
        for table, policy in _known():
            condition = self._reach.rows_of_person(table, theirs)
            if condition is None or policy.person == "stays":
                continue
            if policy.person == "gone":
                erased.add(table.name, (await connection.execute(delete(table).where(condition))).rowcount)
            else:
                done = await connection.execute(update(table).where(condition).values(_emptied(table, policy.blank)))
                erased.add(table.name, done.rowcount)
        erased.add("prints", await drop_drafts(connection, theirs.people))
        erased.masked += await mask_forms(
            connection, theirs.people, names=whom.names, phones=whom.phones, spare=whom.spare
        )
        erased.masked += await scrub(connection, whom.phones, spare=whom.spare)
        erased.files = (*erased.files, *await unnamed_files(connection, candidates))

    async def _campaign(self, connection: AsyncConnection, campaign: str, erased: Erased) -> None:
        alone = await _only_here(connection, campaign)
        theirs = await self._reach.of_campaign(connection, campaign)
        candidates = await self._reach.named_files(connection, theirs)
        candidates |= await material_files(connection, theirs)
        for table, policy in _known():
            condition = self._reach.rows_of_campaign(table, theirs)
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
        erased.files = tuple(dict.fromkeys([*erased.files, *await unnamed_files(connection, candidates)]))

    async def _quarantined(self, connection: AsyncConnection, theirs: Theirs, whom: Whom) -> int:
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


async def _only_here(connection: AsyncConnection, campaign: str) -> list[int]:
    """People with a seat in this campaign and in no other."""
    elsewhere = select(seats.c.person).where(seats.c.campaign != campaign)
    here = select(seats.c.person).where(seats.c.campaign == campaign, seats.c.person.not_in(elsewhere)).distinct()
    return list((await connection.execute(here)).scalars())
