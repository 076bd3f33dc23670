"""Reminders that could not be delivered for a while: what they said of the time left is no longer true.

A message that waits for its reader is told in other words after `FRESH`, and is no use at all once its door is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.letters import outgoing_body, outgoing_of
from storage.outbox import DEAD, DUE, HELD
from storage.tables import STILL_OPEN, outbox
from storage.tables_reminders import WITH_LETTER, reminders

_STALE = (
    select(outbox.c.id, outbox.c.body, outbox.c.campaign, reminders.c.closes)
    .join(reminders, reminders.c.letter == outbox.c.id)
    .where(
        STILL_OPEN, outbox.c.state.in_((DUE, HELD)), outbox.c.kind == "reminder", outbox.c.done == 0, WITH_LETTER,
        reminders.c.fresh_until > 0, reminders.c.fresh_until <= bindparam("now"),
    )
    .limit(2000)
)  # fmt: skip


async def any_stale(connection: AsyncConnection, now: int) -> bool:
    """Whether there is something to mend."""
    return (await connection.execute(_STALE.limit(1), {"now": now})).first() is not None


async def freshen(
    connection: AsyncConnection, now: int, facts_of: Callable[[str, Mapping[str, Any], int], Mapping[str, Any]]
) -> None:
    """Put waiting reminders into words that stay true, and give up those whose closing has passed.

    `facts_of` makes the facts of `remind.late` from a campaign, the facts of the message as it was, and its closing.
    """
    for letter, body, campaign, closes in (await connection.execute(_STALE, {"now": now})).all():
        mine = (outbox.c.id == letter, text("state IN ('due', 'held')"))
        if closes <= now:
            await connection.execute(update(outbox).where(*mine).values(state=DEAD, why="remind.stale"))
        else:
            old = outgoing_of(body)
            assert old.said is not None, "a reminder is worded when it is delivered"
            said = ("remind.late", facts_of(campaign, old.said[1], closes))
            await connection.execute(update(outbox).where(*mine).values(body=outgoing_body(replace(old, said=said))))
        told = update(reminders).where(WITH_LETTER, reminders.c.letter == letter, reminders.c.fresh_until > 0)
        await connection.execute(told.values(fresh_until=closes if closes > now else 0))
