"""What the rules of reminding look at, read for many people at once: the same few queries for every page of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.log import ANSWER
from rules.people import Role
from rules.reminder_message import SENT
from rules.reminders import Draft, Place, Reader, Returned
from storage.prepared import Prepared
from storage.tables import entries, leaves, log, people, seats, sessions, units, versions
from storage.tables_duties import handed
from storage.tables_reminders import fulfilments, mutes, reminders
from storage.tables_steering import returns

#: States of an entry: in force, and sent back to its unit.
IN_FORCE, BACK = "submitted", "returned"
#: The conversation that fills in a work, and how the key of its question for the stamped form begins.
FORM, SCAN = "enter", "scan"


@dataclass(frozen=True, slots=True)
class Page:
    """Some people of a campaign: those numbered above `above`, at most `most`; their `day` begins and ends (UTC µs)."""

    campaign: str
    now: int
    day: tuple[int, int]
    above: int = 0
    most: int = 2000


def _liaisons() -> ColumnElement[bool]:
    # An expression, so that the index of persons is used: the one of campaigns would read every seat for every page.
    return and_(seats.c.campaign.concat("") == bindparam("campaign"), seats.c.role == Role.LIAISON.value)


def _within(column: Any) -> ColumnElement[bool]:
    return and_(column > bindparam("above"), column <= bindparam("upto"))


#: The number of the last person of a page.
_LAST = Prepared(
    select(func.max(
        select(seats.c.person)
        .where(_liaisons(), seats.c.person > bindparam("above"))
        .distinct()
        .order_by(seats.c.person)
        .limit(bindparam("most"))
        .subquery()
        .c.person
    ))
)  # fmt: skip
_SEATS = Prepared(
    select(
        seats.c.person, people.c.channel, people.c.address, seats.c.unit, units.c.name, units.c.short, units.c.klass,
        seats.c.id, seats.c.since,
    )
    .select_from(seats.join(people, people.c.id == seats.c.person).join(units, units.c.id == seats.c.unit))
    .where(_liaisons(), _within(seats.c.person))
    .order_by(seats.c.person, seats.c.unit)
)  # fmt: skip
#: Both look at this day alone: what a clock wrote that was ahead for a while counts when its day has come.
_TODAY = Prepared(
    select(reminders.c.person, func.count())
    .where(
        reminders.c.person.in_(select(seats.c.person).where(_liaisons(), _within(seats.c.person))),
        reminders.c.at >= bindparam("day"), reminders.c.at < bindparam("night"), reminders.c.state == SENT,
        reminders.c.why == "",
    )
    .group_by(reminders.c.person)
)  # fmt: skip
_PEACE = Prepared(
    select(mutes.c.person).where(
        _within(mutes.c.person), mutes.c.campaign == bindparam("campaign"), mutes.c.until > bindparam("now"),
        mutes.c.until <= bindparam("night"),
    )
)  # fmt: skip


def _of_units(what: Select[Any], unit: Any) -> Prepared:
    """A query about units, limited to those for which the page's people speak."""
    spoken_for = select(seats.c.unit).where(_liaisons(), _within(seats.c.person))
    return Prepared(what.where(unit.in_(spoken_for)))


_COUNTS = _of_units(
    select(entries.c.unit, entries.c.track, func.count())
    .where(entries.c.campaign == bindparam("campaign"), entries.c.state == IN_FORCE)
    .group_by(entries.c.unit, entries.c.track),
    entries.c.unit,
)
#: Written out, as is the state below: only then does SQLite see that an index of few rows answers.
_NOBODY: ColumnElement[str] = literal_column("''")


def _below() -> Prepared:
    """Works of the units under those of the page, however deep, by the unit that they are under."""
    spoken_for = select(seats.c.unit).where(_liaisons(), _within(seats.c.person))
    top = select(units.c.id.label("root"), units.c.id, units.c.name, units.c.short).where(units.c.id.in_(spoken_for))
    kin, under = top.cte("kin", recursive=True), units.alias()
    named = or_(under.c.parent == kin.c.name, and_(under.c.parent == kin.c.short, kin.c.short != ""))
    mine = and_(under.c.campaign == bindparam("campaign"), under.c.parent != "", named)
    kin = kin.union(select(kin.c.root, under.c.id, under.c.name, under.c.short).join(kin, mine))
    counts = select(kin.c.root, entries.c.track, func.count()).join(kin, kin.c.id == entries.c.unit)
    theirs = (entries.c.campaign == bindparam("campaign"), entries.c.state == IN_FORCE, kin.c.id != kin.c.root)
    return Prepared(counts.where(*theirs).group_by(kin.c.root, entries.c.track))


