"""The audit log: every deed of an admin, in the transaction that did it, each row sealed with all before it.

A row's hash is SHA-256 over the hash of the row before and the row's own content. So whoever changes, adds or removes
a row in the middle breaks every hash after it; whoever knows the newest hash notices a row that is missing at the end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, insert, select

from rules.deeds import AdminDeed, Declined, Invite
from rules.deeds_screening import ScreeningDeed
from rules.people import Role
from storage.database import Database
from storage.moments import Moment
from storage.tables import counters, people, seats
from storage.tables_steering import audit
from storage.upserts import insert_into

#: What the first row is sealed with.
BEGINNING = "0" * 64
#: The counter whose row is locked while one is written: on PostgreSQL two programs write one after the other.
_COUNTER = "audit"

Performer = Callable[[Moment, Any], Awaitable[Any]]


def audited(perform: Performer) -> Performer:
    """The same performer of an admin's deed, for whoever has the seat, with its row in the audit log."""

    async def recorded(moment: Moment, deed: AdminDeed) -> Any:
        if not await _may(moment, deed):
            result: Any = Declined("admin.no_seat", {})
        else:
            result = await perform(moment, deed)
        told = {"declined": result.why} if isinstance(result, Declined) else deed.dump(result)
        await _write(moment, deed, told)
        return result

    return recorded


async def _may(moment: Moment, deed: AdminDeed) -> bool:
    """Whether the doer has the seat now. A liaison may invite a colleague to their unit, and screen at its level."""
    if not deed.by:
        return True
    mine = (seats.c.person == deed.by, seats.c.campaign == deed.campaign)
    allowed = seats.c.role == Role.ADMIN.value
    if isinstance(deed, Invite) and deed.unit and deed.role == Role.LIAISON.value:
        allowed |= (seats.c.role == Role.LIAISON.value) & (seats.c.unit == deed.unit)
    if isinstance(deed, ScreeningDeed) and deed.seen.desk > 0:
        allowed |= (seats.c.role == Role.LIAISON.value) & (seats.c.unit == deed.seen.desk)
    # The seat is held while the deed is done, so that whoever takes it away comes before or after, not between.
    found = select(seats.c.id).where(*mine, allowed).limit(1).with_for_update()
    return (await moment.connection.execute(found)).one_or_none() is not None


async def _write(moment: Moment, deed: AdminDeed, told: dict[str, Any]) -> None:
    run = moment.connection.execute
    seq = await _next(moment)
    before = (await run(select(audit.c.hash).where(audit.c.seq == seq - 1))).scalar_one_or_none() or BEGINNING
    row = {
        "seq": seq, "campaign": deed.campaign, "by": deed.by, "at": moment.at, "command": deed.command,
        "what": _json(deed.told()), "result": _json(told),
    }  # fmt: skip
    await run(insert(audit).values(**row, hash=sealed(before, row)))


async def _next(moment: Moment) -> int:
    statement = insert_into(counters, moment.connection).values(name=_COUNTER, value=1)
    grown = statement.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    return int((await moment.connection.execute(grown.returning(counters.c.value))).scalar_one())


def sealed(before: str, row: dict[str, Any]) -> str:
    """The hash of a row, given the one before it (both hex)."""
    return hashlib.sha256(before.encode() + _json(row).encode()).hexdigest()


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


@dataclass(frozen=True, slots=True)
class Act:
    """One row as it is listed; `who` is what the person is called now, "" for whoever runs the program."""

    seq: int
    campaign: str
    at: int
    who: str
    command: str
    what: dict[str, Any]
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of verifying: rows read, the newest row and its hash, and the first row that does not fit (0: none)."""

    rows: int
    head: int
    hash: str
    broken: int
    #: Whether a hash that was to be among them is.
    found: bool = True


class Audit:
    """The audit log, to be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def acts(self, *, campaign: str = "", command: str = "", most: int = 50) -> list[Act]:
        """The newest rows, newest first."""
        wanted = select(audit, people.c.name).select_from(audit.outerjoin(people, people.c.id == audit.c.by))
        if campaign:
            wanted = wanted.where(audit.c.campaign == campaign)
        if command:
            wanted = wanted.where(audit.c.command == command)
        async with self._database.read() as connection:
            rows = await connection.execute(wanted.order_by(audit.c.seq.desc()).limit(most))
            return [
                Act(
                    row.seq, row.campaign, row.at, row.name or "", row.command, orjson.loads(row.what),
                    orjson.loads(row.result),
                )
                for row in rows
            ]  # fmt: skip

    async def verify(self, *, expect: str = "", at_once: int = 5000) -> Verdict:
        """Compute every hash anew, in order. `expect` is a hash that was noted earlier and must be among them."""
        rows, last, before, broken, found = 0, 0, BEGINNING, 0, not expect
        while some := await self._after(last, at_once):
            for row in some:
                content = {name: row[name] for name in _SEALED}
                fits = row["seq"] == last + 1 and row["hash"] == sealed(before, content)
                broken = broken or (0 if fits else row["seq"])
                rows, last, before = rows + 1, row["seq"], row["hash"]
                found = found or before == expect
        counted = await self._counted()
        if not broken and counted != last:
            broken = last + 1
        return Verdict(rows, last, before if rows else "", broken, found)

    async def _after(self, seq: int, most: int) -> Sequence[Any]:
        wanted = select(audit).where(audit.c.seq > seq).order_by(audit.c.seq).limit(most)
        async with self._database.read() as connection:
            return (await connection.execute(wanted)).mappings().all()

    async def _counted(self) -> int:
        """How many rows were ever written."""
        wanted = select(func.coalesce(func.max(counters.c.value), 0)).where(counters.c.name == _COUNTER)
        async with self._database.read() as connection:
            return int((await connection.execute(wanted)).scalar_one())


_SEALED = ("seq", "campaign", "by", "at", "command", "what", "result")
