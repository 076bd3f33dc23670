"""A quiz whose packets are won by people with WeChat, a fake platform that pays, and a program that may be killed."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from bot.fakes import FakeClock
from bot.fakes.trouble import CALM, Trouble
from bot.fakes.wechat_pay import FakePay, fake_pay
from bot.handlers.wechat_pay import RedPackets
from rules.instants import from_micros
from rules.notice import Notice
from rules.packets import Pool
from rules.packets_audit import audit, balances
from rules.payouts import Bill, Hours, Said
from scheduler.paying import Payer, Paying, Purse
from storage.packets_read import books_of
from storage.tables import addresses, people
from storage.tables_payout import payouts
from storage.tables_quiz import packets
from storage.tables_reminders import leases
from tests.campaigns.shipped import notice
from tests.storage.test_quiz import CLOSES, OPENS, QUIZ, filled, played
from tests.storage.world import NOW, World

#: Nothing is held, unless a test says so.
ALWAYS = Hours(time(), time())


class Killed(BaseException):
    """The program ends here, as if the machine lost its power."""


@dataclass
class Deadly:
    """A payer around which the program dies: before a call, or after it and before its answer is heard."""

    payer: Payer
    dice: random.Random
    before: float = 0.0
    after: float = 0.0
    left: int = 1000

    async def pay(self, bill: Bill) -> Said:
        self._die(self.before)
        said = await self.payer.pay(bill)
        self._die(self.after)
        return said

    async def ask(self, number: str) -> Said:
        self._die(self.before)
        said = await self.payer.ask(number)
        self._die(self.after)
        return said

    def _die(self, chance: float) -> None:
        if self.left > 0 and self.dice.random() < chance:
            self.left -= 1
            raise Killed


@dataclass
class Stage:
    """Who has won, the platform, and the program that pays."""

    world: World
    pay: FakePay
    clock: FakeClock
    notice: Notice
    purse: Purse
    paying: Paying = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new program on the same database."""
        self.paying = Paying(self.world.database, {QUIZ: self.notice}, self.world.numbers, self.clock)
        self.paying.purse = self.purse

    async def winner(self, openid: str = "", *, channel: str = "wechat") -> int:
        """Somebody who has won a packet, known in a channel."""
        person = await self.world.person("李明")
        name = openid or f"o{person}"
        async with self.world.database.write() as connection:
            await connection.execute(update(people).where(people.c.id == person).values(channel=channel, address=name))
            await connection.execute(insert(addresses).values(id=f"{channel}:{name}", person=person, since=NOW))
        marked = await played(self.world, person)
        assert marked.packet > 0
        return person

    async def act(self, times: int = 1, *, minutes: float = 3) -> None:
        """Some rounds, each a while after the one before; a program that dies is started again."""
        for _ in range(times):
            try:
                await self.paying.act()
            except Killed:
                self.restart()
                async with self.world.database.write() as connection:  # a minute of the machine's time passes
                    await connection.execute(update(leases).values(until=0))
            self.clock.advance(timedelta(minutes=minutes))

    async def states(self) -> list[str]:
        """The states of the payments, in the order of the packets."""
        async with self.world.database.read() as connection:
            found = await connection.execute(select(payouts.c.state).order_by(payouts.c.slot))
            return list(found.scalars())

    async def kept(self, *columns: str) -> list[tuple[Any, ...]]:
        """Columns of every packet that is won."""
        async with self.world.database.read() as connection:
            found = await connection.execute(
                select(*(packets.c[name] for name in columns)).where(packets.c.person > 0).order_by(packets.c.slot)
            )
            return [tuple(row) for row in found]

    async def books(self) -> dict[str, int]:
        """The balances of a ledger that the audit has nothing to say about."""
        async with self.world.database.read() as connection:
            found = await books_of(connection, QUIZ, per_person=1, opens=OPENS, closes=CLOSES)
        assert found is not None
        assert audit(found) == ()
        return balances(found.ledger)


@asynccontextmanager
async def stage(
    world: World,
    *,
    trouble: Trouble = CALM,
    count: int = 5,
    balance: int = 10**9,
    purse: Callable[[Purse], Purse] = lambda purse: purse,
    **packets_say: Any,
) -> AsyncIterator[Stage]:
    """A quiz of `count` packets that are paid by WeChat; `packets_say` changes what the notice says of them."""
    clock = FakeClock(from_micros(NOW + 60_000_000))
    loaded = notice(QUIZ)
    assert loaded.quiz is not None
    told = replace(loaded.quiz.packets, **{"payout": "wechat", **packets_say})
    here = replace(loaded, quiz=replace(loaded.quiz, packets=told))
    await filled(world, Pool(600 * count, count, 100, 2000))
    async with fake_pay(clock, trouble=trouble, balance=balance) as pay:
        api = RedPackets(pay.account)
        given = Purse(api, pay.account.merchant, 10_000, 10, 100_000, ALWAYS)
        yield Stage(world, pay, clock, here, purse(given))
        await api.close()
