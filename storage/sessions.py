"""Conversations seen from outside: the drafts of a person."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks import Draft, Drafts
from storage.moments import Looks
from storage.prepared import Prepared
from storage.tables import sessions

_DRAFTS = Prepared(
    select(
        sessions.c.id, sessions.c.flow, sessions.c.title, sessions.c.step, sessions.c.touched, sessions.c.campaign,
        sessions.c.shown,
    )
    .where(
        sessions.c.person == bindparam("person"),
        sessions.c.campaign == bindparam("campaign"),
        sessions.c.state == "parked",
    )
    .order_by(sessions.c.touched.desc(), sessions.c.id.desc())
)  # fmt: skip


async def drafts(connection: AsyncConnection, look: Drafts) -> tuple[Draft, ...]:
    """The parked conversations of a person in a campaign, newest first."""
    rows = await _DRAFTS.all(connection, {"person": look.person, "campaign": look.campaign})
    return tuple([Draft(*row) for row in rows])


LOOKS: Looks = {Drafts: drafts}
