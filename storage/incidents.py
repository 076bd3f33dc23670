"""What broke: one row per message that a flow could not take, found again by the reference the person was told."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select

from storage.database import Database
from storage.moments import Moment
from storage.tables import incidents


@dataclass(frozen=True, slots=True)
class Incident:
    """A message that broke a flow: where the conversation stood, which message, and what was raised."""

    reference: str
    at: int
    session: int
    flow: str
    key: str
    inbox: str
    error: str


async def report(moment: Moment, incident: Incident) -> None:
    """Keep an incident."""
    await moment.connection.execute(
        insert(incidents).values(
            reference=incident.reference, at=incident.at, session=incident.session, flow=incident.flow,
            key=incident.key, inbox=incident.inbox, error=incident.error,
        )
    )  # fmt: skip


async def all_incidents(database: Database, *, most: int = 100) -> list[Incident]:
    """The newest incidents, newest first."""
    columns = [incidents.c[name] for name in ("reference", "at", "session", "flow", "key", "inbox", "error")]
    async with database.read() as connection:
        rows = await connection.execute(select(*columns).order_by(incidents.c.at.desc()).limit(most))
        return [Incident(*row) for row in rows]
