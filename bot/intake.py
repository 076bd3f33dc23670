"""Where the doors hand in what they read: settled at once, or kept until the files that belong to it are here."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

import structlog

from bot.backlog import Backlog, Kept, to_come
from bot.desk import Desk
from bot.handed import HandedOver
from bot.handlers.ports import CannotFetch, Delivered, Fetcher, Given, PutOff, Replies, Store, Wanted
from bot.lanes import Lane, Lanes
from bot.talk.messages import File, Incoming, Outgoing
from rules.instants import micros
from scheduler.clock import SimulatedClock, SystemClock
from storage.contacts import Contacts
from storage.outbox import HELD, Outbox
from storage.spool import Quarantine, Spool
from storage.store import NotTaken
from storage.turns import address_of

log = structlog.get_logger(__name__)

#: Bytes of one file that a platform hands over at most; Telegram's own server and WeChat's media stay far below.
LARGEST = 2_000_000_000
#: Tries to get the files of a message, and seconds after the first of them; each pause is twice the one before.
MOST_TRIES, PAUSE = 4, 1.0
#: Tries to settle a message whose files are here, and the longest pause: an hour for a database that is away.
MOST_SETTLES, LONGEST_PAUSE = 125, 30.0
#: Files fetched at once from one channel: a platform that hangs must not hold up the other.
MOST_AT_ONCE = 6
#: Seconds for which is believed what was read about held messages and addresses out of reach; after a hint, less.
KNOWN, AGAIN = 10.0, 0.5


class Intake:
    """The doors' way in; see `bot.handlers.ports.Intake` for what each method promises."""

    def __init__(
        self,
        desk: Desk,
        clock: SystemClock | SimulatedClock,
        *,
        outbox: Outbox,
        contacts: Contacts,
        spool: Spool,
        quarantine: Quarantine,
        files: Store,
        pushing: frozenset[str] = frozenset(),
        gather: float | None = None,
    ) -> None:
        """`pushing` names the channels that can send somebody what waited for them as soon as they write again.

        `gather`: seconds for which news of answers handed over are gathered, None for the usual.
        """
        self._desk, self._clock, self._outbox, self._contacts = desk, clock, outbox, contacts
        self._spool, self._quarantine, self._files, self._pushing = spool, quarantine, files, pushing
        self.fetchers: dict[str, Fetcher] = {}
        desk.keep = spool.put_all
        self.on_due: Callable[[], None] = lambda: None
        #: Puts a message into the words of a channel that were left open when it was written.
        self.worded: Callable[[Outgoing, str], Outgoing] = lambda outgoing, channel: outgoing
        self._lanes = Lanes()
        self._backlog = Backlog(desk.waits, lambda address: len(self._lanes.waiting(address)))
        self._tasks = set[asyncio.Task[None]]()
        self._fetching = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(MOST_AT_ONCE))
        self._holding, self._shut = set[str](), set[str]()
        #: When `_holding` and `_shut` were read last (loop seconds), and whether something was added since.
        self._read_at, self._stale = 0.0, False
        self._handed = HandedOver(outbox, clock, written=self._written, due=lambda: self.on_due(), gather=gather)

    async def begin(self) -> None:
        """Take up what was left by an earlier run: what waits for its files, and who must hear something first."""
        await self._refresh()
        kept = await self._spool.all()
        siblings = await self._contacts.siblings([address_of(each.incoming) for each in kept])
        for each in kept:
            self._queue(Kept(each.incoming, [Wanted(*one) for one in each.wanted], False, to_come()), siblings)

    async def end(self) -> None:
        """Stop fetching (what waits is kept), and write down what was handed over."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._handed.settled()

    async def accept(
        self, incoming: Incoming, *, wanted: Sequence[Wanted] = (), passive: bool = False
    ) -> asyncio.Future[Replies]:
        """See the port."""
        address = address_of(incoming)
        if incoming.origin != "page" and not self._backlog.room(address):
            raise self._backlog.refused(address)
        settled = to_come()
        if not wanted and address not in self._lanes:
            settled.set_result(await self._settle(incoming, passive=passive))
            return settled
        siblings = await self._contacts.siblings([address])
        if await self._spool.put(incoming, [(one.ref, one.name, one.size) for one in wanted]):
            self._queue(Kept(incoming, wanted, passive, settled), siblings)
            return settled
        return await self._known(address, incoming, settled, passive=passive)

    async def put_by(self, messages: Sequence[Incoming]) -> None:
        """See the port."""
        address = address_of(messages[0])
        siblings = await self._contacts.siblings([address])
        if some := messages[: self._backlog.room(address)]:
            await self._spool.put_all(some)
        for each in some:
            self._queue(Kept(each, (), False, to_come()), siblings)
        if len(some) < len(messages):
            raise self._backlog.refused(address)

    async def _settle(self, incoming: Incoming, *, passive: bool, kept: bool = False) -> Replies:
        """Settle a message; only then, because the planner looks for it, what waited for its sender goes out."""
        try:
            replies = await self._desk.receive(incoming, passive=passive, kept=kept)
        except PutOff:
            await self._wrote(incoming)
            raise
        await self._wrote(incoming)
        return replies

    async def _wrote(self, incoming: Incoming) -> None:
        """Somebody wrote: they are in reach, and what waited for them goes out where the channel allows it."""
        if incoming.origin == "page":
            return
        try:
            await self._back(f"{incoming.channel}:{incoming.address}", incoming)
        except Exception as broken:  # the message is settled; what waits is looked for again with the next one
            log.exception("what waited was not sent on", error=type(broken).__name__)
            self._stale = True

    async def _back(self, address: str, incoming: Incoming) -> None:
        since = asyncio.get_running_loop().time() - self._read_at
        if since > KNOWN or (self._stale and since > AGAIN):
            await self._refresh()
        if address in self._shut:
            await self.reach(incoming.channel, incoming.address, "", incoming.at)
        if address in self._holding and incoming.channel in self._pushing:
            await self._free(address)

    async def _refresh(self) -> None:
        """Read who must hear something first, and who is out of reach; other programs may have found that out."""
        self._read_at, self._stale = asyncio.get_running_loop().time(), False
        # What the dispatcher finds out while this is read is not in what is read.
        holding, shut = set(self._holding), set(self._shut)
        self._holding = await self._outbox.holding() | (self._holding - holding)
        self._shut = await self._contacts.shut() | (self._shut - shut)

    async def _known(
        self, address: str, incoming: Incoming, settled: asyncio.Future[Replies], *, passive: bool
    ) -> asyncio.Future[Replies]:
        """The future of a message that came before; one that was settled meanwhile is answered as it was then."""
        for kept in self._lanes.waiting(address):
            if (kept.incoming.channel, kept.incoming.id) == (incoming.channel, incoming.id):
                return self._handed.for_door(kept.settled) if passive and not kept.passive else kept.settled
        waits = await self._spool.has(f"{incoming.channel}:{incoming.id}")
        settled.set_result(() if waits else await self._desk.receive(incoming, passive=passive))
        return settled

    def _queue(self, kept: Kept, siblings: Mapping[str, Sequence[str]]) -> None:
        lane = self._lanes.add(kept, siblings.get(address_of(kept.incoming), ()))
        if lane is not None:
            task = asyncio.create_task(self._work(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, lane: Lane) -> None:
        """Settle what waits of one person, in order."""
        try:
            while lane.kept:
                kept = lane.kept[0]
                try:
                    replies = await self._out_of_spool(kept)
                except PutOff as later:
                    kept.settled.set_exception(later)
                    replies = ()
                except Exception as broken:  # its row stays, and the next start takes it up; the lane goes on
                    log.exception("a kept message was not settled", error=type(broken).__name__)
                    replies = ()
                lane.kept.popleft()
                if not kept.settled.done():
                    kept.settled.set_result(replies)
        finally:
            self._lanes.close(lane)

    async def _out_of_spool(self, kept: Kept) -> Replies:
        """Settle a kept message. A database that is away is waited for, so that the order stays."""
        ready: Incoming | None = None
        for again in range(MOST_SETTLES):
            try:
                ready = ready or await self._complete(kept)
                return await self._settle(ready, passive=kept.passive, kept=True)
            except PutOff:  # whoever settles it takes it out of the spool
                raise
            except Exception as broken:
                if again == MOST_SETTLES - 1:
                    raise
                log.warning("a kept message is tried again", error=type(broken).__name__)
                await asyncio.sleep(min(PAUSE * 2**again, LONGEST_PAUSE))
        raise AssertionError("the last try settles the message or raises")

    async def _complete(self, kept: Kept) -> Incoming:
        """The message with its files, or with the reason why there are none."""
        incoming = kept.incoming
        fetcher = self.fetchers.get(incoming.channel)
        files: list[File] = []
        for wanted in kept.wanted:
            if fetcher is None:
                return replace(incoming, unread="unreachable")
            try:
                files.append(await self._fetched(fetcher, wanted, incoming))
            except CannotFetch as wrong:
                log.warning("a file was not fetched", kind=wrong.kind, channel=incoming.channel)
                return replace(incoming, unread=wrong.kind)
        return replace(incoming, files=tuple(files))

    async def _fetched(self, fetcher: Fetcher, wanted: Wanted, incoming: Incoming) -> File:
        for again in range(MOST_TRIES):
            try:
                async with self._fetching[incoming.channel]:
                    return await self._files.keep(wanted.name, fetcher.fetch(wanted), LARGEST)
            except CannotFetch as wrong:
                if wrong.kind != "unreachable" or again == MOST_TRIES - 1:
                    raise
            except Exception as broken:  # a full disk, a fault of ours: to its sender like a platform out of reach
                log.exception("a file was not kept", error=type(broken).__name__)
                if again == MOST_TRIES - 1 or isinstance(broken, NotTaken):
                    raise CannotFetch(getattr(broken, "why", "unreachable"), type(broken).__name__) from broken
            await self._spool.tried(f"{incoming.channel}:{incoming.id}")
            await asyncio.sleep(PAUSE * 2**again)
        raise AssertionError("the last try gives the file or raises")

    async def given(self, ids: Sequence[int]) -> Mapping[int, Given]:
        """See the port."""
        return {number: Given(*found) for number, found in (await self._outbox.given(ids)).items()}

    async def delivered(self, told: Sequence[Delivered]) -> None:
        """See the port."""
        self._handed.add(told)

    async def release(self, ids: Sequence[int]) -> None:
        """See the port."""
        self._handed.release(ids)

    async def _written(self, states: Set[str]) -> None:
        if HELD in states or self._holding:
            await self._refresh()

    def holds(self, address: str) -> bool:
        """See the port."""
        return address in self._holding

    def hold(self, address: str) -> None:
        """The dispatcher found no way: something waits at this address."""
        self._holding.add(address)
        self._stale = True  # and at the same person's others

    def left(self, address: str) -> None:
        """The dispatcher was told that an address is out of reach; the next message from there says otherwise."""
        self._shut.add(address)

    async def held(self, address: str) -> list[tuple[Outgoing, int]]:
        """See the port."""
        await self._handed.settled()
        held, channel = await self._outbox.held(address), address.partition(":")[0]
        return [(self.worded(outgoing, channel), done) for outgoing, done in held]

    async def _free(self, address: str) -> None:
        self._holding.discard(address)
        await self._outbox.free(address, now=micros(self._clock.now()))
        self.on_due()

    async def quarantine(self, channel: str, number: str, body: bytes, why: str, at: datetime) -> None:
        """See the port."""
        log.warning("quarantined", channel=channel, why=why)
        await self._quarantine.put(f"{channel}:{number}", body, why, micros(at))

    async def reach(self, channel: str, address: str, state: str, at: datetime) -> None:
        """See the port."""
        name = f"{channel}:{address}"
        await self._contacts.reach(name, state)
        if state:
            self._shut.add(name)
            return
        self._shut.discard(name)
        if name in self._holding:
            await self._free(name)

    async def is_admin(self, channel: str, address: str) -> bool:
        """See the port."""
        return await self._contacts.is_admin(f"{channel}:{address}")
