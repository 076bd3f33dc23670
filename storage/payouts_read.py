"""How far payments are: one's own packets for a player, all of them for an admin."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks_payout import Mine, MyPackets, Standing, StandingOf
from rules.packets_audit import code_of
from rules.payouts import REFUSED
from storage.moments import Deeds, Looks
from storage.payees import owner, reached, unclaimed
from storage.tables import people
from storage.tables_payout import payout_rests, payouts, vouchers
from storage.tables_quiz import packets


async def mine(connection: AsyncConnection, look: MyPackets) -> tuple[Mine, ...]:
    """What somebody has won, under any number that they have had."""
    paid_by = (payouts.c.campaign == packets.c.campaign) & (payouts.c.slot == packets.c.slot)
    code = (vouchers.c.campaign == packets.c.campaign) & (vouchers.c.slot == packets.c.slot)
    found = await connection.execute(
        select(
            packets.c.slot, packets.c.amount, packets.c.won, packets.c.paid, packets.c.reference,
            func.coalesce(payouts.c.state, "").label("state"), func.coalesce(payouts.c.bill, "").label("bill"),
            func.coalesce(vouchers.c.code, "").label("code"), func.coalesce(vouchers.c.kind, "").label("kind"),
        )
        .select_from(
            packets.join(people, people.c.id == packets.c.person).outerjoin(payouts, paid_by).outerjoin(vouchers, code)
        )
        .where(packets.c.campaign == look.campaign, owner() == look.person)
        .order_by(packets.c.won, packets.c.slot)
    )  # fmt: skip
    return tuple(
        Mine(row.slot, row.amount, row.won, row.paid, _way(row.reference, row.bill, row.paid), row.state, row.code,
             row.kind)
        for row in found
    )  # fmt: skip


def _way(reference: str, bill: str, paid: int) -> str:
    if reference and reference == bill:
        return "wechat"
    if code_of(reference):
        return "voucher"
    return "treasury" if paid else ""


async def standing_of(connection: AsyncConnection, look: StandingOf) -> Standing:
    """Everything that an organiser wants to know of the payments."""
    run, fen = connection.execute, func.coalesce(func.sum(packets.c.amount), 0)
    here = (packets.c.campaign == look.campaign, packets.c.person > 0)
    won = (await run(select(func.count(), fen).where(*here))).one()
    paid = (await run(select(func.count(), fen).where(*here, packets.c.paid > 0))).one()
    theirs = payouts.c.campaign == look.campaign
    states = await run(
        select(payouts.c.state, func.count(), func.sum(payouts.c.amount)).where(theirs).group_by(payouts.c.state)
    )
    refused = await run(
        select(payouts.c.why, func.count()).where(theirs, payouts.c.state == REFUSED).group_by(payouts.c.why)
    )
    given = func.coalesce(func.sum((vouchers.c.slot > 0).cast(vouchers.c.slot.type)), 0)
    codes = await run(
        select(vouchers.c.amount, func.count(), given)
        .where(vouchers.c.campaign == look.campaign)
        .group_by(vouchers.c.amount)
        .order_by(vouchers.c.amount)
    )
    rest = (
        await run(select(payout_rests.c.why, payout_rests.c.at).where(payout_rests.c.campaign == look.campaign))
    ).one_or_none()
    lost = select(func.count()).select_from(packets.join(people, people.c.id == packets.c.person))
    return Standing(
        (won[0], int(won[1])), (paid[0], int(paid[1])),
        {state: (count, int(total)) for state, count, total in states},
        dict(refused.all()),
        {amount: (count - int(used), int(used)) for amount, count, used in codes},
        rest.why if rest is not None else "", rest.at if rest is not None else 0,
        (await run(lost.where(*unclaimed(look.campaign), ~reached()))).scalar_one(),
    )  # fmt: skip


DEEDS: Deeds = {}
LOOKS: Looks = {MyPackets: mine, StandingOf: standing_of}
