"""The public vote: each vote kept once, below its limit and in time, judged by the statement that writes it.

A vote takes a place from 1 to the limit, and no two votes of a person on a day share one: a unique key, so that however
many of their messages and clicks arrive at once, on however many programs, no limit is exceeded.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined
from rules.deeds_public import CastVote, Voted
from rules.looks_public import MyVote, MyVotes, VotesByHour, Work, WorkOf
from rules.public_vote import day_of
from storage.entries import IN
from storage.moments import Deeds, Looks, Moment
from storage.public_terms import moved
from storage.tables import addresses, entries, people, prints, units
from storage.tables_materials import materials
from storage.tables_public import votes
from storage.upserts import insert_into

DAY, HOUR = 24 * 3600 * 1_000_000, 3600 * 1_000_000
#: What a vote that was given on a page came by.
PAGE = "page"


async def cast(moment: Moment, deed: CastVote) -> Voted | Declined:
    """Keep one vote. Another of the same person that is written meanwhile takes its place; then the next is tried."""
    day = day_of(moment.at, deed.zone, daily=deed.daily)
    way, fresh = await _came_by(moment, deed)
    for _ in range(deed.limit + 1):
        row = {
            "campaign": deed.campaign, "round": deed.round, "person": deed.person, "day": day, "entry": deed.entry,
            "bucket": deed.bucket, "at": moment.at, "way": way, "network": deed.network, "fresh": int(fresh),
        }  # fmt: skip
        values = [literal(value, votes.c[name].type).label(name) for name, value in row.items()]
        taken = _taken(deed, day)
        chosen = select(*values, (taken + 1).label("place")).where(*_allowed(moment, deed), taken < deed.limit)
        kept = await moment.connection.execute(
            insert_into(votes, moment.connection)
            .from_select([*row, "place"], chosen)
            .on_conflict_do_nothing()
            .returning(votes.c.place)
        )
        if (place := kept.scalar_one_or_none()) is not None:
            return Voted(deed.limit - place)
        if (why := await _why_not(moment, deed, day)) is not None:
            return why
    raise LookupError(f"expected a free place below {deed.limit} after as many tries, found none and none taken")


def _mine(deed: CastVote | MyVotes, day: int) -> tuple[ColumnElement[bool], ...]:
    return (
        votes.c.campaign == deed.campaign, votes.c.round == deed.round, votes.c.person == deed.person,
        votes.c.day == day,
    )  # fmt: skip


def _taken(deed: CastVote, day: int) -> Any:
    """How many votes of this bucket the person has given; one that was set aside was given, too."""
    mine = (*_mine(deed, day), votes.c.bucket == deed.bucket)
    return select(func.count()).select_from(votes).where(*mine).scalar_subquery()


def _allowed(moment: Moment, deed: CastVote) -> tuple[ColumnElement[bool], ...]:
    """In time, and for a work that is in."""
    at, opens, closes = literal(moment.at), *_window(deed)
    work = select(entries.c.id).where(
        entries.c.id == deed.entry, entries.c.campaign == deed.campaign, entries.c.track == deed.track,
        entries.c.state == IN,
    )  # fmt: skip
    return at >= opens, at < closes, work.exists()


def _window(deed: CastVote) -> tuple[Any, Any]:
    """What an admin set, where it was set, else the notice's."""
    opens, closes = moved(deed.campaign, deed.round)
    return case((closes > 0, opens), else_=literal(deed.opens)), case((closes > 0, closes), else_=literal(deed.closes))


async def _why_not(moment: Moment, deed: CastVote, day: int) -> Declined | None:
    """Why nothing was written, None where a vote that came at the same instant took the place."""
    run = moment.connection.execute
    opens, closes = (await run(select(*_window(deed)))).one()
    if not closes or moment.at < opens:
        return Declined("vote.not_open", {"early": max(0, opens - moment.at)})
    if moment.at >= closes:
        return Declined("vote.over", {"late": moment.at - closes})
    same = select(votes.c.place).where(*_mine(deed, day), votes.c.entry == deed.entry)
    if (await run(same)).first() is not None:
        return Declined("vote.again", {"daily": deed.daily})
    if (await run(select(_taken(deed, day)))).scalar_one() >= deed.limit:
        return Declined("vote.none_left", {"limit": deed.limit, "daily": deed.daily, "each": bool(deed.bucket)})
    work = select(entries.c.id).where(entries.c.id == deed.entry, entries.c.state == IN)
    return Declined("vote.no_work", {}) if (await run(work)).first() is None else None


async def _came_by(moment: Moment, deed: CastVote) -> tuple[str, bool]:
    """The way of a vote, and whether its address is less than a day old; one that a page made says nothing."""
    if deed.network:
        return PAGE, False
    home = people.c.channel + ":" + people.c.address
    found = await moment.connection.execute(
        select(people.c.channel, addresses.c.since)
        .select_from(people.outerjoin(addresses, addresses.c.id == home))
        .where(people.c.id == deed.person)
    )
    row = found.one_or_none()
    if row is None:
        return "", False
    return row.channel, bool(row.since) and moment.at - row.since < DAY


async def my_votes(connection: AsyncConnection, look: MyVotes) -> tuple[MyVote, ...]:
    """The votes of a person on one day, in the order in which they were given."""
    rows = await connection.execute(
        select(votes.c.entry, votes.c.bucket).where(*_mine(look, look.day)).order_by(votes.c.at, votes.c.place)
    )
    return tuple(MyVote(*row) for row in rows)


async def work_of(connection: AsyncConnection, look: WorkOf) -> Work | None:
    """A work with what its form answers, and the preview of its film."""
    row = (
        await connection.execute(
            select(
                entries.c.id, entries.c.number, entries.c.title, entries.c.track, entries.c.form, entries.c.version,
                units.c.name, prints.c.answers,
            )
            .select_from(
                entries.outerjoin(units, units.c.id == entries.c.unit).outerjoin(
                    prints, prints.c.code == entries.c.code
                )
            )
            .where(entries.c.campaign == look.campaign, entries.c.id == look.entry, entries.c.state == IN)
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    handed = await connection.execute(
        select(materials.c.facts)
        .where(materials.c.entry == row.id, materials.c.version == row.version)
        .order_by(materials.c.place)
    )
    previews = [orjson.loads(facts).get("preview", "") for facts in handed.scalars()]
    answers = orjson.loads(row.answers) if row.answers else {}
    preview = next(filter(None, previews), "")
    return Work(row.id, row.number, row.title, row.track, row.form, row.name or "", answers, preview)


async def by_hour(connection: AsyncConnection, look: VotesByHour) -> tuple[int, ...]:
    """Votes in each of the hours before an instant."""
    begin = look.until - look.hours * HOUR
    place = (votes.c.at - begin) // HOUR
    rows = await connection.execute(
        select(place.label("hour"), func.count())
        .where(
            votes.c.campaign == look.campaign, votes.c.round == look.round, votes.c.at >= begin,
            votes.c.at < look.until,
        )
        .group_by(place)
    )  # fmt: skip
    found = {int(hour): number for hour, number in rows}
    return tuple(found.get(hour, 0) for hour in range(look.hours))


DEEDS: Deeds = {CastVote: cast}
LOOKS: Looks = {MyVotes: my_votes, WorkOf: work_of, VotesByHour: by_hour}
