"""Rounds of secret voting: prepared, opened, extended, voided, and what everybody may know of them."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import and_, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.ballots import Opening
from rules.deeds import Declined, Done
from rules.deeds_ballot import (
    BallotRound,
    BallotsFor,
    ConfirmShare,
    ExtendRound,
    OnRoll,
    OpenRound,
    PrepareRound,
    RoundsOf,
    SharesOf,
    VoidRound,
)
from storage.moments import Deeds, Looks, Moment
from storage.tables_judging import ballot_drafts, envelopes, presses, remark_drafts, roll, rounds, scrutineers

SETUP, OPEN, TALLIED, PUBLISHED, VOID = "setup", "open", "tallied", "published", "void"
CALLED, VOTED = "called", "voted"
#: The purpose of a round among entries that share a place.
RUNOFF = "runoff"


async def prepare(moment: Moment, deed: PrepareRound) -> Done | Declined:
    """Write a round down in preparation; an earlier preparation of the same round makes room."""
    run = moment.connection.execute
    same = and_(rounds.c.campaign == deed.campaign, rounds.c.round == deed.round)
    running = await run(select(rounds.c.key).where(same, rounds.c.state.in_([OPEN, TALLIED])))
    if running.first() is not None:
        return Declined("ballot.under_way", {"round": deed.round})
    await run(update(rounds).where(same, rounds.c.state == SETUP).values(state=VOID))
    await run(
        insert(rounds).values(
            key=deed.key, campaign=deed.campaign, round=deed.round, state=SETUP, threshold=deed.threshold, by=deed.by,
            at=moment.at, plan=orjson.dumps(dict(deed.plan)).decode(), after=deed.after, purpose=deed.purpose,
        )
    )  # fmt: skip
    await run(
        insert(scrutineers),
        [
            {"round": deed.key, "number": number, "person": person, "fingerprint": fingerprint}
            for number, (person, fingerprint) in deed.scrutineers.items()
        ],
    )
    return Done()


async def confirm(moment: Moment, deed: ConfirmShare) -> Done | Declined:
    """Note that a scrutineer holds the right share. Typed again, it counts once."""
    preparing = exists().where(rounds.c.key == deed.key, rounds.c.state == SETUP)
    noted = await moment.connection.execute(
        update(scrutineers)
        .where(
            scrutineers.c.round == deed.key,
            scrutineers.c.person == deed.person,
            scrutineers.c.fingerprint == deed.fingerprint,
            preparing,
        )
        .values(confirmed=moment.at)
        .returning(scrutineers.c.number)
    )
    return Done() if noted.first() is not None else Declined("ballot.share_wrong", {})


async def open_round(moment: Moment, deed: OpenRound) -> Done | Declined:
    """Fix the opening and write the roll, in one statement each; nothing is opened while a share is unconfirmed."""
    opening = deed.opening
    waiting = exists().where(scrutineers.c.round == deed.key, scrutineers.c.confirmed == 0)
    opened = await moment.connection.execute(
        update(rounds)
        .where(rounds.c.key == deed.key, rounds.c.state == SETUP, ~waiting)
        .values(
            state=OPEN, opening=orjson.dumps(opening.plain()).decode(), commitment=opening.commitment(),
            opens=opening.opens, closes=opening.closes,
        )
        .returning(rounds.c.key)
    )  # fmt: skip
    if opened.first() is None:
        return Declined("ballot.not_ready", {})
    await moment.connection.execute(
        insert(roll),
        [
            {
                "round": deed.key, "number": number, "person": deed.experts[number], "state": CALLED,
                "recused": orjson.dumps(list(recused)).decode(),
            }
            for number, recused in opening.roll.items()
        ],
    )  # fmt: skip
    return Done()


async def extend(moment: Moment, deed: ExtendRound) -> Done | Declined:
    """Move the close; the opening keeps the first one, so that everybody can see that it was moved."""
    moved = await moment.connection.execute(
        update(rounds)
        .where(rounds.c.key == deed.key, rounds.c.state == OPEN, rounds.c.closes < deed.closes)
        .values(closes=deed.closes)
        .returning(rounds.c.key)
    )
    return Done() if moved.first() is not None else Declined("ballot.not_extended", {})


async def void(moment: Moment, deed: VoidRound) -> Done | Declined:
    """End a round without a result; what was sealed is deleted unopened."""
    ended = await moment.connection.execute(
        update(rounds)
        .where(rounds.c.key == deed.key, rounds.c.state.in_([SETUP, OPEN]))
        .values(state=VOID)
        .returning(rounds.c.key)
    )
    if ended.first() is None:
        return Declined("ballot.tallied_already", {})
    for table in (envelopes, ballot_drafts, remark_drafts, presses):
        await moment.connection.execute(delete(table).where(table.c.round == deed.key))
    return Done()


_watched, _called = scrutineers.alias("watched"), roll.alias("called")
_COUNTS = tuple(
    select(func.count()).where(condition).correlate(rounds).scalar_subquery()
    for condition in (
        _watched.c.round == rounds.c.key,
        and_(_watched.c.round == rounds.c.key, _watched.c.confirmed > 0),
        _called.c.round == rounds.c.key,
        and_(_called.c.round == rounds.c.key, _called.c.state == VOTED),
    )
)
_ROUND = (
    rounds.c.key, rounds.c.campaign, rounds.c.round, rounds.c.state, rounds.c.opening, rounds.c.commitment,
    rounds.c.threshold, *_COUNTS, rounds.c.opens, rounds.c.closes, rounds.c.after, rounds.c.purpose,
)  # fmt: skip


def _round_of(row: Any) -> BallotRound:
    facts: list[Any] = list(row[: len(_ROUND)])
    facts[4] = Opening.of(orjson.loads(facts[4])) if facts[4] else None
    return BallotRound(*facts)


async def rounds_of(connection: AsyncConnection, look: RoundsOf) -> tuple[BallotRound, ...]:
    """The rounds of a campaign, newest first."""
    found = select(*_ROUND).where(rounds.c.campaign == look.campaign).order_by(rounds.c.at.desc(), rounds.c.key)
    return tuple(_round_of(row) for row in await connection.execute(found))


async def ballots_for(connection: AsyncConnection, look: BallotsFor) -> tuple[OnRoll, ...]:
    """The rounds whose roll somebody is on, newest first."""
    found = (
        select(
            *_ROUND,
            roll.c.number,
            roll.c.recused,
            roll.c.state.label("voted"),
            func.coalesce(envelopes.c.leaf, "").label("leaf"),
        )
        .select_from(
            roll.join(rounds, rounds.c.key == roll.c.round).outerjoin(
                envelopes, and_(envelopes.c.round == roll.c.round, envelopes.c.number == roll.c.number)
            )
        )
        .where(roll.c.person == look.person, rounds.c.state != VOID)
        .order_by(rounds.c.at.desc(), rounds.c.key)
    )
    return tuple(
        OnRoll(_round_of(row), row.number, tuple(orjson.loads(row.recused)), row.voted == VOTED, row.leaf)
        for row in await connection.execute(found)
    )


async def shares_of(connection: AsyncConnection, look: SharesOf) -> tuple[tuple[BallotRound, int, bool], ...]:
    """The rounds for which somebody holds a share, newest first."""
    found = (
        select(*_ROUND, scrutineers.c.number, scrutineers.c.confirmed)
        .select_from(scrutineers.join(rounds, rounds.c.key == scrutineers.c.round))
        .where(scrutineers.c.person == look.person, rounds.c.state.in_([SETUP, OPEN]))
        .order_by(rounds.c.at.desc(), rounds.c.key)
    )
    return tuple((_round_of(row), row.number, row.confirmed > 0) for row in await connection.execute(found))


DEEDS: Deeds = {
    PrepareRound: prepare,
    ConfirmShare: confirm,
    OpenRound: open_round,
    ExtendRound: extend,
    VoidRound: void,
}
LOOKS: Looks = {RoundsOf: rounds_of, BallotsFor: ballots_for, SharesOf: shares_of}
