"""Screening decided: each level once for a version, whoever is first; a cap is judged when a unit recommends."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, literal, select, update

from rules.deeds import Declined, Done, Heard
from rules.deeds_screening import HandOver, PassEntry, RejectEntry, ReopenEntry, ScreeningDeed, Seen, SendBack
from rules.deeds_steering import ReturnEntry
from rules.screening import PASSING, REJECTED, SUBMITTED, What
from storage import materials
from storage.caps import TAKING, cap_in_force
from storage.moments import Deeds, Moment
from storage.returns import return_entry
from storage.screened import carry, reported_by
from storage.tables import entries, people, units, versions
from storage.tables_screening import screenings
from storage.telling import tell_admins, tell_liaisons, tell_person
from storage.upserts import insert_into


async def pass_entry(moment: Moment, deed: PassEntry) -> Done | Declined:
    """Pass an entry on, while its version is the one that was looked at and the unit has a place left."""
    held = await _hold(moment, deed)
    if isinstance(held, Declined):
        return held
    if deed.cap is not None and (full := await _full(moment, deed)):
        return full
    what: What = "straight" if deed.straight else "passed"
    if not await _write(moment, deed, what, deed.opinion, field=deed.field, day=deed.day):
        return await _why_not(moment, deed.seen)
    await tell_liaisons(moment, deed.campaign, deed.heard, unit=held.unit)
    if deed.next is not None and deed.arrived is not None:
        await _tell_desk(moment, deed.campaign, deed.next, deed.arrived, but=deed.by)
    return Done()


async def _full(moment: Moment, deed: PassEntry) -> Declined | None:
    """Whether the unit has no place left under its cap. Its row is held, so that two who recommend go one by one."""
    run = moment.connection.execute
    await run(select(units.c.id).where(units.c.id == deed.seen.desk).with_for_update())
    where = (deed.campaign, deed.track, deed.seen.desk)
    assert deed.cap is not None, "asked only where there is a cap"
    cap = cap_in_force(*where, deed.cap) if deed.moves else literal(deed.cap)
    mine = (entries.c.campaign == deed.campaign, entries.c.track == deed.track, entries.c.state.in_(TAKING))
    taken = select(func.count()).select_from(entries).where(
        *mine, entries.c.id != deed.seen.entry, reported_by(entries, *where)
    )  # fmt: skip
    row = (await run(select(taken.scalar_subquery().label("taken"), cap.label("cap")))).one()
    return Declined("screen.cap_reached", {"taken": row.taken, "cap": row.cap}) if row.taken >= row.cap else None


async def reject(moment: Moment, deed: RejectEntry) -> Done | Declined:
    """Refuse an entry: it stays with its history and takes up no place any more."""
    held = await _hold(moment, deed)
    if isinstance(held, Declined):
        return held
    await _next_version(moment, deed.seen.entry, REJECTED, "rejected", deed.by)
    await _write(moment, deed, "rejected", deed.opinion, clause=deed.clause, version=deed.seen.version + 1)
    await tell_liaisons(moment, deed.campaign, deed.heard, unit=held.unit)
    return Done()


async def send_back(moment: Moment, deed: SendBack) -> Done | Declined:
    """Send an entry back to its unit; the levels before this one need not look again."""
    held = await _hold(moment, deed)
    if isinstance(held, Declined):
        return held
    seen = deed.seen
    back = ReturnEntry(
        deed.campaign, seen.entry, seen.version, deed.reasons, deed.until, deed.by, deed.heard, deed.again
    )
    done = await return_entry(moment, back)
    if isinstance(done, Done):
        reasons = "；".join(deed.reasons.values())
        await _write(moment, deed, "returned", reasons, version=seen.version + 1)
    return done


async def hand_over(moment: Moment, deed: HandOver) -> Done | Declined:
    """Note who decides instead, and tell them."""
    held = await _hold(moment, deed)
    if isinstance(held, Declined):
        return held
    await _write(moment, deed, "handed", deed.note, target=deed.to)
    if deed.to:
        await tell_person(moment, deed.campaign, deed.heard, deed.to)
    else:
        await tell_admins(moment, deed.campaign, deed.heard, but=deed.by)
    return Done()


async def reopen(moment: Moment, deed: ReopenEntry) -> Done | Declined:
    """Take a refusal back: the levels that passed the entry before need not look again."""
    run = moment.connection.execute
    mine = (entries.c.id == deed.entry, entries.c.campaign == deed.campaign, entries.c.version == deed.version)
    row = (await run(select(entries.c.unit).where(*mine, entries.c.state == REJECTED).with_for_update())).one_or_none()
    if row is None:
        return Declined("screen.not_rejected", {})
    await _next_version(moment, deed.entry, SUBMITTED, "reopened", deed.by)
    await carry(moment, deed.entry, deed.version + 1)
    refused = select(screenings.c.level, screenings.c.unit).where(
        screenings.c.entry == deed.entry, screenings.c.version == deed.version, screenings.c.decision == "rejected"
    )
    level, desk = (await run(refused)).one()
    await run(
        insert(screenings).values(
            id=moment.number(), campaign=deed.campaign, entry=deed.entry, version=deed.version + 1, level=level,
            unit=desk, decision="reopened", opinion=deed.reason, by=deed.by, at=moment.at,
        )
    )  # fmt: skip
    await tell_liaisons(moment, deed.campaign, deed.heard, unit=row.unit)
    return Done()


async def _hold(moment: Moment, deed: ScreeningDeed) -> Any:
    """The entry, held while it is in, as it was looked at, and undecided at this level; else why nothing is decided.

    Whoever decides on the same entry comes before or after, not between.
    """
    run, seen = moment.connection.execute, deed.seen
    same = (entries.c.id == seen.entry, entries.c.campaign == deed.campaign, entries.c.version == seen.version)
    held = select(entries.c.unit).where(*same, entries.c.state == SUBMITTED).with_for_update()
    row = (await run(held)).one_or_none()
    decided = select(screenings.c.id).where(
        screenings.c.entry == seen.entry, screenings.c.version == seen.version, screenings.c.level == seen.level,
        screenings.c.decision.in_(sorted(PASSING)),
    )  # fmt: skip
    if row is None or (await run(decided)).first() is not None:
        return await _why_not(moment, seen)
    return row


async def _write(
    moment: Moment, deed: ScreeningDeed, what: What, opinion: str, *, field: str = "", clause: str = "",
    target: int = 0, version: int = 0, day: str = "",
) -> bool:  # fmt: skip
    """Write a decision down; whether nobody was faster at this level."""
    seen = deed.seen
    row = {
        "id": moment.number(), "campaign": deed.campaign, "entry": seen.entry, "version": version or seen.version,
        "level": seen.level, "field": field, "unit": seen.desk, "decision": what, "opinion": opinion,
        "clause": clause, "target": target, "by": deed.by, "at": moment.at,
        "day": day,
    }  # fmt: skip
    written = insert_into(screenings, moment.connection).values(row).on_conflict_do_nothing().returning(screenings.c.id)
    return (await moment.connection.execute(written)).first() is not None


async def _why_not(moment: Moment, seen: Seen) -> Declined:
    """Who was faster, and with what; or that the entry changed."""
    found = (
        select(people.c.name, screenings.c.decision)
        .select_from(screenings.outerjoin(people, people.c.id == screenings.c.by))
        .where(
            screenings.c.entry == seen.entry, screenings.c.level == seen.level, screenings.c.version >= seen.version,
            screenings.c.decision.not_in(("handed", "reopened", "reminded", "missed")),
        )
        .order_by(screenings.c.id.desc())
        .limit(1)
    )  # fmt: skip
    row = (await moment.connection.execute(found)).one_or_none()
    by, what = (row.name or "", row.decision) if row is not None else ("", "")
    return Declined("screen.changed", {"number": seen.number, "by": by, "what": what})


async def _next_version(moment: Moment, entry: int, state: str, what: str, by: int) -> None:
    """The same content in another state, as a version of its own in the history."""
    run = moment.connection.execute
    moved = update(entries).where(entries.c.id == entry).values(state=state, version=entries.c.version + 1)
    row = (await run(moved.returning(entries.c.version, entries.c.code))).one()
    kept = {"entry": entry, "version": row.version, "what": what, "code": row.code, "person": by, "at": moment.at}
    await run(insert(versions).values(kept))
    await materials.carry_over(moment.connection, entry, row.version)
    if state == REJECTED:
        await carry(moment, entry, row.version)


async def _tell_desk(moment: Moment, campaign: str, desk: int, heard: Heard, *, but: int) -> None:
    """Tell whoever decides at a level."""
    if desk:
        await tell_liaisons(moment, campaign, heard, unit=desk, but=but)
    else:
        await tell_admins(moment, campaign, heard, but=but)


DEEDS: Deeds = {
    PassEntry: pass_entry,
    RejectEntry: reject,
    SendBack: send_back,
    HandOver: hand_over,
    ReopenEntry: reopen,
}
