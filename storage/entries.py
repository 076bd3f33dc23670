"""Entries and their versions, and filled forms under their codes: in time, below the cap, and not during a pause."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, bindparam, case, func, insert, literal, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done, Printed, PrintForm, Received, SubmitEntry, WithdrawEntry
from rules.looks import Counts, EntriesOf, Entry, EntryFile, EntryIn, Standing, Version
from rules.looks_steering import PausesIn
from rules.screening import REJECTED
from storage import fingerprints, materials
from storage.caps import TAKING, cap_in_force
from storage.kin import with_below
from storage.leaves import given_until
from storage.moments import Deeds, Looks, Moment
from storage.pauses import paused, pauses_in
from storage.prepared import Prepared
from storage.returns import ANNOUNCED, mended_until
from storage.screened import carry_into, reported_by
from storage.tables import counters, entries, people, pledges, prints, units, versions
from storage.telling import overtaken
from storage.upserts import insert_into

IN, OUT = "submitted", "withdrawn"
_ENTRY = (
    entries.c.id, entries.c.number, entries.c.track, entries.c.title, entries.c.state, entries.c.version,
    entries.c.code, entries.c.received, entries.c.unit,
)  # fmt: skip


async def print_form(moment: Moment, deed: PrintForm) -> Printed:
    """Keep a filled form under its code; the same content under the same code is kept once."""
    await moment.connection.execute(
        insert_into(prints, moment.connection)
        .values(
            code=deed.code,
            campaign=deed.campaign,
            form=deed.form,
            unit=deed.unit,
            person=deed.person,
            answers=orjson.dumps(dict(deed.answers)).decode(),
            at=moment.at,
        )
        .on_conflict_do_nothing()
    )
    return Printed(deed.code)


async def submit(moment: Moment, deed: SubmitEntry) -> Received | Declined:
    """Hand an entry in, or a new version of one. Time and cap are judged inside the statement that writes it."""
    handed = {each.key for each in deed.materials if each.sha256}
    if missing := [key for key in deed.needs if key not in handed]:
        return Declined("material.missing", {"keys": missing})
    await print_form(
        moment,
        PrintForm(deed.code, deed.campaign, deed.form, unit=deed.unit, person=deed.person, answers=deed.answers),
    )
    await moment.connection.execute(select(units.c.id).where(units.c.id == deed.unit).with_for_update())
    if not deed.entry and (twin := await _twin(moment, deed)):
        return Declined("enter.same_again", {"number": twin})
    closes = (await moment.connection.execute(select(_closes(deed)))).scalar_one()
    written = await (_replace(moment, deed) if deed.entry else _insert(moment, deed))
    if written is None:
        return await _why_not(moment, deed)
    entry, number, version = written
    await _record(moment, entry, version, "submitted" if version == 1 else "replaced", deed.code, deed.person)
    for key, wording_hash in deed.pledges.items():
        await moment.connection.execute(
            insert(pledges).values(
                entry=entry, version=version, key=key, wording_hash=wording_hash, person=deed.person, at=moment.at
            )
        )
    if version > 1:
        await carry_into(moment, entry, version, deed.materials)
        await overtaken(moment, deed.campaign, ANNOUNCED, number=number)
    await materials.keep(moment.connection, entry, version, deed.materials)
    await fingerprints.note(moment, deed, entry, version)
    return Received(entry=entry, number=number, version=version, margin=closes - moment.at)


async def _twin(moment: Moment, deed: SubmitEntry) -> str:
    """The number of an entry of this unit that already says exactly the same, "" for none."""
    same = select(entries.c.number).where(
        entries.c.campaign == deed.campaign, entries.c.track == deed.track, entries.c.unit == deed.unit,
        entries.c.code == deed.code, entries.c.state == IN,
    )  # fmt: skip
    return (await moment.connection.execute(same.order_by(entries.c.id).limit(1))).scalar_one_or_none() or ""


def _closes(deed: SubmitEntry | WithdrawEntry, campaign: str = "", track: str = "") -> Any:
    """The first late instant for this unit: the notice's, or a later one by leave or for an entry that was returned."""
    given = given_until(campaign or getattr(deed, "campaign", ""), track or getattr(deed, "track", ""), deed.unit)
    closes = case((given > deed.closes, given), else_=literal(deed.closes))
    if not isinstance(deed, SubmitEntry) or not deed.entry:
        return closes
    mended = mended_until(deed.entry)
    return case((mended > closes, mended), else_=closes)


