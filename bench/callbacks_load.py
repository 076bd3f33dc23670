"""The load of `bench.callbacks`: prepared requests over kept connections on uvloop, with nothing parsed but lengths."""

from __future__ import annotations

import asyncio
import gc
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

_END = b"\r\n\r\n"
_LENGTH = b"content-length: "
#: Seconds after which a load is given up.
_LONGEST = 600.0


@dataclass(slots=True)
class Heard:
    """What came back: each answer's body by the place of its request, and the times from due to answer in seconds."""

    bodies: list[bytes]
    took: list[float]
    #: When each request was meant to be sent, and when it was (perf_counter).
    meant: list[float]
    sent: list[float]
    whole: float = 0.0
    refused: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.bodies) / self.whole

    def within(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        ordered = sorted(self.took)
        return ordered[math.ceil(len(ordered) * share) - 1] * 1000


class Load:
    """Requests by their places, those that are due now, and the connections that have nothing to do."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self.requests = requests
        count = len(requests)
        self.began = [0.0] * count
        self.heard = Heard([b""] * count, [0.0] * count, self.began, [0.0] * count)
        self.due: deque[int] = deque()
        self.idle: list[LoadConnection] = []
        self.left = len(requests)
        self.ended = asyncio.get_running_loop().create_future()

    def answered(self, place: int, head: bytes, body: bytes) -> None:
        """One answer is here."""
        self.heard.took[place] = perf_counter() - self.began[place]
        self.heard.bodies[place] = body
        if not head.startswith(b"HTTP/1.1 200"):
            self.heard.refused.append(head.partition(b"\r\n")[0].decode())
        self.left -= 1
        if not self.left and not self.ended.done():
            self.ended.set_result(None)

    def lost(self) -> None:
        """A connection was closed by the server while an answer was owed."""
        if not self.ended.done():
            self.ended.set_exception(ConnectionError("expected an answer, found the connection closed"))


class LoadConnection(asyncio.Protocol):
    """One request at a time, the next as soon as the answer is whole."""

    def __init__(self, load: Load) -> None:
        self._load, self._place, self._got = load, -1, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        self._transport = transport  # type: ignore[assignment]  # uvloop's is none of asyncio's classes

    def next(self) -> None:
        """Send the oldest request that is due, or wait among the idle ones."""
        load = self._load
        if not load.due:
            load.idle.append(self)
            return
        self._place = place = load.due.popleft()
        # In an open load a request began when it was due, though no connection was free.
        load.heard.sent[place] = now = perf_counter()
        if not load.began[place]:
            load.began[place] = now
        assert self._transport is not None, "expected a connection before its first request"
        self._transport.write(load.requests[place])

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer."""
        self._got = got = self._got + data if self._got else data
        head = got.find(_END)
        if head < 0:
            return
        start = got.find(_LENGTH) + len(_LENGTH)
        whole = head + len(_END) + int(got[start : got.index(b"\r", start)])
        if len(got) < whole:
            return
        self._got = b""
        self._load.answered(self._place, got[:head], got[head + len(_END) : whole])
        self.next()

    def connection_lost(self, _: Exception | None) -> None:
        """The server went away."""
        if self._load.left:
            self._load.lost()

    def close(self) -> None:
        """Let go."""
        if self._transport is not None:
            self._transport.close()


async def rush(port: int, requests: Sequence[bytes], *, connections: int) -> Heard:
    """All requests as fast as answers come, one under way on each connection."""
    load = Load(requests)
    opened = await connected(load, port, connections)
    load.due.extend(range(len(requests)))
    gc.collect()
    began = perf_counter()
    for connection in opened:
        connection.next()
    return await ended(load, opened, began)


async def paced(port: int, requests: Sequence[bytes], *, rate: float, connections: int) -> Heard:
    """An open load: requests become due at this rate whatever the answers do, and their times run from then."""
    load = Load(requests)
    opened = await connected(load, port, connections)
    load.idle.extend(opened)
    gc.collect()
    began, place = perf_counter(), 0
    while place < len(requests) and not load.ended.done():
        now = perf_counter()
        while place < len(requests) and began + place / rate <= now:
            load.began[place] = began + place / rate
            load.due.append(place)
            place += 1
            if load.idle:
                load.idle.pop().next()
        await asyncio.sleep(0.001)
    return await ended(load, opened, began)


async def connected(load: Load, port: int, connections: int) -> list[LoadConnection]:
    """Connections that carry a load."""
    loop, found = asyncio.get_running_loop(), []
    for _ in range(min(connections, len(load.requests))):
        _, connection = await loop.create_connection(lambda: LoadConnection(load), "127.0.0.1", port)
        found.append(connection)
    return found


async def ended(load: Load, opened: Sequence[LoadConnection], began: float) -> Heard:
    """What was heard, when all is."""
    async with asyncio.timeout(_LONGEST):
        await load.ended
    load.heard.whole = perf_counter() - began
    for connection in opened:
        connection.close()
    return load.heard
