"""Slow work, written down in the message's transaction and done after it: taken oldest first, given back once."""

from __future__ import annotations

from collections.abc import Mapping
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
    """One piece of work."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    session: int
    topic: str
    tries: int


async def start(moment: Moment, deed: StartWork) -> Done:
    """Write work down."""
    await moment.connection.execute(
        insert(work).values(
            id=moment.number(), kind=deed.kind, payload=orjson.dumps(dict(deed.payload)).decode(),
            session=deed.session, topic=deed.topic, state=WAITING, at=moment.at,
        )
    )  # fmt: skip
    return Done()


async def waiting(database: Database, *, most: int = 16) -> list[Job]:
    """The oldest work that waits."""
    async with database.read() as connection:
        rows = await connection.execute(
            select(work.c.id, work.c.kind, work.c.payload, work.c.session, work.c.topic, work.c.tries)
            .where(work.c.state == WAITING)
            .order_by(work.c.id)
            .limit(most)
        )
        return [Job(row[0], row[1], orjson.loads(row[2]), row[3], row[4], row[5]) for row in rows]


async def mark(database: Database, job: Job, state: str) -> None:
    """Note how a piece of work ended, or that it waits for another try."""
    async with database.write() as connection:
        await connection.execute(update(work).where(work.c.id == job.id).values(state=state, tries=job.tries + 1))


DEEDS: Deeds = {StartWork: start}
