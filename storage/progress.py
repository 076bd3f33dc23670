"""How far messages to many are, for whoever tells their senders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import case, func, select, update

from bot.talk.messages import Choice
from storage.broadcasts import OVER, RUNNING, STOPPED, STOPPING
from storage.database import Database
from storage.moments import Moment
from storage.outbox import DEAD, DUE, HELD
from storage.posting import Post, post
from storage.tables import OF_MANY, outbox, people, seats, units
from storage.tables_post import broadcasts

#: Channels in which a message can be edited; elsewhere only the end is told.
EDITING = frozenset({"telegram"})
#: The button of a card whose broadcast is on its way.
_STOP = (Choice("/停止群发", "停止发送"),)


@dataclass(frozen=True, slots=True)
class Running:
    """A broadcast whose sender still wants to see how far it is; `told` are the facts that they saw last."""

    id: int
    campaign: str
    by: int
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody whom a broadcast did not reach."""

    unit: str
    who: str
    why: str


class Broadcasts:
    """The broadcasts of a deployment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def running(self) -> list[Running]:
        """Those that are not over yet, oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(broadcasts.c.id, broadcasts.c.campaign, broadcasts.c.by, broadcasts.c.told)
                .where(broadcasts.c.state.in_((RUNNING, STOPPING)))
                .order_by(broadcasts.c.id)
            )
            return [Running(row.id, row.campaign, row.by, orjson.loads(row.told or "{}")) for row in rows]

    async def counts(self, batch: int) -> dict[str, int]:
        """How many messages of a broadcast are in each state; "stopped" are those that its sender stopped."""
        state = case((outbox.c.why == STOPPED, STOPPED), else_=outbox.c.state).label("standing")
        counted = select(state, func.count()).where(OF_MANY, outbox.c.batch == batch).group_by(state)
        async with self._database.read() as connection:
            rows = await connection.execute(counted)
            return {row[0]: row[1] for row in rows}

    async def missed(self, one: Running) -> list[Missed]:
        """Whom a broadcast did not reach, in the order of the roster."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(units.c.name, people.c.name.label("who"), outbox.c.why, func.min(units.c.id).label("place"))
                .select_from(
                    outbox.join(people, people.c.id == outbox.c.person)
                    .outerjoin(seats, (seats.c.person == people.c.id) & (seats.c.campaign == one.campaign))
                    .outerjoin(units, units.c.id == seats.c.unit)
                )
                .where(OF_MANY, outbox.c.batch == one.id, outbox.c.state.in_((HELD, DEAD)), outbox.c.why != STOPPED)
                .group_by(units.c.name, people.c.name, outbox.c.why)
                .order_by("place")
            )
            return [Missed(row.name or "", row.who, row.why) for row in rows]

    async def by_mail(self, one: Running) -> int:
        """How many of a broadcast's messages went by e-mail."""
        found = select(func.count()).where(OF_MANY, outbox.c.batch == one.id, outbox.c.via.startswith("mail:"))
        async with self._database.read() as connection:
            return int((await connection.execute(found)).scalar_one())

    async def tell(
        self, moment: Moment, one: Running, facts: Mapping[str, Any], end: Mapping[str, Any] | None = None
    ) -> None:
        """Show a broadcast's sender how far it is, on one card, and at its `end` what came of it.

        A card that was not shown yet is superseded.
        """
        run, card = moment.connection.execute, f"broadcast/{one.id}"
        row = (await run(select(people.c.channel, people.c.address).where(people.c.id == one.by))).one_or_none()
        posts: list[Post] = []
        if row is not None:
            home = f"{row.channel}:{row.address}"
            waiting = (outbox.c.card == card, outbox.c.state == DUE, outbox.c.address == home)
            await run(update(outbox).where(*waiting).values(state=DEAD, why="superseded"))
            if row.channel in EDITING:
                choices = () if end is not None else _STOP
                posts.append(
                    Post(one.by, home, "card", "broadcast.card", facts, one.campaign, choices=choices, card=card)
                )
            # Where the card itself can say that all went well, it is the last word.
            if end is not None and (end["unreachable"] or end["by_mail"] or row.channel not in EDITING):
                posts.append(Post(one.by, home, "notice", "broadcast.result", end, one.campaign))
        await post(moment, posts)
        told = {"told": orjson.dumps(facts).decode()}
        # Somebody may have stopped it since its figures were read: only its end changes its state.
        if end is not None:
            told["state"] = OVER
        await run(update(broadcasts).where(broadcasts.c.id == one.id).values(told))
