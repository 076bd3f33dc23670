"""Payments by WeChat: a packet is claimed for its one bill before the platform is called, and booked when it has paid.

A claim is the packet's `reference` while it is not paid. The treasury's notes, codes and payments by WeChat all take a
packet with a statement that wants it empty, so that only one of them can.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from rules.deeds import Declined, Done, Heard
from rules.deeds_payout import RestPayout, ResumePayout
from rules.packets import LEAST, MOST, yuan
from rules.payouts import ASKED, HOUR, LEASE, MINUTE, PAID, READY, REFUSED, RETURNED, SENT, Move, State, bill_number
from storage.moments import Deeds, Looks, Moment
from storage.packets import PAID as IS_PAID
from storage.packets import WON, book
from storage.payees import owner, unclaimed, wechat_of
from storage.tables import people
from storage.tables_payout import UNDER_WAY, payout_rests, payouts
from storage.tables_quiz import packets
from storage.telling import tell_admins, tell_person
from storage.upserts import insert_into

#: Packets that are prepared in one transaction.
PAGE = 100
_DIGITS = 10**10


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who pays, and how much: calls a minute, packets and fen for one person on a day that began at `midnight`."""

    number: str
    day: str
    midnight: int
    per_minute: int
    daily: int
    daily_fen: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One call to be made now: to pay (`pays`) or to ask. `state` and `tries` are those of the claim."""

    campaign: str
    slot: int
    bill: str
    person: int
    openid: str
    amount: int
    state: State
    tries: int
    why: str
    pays: bool


async def prepare(moment: Moment, campaign: str, merchant: Merchant, *, loses: bool) -> int:
    """Give packets that are won, not paid, and whose winners have WeChat a bill; gives how many."""
    mine = select(payouts.c.slot).where(payouts.c.campaign == campaign, payouts.c.slot == packets.c.slot)
    found = await moment.connection.execute(
        select(packets.c.slot, packets.c.amount, packets.c.person, wechat_of(follows=loses).label("openid"))
        .select_from(packets.join(people, people.c.id == packets.c.person))
        .where(*unclaimed(campaign), ~mine.exists(), wechat_of(follows=loses).is_not(None))
        .order_by(packets.c.slot)
        .limit(PAGE)
    )
    return sum([await _prepared(moment, campaign, merchant, row) for row in found.all()])


async def _prepared(moment: Moment, campaign: str, merchant: Merchant, row: Any) -> bool:
    run = moment.connection.execute
    bill = bill_number(merchant.number, merchant.day, secrets.randbelow(_DIGITS))
    fits = LEAST <= row.amount <= MOST
    if fits:
        claimed = update(packets).where(*unclaimed(campaign), packets.c.slot == row.slot).values(reference=bill)
        if (await run(claimed.returning(packets.c.slot))).one_or_none() is None:
            return False
    values = {
        "campaign": campaign, "slot": row.slot, "bill": bill, "person": row.person, "amount": row.amount,
        "openid": row.openid.partition(":")[2], "state": READY if fits else REFUSED, "at": moment.at, "due": moment.at,
        "why": "" if fits else "AMOUNT",
    }  # fmt: skip
    # A number that is taken already breaks the statement: then nothing is kept, and all is tried anew.
    await run(insert(payouts).values(**values))
    return True


async def take(moment: Moment, campaign: str, merchant: Merchant, *, pays: bool, most: int) -> tuple[Ask, ...]:
    """Claim what is due: questions always, payments where `pays`, and no more of those than the platform takes."""
    run = moment.connection.execute
    states = (READY, ASKED, SENT) if pays else (ASKED, SENT)
    wanted = [payouts.c.campaign == campaign, payouts.c.state.in_(states), payouts.c.due <= moment.at]
    names = ("campaign", "slot", "bill", "person", "openid", "amount", "state", "tries", "why")
    rows = await run(
        select(*(payouts.c[name] for name in names))
        .where(UNDER_WAY, *wanted)
        .order_by(payouts.c.due, payouts.c.slot)
        .limit(most)
    )
    lately = select(func.count()).where(payouts.c.asked > moment.at - MINUTE)
    room = merchant.per_minute - (await run(lately)).scalar_one()
    taken: list[Ask] = []
    for row in rows.all():
        asks = row.state != READY
        if not asks and (room <= 0 or not await _may_have(moment, merchant, row)):
            continue
        here = (payouts.c.campaign == campaign, payouts.c.slot == row.slot, payouts.c.due <= moment.at)
        same = (payouts.c.state == row.state, payouts.c.tries == row.tries)
        kept: dict[str, Any] = {"due": moment.at + LEASE}
        if not asks:
            kept |= {"state": ASKED, "tries": row.tries + 1, "asked": moment.at}
            room -= 1
        if (await run(update(payouts).where(*here, *same).values(**kept).returning(payouts.c.slot))).one_or_none():
            state: State = row.state if asks else ASKED
            taken.append(
                Ask(campaign, row.slot, row.bill, row.person, row.openid, row.amount, state, row.tries + (not asks),
                    row.why, not asks)
            )  # fmt: skip
    return tuple(taken)


async def _may_have(moment: Moment, merchant: Merchant, row: Any) -> bool:
    """Whether the platform lets this person have one more today; otherwise it waits until tomorrow."""
    had = select(func.count(), func.coalesce(func.sum(payouts.c.amount), 0)).where(
        payouts.c.openid == row.openid, payouts.c.asked >= merchant.midnight, payouts.c.slot != row.slot
    )
    count, fen = (await moment.connection.execute(had)).one()
    if count < merchant.daily and fen + row.amount <= merchant.daily_fen:
        return True
    await moment.connection.execute(
        update(payouts)
        .where(payouts.c.campaign == row.campaign, payouts.c.slot == row.slot)
        .values(due=merchant.midnight + 24 * HOUR)
    )
    return False


async def settle(moment: Moment, ask: Ask, move: Move) -> bool:
    """Keep what a call came to, and book what was paid or came back; False where somebody else settled it meanwhile."""
    here = (payouts.c.campaign == ask.campaign, payouts.c.slot == ask.slot)
    same = (payouts.c.state == ask.state, payouts.c.tries == ask.tries)
    kept = {"state": move.state, "due": moment.at + move.wait, "why": move.why}
    done = await moment.connection.execute(
        update(payouts).where(*here, *same).values(**kept).returning(payouts.c.slot)
    )  # fmt: skip
    if done.one_or_none() is None:
        return False
    was, now = ask.state in PAID, move.state in PAID or move.state == RETURNED
    if not was and now:
        await _mark(moment, ask, paid=moment.at, reference=ask.bill)
        await book(moment, ask.campaign, ask.slot, WON, IS_PAID, ask.amount)
    if (was or now) and move.state in (RETURNED, REFUSED):
        await book(moment, ask.campaign, ask.slot, IS_PAID, WON, ask.amount)
    if move.state in (RETURNED, REFUSED):
        await _mark(moment, ask, paid=0, reference="")
    await _tell(moment, ask, move)
    return True


async def _mark(moment: Moment, ask: Ask, *, paid: int, reference: str) -> None:
    here = (packets.c.campaign == ask.campaign, packets.c.slot == ask.slot, packets.c.reference == ask.bill)
    await moment.connection.execute(update(packets).where(*here).values(paid=paid, reference=reference))


async def _tell(moment: Moment, ask: Ask, move: Move) -> None:
    """The winner hears when the packet lies there, and when it came back."""
    news = {SENT: "payout.sent", RETURNED: "payout.returned"}
    if move.state == ask.state or move.state not in news:
        return
    whole = select(owner()).where(people.c.id == ask.person)
    person = (await moment.connection.execute(whole)).scalar_one_or_none()
    if person is not None:
        heard = Heard(news[move.state], {"amount": yuan(ask.amount)}, ("我的红包",))
        await tell_person(moment, ask.campaign, heard, person)


async def rest(moment: Moment, campaign: str, why: str, title: str) -> None:
    """Pay nothing until an admin says so; the admins hear of it once."""
    kept = (
        insert_into(payout_rests, moment.connection)
        .values(campaign=campaign, why=why, by=0, at=moment.at)
        .on_conflict_do_nothing()
    )
    if (await moment.connection.execute(kept.returning(payout_rests.c.campaign))).one_or_none() is not None:
        await tell_admins(moment, campaign, Heard("payout.rests", {"title": title, "why": why}, ("红包发放",)))


async def tell_refused(moment: Moment, campaign: str, title: str) -> None:
    """Tell the admins what was refused for good, all at once, and not more than once an hour."""
    run = moment.connection.execute
    mine = (payouts.c.campaign == campaign, payouts.c.state == REFUSED)
    lately = select(func.count()).where(*mine, payouts.c.told > moment.at - HOUR)
    new = select(payouts.c.why, func.count()).where(*mine, payouts.c.told == 0).group_by(payouts.c.why)
    found: dict[str, int] = dict((await run(new)).all())
    if not found or (await run(lately)).scalar_one():
        return
    await run(update(payouts).where(*mine, payouts.c.told == 0).values(told=moment.at))
    facts = {"title": title, "refused": [{"why": why, "count": count} for why, count in sorted(found.items())]}
    await tell_admins(moment, campaign, Heard("payout.refused", facts, ("红包发放",)))


async def rests(moment: Moment, campaign: str) -> bool:
    """Whether payment rests."""
    found = select(payout_rests.c.campaign).where(payout_rests.c.campaign == campaign)
    return (await moment.connection.execute(found)).one_or_none() is not None


async def rest_now(moment: Moment, deed: RestPayout) -> Done | Declined:
    """An admin lets payment rest."""
    row = {"campaign": deed.campaign, "why": "ADMIN", "by": deed.by, "at": moment.at}
    kept = (
        insert_into(payout_rests, moment.connection)
        .values(row)
        .on_conflict_do_nothing()
        .returning(payout_rests.c.campaign)
    )
    done = await moment.connection.execute(kept)
    return Done() if done.one_or_none() is not None else Declined("payout.resting", {})


async def resume(moment: Moment, deed: ResumePayout) -> Done | Declined:
    """An admin lets payment go on; what waited for it is due at once."""
    run = moment.connection.execute
    gone = payout_rests.delete().where(payout_rests.c.campaign == deed.campaign).returning(payout_rests.c.campaign)
    if (await run(gone)).one_or_none() is None:
        return Declined("payout.not_resting", {})
    await run(
        update(payouts)
        .where(payouts.c.campaign == deed.campaign, payouts.c.state == READY, payouts.c.due > moment.at)
        .values(due=moment.at)
    )
    return Done()


DEEDS: Deeds = {RestPayout: rest_now, ResumePayout: resume}
LOOKS: Looks = {}
