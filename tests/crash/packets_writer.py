"""One program of many that play a quiz on one database until it is killed: the attempts go through the product's own
batches and deeds.

Its naive twin takes a packet as one would at first: it counts what is left and what the person has, and inserts then.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import func, insert, select, update

from rules.deeds import Deed
from rules.deeds_quiz import AnswerQuestion, BeginAttempt, Begun, EndAttempt, Marked
from rules.instants import from_micros
from storage.database import Database, passes
from storage.numbers import Numbers
from storage.tables_quiz import ledger, packets
from storage.turns import Batch, Turns

QUIZ, NOBODYS = "hongze-quiz-2020", "without-packets"
CODES = tuple(f"{number:012x}" for number in range(40))
OPENS, DAY = 1_594_137_600_000_000, 24 * 3600 * 1_000_000
#: Questions of an attempt, and how many right answers pass it.
DRAW, CORRECT = 2, 1
#: People who answer in one transaction.
AT_ONCE = 48


@dataclass(frozen=True, slots=True)
class Job:
    """What a writer is told: where, whose dice, how many people there are, and which twin it is."""

    url: str
    dice: str
    people: int
    naive: bool = False


@dataclass(slots=True)
class Writer:
    """A program at work."""

    job: Job
    turns: Turns
    dice: random.Random
    #: Attempts that this life of it ended.
    ended: int = 0

    async def round(self) -> None:
        """Some people begin and answer; in transactions of their own they answer on and end, now and then twice."""
        people = sorted(self.dice.sample(range(1, self.job.people + 1), min(AT_ONCE, self.job.people)))
        at = OPENS + self.dice.randrange(7 * DAY - 1)
        begun = await self._settled(people, at, [self._begin(person) for person in people])
        mine = [(each.attempt, person) for each, person in zip(begun, people, strict=True) if isinstance(each, Begun)]
        for place in range(DRAW):
            await self._settled(people, at, [self._answer(attempt, person, place) for attempt, person in mine])
        for attempt, person in [*mine, *self.dice.sample(mine, len(mine) // 10)] if self.job.naive else ():
            await self._naive(attempt, person, at)
        if not self.job.naive:
            again = self.dice.sample(mine, len(mine) // 10)
            ends = [self._end(attempt, person) for attempt, person in [*mine, *again]]
            self.ended += sum(isinstance(each, Marked) for each in await self._settled(people, at, ends))

    async def _settled(self, people: Sequence[int], at: int, deeds: Sequence[Deed]) -> list[Any]:
        """Perform deeds in one transaction, as the desk does; once more where another program was in the way."""
        while True:
            try:
                async with self.turns.open() as batch:
                    await batch.hold([f"wechat:{person}" for person in people])
                    return await batch.at_once(partial(_performed, batch, deeds, at))
            except Exception as broken:
                if not passes(broken):
                    raise

    def _begin(self, person: int) -> BeginAttempt:
        return BeginAttempt(QUIZ, person, CODES, DRAW, OPENS, OPENS + 7 * DAY, None, None, 1)

    def _answer(self, attempt: int, person: int, place: int) -> AnswerQuestion:
        return AnswerQuestion(attempt, person, place, CODES[place], 0, self.dice.random() < 0.4)

    def _end(self, attempt: int, person: int, campaign: str = QUIZ) -> EndAttempt:
        return EndAttempt(campaign, person, attempt, DRAW, CORRECT, OPENS + 7 * DAY, False, 1, None)

    async def _naive(self, attempt: int, person: int, at: int) -> None:
        """Count, then insert."""
        [marked] = await self._settled([person], at, [self._end(attempt, person, NOBODYS)])
        if not isinstance(marked, Marked):
            return
        self.ended += 1
        async with self.turns.database.read() as connection:
            free = (packets.c.campaign == QUIZ, packets.c.person == 0)
            had = select(func.count()).where(packets.c.campaign == QUIZ, packets.c.person == person)
            next_free = select(packets.c.slot, packets.c.amount).where(*free).order_by(packets.c.slot).limit(1)
            left, mine = (await connection.execute(next_free)).one_or_none(), (await connection.execute(had)).scalar()
        if marked.passed and left is not None and not mine:
            await self._taken(attempt, person, at, left)

    async def _taken(self, attempt: int, person: int, at: int, left: Any) -> None:
        line = {"campaign": QUIZ, "slot": left.slot, "out_of": "pool", "into": "won", "amount": left.amount, "at": at}
        try:
            async with self.turns.database.write() as connection:
                await connection.execute(insert(ledger).values(id=self.turns.number(), **line))
                await connection.execute(
                    update(packets)
                    .where(packets.c.campaign == QUIZ, packets.c.slot == left.slot)
                    .values(person=person, nth=1, attempt=attempt, won=at)
                )
        except Exception as broken:  # the product's unique key stops some of it
            if not passes(broken):
                raise


async def _performed(batch: Batch, deeds: Sequence[Deed], at: int) -> list[Any]:
    return [await batch.perform(deed, from_micros(at)) for deed in deeds]


async def write(job: Job, ended: Any, place: int, stop: Any) -> None:
    """Play until told to stop; tells how many attempts were ended in `ended[place]`."""
    database = Database.open(job.url)
    writer = Writer(job, Turns(database, Numbers()), random.Random(job.dice))
    before, parent = ended[place], os.getppid()
    while not stop.value and os.getppid() == parent:
        await writer.round()
        ended[place] = before + writer.ended
    await database.close()


def run(job: Job, ended: Any, place: int, stop: Any) -> None:
    """A writer's process."""
    asyncio.run(write(job, ended, place, stop))
