"""Messages that wait for the desk, oldest first; and who waits too long for a door that has to answer in seconds."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.talk.messages import Incoming, Outgoing

#: Messages settled in one transaction at most.
MOST_AT_ONCE = 256
#: Times that a message may meet a database that is away before it is taken for the cause, and messages remembered.
MOST_REFUSED, MOST_REMEMBERED = 50, 10_000
#: Messages of one sender above which they begin no batch by themselves, and seconds that they wait then for others.
SEVERAL, PAUSE = 5, 0.05


async def nowhere(_: Sequence[Incoming]) -> None:
    """Where messages that wait are kept before `Desk.keep` is set."""
    raise LookupError("expected somewhere to keep what waits, found nothing; set Desk.keep")


# One is no other, whatever it holds.
@dataclass(slots=True, eq=False)
class Waiting:
    """One message. `since`: the loop's seconds at its arrival. `passive`: a door waits, to hand the replies over.

    `kept`: it is in the spool, and whoever waited was told so.
    """

    incoming: Incoming
    answered: asyncio.Future[tuple[Outgoing, ...]]
    key: str
    address: str
    since: float
    passive: bool = False
    kept: bool = False


class Queue:
    """What waits."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._refused: Counter[str] = Counter()
        self._of = Counter[str]()
        self._others = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, waiting: Waiting) -> None:
        """At the end."""
        self._waiting.append(waiting)
        self._of[waiting.address] += 1
        if self._of[waiting.address] <= SEVERAL:
            self._others.set()

    def put_back(self, some: Sequence[Waiting]) -> None:
        """At the beginning, in their order."""
        self._waiting.extendleft(reversed(some))
        self._of.update(waiting.address for waiting in some)

    def of(self, address: str) -> int:
        """How many messages of one sender wait."""
        return self._of[address]

    async def turn(self) -> None:
        """Returns when a batch is to begin: at once, but where nobody waits who has not much waiting already.

        Batches of a flood alone would each cost as much as one of many people, and those would wait for them.
        """
        if any(count <= SEVERAL for count in self._of.values()):
            return
        self._others.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(PAUSE):
                await self._others.wait()

    def refused(self, batch: Sequence[Waiting]) -> bool:
        """Count that these met a database that was away; False where one of them did so too often to be believed."""
        if len(self._refused) > MOST_REMEMBERED:
            self._refused.clear()
        self._refused.update(waiting.key for waiting in batch)
        return all(self._refused[waiting.key] <= MOST_REFUSED for waiting in batch)

    def take(self) -> list[Waiting]:
        """What waits, oldest first, at most one message of each address; the others keep their order."""
        batch: list[Waiting] = []
        later: list[Waiting] = []
        taken: set[str] = set()
        queue = self._waiting
        while queue and len(batch) < MOST_AT_ONCE:
            waiting = queue.popleft()
            self._of[waiting.address] -= 1
            if not self._of[waiting.address]:
                del self._of[waiting.address]
            if waiting.address in taken:
                later.append(waiting)
            else:
                taken.add(waiting.address)
                batch.append(waiting)
        self.put_back(later)
        return batch

    def overdue(self, now: float, patience: float, pace: float) -> list[tuple[Waiting, int]]:
        """Whom a door waits for in vain, each with the number of other people ahead of it.

        A door waits for so many seconds of `patience`; a batch takes `pace`. Whoever is in the next batch is answered
        after it; all others are looked at again only then, and may still have a whole batch before them.
        Nothing is settled while this is asked, so nobody ahead is counted who has their answer.
        """
        people: set[str] = set()
        found: list[tuple[Waiting, int]] = []
        for place, waiting in enumerate(self._waiting):
            next_one = place < MOST_AT_ONCE
            late = waiting.since + patience <= now + (pace if next_one else 2 * pace)
            if not late and not next_one:
                break
            if late and waiting.passive:
                found.append((waiting, len(people) - (waiting.address in people)))
            people.add(waiting.address)
        return found
