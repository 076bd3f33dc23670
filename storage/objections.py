"""Objections (异议): taken in while prizes are listed, answered once."""

from __future__ import annotations

import orjson
from sqlalchemy import exists, func, insert, literal, select, update

from rules.deeds import Declined, Done
from rules.deeds_awards import AnswerObjection, Raised, RaiseObjection
from rules.looks_awards import ListingOf
from storage.awarding import in_turn
from storage.awards import LISTED, listing_of
from storage.moments import Deeds, Moment
from storage.tables_awards import listings, objections
from storage.telling import tell_admins, tell_person

OPEN, ANSWERED = "open", "answered"


async def raise_objection(moment: Moment, deed: RaiseObjection) -> Raised | Declined:
    """Keep an objection. Whether 公示 is on is judged in the statement that writes it, at the instant of receipt."""
    await in_turn(moment, deed.campaign)
    of, at = listings.c, literal(moment.at)
    on = exists().where(of.campaign == deed.campaign, of.state == LISTED, of.opens <= at, at < of.closes)
    number = select(func.coalesce(func.max(objections.c.number), 0) + 1).where(objections.c.campaign == deed.campaign)
    row = {
        "id": moment.number(), "campaign": deed.campaign, "honour": deed.honour, "person": deed.person,
        "unit": deed.unit, "words": deed.words, "files": orjson.dumps([list(file) for file in deed.files]).decode(),
        "state": OPEN, "at": moment.at,
    }  # fmt: skip
    values = [literal(value).label(name) for name, value in row.items()]
    written = (
        insert(objections)
        .from_select([*row, "number"], select(*values, number.scalar_subquery().label("number")).where(on))
        .returning(objections.c.number)
    )
    taken = (await moment.connection.execute(written)).scalar_one_or_none()
    if taken is None:
        return await _why_not(moment, deed)
    await tell_admins(moment, deed.campaign, deed.heard)
    return Raised(taken)


async def _why_not(moment: Moment, deed: RaiseObjection) -> Declined:
    listing = await listing_of(moment.connection, ListingOf(deed.campaign))
    if listing is None or listing.state == "waiting" or moment.at < listing.opens:
        return Declined("objection.too_early", {})
    return Declined("objection.too_late", {"late": max(0, moment.at - listing.closes)})


async def answer(moment: Moment, deed: AnswerObjection) -> Done | Declined:
    """Keep the answer, once, and tell whoever raised it."""
    mine = (objections.c.id == deed.objection, objections.c.campaign == deed.campaign, objections.c.state == OPEN)
    values = {
        "state": ANSWERED, "outcome": deed.outcome, "answer": deed.answer, "by": deed.by, "ended": moment.at,
    }  # fmt: skip
    person = (
        await moment.connection.execute(update(objections).where(*mine).values(values).returning(objections.c.person))
    ).scalar_one_or_none()
    if person is None:
        return Declined("objection.answered_already", {})
    await tell_person(moment, deed.campaign, deed.heard, person)
    return Done()


DEEDS: Deeds = {RaiseObjection: raise_objection, AnswerObjection: answer}
