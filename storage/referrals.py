"""Who brought whom to a quiz: words that are somebody's, followers who are new and counted once, and what that gives.

A follower counts as long as they follow: what is not paid yet goes with them.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.codes import LENGTH, spell
from rules.deeds import Declined, Done, Heard
from rules.deeds_payout import AllowReferral, Brought, FollowReferral, Link, MakeReferral, StopReferral
from rules.looks_payout import Follow, Graph, GraphOf, Referrals, ReferralsOf
from rules.referral import BEFORE, MESSENGERS, NEW_FOR
from storage.moments import Deeds, Looks, Moment
from storage.payees import owner, reached
from storage.tables import addresses, people
from storage.tables_payout import referral_links, referral_terms, referrals
from storage.tables_quiz import quiz_attempts
from storage.telling import tell_person
from storage.upserts import insert_into


def staying(campaign: ColumnElement[str] | str, inviter: ColumnElement[int] | int) -> ScalarSelect[int]:
    """How many of those whom somebody brought still follow."""
    return (
        select(func.count())
        .select_from(referrals.join(people, people.c.id == referrals.c.person))
        .where(referrals.c.campaign == campaign, referrals.c.inviter == inviter, reached())
        .scalar_subquery()
    )


async def allow(moment: Moment, deed: AllowReferral) -> Done | Declined:
    """Let followers count from now on."""
    return Done() if await _switch(moment, deed, on=1, words=deed.words) else Declined("referral.on", {})


async def stop(moment: Moment, deed: StopReferral) -> Done | Declined:
    """Let no more followers count."""
    return Done() if await _switch(moment, deed, on=0, words="") else Declined("referral.off", {})


async def _switch(moment: Moment, deed: AllowReferral | StopReferral, *, on: int, words: str) -> bool:
    """Whether the switch was moved."""
    run = moment.connection.execute
    await run(
        insert_into(referral_terms, moment.connection).values(campaign=deed.campaign, is_on=0).on_conflict_do_nothing()
    )
    other = (referral_terms.c.campaign == deed.campaign, referral_terms.c.is_on != on)
    moved = update(referral_terms).where(*other).values(is_on=on, words=words, by=deed.by, at=moment.at)
    return (await run(moved.returning(referral_terms.c.campaign))).one_or_none() is not None


async def make(moment: Moment, deed: MakeReferral) -> Link | Declined:
    """Somebody's word, the same whenever it is asked for."""
    if not await _is_on(moment.connection, deed.campaign):
        return Declined("referral.off", {})
    code = BEFORE + spell(secrets.randbits(5 * LENGTH))
    row = {"campaign": deed.campaign, "person": deed.person, "code": code, "at": moment.at}
    await moment.connection.execute(insert_into(referral_links, moment.connection).values(row).on_conflict_do_nothing())
    mine = (referral_links.c.campaign == deed.campaign, referral_links.c.person == deed.person)
    return Link((await moment.connection.execute(select(referral_links.c.code).where(*mine))).scalar_one())


async def _is_on(connection: AsyncConnection, campaign: str) -> bool:
    found = select(referral_terms.c.is_on).where(referral_terms.c.campaign == campaign)
    return bool((await connection.execute(found)).scalar_one_or_none())


async def follow(moment: Moment, deed: FollowReferral) -> Brought | Declined:
    """Count somebody who is new, once."""
    run = moment.connection.execute
    made = (
        await run(
            select(referral_links.c.campaign, owner().label("owner"), people.c.name)
            .select_from(referral_links.join(people, people.c.id == referral_links.c.person))
            .where(referral_links.c.code == deed.code)
        )
    ).one_or_none()
    if made is None:
        return Declined("referral.unknown", {})
    if not await _is_on(moment.connection, made.campaign):
        return Declined("referral.off", {})
    if made.owner == deed.person:
        return Declined("referral.own", {})
    if (why := await _known(moment, made.campaign, deed.person)) is not None:
        return Declined(why, {})
    row = {"campaign": made.campaign, "person": deed.person, "inviter": made.owner, "at": moment.at}
    counted = (
        insert_into(referrals, moment.connection).values(row).on_conflict_do_nothing().returning(referrals.c.person)
    )
    if (await run(counted)).one_or_none() is None:
        return Declined("referral.known", {})
    count = (await run(select(staying(made.campaign, made.owner)))).scalar_one()
    await tell_person(moment, made.campaign, Heard("referral.came", {"count": count}, ("我的邀请",)), made.owner)
    return Brought(made.campaign)


async def _known(moment: Moment, campaign: str, person: int) -> str | None:
    """Why somebody does not count as new: here before, with another address, had a part already; None: they do."""
    run = moment.connection.execute
    theirs = (await run(select(addresses.c.id, addresses.c.since).where(addresses.c.person == person))).all()
    if any(row.id.partition(":")[0] not in MESSENGERS for row in theirs):
        return "referral.elsewhere"
    if len(theirs) != 1 or moment.at - theirs[0].since > NEW_FOR:
        return "referral.known"
    brought = select(referrals.c.person).where(referrals.c.campaign == campaign, referrals.c.inviter == person)
    return "referral.known" if (await run(brought.limit(1))).one_or_none() is not None else None


async def referrals_of(connection: AsyncConnection, look: ReferralsOf) -> Referrals:
    """What somebody brought, and on whose word followers count."""
    run = connection.execute
    terms = (
        await run(
            select(referral_terms, func.coalesce(people.c.name, "").label("name"))
            .select_from(referral_terms.outerjoin(people, people.c.id == referral_terms.c.by))
            .where(referral_terms.c.campaign == look.campaign)
        )
    ).one_or_none()
    mine = (referrals.c.campaign == look.campaign, referrals.c.inviter == look.person)
    every = (await run(select(func.count()).where(*mine))).scalar_one()
    stays = (await run(select(staying(look.campaign, look.person)))).scalar_one()
    if terms is None:
        return Referrals(False, every, stays)
    return Referrals(bool(terms.is_on), every, stays, terms.words, terms.name, terms.at)


async def graph_of(connection: AsyncConnection, look: GraphOf) -> Graph:
    """Everybody who was brought, and by whom."""
    played = (
        select(quiz_attempts.c.id)
        .where(
            quiz_attempts.c.campaign == look.campaign, quiz_attempts.c.person == referrals.c.person,
            quiz_attempts.c.ended > 0,
        )
        .exists()
    )  # fmt: skip
    found = await connection.execute(
        select(referrals.c.inviter, referrals.c.person, referrals.c.at, reached(), played)
        .select_from(referrals.join(people, people.c.id == referrals.c.person))
        .where(referrals.c.campaign == look.campaign)
        .order_by(referrals.c.at, referrals.c.person)
    )
    follows = tuple(Follow(row[0], row[1], row[2], bool(row[3]), bool(row[4])) for row in found)
    names: dict[int, Any] = {}
    inviters = sorted({each.inviter for each in follows})
    for start in range(0, len(inviters), 500):
        some = select(people.c.id, people.c.name).where(people.c.id.in_(inviters[start : start + 500]))
        names |= {row.id: row.name for row in await connection.execute(some)}
    return Graph(follows, names)


DEEDS: Deeds = {AllowReferral: allow, StopReferral: stop, MakeReferral: make, FollowReferral: follow}
LOOKS: Looks = {ReferralsOf: referrals_of, GraphOf: graph_of}
