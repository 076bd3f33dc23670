"""Requests to have one's data erased: asked in a conversation, done afterwards, and kept as done without any name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Done
from rules.deeds_erase import AskErasure
from rules.looks_erase import Trace, Traces, TracesOf
from storage.database import Database
from storage.erasing import Whom
from storage.moments import Deeds, Looks, Moment
from storage.tables import STILL_OPEN, entries, inbox, outbox, prints, seats, sessions
from storage.tables_duties import erasures, handed
from storage.upserts import insert_into

ASKED, LATER, DONE = "asked", "later", "done"
_OPEN = ("passive", "due", "sending")


async def ask(moment: Moment, deed: AskErasure) -> Done:
    """Write a request down; asked again, the newer one counts."""
    report = {"names": list(deed.names), "phones": list(deed.phones)}
    await _put(moment.connection, deed.person, ASKED, report, moment.at)
    return Done()


async def _put(connection: AsyncConnection, person: int, state: str, report: Mapping[str, Any], at: int) -> None:
    kept = {"at": at, "state": state, "report": orjson.dumps(dict(report)).decode()}
    statement = insert_into(erasures, connection).values(person=person, **kept)
    await connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=kept))


async def due(database: Database, *, before: int, anyway: int, running: Collection[str]) -> list[Whom]:
    """Requests made before an instant, whose person has been told all there was to tell, or made before `anyway`.

    Also those of which something is left to do, once no campaign that they wait for is `running`.
    """
    telling = select(outbox.c.person).where(STILL_OPEN, outbox.c.state.in_(_OPEN))
    settled = erasures.c.person.not_in(telling) | (erasures.c.at <= anyway)
    asked = (erasures.c.state == ASKED) & (erasures.c.at <= before) & settled
    async with database.read() as connection:
        columns = (erasures.c.person, erasures.c.report)
        rows = await connection.execute(select(*columns).where(asked | (erasures.c.state == LATER)))
        found = [(row.person, orjson.loads(row.report)) for row in rows]
    return [
        Whom(person, tuple(report["names"]), tuple(report["phones"]))
        for person, report in found
        if not set(report.get("waits", ())) & set(running)
    ]


async def left_to_do(database: Database, whom: Whom) -> tuple[str, ...]:
    """The spared campaigns in which forms still name this person as they did before."""
    if not whom.names and not whom.phones:
        return ()
    mine = (prints.c.person == whom.person, prints.c.campaign.in_(whom.spare))
    async with database.read() as connection:
        return tuple((await connection.execute(select(prints.c.campaign).where(*mine).distinct())).scalars())


async def later(database: Database, whom: Whom, waits: Sequence[str], *, at: int) -> None:
    """Note that a request is fulfilled but for the forms of campaigns that go on, which wait for their end."""
    report = {"names": list(whom.names), "phones": list(whom.phones), "waits": list(waits)}
    async with database.write() as connection:
        await _put(connection, whom.person, LATER, report, at)


async def done(database: Database, person: int, counts: Mapping[str, Any], *, at: int) -> None:
    """Note that somebody's data were erased, and how many rows went; whose they were is told by nothing any more."""
    async with database.write() as connection:
        await _put(connection, person, DONE, counts, at)


async def traces_of(connection: AsyncConnection, look: TracesOf) -> Traces:
    """What is kept of a person."""
    mine = {
        "seats": select(func.count()).select_from(seats).where(seats.c.person == look.person),
        "messages": select(func.count()).select_from(inbox).where(inbox.c.person == look.person),
        "drafts": select(func.count())
        .select_from(sessions)
        .where(sessions.c.person == look.person, sessions.c.state == "parked"),
    }
    counts = {name: int((await connection.execute(wanted)).scalar_one()) for name, wanted in mine.items()}
    entered = (
        select(entries.c.campaign, entries.c.form, entries.c.number, entries.c.title, prints.c.answers)
        .select_from(entries.join(prints, prints.c.code == entries.c.code))
        .where(prints.c.person == look.person, entries.c.state != "withdrawn")
        .order_by(entries.c.id)
    )
    given = (
        select(handed.c.campaign, prints.c.form, handed.c.slot, handed.c.task, prints.c.answers)
        .select_from(handed.join(prints, prints.c.code == handed.c.code))
        .where(prints.c.person == look.person, handed.c.state == "in")
        .order_by(handed.c.task)
    )
    forms = [Trace(*row[:4], orjson.loads(row[4])) for row in await connection.execute(entered)]
    forms += [Trace(row[0], row[1], "", "", orjson.loads(row[4])) for row in await connection.execute(given)]
    return Traces(counts["seats"], counts["messages"], counts["drafts"], tuple(forms))


DEEDS: Deeds = {AskErasure: ask}
LOOKS: Looks = {TracesOf: traces_of}