def _allowed(moment: Moment, deed: SubmitEntry) -> ColumnElement[bool]:
    """In time, below the cap, and not during a pause."""
    at = literal(moment.at)
    may = and_(at >= deed.opens, at < _closes(deed), not_(paused(deed.campaign, deed.track)))
    return may if deed.cap is None else and_(may, _taken(deed) < _cap(deed))


def _cap(deed: SubmitEntry) -> Any:
    assert deed.cap is not None, "asked only where there is a cap"
    return cap_in_force(deed.campaign, deed.track, deed.unit, deed.cap) if deed.moves else literal(deed.cap)


def _taken(deed: SubmitEntry) -> Any:
    """How many other works take up a place under the cap."""
    others = entries.alias("others")
    same = (others.c.campaign == deed.campaign, others.c.track == deed.track, _counted(deed, others))
    taking = (others.c.state.in_(TAKING), others.c.id != deed.entry)
    return select(func.count()).select_from(others).where(*same, *taking).scalar_subquery()


def _counted(deed: SubmitEntry, others: Any) -> ColumnElement[bool]:
    """Whose works count: those of the unit, of every unit under it, or those that it passed on, too."""
    match deed.counts:
        case "below":
            return others.c.unit.in_(with_below(deed.unit))  # type: ignore[no-any-return]
        case "recommended":
            return reported_by(others, deed.campaign, deed.track, deed.unit)
    return others.c.unit == deed.unit  # type: ignore[no-any-return]


async def _insert(moment: Moment, deed: SubmitEntry) -> tuple[int, str, int] | None:
    entry = moment.number()
    row = {
        "id": entry, "campaign": deed.campaign, "track": deed.track, "form": deed.form,
        "number": f"{entry}", "title": deed.title, "unit": deed.unit, "person": deed.person, "state": IN,
        "version": 1, "code": deed.code, "received": moment.at,
    }  # fmt: skip
    values = [literal(value).label(name) for name, value in row.items()]
    done = await moment.connection.execute(
        insert(entries).from_select(list(row), select(*values).where(_allowed(moment, deed))).returning(entries.c.id)
    )
    # Not `rowcount`: psycopg does not know it for INSERT … SELECT.
    if done.one_or_none() is None:
        return None
    number = f"{deed.prefix}{await _next(moment, f'{deed.campaign}/{deed.track}'):04d}"
    await moment.connection.execute(update(entries).where(entries.c.id == entry).values(number=number))
    return entry, number, 1


