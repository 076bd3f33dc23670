"""What admins do about prizes, one deed of a campaign after the other, so that each sees what the one before left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import exists, func, insert, select, update

from rules.award_field import Given
from rules.deeds import Declined, Done
from rules.deeds_awards import (
    ApproveAwards,
    ConfirmAwards,
    DecideAward,
    Move,
    ProposeAwards,
    Proposed,
    RecallAwards,
    RefillHonour,
    WithdrawHonour,
)
from rules.looks_awards import ListingOf
from rules.looks_steering import Admins
from storage.awards import FINAL, LISTED, WAITING, WITHDRAWN, listing_of
from storage.broadcasts import admins
from storage.moments import Deeds, Moment
from storage.tables import counters
from storage.tables_awards import award_decisions, honour_changes, honours, listings, objections
from storage.telling import tell_admins, tell_liaisons, tell_person
from storage.upserts import insert_into

REFUSED, RECALLED = "refused", "recalled"


async def in_turn(moment: Moment, campaign: str) -> None:
    """Wait until no other transaction is at the prizes of this campaign; the row is held until this one ends."""
    statement = insert_into(counters, moment.connection).values(name=f"awards/{campaign}", value=1)
    await moment.connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    )


async def decide(moment: Moment, deed: DecideAward) -> Done | Declined:
    """Keep one decision, as long as nothing is before the committee."""
    await in_turn(moment, deed.campaign)
    if await listing_of(moment.connection, ListingOf(deed.campaign)) is not None:
        return Declined("award.before_committee", {})
    row = {
        "id": moment.number(), "campaign": deed.campaign, "kind": deed.kind, "prize": deed.prize,
        "within": deed.within, "value": _json(dict(deed.value)), "reason": deed.reason, "by": deed.by,
        "at": moment.at,
    }  # fmt: skip
    await moment.connection.execute(insert(award_decisions).values(**row))
    return Done()


async def propose(moment: Moment, deed: ProposeAwards) -> Proposed | Declined:
    """Put prizes before the committee: they wait for another admin, or are listed at once."""
    run = moment.connection.execute
    await in_turn(moment, deed.campaign)
    if await listing_of(moment.connection, ListingOf(deed.campaign)) is not None:
        return Declined("award.before_committee", {})
    newest = select(func.coalesce(func.max(award_decisions.c.id), 0)).where(award_decisions.c.campaign == deed.campaign)
    if (await run(newest)).scalar_one() != deed.upto:
        return Declined("award.decided_meanwhile", {})
    if deed.asks and await admins(moment.connection, Admins(deed.campaign)) < 2:
        return Declined("award.nobody_to_agree", {})
    if deed.closes and deed.closes <= moment.at:
        return Declined("award.closes_past", {})
    listing, state = moment.number(), WAITING if deed.asks else _after(deed.closes)
    await run(
        insert(listings).values(
            id=listing, campaign=deed.campaign, state=state, given=_json([asdict(each) for each in deed.given]),
            basis=deed.basis, opens=deed.opens, closes=deed.closes, by=deed.by, at=moment.at,
            confirmed=moment.at if state == FINAL else 0,
        )
    )  # fmt: skip
    if state == WAITING:
        await tell_admins(moment, deed.campaign, deed.heard, but=deed.by)
    else:
        await _give(moment, deed.campaign, deed.given, state)
        await tell_liaisons(moment, deed.campaign, deed.told_units)
    return Proposed(listing, state)


def _after(closes: int) -> str:
    """What approved prizes are: shown for objections, or final where there is no 公示."""
    return LISTED if closes else FINAL


async def _give(moment: Moment, campaign: str, given: Sequence[Given], state: str) -> None:
    rows = [_row(moment, campaign, each, state) for each in given]
    if rows:
        await moment.connection.execute(insert(honours), rows)


def _row(moment: Moment, campaign: str, given: Given, state: str) -> dict[str, Any]:
    settled = moment.at if state == FINAL else 0
    return {
        "id": moment.number(), "campaign": campaign, **asdict(given), "state": state, "at": moment.at,
        "settled": settled,
    }  # fmt: skip


async def approve(moment: Moment, deed: ApproveAwards) -> Proposed | Declined:
    """Let prizes be listed that another admin put before the committee, or not; once."""
    run = moment.connection.execute
    await in_turn(moment, deed.campaign)
    mine = (listings.c.id == deed.listing, listings.c.campaign == deed.campaign, listings.c.state == WAITING)
    found = (
        await run(
            select(listings.c.by, listings.c.opens, listings.c.closes, listings.c.given).where(
                *mine, listings.c.by != deed.by
            )
        )
    ).one_or_none()
    if found is None:
        return Declined("award.decided_already", {})
    if deed.agrees and found.closes and found.closes <= moment.at:
        return Declined("award.closes_past", {})
    state = _after(found.closes) if deed.agrees else REFUSED
    final = moment.at if state == FINAL else 0
    # 公示 cannot have begun before it was agreed to.
    opens = max(found.opens, moment.at) if state == LISTED else found.opens
    values = {
        "state": state, "second": deed.by, "basis": deed.basis, "opens": opens, "decided": moment.at,
        "confirmed": final,
    }  # fmt: skip
    await run(update(listings).where(*mine).values(values))
    await tell_person(moment, deed.campaign, deed.heard, found.by)
    if deed.agrees:
        await _give(moment, deed.campaign, [Given(**each) for each in orjson.loads(found.given)], state)
        await tell_liaisons(moment, deed.campaign, deed.told_units)
    return Proposed(deed.listing, state)


async def recall(moment: Moment, deed: RecallAwards) -> Done | Declined:
    """Take back what waits for another admin."""
    await in_turn(moment, deed.campaign)
    mine = (listings.c.id == deed.listing, listings.c.campaign == deed.campaign, listings.c.state == WAITING)
    done = await moment.connection.execute(
        update(listings).where(*mine).values(state=RECALLED, decided=moment.at).returning(listings.c.id)
    )
    return Done() if done.one_or_none() is not None else Declined("award.decided_already", {})


async def confirm(moment: Moment, deed: ConfirmAwards) -> Done | Declined:
    """Make listed prizes final once 公示 is over and every objection has its answer: judged where it is written."""
    run = moment.connection.execute
    await in_turn(moment, deed.campaign)
    waiting = exists().where(objections.c.campaign == deed.campaign, objections.c.state == "open")
    mine = (listings.c.id == deed.listing, listings.c.campaign == deed.campaign, listings.c.state == LISTED)
    done = await run(
        update(listings)
        .where(*mine, listings.c.closes <= moment.at, ~waiting)
        .values(state=FINAL, confirmed=moment.at)
        .returning(listings.c.id)
    )
    if done.one_or_none() is None:
        return await _why_not_final(moment, deed)
    standing = (honours.c.campaign == deed.campaign, honours.c.state == LISTED)
    await run(update(honours).where(*standing).values(state=FINAL, settled=moment.at))
    await tell_liaisons(moment, deed.campaign, deed.heard)
    return Done()


async def _why_not_final(moment: Moment, deed: ConfirmAwards) -> Declined:
    listing = await listing_of(moment.connection, ListingOf(deed.campaign))
    if listing is None or listing.id != deed.listing or listing.state != LISTED:
        return Declined("award.decided_already", {})
    if moment.at < listing.closes:
        return Declined("award.still_listed", {"early": listing.closes - moment.at})
    waiting = select(func.count()).where(objections.c.campaign == deed.campaign, objections.c.state == "open")
    return Declined("award.objections_open", {"open": (await moment.connection.execute(waiting)).scalar_one()})


async def withdraw(moment: Moment, deed: WithdrawHonour) -> Done | Declined:
    """Take a prize back; it stays on record."""
    run = moment.connection.execute
    await in_turn(moment, deed.campaign)
    mine = (honours.c.id == deed.honour, honours.c.campaign == deed.campaign)
    before = (
        await run(select(honours.c.state, honours.c.label, honours.c.unit).where(*mine, honours.c.state != WITHDRAWN))
    ).one_or_none()
    if before is None:
        return Declined("award.gone", {})
    await run(update(honours).where(*mine).values(state=WITHDRAWN, settled=moment.at))
    change = {"what": "withdrawn", "stage": before.state, "before": before.label, "objection": deed.objection}
    await _note(moment, deed, deed.honour, change)
    await tell_liaisons(moment, deed.campaign, deed.heard, unit=before.unit or -1)
    return Done()


async def refill(moment: Moment, deed: RefillHonour) -> Done | Declined:
    """Give the places of withdrawn prizes as the committee decided, once. A move that no longer fits stops them all."""
    await in_turn(moment, deed.campaign)
    free = await _free(moment, deed)
    if set(free) != set(deed.places):
        return Declined("award.refilled_already", {})
    standing = await _standing(moment, deed.campaign)
    taken = {(row.entry, row.prize, row.within) for row in standing.values()}
    for move in deed.moves:
        given = move.given
        if (move.honour and move.honour not in standing) or (given.entry, given.prize, given.within) in taken:
            return Declined("award.changed_meanwhile", {})
    listing = await listing_of(moment.connection, ListingOf(deed.campaign))
    state = FINAL if listing is not None and listing.state == FINAL else LISTED
    for move in deed.moves:
        await _move(moment, deed, move, standing, state)
        await tell_liaisons(moment, deed.campaign, deed.heard, unit=move.given.unit)
    for place in set(deed.places) - {move.place for move in deed.moves}:
        await _note(moment, deed, place, {"what": "vacant", "stage": state, "before": free[place], "place": place})
    return Done()


async def _free(moment: Moment, deed: RefillHonour) -> dict[int, str]:
    """Of the places of a deed those that are free: withdrawn, and nobody decided about them. With their labels."""
    settled = exists().where(honour_changes.c.place == honours.c.id)
    rows = await moment.connection.execute(
        select(honours.c.id, honours.c.label).where(
            honours.c.id.in_(deed.places), honours.c.campaign == deed.campaign, honours.c.state == WITHDRAWN, ~settled
        )
    )
    return {row.id: row.label for row in rows}


async def _standing(moment: Moment, campaign: str) -> dict[int, Any]:
    """The prizes that stand."""
    of = honours.c
    rows = await moment.connection.execute(
        select(of.id, of.label, of.entry, of.prize, of.within).where(
            of.campaign == campaign, of.state.in_((LISTED, FINAL))
        )
    )
    return {row.id: row for row in rows}


async def _move(moment: Moment, deed: RefillHonour, move: Move, standing: Mapping[int, Any], state: str) -> None:
    """One honour becomes another prize, or a new one is given."""
    honour, given = move.honour, move.given
    if honour:
        values = {"prize": given.prize, "within": given.within, "label": given.label, "gift": given.gift}
        await moment.connection.execute(update(honours).where(honours.c.id == honour).values(values))
        before, what = standing[honour].label, "moved"
    else:
        row = _row(moment, deed.campaign, given, state)
        await moment.connection.execute(insert(honours).values(row))
        honour, before, what = row["id"], "", "added"
    change = {"what": what, "stage": state, "before": before, "after": given.label, "place": move.place}
    await _note(moment, deed, honour, change)


async def _note(moment: Moment, deed: WithdrawHonour | RefillHonour, honour: int, change: Mapping[str, Any]) -> None:
    """One row of what became of a prize."""
    row = {
        "id": moment.number(), "campaign": deed.campaign, "honour": honour, "reason": deed.reason, "by": deed.by,
        "at": moment.at, **change,
    }  # fmt: skip
    await moment.connection.execute(insert(honour_changes).values(row))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


DEEDS: Deeds = {
    DecideAward: decide,
    ProposeAwards: propose,
    ApproveAwards: approve,
    RecallAwards: recall,
    ConfirmAwards: confirm,
    WithdrawHonour: withdraw,
    RefillHonour: refill,
}
