"""A message that came before: what was answered to it then, and what of that its door may still hand over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.messages import Outgoing
from storage.database import Database
from storage.letters import outgoing_of
from storage.outbox import DUE, HELD, PASSIVE, SENT
from storage.statements import Answer, Statements
from storage.tables import outbox

#: Answers of messages, each by its message's key.
Answered = dict[str, tuple[Outgoing, ...]]


async def answered(
    connection: AsyncConnection, database: Database, statements: Statements, keys: Sequence[str],
    doors: Mapping[str, int],
) -> Answered:  # fmt: skip
    """Which of these messages were taken before, each with what was answered then.

    `doors` are those that a door asks for once more to hand the answer over itself, each until when it has time for
    that (UTC microseconds). It gets what nobody else has sent, and so it is not sent by somebody else meanwhile.
    """
    found = [row[0] for row in await statements.seen.all(connection, {"ids": database.keys(keys)})]
    if not found:
        return {}
    rows = [Answer(*row) for row in await statements.answers.all(connection, {"ids": database.keys(found)})]
    waiting = {row.id: doors[row.cause] for row in rows if row.cause in doors and _waits(row)}
    taken = await _taken(connection, waiting) if waiting else set[int]()
    told: dict[str, list[Outgoing]] = {key: [] for key in found}
    for row in rows:
        if row.cause not in doors or row.id in taken or _is_doors(row):
            told[row.cause].append(outgoing_of(row.body, row.id))
    return {key: tuple(letters) for key, letters in told.items()}


async def to_door(database: Database, ids: Sequence[int], *, until: int) -> set[int]:
    """Which of these answers a door may hand over after all, as with `answered`."""
    theirs = select(*(outbox.c[name] for name in Answer._fields)).where(outbox.c.id.in_(ids))
    async with database.write() as connection:
        rows = [Answer(*row) for row in (await connection.execute(theirs)).all()]
        waiting = {row.id: until for row in rows if _waits(row)}
        taken = await _taken(connection, waiting) if waiting else set[int]()
    return taken | {row.id for row in rows if _is_doors(row)}


def _waits(row: Answer) -> bool:
    """Whether it is to be sent by the dispatcher, and surely nothing of it has arrived."""
    return row.state in (DUE, HELD) and not row.done and not row.again


def _is_doors(row: Answer) -> bool:
    """Whether a door is handing it over, or has done so: then its request went astray, for it asks again."""
    return row.state == PASSIVE or (row.state == SENT and row.via == "passive")


async def _taken(connection: AsyncConnection, waiting: Mapping[int, int]) -> set[int]:
    """Those of these answers that no dispatcher was faster with; they are the door's again."""
    mine = update(outbox).where(outbox.c.id.in_(list(waiting)), outbox.c.state.in_((DUE, HELD)))
    back = mine.values(state=PASSIVE, due=max(waiting.values())).returning(outbox.c.id)
    return {row[0] for row in (await connection.execute(back)).all()}
