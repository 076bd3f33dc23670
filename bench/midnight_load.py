"""The load of `bench.midnight`: every message has its instant from the start, and its time runs from that instant.

Nobody answers a question before they have seen it. So a message whose sender still waits for an answer is sent late;
but its time runs from the instant that was meant, and what one slow answer does to those after it is measured too.
"""

from __future__ import annotations

import asyncio
import gc
import math
import random
from collections.abc import Sequence
from time import perf_counter

from bench.callbacks_load import Heard, Load, connected, ended

#: Seconds between two messages of a person: reading, thinking, typing a letter.
PAUSE = (2.0, 8.0)
#: How many times as many people begin in the first moment as in the last.
STEEP = 5.0


def instants(people: int, steps: int, *, within: float, seed: int) -> list[float]:
    """When each message is meant to be sent, in seconds from the opening, everybody's first messages first.

    People begin within so many seconds, most of them early; then they take their time for each question.
    """
    dice = random.Random(seed)
    steep = math.log(STEEP)
    at = [-math.log(1 - dice.random() * (1 - 1 / STEEP)) / steep * within for _ in range(people)]
    found = list(at)
    for _ in range(steps - 1):
        at = [instant + dice.uniform(*PAUSE) for instant in at]
        found += at
    return found


class Crowd(Load):
    """Requests of people who answer one message after another."""

    def __init__(self, requests: Sequence[bytes], people: int) -> None:
        super().__init__(requests)
        self._people, count = people, len(requests)
        #: Whether a message's instant has come, and whether its sender has the answer to the one before.
        self._come, self._free = bytearray(count), bytearray(b"\1" * people + b"\0" * (count - people))

    def come(self, place: int, instant: float) -> None:
        """A message's instant is there."""
        self.began[place] = instant
        self._come[place] = 1
        if self._free[place]:
            self._send(place)

    def answered(self, place: int, head: bytes, body: bytes) -> None:
        """One answer is here; the next message of its sender may go."""
        super().answered(place, head, body)
        following = place + self._people
        if following < len(self.requests):
            self._free[following] = 1
            if self._come[following]:
                self._send(following)

    def _send(self, place: int) -> None:
        self.due.append(place)
        if self.idle:
            self.idle.pop().next()


async def crowded(port: int, requests: Sequence[bytes], at: Sequence[float], *, people: int, connections: int) -> Heard:
    """All requests at their instants."""
    load = Crowd(requests, people)
    opened = await connected(load, port, connections)
    load.idle.extend(opened)
    order = sorted(range(len(requests)), key=at.__getitem__)
    gc.collect()
    began, following = perf_counter(), 0
    while following < len(order) and not load.ended.done():
        now = perf_counter()
        while following < len(order) and began + at[order[following]] <= now:
            load.come(order[following], began + at[order[following]])
            following += 1
        await asyncio.sleep(0.001)
    return await ended(load, opened, began)
