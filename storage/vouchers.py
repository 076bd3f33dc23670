"""Codes that winners are given: taken in once each, given once each, told to the winner and to nobody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from rules.deeds import Heard
from rules.deeds_payout import ImportVouchers, TakenIn
from rules.packets import yuan
from rules.packets_audit import referred
from rules.payouts import REFUSED, RETURNED
from storage.moments import Deeds, Looks, Moment
from storage.packets import PAID, WON, book
from storage.payees import owner, reached, unclaimed, wechat_of
from storage.tables import people
from storage.tables_payout import payouts, vouchers
from storage.tables_quiz import packets
from storage.telling import tell_each
from storage.upserts import insert_into

#: Packets that are paid in one transaction, and rows of one insert.
PAGE, _AT_ONCE = 100, 1000


async def take_in(moment: Moment, deed: ImportVouchers) -> TakenIn:
    """Keep new codes."""
    new = 0
    for start in range(0, len(deed.vouchers), _AT_ONCE):
        rows = [
            {
                "id": moment.number(), "campaign": deed.campaign, "code": each.code, "amount": each.amount,
                "kind": each.kind, "by": deed.by, "at": moment.at,
            }
            for each in deed.vouchers[start : start + _AT_ONCE]
        ]  # fmt: skip
        kept = insert_into(vouchers, moment.connection).values(rows).on_conflict_do_nothing().returning(vouchers.c.id)
        new += len((await moment.connection.execute(kept)).all())
    return TakenIn(new, len(deed.vouchers) - new)


async def give(moment: Moment, campaign: str, *, others: bool, loses: bool) -> int:
    """Pay packets by codes of their amount, else by codes of any; gives how many.

    `others`: only those whom WeChat does not pay. With `loses` nobody is paid who has left.
    """
    run = moment.connection.execute
    free = select(vouchers.c.amount).distinct().where(vouchers.c.campaign == campaign, vouchers.c.slot == 0)
    amounts = set((await run(free)).scalars())
    if not amounts:
        return 0
    wanted: list[ColumnElement[bool]] = [*unclaimed(campaign)]
    wanted += [] if 0 in amounts else [packets.c.amount.in_(amounts)]
    wanted += [reached()] if loses else []
    if others:
        ended = select(payouts.c.slot).where(
            payouts.c.campaign == campaign, payouts.c.slot == packets.c.slot, payouts.c.state.in_((REFUSED, RETURNED))
        )
        wanted.append(or_(wechat_of(follows=loses).is_(None), ended.exists()))
    due = await run(
        select(packets.c.slot, packets.c.amount, owner().label("owner"))
        .select_from(packets.join(people, people.c.id == packets.c.person))
        .where(*wanted)
        .order_by(packets.c.slot)
        .limit(PAGE)
    )
    return sum([await _given(moment, campaign, row) for row in due.all()])


async def _given(moment: Moment, campaign: str, row: Any) -> bool:
    """One code for one packet: the code is taken, then the packet; where that is gone, the code stays."""
    run = moment.connection.execute
    mine = (vouchers.c.campaign == campaign, vouchers.c.slot == 0, vouchers.c.amount.in_((row.amount, 0)))
    best = select(vouchers.c.id).where(*mine).order_by(vouchers.c.amount.desc(), vouchers.c.id).limit(1)
    if moment.connection.dialect.name != "sqlite":
        best = best.with_for_update(skip_locked=True)
    number = (await run(best)).scalar_one_or_none()
    if number is None:
        return False
    claimed = update(packets).where(*unclaimed(campaign), packets.c.slot == row.slot)
    kept = claimed.values(paid=moment.at, reference=referred(number)).returning(packets.c.slot)
    if (await run(kept)).one_or_none() is None:
        return False
    taken = update(vouchers).where(vouchers.c.id == number, vouchers.c.slot == 0)
    code, kind = (
        await run(taken.values(slot=row.slot, given=moment.at).returning(vouchers.c.code, vouchers.c.kind))
    ).one()
    await book(moment, campaign, row.slot, WON, PAID, row.amount)
    facts = {"amount": yuan(row.amount), "code": code, "kind": kind}
    await tell_each(moment, campaign, Heard("payout.code", facts, ("我的红包",)), [row.owner])
    return True


DEEDS: Deeds = {ImportVouchers: take_in}
LOOKS: Looks = {}