async def _replace(moment: Moment, deed: SubmitEntry) -> tuple[int, str, int] | None:
    row = (
        await moment.connection.execute(
            update(entries)
            .where(_mine(deed), _allowed(moment, deed))
            .values(
                version=entries.c.version + 1, state=IN, code=deed.code, title=deed.title,
                received=moment.at, person=deed.person,
            )
            .returning(entries.c.number, entries.c.version)
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else (deed.entry, row.number, row.version)


def _mine(deed: SubmitEntry) -> ColumnElement[bool]:
    """The entry to replace: this unit's, and of the same track, because each track has its own form and deadline."""
    same = (entries.c.campaign == deed.campaign, entries.c.track == deed.track, entries.c.unit == deed.unit)
    return and_(entries.c.id == deed.entry, *same, entries.c.state != REJECTED)


async def _why_not(moment: Moment, deed: SubmitEntry) -> Declined:
    closes = (await moment.connection.execute(select(_closes(deed)))).scalar_one()
    if moment.at >= closes:
        return Declined("enter.closed", {"late": moment.at - closes})
    if moment.at < deed.opens:
        return Declined("enter.not_open", {"early": deed.opens - moment.at})
    if deed.entry and (await moment.connection.execute(select(entries.c.id).where(_mine(deed)))).one_or_none() is None:
        return Declined("enter.gone", {})
    halted = await pauses_in(moment.connection, PausesIn(deed.campaign))
    if why := {"", deed.track} & halted.keys():
        return Declined("enter.paused", {"reason": halted[min(why)].reason})
    cap = (await moment.connection.execute(select(_cap(deed)))).scalar_one()
    return Declined("enter.cap_reached", {"cap": cap})


async def _next(moment: Moment, name: str) -> int:
    statement = insert_into(counters, moment.connection).values(name=name, value=1)
    grown = statement.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    return int((await moment.connection.execute(grown.returning(counters.c.value))).scalar_one())


async def _record(moment: Moment, entry: int, version: int, what: str, code: str, person: int) -> None:
    await moment.connection.execute(
        insert(versions).values(entry=entry, version=version, what=what, code=code, person=person, at=moment.at)
    )


async def withdraw(moment: Moment, deed: WithdrawEntry) -> Done | Declined:
    """Take an entry back while the unit may still hand in; the history keeps it."""
    row = (
        await moment.connection.execute(
            select(entries.c.campaign, entries.c.track)
            .where(entries.c.id == deed.entry, entries.c.unit == deed.unit, entries.c.state == IN)
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        return Declined("mine.gone", {})
    closes = _closes(deed, row.campaign, row.track)
    done = (
        await moment.connection.execute(
            update(entries)
            .where(entries.c.id == deed.entry, entries.c.state == IN, literal(moment.at) < closes)
            .values(state=OUT, version=entries.c.version + 1)
            .returning(entries.c.version, entries.c.code)
        )
    ).one_or_none()
    if done is None:
        return Declined("mine.too_late", {})
    await _record(moment, deed.entry, done.version, "withdrawn", done.code, deed.person)
    await materials.carry_over(moment.connection, deed.entry, done.version)
    return Done()


_ENTRIES_OF = Prepared(
    select(*_ENTRY)
    .where(entries.c.campaign == bindparam("campaign"), entries.c.unit == bindparam("unit"))
    .order_by(entries.c.id)
)


async def entries_of(connection: AsyncConnection, look: EntriesOf) -> tuple[Entry, ...]:
    """All entries of a unit, oldest first."""
    rows = await _ENTRIES_OF.all(connection, {"campaign": look.campaign, "unit": look.unit})
    return tuple([Entry(*row) for row in rows])


async def entry_in(connection: AsyncConnection, look: EntryIn) -> EntryFile | None:
    """One entry of a unit, its answers in force and its history."""
    row = (
        await connection.execute(
            select(*_ENTRY, prints.c.answers)
            .select_from(entries.join(prints, prints.c.code == entries.c.code))
            .where(entries.c.id == look.entry, entries.c.unit == look.unit)
        )
    ).one_or_none()
    if row is None:
        return None
    rows = await connection.execute(
        select(versions.c.version, versions.c.code, versions.c.at, people.c.name, versions.c.what)
        .select_from(versions.join(people, people.c.id == versions.c.person))
        .where(versions.c.entry == look.entry)
        .order_by(versions.c.version)
    )
    entry, history = Entry(*row[:-1]), tuple(Version(*version) for version in rows)
    handed = await materials.of_version(connection, entry.id, entry.version)
    return EntryFile(entry, orjson.loads(row[-1]), history, handed)


async def standing(connection: AsyncConnection, look: Standing) -> tuple[Counts, ...]:
    """Entries handed in by unit and track."""
    rows = await connection.execute(
        select(units.c.id, units.c.name, units.c.klass, entries.c.track, func.count())
        .select_from(units.join(entries, and_(entries.c.unit == units.c.id, entries.c.state == IN)))
        .where(units.c.campaign == look.campaign)
        .group_by(units.c.id, units.c.name, units.c.klass, entries.c.track)
        .order_by(units.c.id, entries.c.track)
    )
    return tuple(Counts(*row) for row in rows)


DEEDS: Deeds = {PrintForm: print_form, SubmitEntry: submit, WithdrawEntry: withdraw}
LOOKS: Looks = {EntriesOf: entries_of, EntryIn: entry_in, Standing: standing}
