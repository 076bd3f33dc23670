"""Messages that wait for the desk; and who waits too long for a door that has to answer in seconds."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from operator import attrgetter

from bot.talk.messages import Incoming, Outgoing

#: Messages settled in one transaction at most.
MOST_AT_ONCE = 256
#: Times that a message may meet a database that is away before it is taken for the cause, and messages remembered.
MOST_REFUSED, MOST_REMEMBERED = 50, 10_000
#: Part of a batch that belongs to those who were put off, though others could still be answered in time.
PUT_OFF_PART = 0.25
#: Seconds in which the time of a slow batch counts half as much.
HALF_FORGOTTEN = 10.0
#: Messages of one sender above which they begin no batch by themselves, and seconds that they wait then for others.
SEVERAL, PAUSE = 5, 0.05


_number = attrgetter("number")


async def nowhere(_: Sequence[Incoming]) -> None:
    """Where messages that wait are kept before `Desk.keep` is set."""
    raise LookupError("expected somewhere to keep what waits, found nothing; set Desk.keep")


# One is no other, whatever it holds.
@dataclass(slots=True, eq=False)
class Waiting:
    """One message. `since`: the loop's seconds at its arrival. `passive`: a door waits, to hand the replies over.

    `kept`: it is in the spool, and whoever waited was told so. `number`: its place among all that ever came.
    """

    incoming: Incoming
    answered: asyncio.Future[tuple[Outgoing, ...]]
    key: str
    address: str
    since: float
    passive: bool = False
    kept: bool = False
    number: int = 0


class Pace:
    """Seconds that a batch takes, rather too many than too few: the slowest one counts, and is forgotten slowly.

    In a rush the database now and then writes its log into its file, and a batch takes ten times as long as the others;
    whoever waits to the last moment for the others would be answered too late then.
    """

    def __init__(self) -> None:
        self._seconds, self._at = 0.0, 0.0

    def took(self, began: float, ended: float) -> None:
        """A batch was settled."""
        self._seconds = max(ended - began, self._seconds * 0.5 ** ((ended - self._at) / HALF_FORGOTTEN))
        self._at = ended

    def within(self, patience: float) -> float:
        """At most so much that half of the patience is left: one very slow batch puts nobody off for nothing."""
        return min(self._seconds, patience / 4)


@dataclass(slots=True, eq=False)
class Later:
    """Somebody in the later line: how many people had entered it before, where they write, and what waits there."""

    place: int
    addresses: Collection[str]
    waits: int = 0


class Queue:
    """What waits, in two lines: whoever can still be answered in time comes first, and behind them who was put off.

    In one line a rush that was too much for a minute would stay too much: everybody behind those who were put off
    would be put off, too, though there would be time to answer them. Who was put off has a part of every batch.
    All that one person has waiting is in one line, whatever they write from, so that it keeps its order.
    """

    def __init__(self) -> None:
        self._front, self._later = deque[Waiting](), deque[Waiting]()
        self._refused: Counter[str] = Counter()
        self._of = Counter[str]()
        #: Whom a door waits for in the later line, because something of theirs was put off before.
        self._awaited: list[Waiting] = []
        #: Who is in the later line, by each address of theirs; how many people have entered it, and how many left.
        self._people: dict[str, Later] = {}
        self._entries = self._exits = 0
        self._numbers = count(1)
        self._others = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._front or self._later)

    def put(self, waiting: Waiting) -> None:
        """At the end of its line."""
        waiting.number = next(self._numbers)
        self._of[waiting.address] += 1
        if self._of[waiting.address] <= SEVERAL:
            self._others.set()
        if waiting.address in self._people:
            self._enter(waiting)
        else:
            self._front.append(waiting)

    def put_back(self, some: Sequence[Waiting]) -> None:
        """At the beginning, but for what came before them and still waits from the same people."""
        if not some:  # as after nearly every batch
            return
        self._of.update(waiting.address for waiting in some)
        late = [waiting for waiting in some if waiting.address in self._people]
        self._front = deque(sorted([*self._front, *(each for each in some if each not in late)], key=_number))
        if not late:
            return
        people = [self._people[waiting.address] for waiting in late]
        theirs = [each for each in self._later if self._people[each.address] in people]
        rest = [each for each in self._later if each not in theirs]
        for waiting in late:
            self._people[waiting.address].waits += 1
        self._awaited += [waiting for waiting in late if waiting.passive]
        self._later = deque([*sorted([*theirs, *late], key=_number), *rest])

    def of(self, address: str) -> int:
        """How many messages of one sender wait."""
        return self._of[address]

    def postpone(self, some: Sequence[Waiting], siblings: Mapping[str, Collection[str]]) -> None:
        """These were put off: they go to the end of the later line, and with them all that their senders wrote.

        `siblings` are all addresses of a sender by the one that was put off; one that nobody has yet is left out.
        """
        for waiting in some:
            if waiting.address not in self._people:
                theirs = siblings.get(waiting.address, (waiting.address,))
                person = Later(self._entries, [address for address in theirs if address not in self._people])
                self._people |= dict.fromkeys(person.addresses, person)
                self._entries += 1
        staying = deque[Waiting]()
        for waiting in self._front:
            if waiting.address in self._people:
                self._enter(waiting)
            else:
                staying.append(waiting)
        self._front = staying

    def _enter(self, waiting: Waiting) -> None:
        self._people[waiting.address].waits += 1
        self._later.append(waiting)
        if waiting.passive:
            self._awaited.append(waiting)

    def _leave(self, waiting: Waiting) -> None:
        person = self._people[waiting.address]
        person.waits -= 1
        if not person.waits:
            for address in person.addresses:
                del self._people[address]
            self._exits += 1
        if waiting.passive:
            self._awaited.remove(waiting)

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
        """The next batch, at most one message of each sender; the others keep their order."""
        batch = self._draw(self._front, MOST_AT_ONCE - self._reserved())
        late = self._draw(self._later, MOST_AT_ONCE - len(batch))
        for waiting in late:
            self._leave(waiting)
        batch += late
        for waiting in batch:
            self._of[waiting.address] -= 1
            if not self._of[waiting.address]:
                del self._of[waiting.address]
        return batch

    def _reserved(self) -> int:
        """Places of the next batch that are for those who were put off."""
        return min(len(self._later), int(MOST_AT_ONCE * PUT_OFF_PART))

    def _draw(self, line: deque[Waiting], most: int) -> list[Waiting]:
        """Take the oldest out of a line, so many at most, and one of each sender. Nobody stands in both lines."""
        found: list[Waiting] = []
        passed: list[Waiting] = []
        senders = set[str | Later]()
        while line and len(found) < most:
            waiting = line.popleft()
            sender = self._people.get(waiting.address, waiting.address)
            (passed if sender in senders else found).append(waiting)
            senders.add(sender)
        line.extendleft(reversed(passed))
        return found

    def overdue(self, now: float, patience: float, pace: float) -> list[tuple[Waiting, int]]:
        """Whom a door waits for in vain, each with the number of other people who would come before it.

        A door waits for so many seconds of `patience`; a batch takes `pace`. Whoever is in the next batch is answered
        after it; all others are looked at again only then, and may still have a whole batch before them.
        Nothing is settled while this is asked, so nobody is counted who has their answer. What is given here belongs
        into `postpone` as soon as it is kept.
        """
        front, found = MOST_AT_ONCE - self._reserved(), list[Waiting]()
        for place, waiting in enumerate(self._front):
            late = waiting.since + patience <= now + (pace if place < front else 2 * pace)
            if not late and place >= front:
                break
            if late and waiting.passive:
                found.append(waiting)
        self._awaited = [each for each in self._awaited if each.passive]
        behind = [each for each in self._awaited if each.since + patience <= now + 2 * pace]
        return self._ahead(found, behind) if found or behind else []

    def _ahead(self, found: Sequence[Waiting], behind: Sequence[Waiting]) -> list[tuple[Waiting, int]]:
        """With the number of people before each: who is not late, and who is in the later line, or enters it before."""
        leaving = {waiting.address: None for waiting in found if waiting.address not in self._people}
        in_time = len({waiting.address for waiting in self._front} - set(leaving))
        places = {address: self._entries + number for number, address in enumerate(leaving)}
        places |= {each.address: self._people[each.address].place for each in behind}
        return [
            (each, in_time + max(0, places.get(each.address, 0) - self._exits)) for each in (*found, *behind)
        ]  # fmt: skip