_BELOW = _below()
_RETURNED = _of_units(
    select(
        entries.c.unit, entries.c.id, entries.c.number, entries.c.title, entries.c.track,
        func.coalesce(versions.c.at, entries.c.received), func.coalesce(returns.c.until, 0),
    )
    .select_from(
        entries.outerjoin(versions, and_(versions.c.entry == entries.c.id, versions.c.version == entries.c.version))
        .outerjoin(returns, and_(returns.c.entry == entries.c.id, returns.c.version == entries.c.version))
    )
    .where(entries.c.campaign == bindparam("campaign"), entries.c.state == literal_column(f"'{BACK}'"))
    .order_by(entries.c.id),
    entries.c.unit,
)  # fmt: skip
_LEAVES = _of_units(
    select(leaves.c.unit, leaves.c.track, func.max(leaves.c.until))
    .where(leaves.c.campaign == bindparam("campaign"))
    .group_by(leaves.c.unit, leaves.c.track),
    leaves.c.unit,
)
_DONE = _of_units(
    select(fulfilments.c.unit, fulfilments.c.task).where(fulfilments.c.campaign == bindparam("campaign")),
    fulfilments.c.unit,
)
#: What is in force of what units handed in for tasks, with what was counted.
_HANDED = _of_units(
    select(handed.c.unit, handed.c.task, handed.c.counts).where(
        handed.c.campaign == bindparam("campaign"), handed.c.state == "in"
    ),
    handed.c.unit,
)


def _any(table: Any, column: Any, *which: ColumnElement[bool]) -> Any:
    """Something of such a row of a campaign, if there is any. With EXISTS, SQLite passes over the index of few rows."""
    return select(column).where(table.c.campaign == bindparam("campaign"), *which).limit(1).scalar_subquery()


#: What most campaigns have none of, or none yet, is asked once for a page: units under others, leaves, tasks done.
_ANY = Prepared(
    select(
        _any(units, units.c.parent, units.c.parent != _NOBODY), _any(leaves, leaves.c.track),
        _any(handed, handed.c.state), _any(fulfilments, fulfilments.c.task),
    )
)  # fmt: skip
_DRAFTS = Prepared(
    select(
        sessions.c.person, sessions.c.seat, sessions.c.id, sessions.c.title, sessions.c.step, sessions.c.touched,
        sessions.c.shown, sessions.c.state,
    )
    .where(
        _within(sessions.c.person), or_(sessions.c.state == "active", sessions.c.state == "parked"),
        sessions.c.flow == FORM,
        sessions.c.campaign == bindparam("campaign"), sessions.c.seq > 0,
    )
    .order_by(sessions.c.id)
)  # fmt: skip


#: Which track each unfinished form of the page is a work of; rows in their order, so that the newest answer is last.
_TRACKS = Prepared(
    select(log.c.session, log.c.value)
    .where(
        # Named first, so that the log is looked up and not read: it holds every word that was ever said.
        log.c.session.in_(select(sessions.c.id).where(
            _within(sessions.c.person), or_(sessions.c.state == "active", sessions.c.state == "parked"),
            sessions.c.flow == FORM, sessions.c.campaign == bindparam("campaign"),
        )),
        log.c.key == "track", log.c.kind == ANSWER,
    )
    .order_by(log.c.session, log.c.seq)
)  # fmt: skip


async def readers(connection: AsyncConnection, page: Page) -> list[Reader]:
    """The liaisons of a page with all that the rules ask of them; empty when there is nobody left."""
    asked: dict[str, Any] = {
        "campaign": page.campaign, "above": page.above, "most": page.most, "now": page.now,
        "day": page.day[0], "night": page.day[1],
    }  # fmt: skip
    [[upto]] = await _LAST.all(connection, asked)
    if upto is None:
        return []
    asked["upto"] = upto
    found, places = _seated(await _SEATS.all(connection, asked))
    for unit, track, count in await _COUNTS.all(connection, asked):
        for place in places[unit]:
            place.reported = {**place.reported, track: count}
    for unit, *back in await _RETURNED.all(connection, asked):
        for place in places[unit]:
            place.returned = (*place.returned, Returned(*back))
    await _add_rare(connection, asked, places)
    await _add_drafts(connection, asked, found)
    await _add_day(connection, asked, found)
    return found


