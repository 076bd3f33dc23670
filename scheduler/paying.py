"""Pays what a quiz gives, by red packets of WeChat Pay and by codes, and asks what became of what was paid.

Whatever is decided stands in the database before and after every call, so a program that ends at any point, and
another one that goes on, pay each packet once. Of several programs on one database one at a time claims.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from rules.instants import from_micros, micros
from rules.notice import Notice
from rules.payouts import (
    IN_A_ROW,
    LEASE,
    REFUSED,
    SENT,
    Bill,
    Hours,
    Move,
    Said,
    after_call,
    after_query,
    to_morning,
)
from rules.quiz import Quiz
from scheduler.clock import SimulatedClock, SystemClock
from storage import payouts, vouchers
from storage.database import Database
from storage.leases import PAYING, Leadership
from storage.moments import Moment
from storage.numbers import Numbers
from storage.payouts import Ask, Merchant

log = structlog.get_logger(__name__)

#: Seconds between two rounds, and calls of one round for one campaign.
EVERY, MOST = 5.0, 20
#: Calls in doubt after which all rest, so that somebody looks.
DOUBTS = 8


class Payer(Protocol):
    """The platform (`bot.handlers.wechat_pay.RedPackets`). Raises nothing."""

    async def pay(self, bill: Bill) -> Said:
        """Ask for one packet."""
        ...

    async def ask(self, number: str) -> Said:
        """What became of a bill."""
        ...


@dataclass(frozen=True, slots=True)
class Purse:
    """Who pays, and its limits: calls a minute, packets and fen for one person on one day, and hours without pay."""

    payer: Payer
    merchant: str
    per_minute: int
    daily: int
    daily_fen: int
    hours: Hours


class Paying:
    """Pays. Start `run()` as a task; `purse` is set when the deployment has a merchant."""

    def __init__(
        self,
        database: Database,
        notices: Mapping[str, Notice],
        number: Numbers,
        clock: SystemClock | SimulatedClock,
        *,
        every: float = EVERY,
    ) -> None:
        self._database, self._notices, self._number, self._clock, self._every = database, notices, number, clock, every
        self._leadership, self._bell = Leadership(PAYING), asyncio.Event()
        self._refusals: dict[str, tuple[str, int]] = {}
        self.purse: Purse | None = None
        #: Told that there is something new to send.
        self.posted: Callable[[], None] = lambda: None

    def rang(self) -> None:
        """Something may be due now."""
        self._bell.set()

    async def run(self) -> None:
        """Work until cancelled; a call under way is kept before that."""
        while True:
            self._bell.clear()
            acting = asyncio.ensure_future(self._acted())
            try:
                await asyncio.shield(acting)
            except asyncio.CancelledError:
                await acting
                raise
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._bell.wait()

    async def _acted(self) -> None:
        try:
            await self.act()
        except Exception as broken:  # noqa: BLE001  what was claimed is asked about by the next round
            log.error("paying was interrupted", failure=type(broken).__name__)

    async def act(self) -> int:
        """One round for every campaign; gives how many packets were paid or asked about."""
        done = 0
        for notice in self._notices.values():
            quiz = notice.quiz
            if quiz is None or (quiz.packets.payout == "treasury" and self.purse is None):
                continue
            done += await self._round(notice, quiz)
        if done:
            self.posted()
        return done

    async def _round(self, notice: Notice, quiz: Quiz) -> int:
        """Codes first, which need nobody; then everything that the platform is to be called for.

        What was begun is asked about even where the notice says by now that it is paid otherwise.
        """
        purse, ours, begun = self.purse, quiz.packets.payout == "wechat", self._begun(quiz)
        async with self._database.write() as connection:
            if not await self._leadership.lead(connection):
                return 0
            moment = Moment(connection, micros(self._clock.now()), self._number)
            resting = await payouts.rests(moment, notice.id)
            given = 0
            loses = quiz.packets.leaving == "lose_unpaid"
            if quiz.packets.gives_codes and begun and not resting:
                given = await vouchers.give(moment, notice.id, others=ours, loses=loses)
            if purse is None:
                return given
            local = from_micros(moment.at).astimezone(ZoneInfo(notice.zone))
            merchant = _merchant(purse, local)
            if ours and begun and not resting:
                await payouts.prepare(moment, notice.id, merchant, loses=loses)
            pays = ours and begun and not resting and not purse.hours.hold(local)
            asks = await payouts.take(moment, notice.id, merchant, pays=pays, most=MOST)
        for ask in asks:
            await self._one(purse, ask, notice, quiz, claimed=moment.at)
        async with self._database.write() as connection:
            moment = Moment(connection, micros(self._clock.now()), self._number)
            await payouts.tell_refused(moment, notice.id, notice.short_title)
        return given + len(asks)

    def _begun(self, quiz: Quiz) -> bool:
        """Whether the program may pay yet."""
        if quiz.packets.pays == "at_once" or quiz.stay_until is None:
            return True
        return self._clock.now() >= quiz.stay_until.first_late

    async def _one(self, purse: Purse, ask: Ask, notice: Notice, quiz: Quiz, *, claimed: int) -> None:
        """One call and what it came to."""
        if micros(self._clock.now()) - claimed > LEASE // 2:
            return  # it took so long that another program may ask about it by now; so may this one, next time
        if not ask.pays:
            said = await purse.payer.ask(ask.bill)
            move = after_query(said, state=ask.state, tries=ask.tries, why=ask.why)
        else:
            bill = Bill(ask.bill, ask.openid, ask.amount, notice.short_title, quiz.packets.wishing)
            said = await purse.payer.pay(bill) if ask.openid else Said("ERASED")
            local = self._clock.now().astimezone(ZoneInfo(notice.zone))
            move = after_call(said, tries=ask.tries, to_morning=to_morning(local))
        if move.state not in (SENT, REFUSED) and not said.code:
            log.warning("a payment is in doubt", bill=ask.bill, said=said.words)
        async with self._database.write() as connection:
            moment = Moment(connection, micros(self._clock.now()), self._number)
            if await payouts.settle(moment, ask, move) and (why := self._stops(ask, move)):
                await payouts.rest(moment, ask.campaign, why, notice.short_title)

    def _stops(self, ask: Ask, move: Move) -> str:
        """Why all must rest after this, "" where they need not."""
        if move.rests:
            return move.why
        if ask.pays and not move.why and move.state != SENT and ask.tries >= DOUBTS:
            return "DOUBT"
        if move.state == SENT:
            self._refusals.pop(ask.campaign, None)
        if move.state != REFUSED or move.why in ("AMOUNT", "ERASED"):
            return ""
        before, count = self._refusals.get(ask.campaign, ("", 0))
        count = count + 1 if before == move.why else 1
        self._refusals[ask.campaign] = (move.why, count)
        if count < IN_A_ROW:
            return ""
        self._refusals.pop(ask.campaign)
        return move.why


def _merchant(purse: Purse, local: datetime) -> Merchant:
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    return Merchant(
        purse.merchant, f"{local:%Y%m%d}", micros(midnight), purse.per_minute, purse.daily, purse.daily_fen
    )  # fmt: skip
