"""Messages to many: who would hear them, writing each once, planning, agreeing to one, and stopping it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.messages import Attachment
from rules.audience import Audience, read_audience
from rules.deeds import Declined
from rules.deeds_broadcast import Begun, Broadcast, DecideBroadcast, StopBroadcast, Stopped, plan_of
from rules.looks_contact import Receiver, Receivers, Unreached, UnreachedIn
from rules.looks_steering import Admins, BatchesIn
from rules.looks_steering import Batch as Waiting
from rules.people import Role
from storage.moments import Deeds, Looks, Moment
from storage.outbox import DEAD, DUE, HELD, PASSIVE, PULLED, SENDING, SENT, UNKNOWN
from storage.posting import Post, post
from storage.tables import OF_MANY, STILL_OPEN, addresses, outbox, people, seats, units
from storage.tables_post import broadcasts
from storage.telling import tell_admins, tell_person

#: People whose addresses are read in one statement.
_AT_ONCE = 5000
#: States of a message to many.
WAITING, PLANNED, RUNNING, STOPPING, OVER = "waiting", "planned", "running", "stopping", "over"
CANCELLED, REFUSED = "cancelled", "refused"
#: Why a message that was stopped did not go out.
STOPPED = "stopped"


async def broadcast(moment: Moment, deed: Broadcast) -> Begun | Declined:
    """Write a message to many down: on its way at once, or with its plan until it goes."""
    if deed.asks and await admins(moment.connection, Admins(deed.campaign)) < 2:
        return Declined("broadcast.nobody_to_agree", {})
    batch = moment.number()
    state = WAITING if deed.asks else PLANNED if deed.due > moment.at else RUNNING
    plan = plan_of(deed)
    await moment.connection.execute(
        insert(broadcasts).values(
            id=batch, campaign=deed.campaign, by=deed.by, text=deed.text, at=moment.at, state=state, due=deed.due,
            plan=orjson.dumps(plan).decode(),
        )
    )  # fmt: skip
    total = len(deed.people)
    if state == RUNNING:
        total = await _write(moment, batch, deed.campaign, deed.text, plan, deed.people)
    elif state == WAITING:
        await tell_admins(moment, deed.campaign, deed.heard, but=deed.by)
    return Begun(batch, total, state)


async def _write(
    moment: Moment, batch: int, campaign: str, text: str, plan: Mapping[str, Any], everybody: Sequence[int]
) -> int:
    """Write one message for each of these people, to where they wrote from last; gives how many."""
    total, facts = 0, {"title": plan["title"], "text": text}
    name, sha256, _ = plan["enclosed"] or ("", "", ())
    enclosed = Attachment("file", sha256, name) if sha256 else None
    for some in (everybody[start : start + _AT_ONCE] for start in range(0, len(everybody), _AT_ONCE)):
        homes = select(people.c.id, people.c.channel, people.c.address).where(people.c.id.in_(some))
        posts = [
            Post(
                row.id, f"{row.channel}:{row.address}", "broadcast", "broadcast.message", facts, campaign,
                batch=batch, attachment=enclosed,
            )
            for row in await moment.connection.execute(homes)
        ]  # fmt: skip
        total += len(await post(moment, posts))
    return total


async def decide(moment: Moment, deed: DecideBroadcast) -> Begun | Declined:
    """Let a message to many go that another admin wrote, or not; once."""
    run = moment.connection.execute
    mine = (broadcasts.c.id == deed.batch, broadcasts.c.campaign == deed.campaign, broadcasts.c.state == WAITING)
    decided = (
        update(broadcasts)
        .where(*mine, broadcasts.c.by != deed.by)
        .values(state=PLANNED if deed.agrees else REFUSED, second=deed.by)
        .returning(broadcasts.c.by, broadcasts.c.due, broadcasts.c.text, broadcasts.c.plan)
    )
    row = (await run(decided)).one_or_none()
    if row is None:
        return Declined("broadcast.decided_already", {})
    await tell_person(moment, deed.campaign, deed.heard, row.by)
    plan = orjson.loads(row.plan)
    if not deed.agrees or row.due > moment.at:
        return Begun(deed.batch, len(plan["people"]), PLANNED if deed.agrees else REFUSED)
    await run(update(broadcasts).where(broadcasts.c.id == deed.batch).values(state=RUNNING))
    total = await _write(moment, deed.batch, deed.campaign, row.text, plan, plan["people"])
    return Begun(deed.batch, total)


async def stop(moment: Moment, deed: StopBroadcast) -> Stopped | Declined:
    """Call off a message to many that waits; of one on its way, let nothing go that did not go yet."""
    run = moment.connection.execute
    mine = (broadcasts.c.id == deed.batch, broadcasts.c.campaign == deed.campaign)
    waits = update(broadcasts).where(*mine, broadcasts.c.state.in_((WAITING, PLANNED))).values(state=CANCELLED)
    if (row := (await run(waits.returning(broadcasts.c.plan))).one_or_none()) is not None:
        return Stopped(0, len(orjson.loads(row.plan)["people"]))
    goes = update(broadcasts).where(*mine, broadcasts.c.state == RUNNING).values(state=STOPPING)
    if (await run(goes.returning(broadcasts.c.id))).one_or_none() is None:
        return Declined("broadcast.over", {})
    left = (OF_MANY, outbox.c.batch == deed.batch, outbox.c.state.in_((DUE, HELD, PASSIVE)))
    kept = await run(update(outbox).where(*left).values(state=DEAD, why=STOPPED).returning(outbox.c.id))
    gone = select(func.count()).where(
        OF_MANY, outbox.c.batch == deed.batch, outbox.c.state.in_((SENDING, SENT, UNKNOWN, PULLED))
    )
    return Stopped((await run(gone)).scalar_one(), len(kept.all()))


@dataclass(frozen=True, slots=True)
class Planned:
    """A message to many whose instant has come."""

    id: int
    campaign: str
    by: int
    text: str
    plan: Mapping[str, Any]

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return read_audience(self.plan["audience"])


async def come(connection: AsyncConnection, now: int) -> list[Planned]:
    """The messages to many that were planned for an instant that has come, oldest first."""
    columns = (broadcasts.c.id, broadcasts.c.campaign, broadcasts.c.by, broadcasts.c.text, broadcasts.c.plan)
    found = select(*columns).where(broadcasts.c.state == PLANNED, broadcasts.c.due <= now).order_by(broadcasts.c.id)
    return [Planned(*row[:4], orjson.loads(row.plan)) for row in await connection.execute(found)]


async def launch(moment: Moment, one: Planned, still: Collection[int]) -> int | None:
    """Let a planned message go to those of its people that are `still` meant.

    Gives how many; None if somebody was faster.
    """
    goes = update(broadcasts).where(broadcasts.c.id == one.id, broadcasts.c.state == PLANNED).values(state=RUNNING)
    if (await moment.connection.execute(goes.returning(broadcasts.c.id))).one_or_none() is None:
        return None
    meant = [person for person in one.plan["people"] if person in still]
    return await _write(moment, one.id, one.campaign, one.text, one.plan, meant)


async def call_off(moment: Moment, one: Planned) -> bool:
    """End a planned message that must not go; False if somebody was faster."""
    ends = update(broadcasts).where(broadcasts.c.id == one.id, broadcasts.c.state == PLANNED).values(state=CANCELLED)
    return (await moment.connection.execute(ends.returning(broadcasts.c.id))).one_or_none() is not None


async def receivers(connection: AsyncConnection, look: Receivers) -> tuple[Receiver, ...]:
    """All people of a role in a campaign, in the order of the roster."""
    rows = await connection.execute(
        select(
            people.c.id, people.c.name, seats.c.unit, units.c.name.label("unit_name"), units.c.klass,
            people.c.channel, addresses.c.state,
        )
        .select_from(
            seats.join(people, people.c.id == seats.c.person)
            .outerjoin(units, units.c.id == seats.c.unit)
            .outerjoin(addresses, addresses.c.id == people.c.channel + ":" + people.c.address)
        )
        .where(seats.c.campaign == look.campaign, seats.c.role == look.role)
        .order_by(seats.c.unit, people.c.id)
    )  # fmt: skip
    return tuple(Receiver(*row[:3], row[3] or "", row[4] or "", row[5], row[6] or "") for row in rows)


async def unreached(connection: AsyncConnection, look: UnreachedIn) -> tuple[Unreached, ...]:
    """Whom messages wait for, and units that nobody has joined for."""
    held = await connection.execute(
        select(units.c.id, units.c.name, people.c.name, outbox.c.why, units.c.contacts)
        .select_from(
            outbox.join(people, people.c.id == outbox.c.person)
            .join(seats, (seats.c.person == people.c.id) & (seats.c.campaign == look.campaign))
            .join(units, units.c.id == seats.c.unit)
        )
        .where(STILL_OPEN, outbox.c.state == HELD, outbox.c.kind != "reply", outbox.c.campaign == look.campaign)
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


async def batches_in(connection: AsyncConnection, look: BatchesIn) -> tuple[Waiting, ...]:
    """Messages to many that are not over, oldest first."""
    rows = await connection.execute(
        select(broadcasts, people.c.name)
        .select_from(broadcasts.outerjoin(people, people.c.id == broadcasts.c.by))
        .where(broadcasts.c.campaign == look.campaign, broadcasts.c.state.in_((WAITING, PLANNED, RUNNING)))
        .order_by(broadcasts.c.id)
    )
    return tuple(
        Waiting(row.id, row.text, row.state, row.by, row.name or "", row.due, _number(row.plan)) for row in rows
    )


def _number(plan: str) -> int:
    return len(orjson.loads(plan)["people"]) if plan else 0


async def admins(connection: AsyncConnection, look: Admins) -> int:
    """How many people are admins of a campaign."""
    mine = (seats.c.campaign == look.campaign, seats.c.role == Role.ADMIN.value)
    found = select(func.count(seats.c.person.distinct())).where(*mine)
    return int((await connection.execute(found)).scalar_one())


DEEDS: Deeds = {Broadcast: broadcast, DecideBroadcast: decide, StopBroadcast: stop}
LOOKS: Looks = {Receivers: receivers, UnreachedIn: unreached, BatchesIn: batches_in, Admins: admins}
