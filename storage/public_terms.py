"""What admins settle about a public vote: its time, its weight, votes set aside, totals of another platform."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_public import CloseVote, ImportTotals, SetApart, SetAside, TimeVote, WeighVote
from rules.looks_public import Imported, PublicTotals, Totals, VoteTerms
from rules.people import Role
from rules.public_vote import Kept
from storage.moments import Deeds, Looks, Moment
from storage.rounds import PUBLISHED, SETUP, TALLIED, VOID
from storage.tables import seats
from storage.tables_judging import rounds
from storage.tables_public import vote_imports, vote_terms, votes
from storage.upserts import insert_into

MINUTE = 60 * 1_000_000


def moved(campaign: str, round_: str) -> tuple[Any, Any]:
    """The opening and closing that an admin set, each 0 where none did; to be judged inside a statement."""
    here = (vote_terms.c.campaign == campaign, vote_terms.c.round == round_)
    return tuple(
        func.coalesce(select(column).where(*here).scalar_subquery(), 0)
        for column in (vote_terms.c.opens, vote_terms.c.closes)
    )  # type: ignore[return-value]  # two of them


async def terms(connection: AsyncConnection, look: VoteTerms) -> Kept:
    """What admins settled; the weight also where only the experts' round was planned with one."""
    here = (vote_terms.c.campaign == look.campaign, vote_terms.c.round == look.round)
    columns = (vote_terms.c.opens, vote_terms.c.closes, vote_terms.c.public, vote_terms.c.normalise)
    row = (await connection.execute(select(*columns).where(*here))).one_or_none()
    kept = Kept(*row) if row is not None else Kept()
    if kept.public:
        return kept
    planned = (
        select(rounds.c.plan)
        .where(rounds.c.campaign == look.campaign, rounds.c.state.not_in((VOID, SETUP)), rounds.c.plan != "")
        .order_by(rounds.c.at.desc())
        .limit(1)
    )
    plan = (await connection.execute(planned)).scalar_one_or_none()
    if plan is None:
        return kept
    settled = orjson.loads(plan)
    return Kept(kept.opens, kept.closes, settled.get("public", ""), settled.get("normalise", ""))


async def _settle(moment: Moment, deed: TimeVote | CloseVote | WeighVote, **values: Any) -> None:
    row = {**values, "by": deed.by, "at": moment.at}
    statement = insert_into(vote_terms, moment.connection).values(campaign=deed.campaign, round=deed.round, **row)
    await moment.connection.execute(statement.on_conflict_do_update(index_elements=["campaign", "round"], set_=row))


async def time(moment: Moment, deed: TimeVote) -> Done | Declined:
    """Set the window."""
    if await published(moment.connection, deed.campaign):
        return Declined("vote.published", {})
    before = select(func.count()).select_from(votes).where(*_round(deed), votes.c.at < deed.opens)
    if early := (await moment.connection.execute(before)).scalar_one():
        return Declined("vote.cast_before", {"votes": early})
    await _settle(moment, deed, opens=deed.opens, closes=deed.closes)
    return Done()


async def close(moment: Moment, deed: CloseVote) -> Done | Declined:
    """End the vote at this instant."""
    if await published(moment.connection, deed.campaign):
        return Declined("vote.published", {})
    if not deed.opens <= moment.at < deed.closes:
        return Declined("vote.not_running", {})
    await _settle(moment, deed, opens=deed.opens, closes=moment.at)
    return Done()


async def weigh(moment: Moment, deed: WeighVote) -> Done | Declined:
    """Settle the weight, before anybody voted."""
    cast = (await moment.connection.execute(select(func.count()).select_from(votes).where(*_round(deed)))).scalar_one()
    if cast:
        return Declined("vote.weight_fixed", {"votes": cast})
    await _settle(moment, deed, public=deed.public, normalise=deed.normalise)
    return Done()


async def set_aside(moment: Moment, deed: SetAside) -> SetApart | Declined:
    """Move the votes of one signal, and tell what every entry has then, both ways."""
    if await published(moment.connection, deed.campaign):
        return Declined("vote.published", {})
    concerned = [*_round(deed), votes.c.entry == deed.entry, _of_signal(deed)]
    concerned.append(votes.c.aside > 0 if deed.back else votes.c.aside == 0)
    done = await moment.connection.execute(
        update(votes).where(*concerned).values(aside=0 if deed.back else moment.at).returning(votes.c.entry)
    )
    if not (changed := len(done.all())):
        return Declined("vote.nothing_to_move", {"back": deed.back})
    totals = await _totals(moment.connection, deed.campaign, deed.round)
    return SetApart(changed, _plain(totals.counted), _plain(totals.everything))


