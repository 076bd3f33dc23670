"""Red packets as they are proved and paid: everything that is stored of a pool, and what is still to be paid."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.packets_audit import Books, Code, Entry, Packet, Payment
from storage.payees import reached, unclaimed
from storage.tables import people, units
from storage.tables_payout import payouts, vouchers
from storage.tables_quiz import ledger, packets, players, pools, quiz_attempts


async def books_of(
    connection: AsyncConnection, campaign: str, *, per_person: int, opens: int, closes: int
) -> Books | None:
    """Everything that is stored of a pool, for whoever proves it; None where there is no pool."""
    run = connection.execute
    pool = (
        await run(
            select(
                pools.c.total, pools.c["count"], pools.c.least, pools.c.most, pools.c.seed, pools.c.commitment
            ).where(pools.c.campaign == campaign)
        )
    ).one_or_none()
    if pool is None:
        return None
    total, count, least, most, seed, told = pool
    names = ("slot", "amount", "person", "nth", "attempt", "won", "paid", "reference")
    found = await run(
        select(*(packets.c[name] for name in names)).where(packets.c.campaign == campaign).order_by(packets.c.slot)
    )
    lines = await run(
        select(ledger.c.slot, ledger.c.out_of, ledger.c.into, ledger.c.amount)
        .where(ledger.c.campaign == campaign)
        .order_by(ledger.c.id)
    )
    passed = await run(
        select(quiz_attempts.c.id, quiz_attempts.c.person).where(
            quiz_attempts.c.campaign == campaign, quiz_attempts.c.passed == 1
        )
    )
    payments = await run(
        select(payouts.c.slot, payouts.c.bill, payouts.c.person, payouts.c.amount, payouts.c.state)
        .where(payouts.c.campaign == campaign)
        .order_by(payouts.c.slot)
    )
    codes = await run(
        select(vouchers.c.id, vouchers.c.slot, vouchers.c.amount)
        .where(vouchers.c.campaign == campaign, vouchers.c.slot > 0)
        .order_by(vouchers.c.slot)
    )
    return Books(
        (total, count, least, most), bytes.fromhex(seed), told, tuple(Packet(*row) for row in found),
        tuple(Entry(*row) for row in lines), dict(passed.all()), per_person, opens, closes,
        tuple(Payment(*row) for row in payments), tuple(Code(*row) for row in codes),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A packet that is won and not paid: its place, fen, its winner's name and unit, and whether they left.

    `state` is that of a payment by WeChat that came to nothing ("refused", "returned"), "" where none was tried.
    """

    slot: int
    amount: int
    won: int
    person: int
    name: str
    unit: str
    left: bool
    state: str = ""


async def due_of(connection: AsyncConnection, campaign: str) -> tuple[Due, ...]:
    """The packets to be paid by hand, in their order; not those that WeChat is about to pay.

    Whoever unfollowed or blocked every address of theirs has left.
    """
    here = (players.c.campaign == packets.c.campaign) & (players.c.person == packets.c.person)
    tried = (payouts.c.campaign == packets.c.campaign) & (payouts.c.slot == packets.c.slot)
    found = await connection.execute(
        select(
            packets.c.slot, packets.c.amount, packets.c.won, packets.c.person, func.coalesce(people.c.name, ""),
            func.coalesce(units.c.name, ""), ~reached(), func.coalesce(payouts.c.state, ""),
        )
        .select_from(
            packets.outerjoin(people, people.c.id == packets.c.person)
            .outerjoin(players, here)
            .outerjoin(units, units.c.id == players.c.unit)
            .outerjoin(payouts, tried)
        )
        .where(*unclaimed(campaign))
        .order_by(packets.c.slot)
    )  # fmt: skip
    return tuple(
        Due(slot, amount, won, who, name, unit, bool(left), state)
        for slot, amount, won, who, name, unit, left, state in found
    )
