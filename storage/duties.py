"""Duties as units answer for them: confirmed, and what was handed in for each task, every version kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done, PrintForm
from rules.deeds_duty import ConfirmDuty, HandedIn, HandIn, TakeBack
from rules.looks_duty import DutyBoard, Handed, Receipt, UnitDuty
from storage.entries import print_form
from storage.moments import Deeds, Looks, Moment
from storage.tables import people, prints, units
from storage.tables_duties import handed, receipts
from storage.upserts import insert_into

IN, REPLACED, WITHDRAWN = "in", "replaced", "withdrawn"
_HANDED = (
    handed.c.unit, handed.c.task, handed.c.slot, handed.c.version, handed.c.at, people.c.name, handed.c.late,
    handed.c.code, prints.c.answers, handed.c.held, handed.c.counts, handed.c.words, handed.c.files,
)  # fmt: skip


async def confirm(moment: Moment, deed: ConfirmDuty) -> Done:
    """Keep a unit's confirmation; a later one takes its place."""
    statement = insert_into(receipts, moment.connection).values(
        campaign=deed.campaign, unit=deed.unit, person=deed.person, row=deed.row, stand=deed.stand, at=moment.at
    )
    kept = {name: statement.excluded[name] for name in ("person", "row", "stand", "at")}
    await moment.connection.execute(statement.on_conflict_do_update(index_elements=["campaign", "unit"], set_=kept))
    return Done()


async def hand_in(moment: Moment, deed: HandIn) -> HandedIn | Declined:
    """Keep one more version. Too early, late, too late: that is judged inside the statement that writes it."""
    run = moment.connection.execute
    if deed.answers is not None:
        await print_form(
            moment,
            PrintForm(deed.code, deed.campaign, deed.form, unit=deed.unit, person=deed.person, answers=deed.answers),
        )
    # Two people of one unit at once come one after the other, so that each version has its own number.
    await run(select(units.c.id).where(units.c.id == deed.unit).with_for_update())
    slot = f"{moment.number()}" if deed.slot == "new" else deed.slot
    version = select(func.coalesce(func.max(handed.c.version), 0) + 1).where(*_slot(deed, slot)).scalar_subquery()
    at = literal(moment.at)
    row: dict[str, Any] = {
        "campaign": deed.campaign, "unit": deed.unit, "task": deed.task, "slot": slot, "version": version,
        "person": deed.person, "at": moment.at, "late": int(moment.at >= deed.closes), "state": IN, "code": deed.code,
        "held": deed.held, "counts": _json(deed.counts or {}), "words": deed.words, "files": _json(list(deed.files)),
    }  # fmt: skip
    in_time = and_(at >= deed.opens, literal(deed.marks) | (at < deed.closes))
    values = [value.label(name) if name == "version" else literal(value).label(name) for name, value in row.items()]
    written = insert(handed).from_select(list(row), select(*values).where(in_time)).returning(handed.c.version)
    number = (await run(written)).scalar_one_or_none()
    if number is None:
        early = moment.at < deed.opens
        facts = {"early": deed.opens - moment.at} if early else {"late": moment.at - deed.closes}
        return Declined("duty.too_early" if early else "duty.too_late", facts)
    older = (*_slot(deed, slot), handed.c.version < number, handed.c.state == IN)
    await run(update(handed).where(*older).values(state=REPLACED))
    return HandedIn(slot, number, deed.closes - moment.at)


def _slot(deed: HandIn | TakeBack, slot: str) -> tuple[ColumnElement[bool], ...]:
    return (
        handed.c.campaign == deed.campaign, handed.c.unit == deed.unit, handed.c.task == deed.task,
        handed.c.slot == slot,
    )  # fmt: skip


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


async def take_back(moment: Moment, deed: TakeBack) -> Done | Declined:
    """Take a report back while its task is open; it is kept as withdrawn."""
    mine = (*_slot(deed, deed.slot), handed.c.state == IN)
    done = await moment.connection.execute(
        update(handed)
        .where(*mine, literal(moment.at) < deed.closes)
        .values(state=WITHDRAWN)
        .returning(handed.c.version)
    )
    if done.one_or_none() is not None:
        return Done()
    found = await moment.connection.execute(select(handed.c.version).where(*mine))
    return Declined("duty.too_late_back" if found.one_or_none() is not None else "duty.gone", {})


async def duty_board(connection: AsyncConnection, look: DutyBoard) -> tuple[UnitDuty, ...]:
    """How units stand, in the order of the roster; one statement for each kind of row."""
    mine = (units.c.campaign == look.campaign, *((units.c.id == look.unit,) if look.unit else ()))
    found = await connection.execute(
        select(units.c.id, units.c.klass, units.c.name, units.c.short, units.c.aliases)
        .where(*mine)
        .order_by(units.c.id)
    )
    confirmed = {row[0]: Receipt(*row[1:]) for row in await connection.execute(_receipts(look))}
    given: dict[int, list[Handed]] = {}
    for row in await connection.execute(_handed(look)):
        given.setdefault(row[0], []).append(_read(row))
    return tuple(
        UnitDuty(unit, klass, _names(name, short, aliases), confirmed.get(unit), tuple(given.get(unit, ())))
        for unit, klass, name, short, aliases in found.all()
    )


def _receipts(look: DutyBoard) -> Any:
    mine = (receipts.c.campaign == look.campaign, *((receipts.c.unit == look.unit,) if look.unit else ()))
    return (
        select(receipts.c.unit, receipts.c.row, receipts.c.stand, receipts.c.at, func.coalesce(people.c.name, ""))
        .select_from(receipts.outerjoin(people, people.c.id == receipts.c.person))
        .where(*mine)
    )


def _handed(look: DutyBoard) -> Any:
    mine = (handed.c.campaign == look.campaign, *((handed.c.unit == look.unit,) if look.unit else ()))
    joined = handed.outerjoin(people, people.c.id == handed.c.person).outerjoin(prints, prints.c.code == handed.c.code)
    return select(*_HANDED).select_from(joined).where(*mine, handed.c.state == IN).order_by(handed.c.slot)


def _read(row: Sequence[Any]) -> Handed:
    _, task, slot, version, at, by, late, code, answers, held, counts, told, files = row
    return Handed(
        task, slot, version, at, by or "", bool(late), code, orjson.loads(answers or "{}"), held,
        orjson.loads(counts or "{}"), told, tuple((name, size, sha) for name, size, sha in orjson.loads(files or "[]")),
    )  # fmt: skip


def _names(name: str, short: str, aliases: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in (name, short, *orjson.loads(aliases or "[]")) if each))


DEEDS: Deeds = {ConfirmDuty: confirm, HandIn: hand_in, TakeBack: take_back}
LOOKS: Looks = {DutyBoard: duty_board}
