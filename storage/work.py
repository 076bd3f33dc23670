"""Slow work, written down in the message's transaction and done after it: taken oldest first, given back once.

Whoever takes a piece has it until its lease ends, and renews the lease while they are at it. A program that dies leaves
a lease that runs out, and another one, or its successor, takes the piece anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import insert, select, update

from rules.deeds import Done, StartWork
from storage.database import Database
from storage.moments import Deeds, Moment
from storage.tables import work

WAITING, DONE, FAILED = "waiting", "done", "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work that this program has; `tries` counts this try too, also one that ended with the program."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    session: int
    topic: str
    tries: int
    leased: int


async def start(moment: Moment, deed: StartWork) -> Done:
    """Write work down."""
    await moment.connection.execute(
        insert(work).values(
            id=moment.number(), kind=deed.kind, payload=orjson.dumps(dict(deed.payload)).decode(),
            session=deed.session, topic=deed.topic, state=WAITING, at=moment.at,
        )
    )  # fmt: skip
    return Done()


async def waiting(database: Database, kinds: Collection[str], *, now: int) -> set[str]:
    """The kinds, of these, of which something may be taken."""
    free = (work.c.state == WAITING, work.c.kind.in_(kinds), work.c.leased <= now)
    async with database.read() as connection:
        return set((await connection.execute(select(work.c.kind).where(*free).distinct())).scalars())


async def is_left(database: Database) -> bool:
    """Whether anything waits or is being done."""
    async with database.read() as connection:
        found = await connection.execute(select(work.c.id).where(work.c.state == WAITING).limit(1))
        return found.one_or_none() is not None


async def take(
    database: Database, kind: str, most: int, *, now: int, until: int, but: Collection[int] = ()
) -> list[Job]:
    """Take the oldest pieces of one kind that nobody has; no two programs get the same. `but` are not taken."""
    free = (
        select(work.c.id)
        .where(work.c.state == WAITING, work.c.kind == kind, work.c.leased <= now, work.c.id.not_in(but))
        .order_by(work.c.id)
        .limit(most)
    )
    if not database.sqlite:
        # PostgreSQL may run a locking subquery once a row, which takes more than `most`; a common table runs once.
        free = select(free.with_for_update(skip_locked=True).cte("free").c.id)
    taken = (
        update(work)
        .where(work.c.id.in_(free))
        .values(leased=until, tries=work.c.tries + 1)
        .returning(work.c.id, work.c.kind, work.c.payload, work.c.session, work.c.topic, work.c.tries, work.c.leased)
    )
    async with database.write() as connection:
        rows = (await connection.execute(taken)).all()
    return sorted(
        (Job(row[0], row[1], orjson.loads(row[2]), row[3], row[4], row[5], row[6]) for row in rows),
        key=lambda job: job.id,
    )


async def renew(database: Database, ids: Collection[int], *, until: int) -> None:
    """Go on having these pieces."""
    async with database.write() as connection:
        mine = (work.c.id.in_(ids), work.c.state == WAITING)
        await connection.execute(update(work).where(*mine).values(leased=until))


async def give_back(database: Database, job: Job) -> None:
    """Leave a piece that was taken to whoever takes it next, as if it had not been tried."""
    mine = (work.c.id == job.id, work.c.state == WAITING, work.c.tries == job.tries)
    async with database.write() as connection:
        await connection.execute(update(work).where(*mine).values(leased=0, tries=job.tries - 1))


async def mark(database: Database, job: Job, state: str) -> None:
    """Note how a piece of work ended, or that it waits for another try."""
    async with database.write() as connection:
        still = (work.c.id == job.id, work.c.state == WAITING)
        await connection.execute(update(work).where(*still).values(state=state, leased=0))


DEEDS: Deeds = {StartWork: start}