async def _add_rare(connection: AsyncConnection, asked: Mapping[str, Any], places: Mapping[int, list[Place]]) -> None:
    """Add what most campaigns have none of."""
    [[under, left, in_hand, done]] = await _ANY.all(connection, asked)
    if under:
        for unit, track, count in await _BELOW.all(connection, asked):
            for place in places[unit]:
                place.below = {**place.below, track: count}
    if left:
        for unit, track, until in await _LEAVES.all(connection, asked):
            for place in places[unit]:
                place.leaves = {**place.leaves, track: until}
    if in_hand:
        for unit, task, counts in await _HANDED.all(connection, asked):
            for place in places[unit]:
                people = orjson.loads(counts or "{}").get("people", 0)
                place.handed = {**place.handed, task: (*place.handed.get(task, ()), people)}
    if done:
        for unit, task in await _DONE.all(connection, asked):
            for place in places[unit]:
                place.done = {*place.done, task}


async def _add_drafts(connection: AsyncConnection, asked: Mapping[str, Any], found: Sequence[Reader]) -> None:
    """Add the forms that the readers of a page began."""
    if not (drafts := await _DRAFTS.all(connection, asked)):
        return
    tracks = {row[0]: orjson.loads(row[1]) for row in await _TRACKS.all(connection, asked)}
    began = {row[0] for row in drafts}
    sitting = {(each.person, at.seat): at for each in found if each.person in began for at in each.places}
    for person, seat, session, title, step, touched, shown, state in drafts:
        if (at := sitting.get((person, seat))) is not None:
            draft = Draft(
                session, title, step, touched, scan=_is_scan(shown), active=state == "active",
                track=tracks.get(session, ""),
            )  # fmt: skip
            at.drafts = (*at.drafts, draft)


async def _add_day(connection: AsyncConnection, asked: Mapping[str, Any], found: Sequence[Reader]) -> None:
    """Add how many reminders the readers of a page had today, and whether they asked for peace."""
    today = {row[0]: row[1] for row in await _TODAY.all(connection, asked)}
    muted = {row[0] for row in await _PEACE.all(connection, asked)}
    for reader in found if today or muted else ():
        reader.today, reader.muted = today.get(reader.person, 0), reader.person in muted


#: For places of which nothing is counted yet. Three dictionaries for every place were a tenth of what planning costs.
_NONE: Mapping[str, Any] = {}
_NOTHING: frozenset[str] = frozenset()


def _seated(rows: Sequence[Sequence[Any]]) -> tuple[list[Reader], dict[int, list[Place]]]:
    """The readers of a page in order, and their places by unit."""
    found: list[Reader] = []
    places: dict[int, list[Place]] = {}
    last = 0
    for person, channel, address, unit, name, short, klass, seat, since in rows:
        place = Place(unit, short or name, klass, seat, since, _NONE, _NONE, _NONE, (), (), _NOTHING, _NONE)
        if person == last:
            found[-1].places.append(place)
        else:
            found.append(Reader(person, f"{channel}:{address}", False, 0, [place]))
            last = person
        if (others := places.get(unit)) is None:
            places[unit] = [place]
        else:
            others.append(place)
    return found, places


def _is_scan(shown: str) -> bool:
    return shown == SCAN or shown.startswith(f"{SCAN}/")


async def leaves_of(connection: AsyncConnection, campaign: str) -> dict[int, int]:
    """First late instant of every leave of a campaign -> when the first leave until then was granted."""
    rows = await connection.execute(
        select(leaves.c.until, func.min(leaves.c.at)).where(leaves.c.campaign == campaign).group_by(leaves.c.until)
    )
    return {row[0]: row[1] for row in rows}


def units_in(written: str) -> frozenset[int]:
    """The units that a round is limited to, from its column; empty for all."""
    return frozenset(orjson.loads(written)) if written else frozenset()
