"""Red packets: a pool made once, each packet won by one conditional statement, and a ledger in double entry.

Nothing is counted first and taken afterwards: the statement that takes a free packet looks itself whether its winner
may have one more, and a unique key holds where two take at the same instant.
"""

from __future__ import annotations

import secrets

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.chance import SEED
from rules.deeds import Declined
from rules.deeds_quiz import Committed, EndAttempt, FillPool, NotePaid, Paid
from rules.looks_quiz import Stock, StockOf
from rules.packets import amounts, commitment, draws
from storage.moments import Deeds, Looks, Moment
from storage.payees import unclaimed
from storage.quiz_statements import BOOK, HAD, POOL, STOCK, TAKE, chances
from storage.tables_quiz import packets, pools
from storage.telling import tell_admins

FUNDS, POOL_ACCOUNT, WON, PAID = "funds", "pool", "won", "paid"
#: Rows of one insert: SQLite takes 32 766 values in a statement.
_AT_ONCE = 2000


async def fill(moment: Moment, deed: FillPool) -> Committed | Declined:
    """Make the pool, once and before the opening."""
    run = moment.connection.execute
    if moment.at >= deed.opens:
        return Declined("packets.open", {})
    if (await run(select(pools.c.at).where(pools.c.campaign == deed.campaign))).one_or_none() is not None:
        return Declined("packets.filled", {})
    seed, pool = secrets.token_bytes(SEED), deed.pool
    told = commitment(pool, seed)
    row = {"total": pool.total, "count": pool.count, "least": pool.least, "most": pool.most}
    await run(
        insert(pools).values(campaign=deed.campaign, seed=seed.hex(), commitment=told, by=deed.by, at=moment.at, **row)
    )
    slots = list(enumerate(amounts(pool, seed), start=1))
    for start in range(0, len(slots), _AT_ONCE):
        some = slots[start : start + _AT_ONCE]
        await run(
            insert(packets), [{"campaign": deed.campaign, "slot": slot, "amount": amount} for slot, amount in some]
        )
    await book(moment, deed.campaign, 0, FUNDS, POOL_ACCOUNT, pool.total)
    await tell_admins(moment, deed.campaign, deed.heard)
    return Committed(told)


async def win(moment: Moment, deed: EndAttempt) -> tuple[int, str]:
    """Take one free packet for a passed attempt: its fen and "", or 0 and why there is none."""
    connection, campaign = moment.connection, {"quiz": deed.campaign}
    found = await POOL.all(connection, campaign)
    if not found:
        return 0, "none"
    [(seed,)] = found
    if deed.probability is not None and not draws(bytes.fromhex(seed), deed.attempt, deed.probability):
        return 0, "luck"
    theirs = {**campaign, "who": deed.person, **chances(deed)}
    taken = await TAKE.all(connection, {**theirs, "brought": deed.attempt, "now": moment.at})
    if not taken:
        [(used,)] = await HAD.all(connection, theirs)
        return 0, "had" if used else "gone"
    [(slot, amount)] = taken
    await book(moment, deed.campaign, slot, POOL_ACCOUNT, WON, amount)
    return int(amount), ""


async def note_paid(moment: Moment, deed: NotePaid) -> Paid:
    """Note what the treasury paid; what is paid already, about to be paid, or was never won, is left alone."""
    count = 0
    for slot, reference in deed.references.items():
        due = update(packets).where(*unclaimed(deed.campaign), packets.c.slot == slot)
        noted = due.values(paid=moment.at, reference=reference).returning(packets.c.amount)
        if (amount := (await moment.connection.execute(noted)).scalar_one_or_none()) is not None:
            await book(moment, deed.campaign, slot, WON, PAID, amount)
            count += 1
    return Paid(count)


async def book(moment: Moment, campaign: str, slot: int, out_of: str, into: str, amount: int) -> None:
    """One line of the ledger."""
    row = {"id": moment.number(), "quiz": campaign, "slot": slot, "out_of": out_of, "into": into}
    await BOOK.all(moment.connection, {**row, "amount": amount, "now": moment.at})


async def stock_of(connection: AsyncConnection, look: StockOf) -> Stock:
    """What is left of a pool."""
    found = await STOCK.all(connection, {"quiz": look.campaign})
    if not found:
        return Stock()
    [(count, total, told, free)] = found
    return Stock(count, total, 0 if free is None else count + 1 - free, told)


DEEDS: Deeds = {FillPool: fill, NotePaid: note_paid}
LOOKS: Looks = {StockOf: stock_of}
