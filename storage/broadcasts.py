"""Messages to many: who would hear them, sending each once, and how far they are."""

from __future__ import annotations

import orjson
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds_contact import Begun, Broadcast
from rules.looks_contact import Receiver, Receivers, Unreached, UnreachedIn
from rules.people import Role
from storage.moments import Deeds, Looks, Moment
from storage.outbox import HELD
from storage.posting import Post, post
from storage.tables import addresses, outbox, people, seats, units
from storage.tables_post import broadcasts

#: People whose addresses are read in one statement.
_AT_ONCE = 5000


async def broadcast(moment: Moment, deed: Broadcast) -> Begun:
    """Write one message for each of these people, to where they wrote from last."""
    run, batch, total = moment.connection.execute, moment.number(), 0
    facts = {"title": deed.title, "text": deed.text}
    for some in (deed.people[start : start + _AT_ONCE] for start in range(0, len(deed.people), _AT_ONCE)):
        homes = select(people.c.id, people.c.channel, people.c.address).where(people.c.id.in_(some))
        posts = [
            Post(
                row.id, f"{row.channel}:{row.address}", "broadcast", "broadcast.message", facts, deed.campaign,
                batch=batch,
            )
            for row in await run(homes)
        ]  # fmt: skip
        total += len(await post(moment, posts))
    await run(
        insert(broadcasts).values(
            id=batch, campaign=deed.campaign, by=deed.by, text=deed.text, at=moment.at, state="running"
        )
    )
    return Begun(batch, total)


async def receivers(connection: AsyncConnection, look: Receivers) -> tuple[Receiver, ...]:
    """All liaisons of a campaign, in the order of the roster."""
    rows = await connection.execute(
        select(
            people.c.id, people.c.name, units.c.id.label("unit"), units.c.name.label("unit_name"), units.c.klass,
            people.c.channel, addresses.c.state,
        )
        .select_from(
            seats.join(people, people.c.id == seats.c.person)
            .join(units, units.c.id == seats.c.unit)
            .outerjoin(addresses, addresses.c.id == people.c.channel + ":" + people.c.address)
        )
        .where(seats.c.campaign == look.campaign, seats.c.role == Role.LIAISON.value)
        .order_by(units.c.id, people.c.id)
    )  # fmt: skip
    return tuple(Receiver(*row[:6], row[6] or "") for row in rows)


async def unreached(connection: AsyncConnection, look: UnreachedIn) -> tuple[Unreached, ...]:
    """Whom messages wait for, and units that nobody has joined for."""
    held = await connection.execute(
        select(units.c.id, units.c.name, people.c.name, outbox.c.why, units.c.contacts)
        .select_from(
            outbox.join(people, people.c.id == outbox.c.person)
            .join(seats, (seats.c.person == people.c.id) & (seats.c.campaign == look.campaign))
            .join(units, units.c.id == seats.c.unit)
        )
        # Word for word the condition of the index on what waits: a campaign has many messages, and few are held.
        .where(text("outbox.state IN ('passive', 'due', 'sending', 'held')"))
        .where(outbox.c.state == HELD, outbox.c.kind != "reply", outbox.c.campaign == look.campaign)
        .order_by(units.c.id, people.c.name)
        .distinct()
    )
    found = [Unreached(unit, name, why, _spelt(contacts)) for _, unit, name, why, contacts in held]
    joined = select(seats.c.unit).where(seats.c.campaign == look.campaign, seats.c.role == Role.LIAISON.value)
    nobody = await connection.execute(
        select(units.c.name, units.c.contacts)
        .where(units.c.campaign == look.campaign, units.c.id.not_in(joined))
        .order_by(units.c.id)
    )
    found += [Unreached(name, "", "not_joined", _spelt(contacts)) for name, contacts in nobody]
    return tuple(found)


def _spelt(contacts: str) -> str:
    """The persons and phone numbers that the roster names for a unit."""
    return "、".join(" ".join(filter(None, pair)) for pair in orjson.loads(contacts or "[]"))


DEEDS: Deeds = {Broadcast: broadcast}
LOOKS: Looks = {Receivers: receivers, UnreachedIn: unreached}
