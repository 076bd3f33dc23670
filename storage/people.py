"""People, their seats, and the invitations that give seats."""

from __future__ import annotations

import secrets

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.codes import LENGTH, read_code, spell
from rules.deeds import Declined, Done, Invite, Invited, Joined, NamePerson, Redeem, TakeSeat
from rules.looks import Seats
from rules.people import Role, Seat, Unit
from storage.codes import hashed
from storage.linking import follow_link
from storage.moments import Deeds, Looks, Moment
from storage.sealing import seal
from storage.tables import invites, people, seats, units

MINUTE = 60 * 1_000_000
DAY = 24 * 60 * MINUTE
#: Wrong codes one person may type before a pause, and how long the pause is.
MOST_TRIES = 5
PAUSE = 15 * MINUTE


async def redeem(moment: Moment, deed: Redeem) -> Joined | Declined:
    """Take the seat of an invitation. A wrong code counts; after `MOST_TRIES` of them there is a pause."""
    row = (
        await moment.connection.execute(
            select(people.c.tries, people.c.locked_until).where(people.c.id == deed.person).with_for_update()
        )
    ).one()
    if row.locked_until > moment.at:
        return Declined("join.locked", {"minutes": -(-(row.locked_until - moment.at) // MINUTE)})
    code = read_code(deed.code)
    taken = invites.c.hash == hashed(code or "", moment.pepper)
    made = hashed(code or "", moment.pepper)
    if (linked := await follow_link(moment, deed.person, made, tie=deed.tie)) is not None:
        if isinstance(linked, Joined):
            await seal(moment.connection, deed.person, code or "")
        return linked
    found = (
        await moment.connection.execute(
            update(invites)
            .where(taken, invites.c.uses > 0, invites.c.expires > moment.at)
            .values(uses=invites.c.uses - 1)
            .returning(invites.c.campaign, invites.c.role, invites.c.unit, invites.c.uses, invites.c.by)
        )
    ).one_or_none()
    if found is None:
        return await _refuse(moment, deed, row.tries, hashed(code or "", moment.pepper))
    if found.uses <= 0:
        await seal(moment.connection, found.by, code or "")
    seat, unit = await _seat(moment, deed.person, found.campaign, found.role, found.unit)
    await moment.connection.execute(update(people).where(people.c.id == deed.person).values(seat=seat, tries=0))
    return Joined(seat=seat, campaign=found.campaign, role=found.role, unit=unit)


async def _refuse(moment: Moment, deed: Redeem, tries: int, code_hash: str) -> Declined:
    old = (
        await moment.connection.execute(select(invites.c.uses, invites.c.expires).where(invites.c.hash == code_hash))
    ).one_or_none()
    if old is not None:
        return Declined("join.used_up" if old.uses <= 0 else "join.expired", {})
    tries += 1
    locked = moment.at + PAUSE if tries >= MOST_TRIES else 0
    await moment.connection.execute(
        update(people).where(people.c.id == deed.person).values(tries=tries % MOST_TRIES, locked_until=locked)
    )
    if locked:
        return Declined("join.locked", {"minutes": PAUSE // MINUTE})
    return Declined("join.unknown", {"code": deed.code[:20], "left": MOST_TRIES - tries, "length": LENGTH})


async def _seat(moment: Moment, person: int, campaign: str, role: str, unit: int) -> tuple[int, str]:
    """The seat's number, new or the one the person already has, and the unit's name."""
    connection = moment.connection
    same = (seats.c.person == person, seats.c.campaign == campaign, seats.c.role == role, seats.c.unit == unit)
    seat = (await connection.execute(select(seats.c.id).where(*same))).scalar_one_or_none()
    if seat is None:
        seat = moment.number()
        await connection.execute(
            insert(seats).values(id=seat, person=person, campaign=campaign, role=role, unit=unit, since=moment.at)
        )
    name = (await connection.execute(select(units.c.name).where(units.c.id == unit))).scalar_one_or_none()
    return seat, name or ""


async def name_person(moment: Moment, deed: NamePerson) -> Done:
    """Keep what a person wants to be called."""
    await moment.connection.execute(update(people).where(people.c.id == deed.person).values(name=deed.name))
    return Done()


async def take_seat(moment: Moment, deed: TakeSeat) -> Done | Declined:
    """Let a person speak from another of their seats."""
    mine = select(seats.c.id).where(seats.c.id == deed.seat, seats.c.person == deed.person)
    if (await moment.connection.execute(mine)).one_or_none() is None:
        return Declined("menu.seat_gone", {})
    await moment.connection.execute(update(people).where(people.c.id == deed.person).values(seat=deed.seat))
    return Done()


async def invite(moment: Moment, deed: Invite) -> Invited:
    """Make an invitation; its code is told once and kept only as a hash."""
    code = spell(secrets.randbits(5 * LENGTH))
    expires = moment.at + deed.days * DAY
    await moment.connection.execute(
        insert(invites).values(
            hash=hashed(code, moment.pepper),
            campaign=deed.campaign,
            role=deed.role,
            unit=deed.unit or 0,
            uses=deed.uses,
            expires=expires,
            by=deed.by,
            at=moment.at,
        )
    )
    return Invited(code, expires)


async def seats_of(connection: AsyncConnection, look: Seats) -> tuple[Seat, ...]:
    """All seats of a person, oldest first."""
    rows = await connection.execute(
        select(seats.c.id, seats.c.campaign, seats.c.role, seats.c.unit, units.c.name, units.c.short, units.c.klass)
        .select_from(seats.outerjoin(units, units.c.id == seats.c.unit))
        .where(seats.c.person == look.person)
        .order_by(seats.c.since, seats.c.id)
    )
    return tuple(
        Seat(row.id, row.campaign, Role(row.role),
             Unit(row.unit, row.campaign, row.name, row.short, row.klass) if row.unit else None)
        for row in rows
    )  # fmt: skip


DEEDS: Deeds = {Redeem: redeem, NamePerson: name_person, TakeSeat: take_seat, Invite: invite}
LOOKS: Looks = {Seats: seats_of}
