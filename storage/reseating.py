"""A liaison's seat that is moved to another unit or taken away; what was reported stays with its unit."""

from __future__ import annotations

from sqlalchemy import Select, delete, func, select, update

from rules.deeds import Declined, Done
from rules.deeds_steering import Reseat
from rules.people import Role
from storage.moments import Deeds, Moment
from storage.tables import people, seats, sessions
from storage.telling import tell_person


async def reseat(moment: Moment, deed: Reseat) -> Done | Declined:
    """Move the seat with its drafts, or take it away; one that is there already in the other unit takes its place."""
    run = moment.connection.execute
    seat = (await run(_seat(deed, deed.unit).with_for_update())).scalar_one_or_none()
    if seat is None:
        return Declined("reseat.gone", {})
    there = (await run(_seat(deed, deed.into))).scalar_one_or_none() if deed.into else None
    if deed.into and there is None:
        await run(update(seats).where(seats.c.id == seat).values(unit=deed.into, since=moment.at))
    else:
        if there is not None:
            await run(update(sessions).where(sessions.c.seat == seat).values(seat=there))
        await run(delete(seats).where(seats.c.id == seat))
        another = select(func.coalesce(func.max(seats.c.id), 0)).where(seats.c.person == deed.person)
        instead = there if there is not None else another.scalar_subquery()
        mine = (people.c.id == deed.person, people.c.seat == seat)
        await run(update(people).where(*mine).values(seat=instead))
    await tell_person(moment, deed.campaign, deed.heard, deed.person)
    return Done()


def _seat(deed: Reseat, unit: int) -> Select[tuple[int]]:
    return select(seats.c.id).where(
        seats.c.person == deed.person, seats.c.campaign == deed.campaign, seats.c.role == Role.LIAISON.value,
        seats.c.unit == unit,
    )  # fmt: skip


DEEDS: Deeds = {Reseat: reseat}
