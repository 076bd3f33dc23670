"""The outbox dispatcher: which message goes out next, by which way, and what becomes of it.

Messages of one chat go one after another; answers before notices, notices before what goes to many. A message is
marked as "sending" before it is sent and as "sent" after; what a crash leaves in between is judged by its policy
(`rules/delivery.py`). Marks and claims of one round share a transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from bot.handlers.post import Later, Left, Outcome, Sender, Sent, Shut, Unsure, Wrong
from bot.talk.messages import Outgoing
from rules.contact import Power
from rules.delivery import rank
from rules.instants import micros
from scheduler.absent import Absent
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.gate import WHY, Gate
from scheduler.lanes import Lanes
from scheduler.outcome import Way, back, mark_of, moved, way_of
from scheduler.pace import Pace
from storage.contacts import Contacts
from storage.outbox import DUE, HELD, Attempt, Claimed, Mark, Outbox, Waiting

log = structlog.get_logger(__name__)

#: Messages of one channel that are under way at once: a slow one must not hold up the others.
MOST_UNDER_WAY = 192
#: Messages that are claimed in one transaction. Less than may be under way, so that some are sent while it commits.
MOST_CLAIMED = 96
#: Messages read from the outbox at once; when fewer than half of them are left, more are read.
MOST_READ = 20_000
#: Seconds between looks for messages of other programs, between complete ones, and between two at somebody's wish.
IDLE, RESCAN, SOON = 1.0, 10.0, 0.02
#: Seconds for which ends of sendings are gathered, so that many share a commit, when many are under way.
GATHER = 0.004
#: Seconds that sendings have to come to their end when the program is stopped.
LAST = 5.0


@dataclass(slots=True)
class Paces:
    """How fast a channel may be used: by everybody together, and by one chat."""

    all: Pace = field(default_factory=lambda: Pace(0.0))
    chat: Pace = field(default_factory=lambda: Pace(0.0))


class Dispatcher:
    """Works the outbox off. Start `run()` as a task; `posted` tells it of new messages at once."""

    def __init__(
        self,
        outbox: Outbox,
        contacts: Contacts,
        senders: Mapping[str, Sender],
        powers: Mapping[str, Power],
        clock: SystemClock | SimulatedClock,
        *,
        paces: Mapping[str, Paces] | None = None,
        lease: float = 45.0,
        worded: Callable[[Outgoing, str], Outgoing] = lambda outgoing, channel: outgoing,
        gate: Gate | None = None,
    ) -> None:
        """`worded` puts a message into the words of its channel, where they were left open; `gate` holds some back.

        `lease`: seconds after which a sending that nobody ended is given up; longer than any sender's time limit.
        """
        self._outbox, self._contacts, self._senders, self._powers = outbox, contacts, senders, powers
        self._clock, self._lease, self._worded, self._gate = clock, int(lease * 1_000_000), worded, gate
        self._lanes = Lanes({channel: Paces() for channel in senders} | dict(paces or {}))
        self._marks, self._ends = list[Mark](), list[tuple[int, str, str]]()
        self._tasks, self._news = set[asyncio.Task[None]](), asyncio.Event()
        self._absent = Absent(contacts)
        self._high = 0
        #: When the last look, and the last complete one, began; whether a complete one is wanted; how long one takes.
        self._looked = self._scanned = -RESCAN
        self._wanted, self._takes = True, 0.0
        self._more = False  # whether more is due than was read
        #: Told of an address where something waits until somebody writes, after that is committed.
        self.on_held: list[Callable[[str], None]] = []
        #: Told of an address that a platform says is out of reach, after that is committed.
        self.on_left: list[Callable[[str], None]] = []

    def posted(self, letters: Sequence[tuple[int, str]]) -> None:
        """Answers were committed that are to be sent now: (number, "channel:address")."""
        now = self._now()
        for number, address in letters:
            self._lanes.add(Waiting(number, address, 0, now))
        self._news.set()

    def rang(self) -> None:
        """There may be something new to send."""
        self._wanted = True
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled; what is under way then is finished and noted first. A round that fails is repeated."""
        try:
            while True:
                step = asyncio.ensure_future(self._step())
                try:
                    more = await asyncio.shield(step)
                except asyncio.CancelledError:
                    await asyncio.wait({step})
                    raise
                if not more:
                    await self._pause()
        finally:
            await asyncio.shield(self._end())

    async def _step(self) -> bool:
        """One look and one round; whether another may follow at once."""
        self._news.clear()
        try:
            await self._look()
            return await self._round()
        except Exception as broken:
            # What was picked waits again, what ended is noted in the next round.
            log.exception("a round of the outbox failed", error=type(broken).__name__)
            await asyncio.sleep(IDLE)
            return True

    async def _end(self) -> None:
        """Let sendings come to an end; one that does not is cut off, and its policy says what becomes of it."""
        for patience in (LAST, 1.0):
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=patience)
            for task in self._tasks:
                task.cancel()
        if self._marks or self._ends:
            await self._outbox.turn(self._marks, [], [], self._ends, now=self._now())
            self._marks, self._ends = [], []

    async def _pause(self) -> None:
        wait = min(self._lanes.wait(self._now()), IDLE)
        if self._wanted:
            wait = min(wait, max(SOON, self._takes))
        if len(self._tasks) > MOST_CLAIMED:
            await asyncio.sleep(GATHER)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._news.wait()

    async def _look(self) -> None:
        """Read what is due: what is new in every look, everything now and then, or when somebody wishes it."""
        seconds = asyncio.get_running_loop().time
        began = seconds()
        if began - self._looked < (max(SOON, self._takes) if self._wanted else IDLE):
            return
        full = self._wanted or began - self._scanned >= RESCAN
        wanted, self._wanted = self._wanted, False
        try:
            await self._read(full=full)
        except Exception:
            self._wanted = wanted
            raise
        self._looked = began
        if full:
            self._scanned = began
            self._takes = min(4 * (seconds() - began), IDLE)

    async def _read(self, *, full: bool) -> None:
        now = self._now()
        if full:
            await self._absent.read()
        await self._outbox.unhanded(now=now)
        await self._resolve(now)
        found = await self._outbox.due(above=0 if full else self._high, most=MOST_READ)
        for waiting in found:
            self._high = max(self._high, waiting.id)
            self._lanes.add(waiting)
        self._more = len(found) == MOST_READ or (self._more and not full)

    async def _resolve(self, now: int) -> None:
        """Give up sendings whose program ended, and leave alone the chats in which another one is sending."""
        mine = self._lanes.under_way | {mark.id for mark in self._marks}
        others = [each for each in await self._outbox.sending() if each.id not in mine]
        late = [each.id for each in others if each.due < now - self._lease]
        for letter in await self._outbox.take_over(late, before=now - self._lease, now=now) if late else []:
            self._finish(
                letter, letter.address, mark_of(letter, Unsure("the program ended while it was sent"), now=now)
            )
        given_up = set(late)
        self._lanes.leave({each.address for each in others if each.id not in given_up})

    async def _round(self) -> bool:
        """Note what ended, begin what may go; False where there is nothing of either."""
        now = self._now()
        if self._more and len(self._lanes) < MOST_READ // 2:
            self._more, self._wanted = False, True
        picked = self._lanes.pick(MOST_CLAIMED, now, under_way=MOST_UNDER_WAY)
        if not picked and not self._marks and not self._ends:
            return False
        (marks, self._marks), (ends, self._ends) = (self._marks, []), (self._ends, [])
        try:
            claimed, _ = await self._outbox.turn(marks, [each.id for each in picked], [], ends, now=now)
        except Exception:
            self._marks, self._ends = marks + self._marks, ends + self._ends
            for each in picked:
                self._lanes.free(each.id, each.address, each)
            raise
        self._begin(picked, claimed)
        if held := [mark for mark in marks if mark.state == HELD]:
            await self._hold(held, now)
        return True

    def _begin(self, picked: Sequence[Waiting], claimed: Sequence[Claimed]) -> None:
        """Send what was claimed; what was not, another program was faster with."""
        mine = {letter.id: letter for letter in claimed}
        for each in picked:
            if (letter := mine.get(each.id)) is None:
                self._lanes.free(each.id, each.address)
                continue
            task = asyncio.create_task(self._deliver(letter, each.address))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _hold(self, held: Sequence[Mark], now: int) -> None:
        """Say where something waits now; whoever wrote just while that was found out is answered all the same."""
        for mark in held:
            for told in self.on_held:
                told(mark.address)
        if await self._outbox.heard_meanwhile([mark.id for mark in held], now=now):
            self._wanted = True

    async def _deliver(self, letter: Claimed, lane: str) -> None:
        if lane == letter.address:
            mark = await self._sent(letter)
        else:  # another program found another way for it since: it waits in that chat
            mark = back(letter, now=self._now())
        self._finish(letter, lane, mark)
        self._news.set()

    def _finish(self, letter: Claimed, lane: str, mark: Mark) -> None:
        """A try is over: to be noted in the next round. What is to go on waits again before its lane goes on."""
        self._marks.append(mark)
        on = Waiting(mark.id, mark.address, rank(letter.outgoing.kind), mark.due) if mark.state == DUE else None
        self._lanes.free(letter.id, lane, on)

    async def _sent(self, letter: Claimed) -> Mark:
        """Send one part of a message by the way that is open; gives what became of it. Raises nothing."""
        way: Way | None = None
        tried, sending = 0, False
        outcome: Outcome
        try:
            way, why = await way_of(letter, self._contacts, self._senders, self._powers, self._absent, now=self._now())
            if way.address != letter.address or not way.name:
                return moved(letter, way, why, now=self._now())
            channel = letter.address.partition(":")[0]
            ready = way.letter
            if ready.outgoing.said is not None:
                ready = replace(ready, outgoing=self._worded(ready.outgoing, channel))
            if self._gate and await self._gate.holds(ready.outgoing, letter.campaign):
                return mark_of(letter, Wrong(WHY), now=self._now())
            tried = await self._try(letter, way) if way.budget or channel == "wechat" else 0
            sending = True
            outcome = await self._senders[channel].send(ready, way.name)
        except (Exception, asyncio.CancelledError) as broken:
            # Before it was sent nothing happened; after that nobody knows. `_end` cancels, and notes this all the same.
            log.exception("a message was not sent", letter=letter.id, error=type(broken).__name__)
            outcome = Unsure(type(broken).__name__) if sending else Later(0.0, type(broken).__name__)
        if tried:
            self._ends.append((tried, type(outcome).__name__.lower(), getattr(outcome, "why", "")))
        if way is None or way.name == "subscribe" or not isinstance(outcome, Sent):
            try:
                await self._learn(letter, outcome, way)
            except Exception as broken:
                # The message's own end is known and noted; the platform will say once more what was to be learnt.
                log.exception("an outcome was not kept", letter=letter.id, error=type(broken).__name__)
        return mark_of(letter, outcome, now=self._now(), way=way.name if way is not None else "")

    async def _try(self, letter: Claimed, way: Way) -> int:
        """Write a try down before it is made: its place in a budget may be used up by it, whatever comes back."""
        attempt = Attempt(letter.id, letter.address, way.name, way.budget)
        _, numbers = await self._outbox.turn([], [], [attempt], now=self._now())
        return numbers[0]

    async def _learn(self, letter: Claimed, outcome: Outcome, way: Way | None) -> None:
        """What an outcome says about others: a channel that wants a rest, a person who left, a grant used up."""
        self._lanes.learn(letter.address, outcome)
        if isinstance(outcome, Left):
            await self._absent.learn(letter.address)
            for told in self.on_left:
                told(letter.address)
        elif way is not None and way.name == "subscribe":
            once = letter.outgoing.kind in self._powers[letter.address.partition(":")[0]].once
            if isinstance(outcome, Shut) or (once and isinstance(outcome, Sent | Unsure)):
                await self._contacts.grant(letter.address, way.template, more=-1)

    def _now(self) -> int:
        return micros(self._clock.now())
