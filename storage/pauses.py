"""Pauses: while one holds, the statement that writes an entry writes none."""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_steering import Pause, Unpause
from rules.looks_steering import Halt, PausesIn
from storage.moments import Deeds, Looks, Moment
from storage.prepared import Prepared
from storage.tables_steering import pauses
from storage.telling import tell_liaisons, untold
from storage.upserts import insert_into


async def pause(moment: Moment, deed: Pause) -> Done | Declined:
    """Begin a pause, once."""
    values = {"campaign": deed.campaign, "track": deed.track, "by": deed.by, "reason": deed.reason, "at": moment.at}
    written = insert_into(pauses, moment.connection).values(values).on_conflict_do_nothing().returning(pauses.c.at)
    if (await moment.connection.execute(written)).one_or_none() is None:
        return Declined("pause.already", {})
    await tell_liaisons(moment, deed.campaign, deed.heard)
    return Done()


async def unpause(moment: Moment, deed: Unpause) -> Done | Declined:
    """End a pause."""
    mine = (pauses.c.campaign == deed.campaign, pauses.c.track == deed.track)
    gone = await moment.connection.execute(delete(pauses).where(*mine).returning(pauses.c.at))
    if gone.one_or_none() is None:
        return Declined("pause.not_paused", {})
    # Whoever has not heard of the pause needs to hear of neither.
    untouched = await untold(moment, deed.campaign, "pause.announced")
    await tell_liaisons(moment, deed.campaign, deed.heard, without=untouched)
    return Done()


def paused(campaign: str, track: str) -> ColumnElement[bool]:
    """The condition that nothing is taken in a track now."""
    return exists().where(pauses.c.campaign == campaign, pauses.c.track.in_(("", track)))


_PAUSES = Prepared(
    select(pauses.c.track, pauses.c.reason, pauses.c.at)
    .where(pauses.c.campaign == bindparam("campaign"))
    .order_by(pauses.c.track)
)


async def pauses_in(connection: AsyncConnection, look: PausesIn) -> dict[str, Halt]:
    """What is paused in a campaign, with the reasons."""
    return {row[0]: Halt(row[1], row[2]) for row in await _PAUSES.all(connection, {"campaign": look.campaign})}


DEEDS: Deeds = {Pause: pause, Unpause: unpause}
LOOKS: Looks = {PausesIn: pauses_in}