def _plain(counts: dict[int, int]) -> dict[str, int]:
    return {str(entry): count for entry, count in sorted(counts.items())}


def _of_signal(deed: SetAside) -> ColumnElement[bool]:
    match deed.doubt:
        case "burst":
            begins = int(deed.mark) * MINUTE
            return and_(votes.c.at >= begins, votes.c.at < begins + MINUTE)
        case "network":
            return and_(votes.c.network == deed.mark, votes.c.network != "")
        case "fresh":
            return votes.c.fresh == 1


async def import_totals(moment: Moment, deed: ImportTotals) -> Done | Declined:
    """Keep totals of another platform, in place of those before."""
    if await published(moment.connection, deed.campaign):
        return Declined("vote.published", {})
    row = {
        "votes": orjson.dumps({str(entry): count for entry, count in sorted(deed.votes.items())}).decode(),
        "file": deed.file, "sha256": deed.sha256, "added": int(deed.added), "by": deed.by, "at": moment.at,
    }  # fmt: skip
    statement = insert_into(vote_imports, moment.connection).values(campaign=deed.campaign, round=deed.round, **row)
    await moment.connection.execute(statement.on_conflict_do_update(index_elements=["campaign", "round"], set_=row))
    return Done()


async def public_totals(connection: AsyncConnection, look: PublicTotals) -> Totals:
    """The votes, for whoever may see them: this is the one place that decides it."""
    if look.hidden and not await _may_see(connection, look):
        return Totals(seen=False)
    return await _totals(connection, look.campaign, look.round)


async def _may_see(connection: AsyncConnection, look: PublicTotals) -> bool:
    """Admins always; everybody else once each round of experts is counted."""
    mine = (seats.c.person == look.person, seats.c.campaign == look.campaign, seats.c.role == Role.ADMIN.value)
    if look.person and (await connection.execute(select(seats.c.id).where(*mine))).first() is not None:
        return True
    counted = select(rounds.c.round).where(rounds.c.campaign == look.campaign, rounds.c.state.in_((TALLIED, PUBLISHED)))
    return set(look.experts) <= set((await connection.execute(counted)).scalars())


async def _totals(connection: AsyncConnection, campaign: str, round_: str) -> Totals:
    here = (votes.c.campaign == campaign, votes.c.round == round_)
    apart = func.sum(case((votes.c.aside > 0, 1), else_=0))
    rows = (
        await connection.execute(
            select(votes.c.entry, func.count(), apart).where(*here).group_by(votes.c.entry).order_by(votes.c.entry)
        )
    ).all()
    given = {entry: number for entry, number, _ in rows}
    aside = {entry: int(number) for entry, _, number in rows if number}
    return Totals(True, given, aside, await _imported(connection, campaign, round_))


async def _imported(connection: AsyncConnection, campaign: str, round_: str) -> Imported | None:
    here = (vote_imports.c.campaign == campaign, vote_imports.c.round == round_)
    row = (await connection.execute(select(vote_imports).where(*here))).one_or_none()
    if row is None:
        return None
    counts = {int(entry): count for entry, count in orjson.loads(row.votes).items()}
    return Imported(counts, row.file, row.sha256, row.at, row.by, bool(row.added))


def _round(deed: Any) -> tuple[ColumnElement[bool], ...]:
    return votes.c.campaign == deed.campaign, votes.c.round == deed.round


async def published(connection: AsyncConnection, campaign: str) -> bool:
    """Whether a round of experts is published: its bundle holds the votes, so that they can change no more."""
    done = select(rounds.c.key).where(rounds.c.campaign == campaign, rounds.c.state == PUBLISHED)
    return (await connection.execute(done)).first() is not None


DEEDS: Deeds = {
    TimeVote: time, CloseVote: close, WeighVote: weigh, SetAside: set_aside, ImportTotals: import_totals,
}  # fmt: skip
LOOKS: Looks = {VoteTerms: terms, PublicTotals: public_totals}
