"""Which messages may go now: one lane for each chat, in order, at the paces of its channel."""

from __future__ import annotations

import heapq
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.handlers.post import Later, Outcome
from storage.outbox import Waiting


class Pacing(Protocol):
    """A pace, as lanes use it."""

    def wait(self, name: str = "") -> float:
        """Seconds until the next of this name may go."""
        ...

    def go(self, name: str = "") -> None:
        """One of this name goes now."""
        ...

    def rest(self, seconds: float, name: str = "") -> None:
        """None of this name may go for a while."""
        ...


class ChannelPaces(Protocol):
    """The two paces of a channel."""

    @property
    def all(self) -> Pacing:
        """Of everybody together."""
        ...

    @property
    def chat(self) -> Pacing:
        """Of each chat by itself."""
        ...


@dataclass(slots=True)
class _Lane:
    """One chat: its messages by (rank, number, due), whether one is under way, and the head that waits its turn."""

    letters: list[tuple[int, int, int]] = field(default_factory=list)
    busy: bool = False
    queued: tuple[int, int] | None = None


class Lanes:
    """The lanes of all chats. The first message of a lane holds up those behind it until it went or ended."""

    def __init__(self, paces: Mapping[str, ChannelPaces], *, seconds: Callable[[], float] = time.monotonic) -> None:
        """`seconds` is the clock of the paces; messages are due by the deployment's clock, in UTC microseconds."""
        self._paces, self._seconds = paces, seconds
        self._lanes: dict[str, _Lane] = {}
        self._known: set[int] = set()
        self.under_way: set[int] = set()
        self._going: Counter[str] = Counter()
        #: Chats in which another program is sending.
        self._taken: frozenset[str] = frozenset()
        #: By channel: lanes that may have something to go, by the rank and number of their first message.
        self._ready: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
        #: Lanes that wait for an instant (UTC microseconds), and lanes that wait for their own pace (seconds).
        self._later: list[tuple[int, str]] = []
        self._paced: list[tuple[float, str]] = []

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._known)

    def add(self, waiting: Waiting) -> None:
        """A message is due, now or later; one that is known already changes nothing."""
        if waiting.id in self._known or waiting.id in self.under_way:
            return
        self._known.add(waiting.id)
        lane = self._lanes.get(waiting.address)
        if lane is None:
            lane = self._lanes[waiting.address] = _Lane()
        heapq.heappush(lane.letters, (waiting.rank, waiting.id, waiting.due))
        self._wake(waiting.address, lane)

    def free(self, number: int, address: str, then: Waiting | None = None) -> None:
        """A message is no longer under way; `then` says where it, or the rest of it, waits on. Its lane may go on."""
        if number in self.under_way:
            self.under_way.discard(number)
            self._going[address.partition(":")[0]] -= 1
        lane = self._lanes.get(address)
        if lane is not None:
            lane.busy = False
        if then is not None:
            self.add(then)
        if lane is None:
            return
        if lane.letters:
            self._wake(address, lane)
        else:
            del self._lanes[address]

    def leave(self, addresses: Collection[str]) -> None:
        """Another program is sending in these chats now, and in no others: they wait."""
        freed, self._taken = self._taken.difference(addresses), frozenset(addresses)
        for address in freed:
            if (lane := self._lanes.get(address)) is not None:
                self._wake(address, lane)

    def pick(self, most: int, now: int, *, under_way: int) -> list[Waiting]:
        """At most so many messages that may go now, each from another chat; of each channel `under_way` at once."""
        self._ripen(now)
        picked: list[Waiting] = []
        channels = [channel for channel in self._ready if self._may_go(channel, under_way)]
        while channels and len(picked) < most:
            channel = min(channels, key=lambda each: self._ready[each][0]) if len(channels) > 1 else channels[0]
            if (taken := self._next(channel, now)) is not None:
                picked.append(taken)
            if not self._may_go(channel, under_way):
                channels.remove(channel)
        return picked

    def wait(self, now: int) -> float:
        """Seconds until something may go that waits only for time; a long time where nothing does."""
        waits = [(self._later[0][0] - now) / 1_000_000] if self._later else [3600.0]
        if self._paced:
            waits.append(self._paced[0][0] - self._seconds())
        for channel, ready in self._ready.items():
            if ready and (paces := self._paces.get(channel)) is not None:
                waits.append(paces.all.wait())
        return max(0.001, min(waits))

    def learn(self, address: str, outcome: Outcome) -> None:
        """A platform asked for a rest: of the whole channel, or of this chat."""
        paces = self._paces.get(address.partition(":")[0])
        if isinstance(outcome, Later) and paces is not None:
            if outcome.everybody:
                paces.all.rest(outcome.seconds)
            else:
                paces.chat.rest(outcome.seconds, address)

    def _ripen(self, now: int) -> None:
        """Lanes that waited long enough may go."""
        seconds = self._seconds()
        ripe = []
        while self._later and self._later[0][0] <= now:
            ripe.append(heapq.heappop(self._later)[1])
        while self._paced and self._paced[0][0] <= seconds:
            ripe.append(heapq.heappop(self._paced)[1])
        for address in ripe:
            if (lane := self._lanes.get(address)) is not None:
                lane.queued = None
                self._wake(address, lane)

    def _may_go(self, channel: str, under_way: int) -> bool:
        if not self._ready[channel] or self._going[channel] >= under_way:
            return False
        paces = self._paces.get(channel)
        return paces is None or paces.all.wait() <= 0

    def _wake(self, address: str, lane: _Lane) -> None:
        """Put the head of a lane among those that may go, unless it stands there or waits already."""
        if lane.busy or not lane.letters:
            return
        rank, number, _ = lane.letters[0]
        if lane.queued != (rank, number):
            lane.queued = (rank, number)
            heapq.heappush(self._ready[address.partition(":")[0]], (rank, number, address))

    def _next(self, channel: str, now: int) -> Waiting | None:
        """The first of a channel's lanes goes, or is put where it waits."""
        rank, number, address = heapq.heappop(self._ready[channel])
        lane = self._lanes.get(address)
        if lane is None or lane.busy or not lane.letters or lane.queued != (rank, number):
            return None  # the lane has moved on since
        lane.queued = None
        due = lane.letters[0][2]
        paces = self._paces.get(channel)
        if address in self._taken:
            return None  # `leave` wakes it
        if due > now:
            lane.queued = (rank, number)
            heapq.heappush(self._later, (due, address))
            return None
        if paces is not None and (wait := paces.chat.wait(address)) > 0:
            lane.queued = (rank, number)
            heapq.heappush(self._paced, (self._seconds() + wait, address))
            return None
        return self._take(channel, address, lane, paces)

    def _take(self, channel: str, address: str, lane: _Lane, paces: ChannelPaces | None) -> Waiting:
        rank, number, due = heapq.heappop(lane.letters)
        lane.busy = True
        self._known.discard(number)
        self.under_way.add(number)
        self._going[channel] += 1
        if paces is not None:
            paces.all.go()
            paces.chat.go(address)
        return Waiting(number, address, rank, due)
