"""What people ask about reminders: peace for a day, a task done, a colleague let in, a reminder by hand, a preview."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.codes import LENGTH, spell
from rules.deeds import Declined, Done, Invited
from rules.deeds_reminders import Fulfil, InviteColleague, MuteReminders, Reminding, RemindNow
from rules.looks_reminders import DueReminders, Owing, TasksOf
from rules.occasions import NOW
from rules.people import Role
from rules.reminder_message import facts_of
from rules.reminders import Item, Place, Reader, Rules
from storage.codes import hashed
from storage.moments import Deeds, Looks, Moment
from storage.people import DAY
from storage.reminders import OPEN, PAGE, calendar_of, written_units
from storage.reminders_state import Page, readers
from storage.tables import invites, seats, units
from storage.tables_reminders import fulfilments, mutes, rounds
from storage.upserts import insert_into


async def mute(moment: Moment, deed: MuteReminders) -> Done:
    """Leave somebody in peace until when they asked for it last."""
    asked = insert_into(mutes, moment.connection).values(person=deed.person, campaign=deed.campaign, until=deed.until)
    latest = asked.on_conflict_do_update(index_elements=["person", "campaign"], set_={"until": deed.until})
    await moment.connection.execute(latest)
    return Done()


async def fulfil(moment: Moment, deed: Fulfil) -> Done:
    """Note that a unit has done a task."""
    row = {"campaign": deed.campaign, "unit": deed.unit, "task": deed.task, "person": deed.person, "at": moment.at}
    await moment.connection.execute(insert_into(fulfilments, moment.connection).values(**row).on_conflict_do_nothing())
    return Done()


async def invite_colleague(moment: Moment, deed: InviteColleague) -> Invited | Declined:
    """Make an invitation for a colleague; whether one is due is judged inside the statement that writes it."""
    run = moment.connection.execute
    await run(select(units.c.id).where(units.c.id == deed.unit).with_for_update())
    code, expires = spell(secrets.randbits(5 * LENGTH)), moment.at + deed.days * DAY
    row = {
        "hash": hashed(code, moment.pepper), "campaign": deed.campaign, "role": Role.LIAISON.value, "unit": deed.unit,
        "uses": 1, "expires": expires, "by": deed.by, "at": moment.at,
    }  # fmt: skip
    still = and_(
        invites.c.campaign == deed.campaign, invites.c.unit == deed.unit, invites.c.by == deed.by,
        invites.c.role == Role.LIAISON.value, invites.c.uses > 0, invites.c.expires > moment.at,
    )  # fmt: skip
    sits = and_(
        seats.c.person == deed.by, seats.c.campaign == deed.campaign, seats.c.role == Role.LIAISON.value,
        seats.c.unit == deed.unit,
    )  # fmt: skip
    allowed = and_(~exists().where(still), exists().where(sits))
    values = select(*(literal(value).label(name) for name, value in row.items())).where(allowed)
    made = insert(invites).from_select(list(row), values).returning(invites.c.hash)
    if (await run(made)).one_or_none() is not None:
        return Invited(code, expires)
    until = (await run(select(func.max(invites.c.expires)).where(still))).scalar_one_or_none()
    return Declined("remind.invited_already", {"until": until}) if until else Declined("remind.not_liaison", {})


async def remind_now(moment: Moment, deed: RemindNow) -> Reminding:
    """Open an occasion made by hand; the tick works it off as soon as this is committed."""
    key = f"{NOW}/{moment.number()}"
    row = {
        "campaign": deed.campaign, "key": key, "kind": NOW, "nominal": moment.at, "moment": moment.at,
        "units": written_units(deed.units), "state": OPEN, "by": deed.by, "began": moment.at,
    }  # fmt: skip
    await moment.connection.execute(insert(rounds).values(**row))
    return Reminding(key)


@dataclass(slots=True)
class _Gathered:
    """What the liaisons of one unit are owed to hear."""

    place: Place
    people: int = 0
    muted: int = 0
    hear: set[int] = field(default_factory=set)
    items: list[Item] = field(default_factory=list)


async def due_reminders(connection: AsyncConnection, look: DueReminders) -> tuple[Owing, ...]:
    """Who would be reminded now, by unit."""
    notice, now = look.notice, look.at
    calendar = await calendar_of(connection, notice)
    rules, found = Rules(notice, calendar), dict[int, _Gathered]()
    async for reader in everybody(connection, notice.id, now, calendar.day_of(now)):
        for place in reader.places:
            if items := list(rules.owed(place, now, now)):
                unit = found.setdefault(place.unit, _Gathered(place))
                unit.people, unit.muted = unit.people + 1, unit.muted + reader.muted
                unit.items += items
                unit.hear |= set() if reader.muted else {reader.person}
    zone = ZoneInfo(notice.zone)
    return tuple(
        Owing(number, unit.place.name, unit.place.klass, unit.people, unit.muted, facts_of(
            list({(item.rule, item.thing): item for item in unit.items}.values()),
            title=notice.short_title, now=now, zone=zone, several=False,
        ) | ({"natural": True} if notice.natural(unit.place.klass) else {}), frozenset(unit.hear))
        for number, unit in sorted(found.items())
    )  # fmt: skip


async def everybody(
    connection: AsyncConnection, campaign: str, now: int, day: tuple[int, int]
) -> AsyncIterator[Reader]:
    """All liaisons of a campaign, page by page."""
    above = 0
    while page := await readers(connection, Page(campaign, now, day, above, PAGE)):
        for reader in page:
            yield reader
        above = page[-1].person


async def tasks_of(connection: AsyncConnection, look: TasksOf) -> frozenset[str]:
    """The tasks that a unit has done."""
    rows = await connection.execute(
        select(fulfilments.c.task).where(fulfilments.c.campaign == look.campaign, fulfilments.c.unit == look.unit)
    )
    return frozenset(rows.scalars())


DEEDS: Deeds = {
    MuteReminders: mute, Fulfil: fulfil, InviteColleague: invite_colleague, RemindNow: remind_now,
}  # fmt: skip
LOOKS: Looks = {DueReminders: due_reminders, TasksOf: tasks_of}
