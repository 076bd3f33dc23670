"""The statements behind `storage.overview`: each gives one table of counts of a whole campaign."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, distinct, func, literal, select

from rules.figures import IN, RETURNED
from rules.people import Role
from rules.screening import REJECTED
from storage.outbox import DEAD, SENT, UNKNOWN
from storage.tables import STILL_OPEN, entries, incidents, invites, outbox, seats, sessions, versions, work

HOUR = 3_600_000_000
#: Incidents that are told one by one.
MOST_TROUBLES = 5
WEEK = 7 * 24 * HOUR
#: Bits of a row's number below its microseconds (`storage.numbers`), and the microseconds that are looked back on.
_NUMBER_BITS = 12
_SPAN = WEEK + HOUR
#: The condition of the index on messages that have a way to go, word for word, so that it is used.
#: What the newest version of an entry says where it is not in.
_NOT_IN = ("withdrawn", RETURNED, REJECTED)


def invited(campaign: str) -> Select[Any]:
    """unit: the units that were ever invited."""
    theirs = (invites.c.campaign == campaign, invites.c.role == Role.LIAISON.value, invites.c.unit > 0)
    return select(invites.c.unit).distinct().where(*theirs)


def presences(campaign: str) -> Select[Any]:
    """unit, people, seen: who speaks for each unit, and when one of them wrote last."""
    theirs = (sessions.c.person == seats.c.person) & (sessions.c.seat == seats.c.id)
    return (
        select(seats.c.unit, func.count(distinct(seats.c.person)), func.coalesce(func.max(sessions.c.touched), 0))
        .select_from(seats.outerjoin(sessions, theirs))
        .where(_liaisons(campaign))
        .group_by(seats.c.unit)
        .order_by(seats.c.unit)
    )


def unfinished(campaign: str) -> Select[Any]:
    """unit, step, drafts, touched: the forms that are begun and not handed in."""
    theirs = (sessions.c.person == seats.c.person) & (sessions.c.seat == seats.c.id)
    return (
        select(seats.c.unit, sessions.c.step, func.count(), func.max(sessions.c.touched))
        .select_from(seats.join(sessions, theirs))
        .where(_liaisons(campaign), sessions.c.flow == "enter", sessions.c.state.in_(("active", "parked")))
        .group_by(seats.c.unit, sessions.c.step)
        .order_by(seats.c.unit, sessions.c.step)
    )


def _liaisons(campaign: str) -> ColumnElement[bool]:
    return (seats.c.campaign == campaign) & (seats.c.role == Role.LIAISON.value) & (seats.c.unit > 0)


def tallies(campaign: str) -> Select[Any]:
    """unit, track, state, entries, last."""
    keys = (entries.c.unit, entries.c.track, entries.c.state)
    return (
        select(*keys, func.count(), func.max(entries.c.received))
        .where(entries.c.campaign == campaign)
        .group_by(*keys)
        .order_by(*keys)
    )


def arrivals(campaign: str) -> Select[Any]:
    """track, hour, entries: when the entries that are in came first."""
    return _by_hour(select_from=entries, wanted=(entries.c.campaign == campaign) & (entries.c.state == IN))


def tallies_at(campaign: str, at: int) -> Select[Any]:
    """unit, track, state, entries, last: the entries that were in at an instant."""
    newest = _newest_at(at)
    return (
        select(entries.c.unit, entries.c.track, literal(IN), func.count(), func.max(versions.c.at))
        .select_from(
            entries.join(newest, newest.c.entry == entries.c.id).join(
                versions, (versions.c.entry == newest.c.entry) & (versions.c.version == newest.c.version)
            )
        )
        .where(entries.c.campaign == campaign, versions.c.what.not_in(_NOT_IN))
        .group_by(entries.c.unit, entries.c.track)
        .order_by(entries.c.unit, entries.c.track)
    )


def arrivals_at(campaign: str, at: int) -> Select[Any]:
    """track, hour, entries: when the entries that were in at an instant came first."""
    newest, last = _newest_at(at), versions.alias()
    held = entries.join(newest, newest.c.entry == entries.c.id).join(
        last, (last.c.entry == newest.c.entry) & (last.c.version == newest.c.version)
    )
    return _by_hour(select_from=held, wanted=(entries.c.campaign == campaign) & last.c.what.not_in(_NOT_IN))


def _newest_at(at: int) -> Any:
    """The number of each entry's newest version at an instant."""
    return (
        select(versions.c.entry, func.max(versions.c.version).label("version"))
        .where(versions.c.at <= at)
        .group_by(versions.c.entry)
        .subquery()
    )


def _by_hour(*, select_from: Any, wanted: ColumnElement[bool]) -> Select[Any]:
    first = versions.alias()
    hour = (first.c.at // HOUR).label("hour")
    return (
        select(entries.c.track, hour, func.count())
        .select_from(select_from.join(first, (first.c.entry == entries.c.id) & (first.c.version == 1)))
        .where(wanted)
        .group_by(entries.c.track, hour)
        .order_by(entries.c.track, hour)
    )


def waiting() -> Select[Any]:
    """state, messages, oldest: the messages of the whole deployment that have a way to go."""
    counted = (func.count().label("messages"), func.min(outbox.c.due).label("oldest"))
    return select(outbox.c.state, *counted).where(STILL_OPEN).group_by(outbox.c.state).order_by(outbox.c.state)


def lately(since: int) -> Select[Any]:
    """state, messages: what was written since an instant, at most a week ago, and is through or given up.

    Rows have growing numbers, so what is much older is left out by the primary key; an hour covers clocks that differ.
    """
    newest = select(func.coalesce(func.max(outbox.c.id), 0)).scalar_subquery()
    return (
        select(outbox.c.state, func.count().label("messages"))
        .where(outbox.c.id >= newest - (_SPAN << _NUMBER_BITS))
        .where(outbox.c.at >= since, outbox.c.state.in_((SENT, DEAD, UNKNOWN)), outbox.c.why != "superseded")
        .group_by(outbox.c.state)
        .order_by(outbox.c.state)
    )


def jobs() -> Select[Any]:
    """state, jobs: the slow work of the deployment."""
    return select(work.c.state, func.count().label("jobs")).group_by(work.c.state).order_by(work.c.state)


def troubles(since: int) -> Select[Any]:
    """reference, at, flow: the newest incidents since an instant."""
    return (
        select(incidents.c.reference, incidents.c.at, incidents.c.flow)
        .where(incidents.c.at >= since)
        .order_by(incidents.c.at.desc(), incidents.c.reference)
        .limit(MOST_TROUBLES)
    )
