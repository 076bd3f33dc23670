"""Prizes as they stand: the ranking they come from, decisions about them, the listing, honours, objections, changes."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks_awards import (
    Change,
    ChangesIn,
    Decided,
    DecidedIn,
    Honour,
    HonoursOf,
    Listing,
    ListingOf,
    Objection,
    ObjectionsIn,
    Ranked,
    RankedIn,
)
from storage.moments import Looks
from storage.shortlists import judged_in
from storage.tables import entries, people, prints, units
from storage.tables_awards import award_decisions, honour_changes, honours, listings, objections

WAITING, LISTED, FINAL, WITHDRAWN = "waiting", "listed", "final", "withdrawn"
#: The states of a listing that is in force.
LIVE = (WAITING, LISTED, FINAL)


async def honours_of(connection: AsyncConnection, look: HonoursOf) -> tuple[Honour, ...]:
    """The prizes given in a campaign."""
    wanted = [honours.c.campaign == look.campaign, *([honours.c.unit == look.unit] if look.unit else [])]
    rows = await connection.execute(
        select(
            honours.c.id, honours.c.prize, honours.c.within, honours.c.label, honours.c.entry, honours.c.unit,
            units.c.name.label("unit_name"), honours.c.track, entries.c.number, entries.c.title, honours.c.gift,
            honours.c.state,
        )
        .select_from(
            honours.outerjoin(entries, entries.c.id == honours.c.entry).outerjoin(units, units.c.id == honours.c.unit)
        )
        .where(*wanted)
        .order_by(honours.c.id)
    )  # fmt: skip
    return tuple(_honour(*row) for row in rows)


def _honour(*columns: Any) -> Honour:
    """An honour from its columns; a prize of a unit has no entry, so no number and no title."""
    plain: list[Any] = ["" if value is None else value for value in columns]
    return Honour(*plain)


async def ranked_in(connection: AsyncConnection, look: RankedIn) -> tuple[Ranked, ...]:
    """The works that were ranked. Of two published rounds that rank one track, the newer counts."""
    judged = await judged_in(connection, look.campaign)
    rows = await connection.execute(
        select(
            entries.c.id, entries.c.number, entries.c.title, entries.c.unit, units.c.name, units.c.klass,
            entries.c.track, entries.c.form, prints.c.answers, entries.c.state,
        )
        .select_from(
            entries.join(units, units.c.id == entries.c.unit).outerjoin(prints, prints.c.code == entries.c.code)
        )
        .where(entries.c.campaign == look.campaign, entries.c.track.in_(judged.ranks))
    )  # fmt: skip
    found = (
        Ranked(*row[:7], rank, row[7], orjson.loads(row[8] or "{}"), row[9], judged.fits.get(row.id, {}))
        for row in rows
        if (rank := judged.ranks[row.track].get(row.id)) is not None
    )
    return tuple(sorted(found, key=lambda each: (each.track, each.rank, each.entry)))


async def decided_in(connection: AsyncConnection, look: DecidedIn) -> tuple[Decided, ...]:
    """Every decision about prizes, the oldest first."""
    of = award_decisions.c
    rows = await connection.execute(
        select(of.id, of.kind, of.prize, of.within, of.value, of.reason, func.coalesce(people.c.name, ""), of.at)
        .select_from(award_decisions.outerjoin(people, people.c.id == of.by))
        .where(of.campaign == look.campaign)
        .order_by(of.id)
    )
    return tuple(Decided(*row[:4], orjson.loads(row[4]), *row[5:]) for row in rows)


async def listing_of(connection: AsyncConnection, look: ListingOf) -> Listing | None:
    """The listing in force."""
    of, second = listings.c, people.alias("second")
    row = (
        await connection.execute(
            select(
                of.id, of.state, of.given, of.basis, of.opens, of.closes, of.by, func.coalesce(people.c.name, ""),
                func.coalesce(second.c.name, ""), of.at, of.confirmed,
            )
            .select_from(
                listings.outerjoin(people, people.c.id == of.by).outerjoin(second, second.c.id == of.second)
            )
            .where(of.campaign == look.campaign, of.state.in_(LIVE))
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else Listing(row[0], row[1], tuple(orjson.loads(row[2])), *row[3:])


async def changes_in(connection: AsyncConnection, look: ChangesIn) -> tuple[Change, ...]:
    """What became of prizes after they were listed."""
    of = honour_changes.c
    rows = await connection.execute(
        select(
            of.id, of.honour, of.what, of.stage, of.before, of.after, of.reason, func.coalesce(people.c.name, ""),
            of.at, func.coalesce(entries.c.number, ""), func.coalesce(entries.c.title, ""),
            func.coalesce(units.c.name, ""), of.place,
        )
        .select_from(
            honour_changes.join(honours, honours.c.id == of.honour)
            .outerjoin(people, people.c.id == of.by)
            .outerjoin(entries, entries.c.id == honours.c.entry)
            .outerjoin(units, units.c.id == honours.c.unit)
        )
        .where(of.campaign == look.campaign)
        .order_by(of.id)
    )  # fmt: skip
    return tuple(_change(*row) for row in rows)


async def objections_in(connection: AsyncConnection, look: ObjectionsIn) -> tuple[Objection, ...]:
    """Objections, in the order of their numbers."""
    of = objections.c
    rows = await connection.execute(
        select(
            of.id, of.number, of.honour, of.person, func.coalesce(people.c.name, ""),
            func.coalesce(units.c.name, ""), of.words, of.files, of.state, of.outcome, of.answer, of.at, of.ended,
        )
        .select_from(
            objections.outerjoin(people, people.c.id == of.person).outerjoin(units, units.c.id == of.unit)
        )
        .where(of.campaign == look.campaign, *([of.person == look.person] if look.person else []))
        .order_by(of.number)
    )  # fmt: skip
    return tuple(_objection(*row) for row in rows)


def _change(*columns: Any) -> Change:
    return Change(*columns)


def _objection(*columns: Any) -> Objection:
    files = tuple((name, size, sha256) for name, size, sha256 in orjson.loads(columns[7] or "[]"))
    plain: list[Any] = [*columns[:7], files, *columns[8:]]
    return Objection(*plain)


LOOKS: Looks = {
    HonoursOf: honours_of,
    RankedIn: ranked_in,
    DecidedIn: decided_in,
    ListingOf: listing_of,
    ChangesIn: changes_in,
    ObjectionsIn: objections_in,
}
