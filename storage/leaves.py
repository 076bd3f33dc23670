"""Leaves: recorded permissions to hand in later than the notice says, for one unit or for all, and taking them back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done, GrantLeave
from rules.deeds_steering import RevokeLeave
from rules.looks import LeaveOf
from rules.looks_steering import Leave, LeavesIn
from rules.people import Unit
from storage.moments import Deeds, Looks, Moment
from storage.prepared import Prepared
from storage.tables import leaves, units
from storage.telling import tell_liaisons


async def grant_leave(moment: Moment, deed: GrantLeave) -> Done:
    """Record that one unit, or every unit, may hand in until a later instant, by whom and why."""
    await moment.connection.execute(
        insert(leaves).values(
            id=moment.number(), campaign=deed.campaign, track=deed.track, unit=deed.unit, until=deed.until,
            reason=deed.reason, by=deed.by, at=moment.at,
        )
    )  # fmt: skip
    await tell_liaisons(moment, deed.campaign, deed.heard, unit=deed.unit)
    return Done()


async def revoke_leave(moment: Moment, deed: RevokeLeave) -> Done | Declined:
    """End a leave now."""
    mine = (leaves.c.id == deed.leave, leaves.c.campaign == deed.campaign, leaves.c.ended == 0)
    ended = update(leaves).where(*mine).values(ended=moment.at).returning(leaves.c.unit)
    row = (await moment.connection.execute(ended)).one_or_none()
    if row is None:
        return Declined("leave.gone", {})
    await tell_liaisons(moment, deed.campaign, deed.heard, unit=row.unit)
    return Done()


def given_until(campaign: Any, track: Any, unit: Any) -> Any:
    """The latest instant that a leave gives a unit in a track, 0 for none, as a part of a statement."""
    return (
        select(func.coalesce(func.max(leaves.c.until), 0))
        .where(
            leaves.c.campaign == campaign, leaves.c.track == track, leaves.c.unit.in_((0, unit)), leaves.c.ended == 0
        )
        .scalar_subquery()
    )


_LEAVE_OF = Prepared(
    select(func.coalesce(func.max(leaves.c.until), 0)).where(
        leaves.c.campaign == bindparam("campaign"),
        leaves.c.track == bindparam("track"),
        (leaves.c.unit == bindparam("unit")) | (leaves.c.unit == 0),
        leaves.c.ended == 0,
    )
)


async def leave_of(connection: AsyncConnection, look: LeaveOf) -> int:
    """Until when a unit may hand in by leave, 0 for none."""
    [[until]] = await _LEAVE_OF.all(connection, {"campaign": look.campaign, "track": look.track, "unit": look.unit})
    return int(until)


async def leaves_in(connection: AsyncConnection, look: LeavesIn) -> tuple[Leave, ...]:
    """Leaves in force that end after an instant, newest first."""
    rows = await connection.execute(
        select(
            leaves.c.id, leaves.c.track, leaves.c.until, leaves.c.reason, units.c.id, units.c.campaign, units.c.name,
            units.c.short, units.c.klass,
        )
        .select_from(leaves.outerjoin(units, units.c.id == leaves.c.unit))
        .where(leaves.c.campaign == look.campaign, leaves.c.ended == 0, leaves.c.until > look.after)
        .order_by(leaves.c.id.desc())
    )  # fmt: skip
    return tuple(Leave(row[0], row[1], Unit(*row[4:]) if row[4] else None, row[2], row[3]) for row in rows)


DEEDS: Deeds = {GrantLeave: grant_leave, RevokeLeave: revoke_leave}
LOOKS: Looks = {LeaveOf: leave_of, LeavesIn: leaves_in}
