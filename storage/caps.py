"""Caps that move: a unit asks, an admin consents or not, and the number consented to is what decides from then on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_steering import AskCap, DecideCap, DropAsk
from rules.looks_steering import Ask, AsksIn, CapOf, CapsIn, Moved
from rules.people import Unit
from storage.moments import Deeds, Looks, Moment
from storage.prepared import Prepared
from storage.screened import reported_by
from storage.tables import entries, people, units
from storage.tables_steering import asks, caps
from storage.telling import tell_admins, tell_liaisons
from storage.upserts import insert_into

OPEN, GRANTED, REFUSED, DROPPED = "open", "granted", "refused", "dropped"
#: States of an entry that take up a place under a cap.
TAKING = ("submitted", "returned")


async def ask_cap(moment: Moment, deed: AskCap) -> Done | Declined:
    """Write a request down, one at a time of each unit in a track."""
    values = {
        "id": moment.number(), "campaign": deed.campaign, "track": deed.track, "unit": deed.unit,
        "person": deed.person, "cap": deed.cap, "reason": deed.reason, "state": OPEN, "at": moment.at,
    }  # fmt: skip
    written = insert_into(asks, moment.connection).values(values).on_conflict_do_nothing().returning(asks.c.id)
    if (await moment.connection.execute(written)).one_or_none() is None:
        return Declined("quota.asked_already", {})
    await tell_admins(moment, deed.campaign, deed.heard)
    return Done()


async def drop_ask(moment: Moment, deed: DropAsk) -> Done | Declined:
    """Take a request back that nobody decided yet."""
    mine = (asks.c.id == deed.ask, asks.c.unit == deed.unit, asks.c.state == OPEN)
    dropped = update(asks).where(*mine).values(state=DROPPED, ended=moment.at).returning(asks.c.id)
    if (await moment.connection.execute(dropped)).one_or_none() is None:
        return Declined("quota.decided_already", {})
    return Done()


async def decide_cap(moment: Moment, deed: DecideCap) -> Done | Declined:
    """Decide a request once; with consent the cap moves in the same transaction."""
    run = moment.connection.execute
    asked = (await run(select(asks.c.unit, asks.c.track).where(asks.c.id == deed.ask))).one_or_none()
    if asked is None:
        return Declined("quota.decided_already", {})
    # Whoever hands in for this unit just now comes before or after, not between count and cap.
    await run(select(units.c.id).where(units.c.id == asked.unit).with_for_update())
    if deed.cap is not None:
        taken = (await run(select(_taken(deed, asked.track, asked.unit)))).scalar_one()
        if taken > deed.cap:
            return Declined("quota.below_reported", {"reported": taken, "cap": deed.cap})
    state = REFUSED if deed.cap is None else GRANTED
    ended = {"state": state, "by": deed.by, "answer": deed.answer, "ended": moment.at}
    open_still = (asks.c.id == deed.ask, asks.c.campaign == deed.campaign, asks.c.state == OPEN)
    if (await run(update(asks).where(*open_still).values(ended).returning(asks.c.id))).one_or_none() is None:
        return Declined("quota.decided_already", {})
    if deed.cap is not None:
        await _move(moment, deed, asked.track, asked.unit, deed.cap)
    await tell_liaisons(moment, deed.campaign, deed.heard, unit=asked.unit)
    return Done()


async def _move(moment: Moment, deed: DecideCap, track: str, unit: int, cap: int) -> None:
    values = {"cap": cap, "by": deed.by, "reason": deed.answer, "at": moment.at}
    statement = insert_into(caps, moment.connection).values(campaign=deed.campaign, track=track, unit=unit, **values)
    await moment.connection.execute(
        statement.on_conflict_do_update(index_elements=["campaign", "track", "unit"], set_=values)
    )


def _taken(deed: DecideCap, track: str, unit: int) -> Any:
    counted = deed.counts == "recommended"
    whose = reported_by(entries, deed.campaign, track, unit) if counted else entries.c.unit == unit
    mine = (entries.c.campaign == deed.campaign, entries.c.track == track, whose)
    return select(func.count()).select_from(entries).where(*mine, entries.c.state.in_(TAKING)).scalar_subquery()


def cap_in_force(campaign: str, track: str, unit: int, cap: int) -> ColumnElement[int]:
    """The cap consented to for a unit, else the notice's, as a part of a statement."""
    mine = (caps.c.campaign == campaign, caps.c.track == track, caps.c.unit == unit)
    moved: ColumnElement[int] = func.coalesce(select(caps.c.cap).where(*mine).scalar_subquery(), literal(cap))
    return moved


_CAP_OF = Prepared(
    select(caps.c.cap).where(
        caps.c.campaign == bindparam("campaign"), caps.c.track == bindparam("track"), caps.c.unit == bindparam("unit")
    )
)


async def cap_of(connection: AsyncConnection, look: CapOf) -> int | None:
    """The cap consented to for one unit."""
    rows = await _CAP_OF.all(connection, {"campaign": look.campaign, "track": look.track, "unit": look.unit})
    return int(rows[0][0]) if rows else None


_UNIT = (units.c.id.label("unit_id"), units.c.campaign, units.c.name, units.c.short, units.c.klass)


async def asks_in(connection: AsyncConnection, look: AsksIn) -> tuple[Ask, ...]:
    """Requests that wait for an answer, oldest first."""
    mine = (asks.c.campaign == look.campaign, asks.c.state == OPEN)
    same = (caps.c.campaign == asks.c.campaign) & (caps.c.track == asks.c.track) & (caps.c.unit == asks.c.unit)
    reported = (
        select(func.count())
        .select_from(entries)
        .where(
            entries.c.campaign == asks.c.campaign, entries.c.track == asks.c.track, entries.c.unit == asks.c.unit,
            entries.c.state.in_(TAKING),
        )
        .scalar_subquery()
    )  # fmt: skip
    found = (
        select(
            asks.c.id, asks.c.track, people.c.name.label("person"), asks.c.cap, asks.c.reason, asks.c.at,
            caps.c.cap.label("now"), reported.label("reported"), *_UNIT,
        )
        .select_from(
            asks.join(units, units.c.id == asks.c.unit)
            .outerjoin(people, people.c.id == asks.c.person)
            .outerjoin(caps, same)
        )
        .where(*mine, *([asks.c.unit == look.unit] if look.unit else []))
        .order_by(asks.c.id)
    )  # fmt: skip
    return tuple(
        Ask(row[0], row[1], Unit(*row[8:]), row[2] or "", *row[3:8]) for row in await connection.execute(found)
    )


async def caps_in(connection: AsyncConnection, look: CapsIn) -> tuple[Moved, ...]:
    """Caps that moved, in the order of the roster."""
    rows = await connection.execute(
        select(caps.c.track, caps.c.cap, people.c.name, caps.c.at, *_UNIT)
        .select_from(
            caps.join(units, units.c.id == caps.c.unit).outerjoin(people, people.c.id == caps.c.by)
        )
        .where(caps.c.campaign == look.campaign)
        .order_by(units.c.id, caps.c.track)
    )  # fmt: skip
    return tuple(Moved(Unit(*row[4:]), row[0], row[1], row[2] or "", row[3]) for row in rows)


DEEDS: Deeds = {AskCap: ask_cap, DropAsk: drop_ask, DecideCap: decide_cap}
LOOKS: Looks = {AsksIn: asks_in, CapOf: cap_of, CapsIn: caps_in}
