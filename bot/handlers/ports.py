"""What the doors of the channels need of the rest of the program, as Protocols; the roof hands in what fulfils them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.talk.messages import Attachment, File, Incoming, Outgoing

Replies = tuple[Outgoing, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that still lies with the platform: the platform's name for it, the file's own name, bytes where known."""

    ref: str
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A message that was sent to somebody ("channel:address"), looked up again because one of its buttons came back."""

    address: str
    outgoing: Outgoing


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a door itself handed over in an answer: how many parts of an outbox message, and whether that was all.

    `rest` says what becomes of parts that are left: "due" (the dispatcher sends them) or "held" (until 继续).
    """

    id: int
    done: int
    whole: bool
    rest: str = "due"


@dataclass(frozen=True, slots=True)
class Key:
    """A button of a card: what it sends back, or the page that it opens."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One message of a ballot as it is shown now, in marked text, and its rows of buttons. It holds no choice."""

    text: str
    rows: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes of a press on a ballot: words that pop up (`alert`: until they are dismissed), and the card anew."""

    popup: str
    alert: bool = False
    card: Card | None = None


class CannotFetch(Exception):
    """A platform does not give a file. `kind`: "expired", "too_large", or "unreachable" (worth another try)."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(f"expected the file from the platform, found {kind}: {why}")
        self.kind = kind


class PutOff(Exception):
    """A message is kept and will be settled, but not while a door can wait; `ahead` other people are before it.

    The dispatcher sends its replies.
    """

    def __init__(self, ahead: int) -> None:
        super().__init__(f"kept for later: {ahead} people are ahead")
        self.ahead = ahead


class TooMany(Exception):
    """So many messages of one sender wait that this one was not taken in. `first`: the sender is yet to be told so."""

    def __init__(self, *, first: bool) -> None:
        super().__init__("too many messages of one sender wait")
        self.first = first


class Fetcher(Protocol):
    """One channel's way to get files."""

    def fetch(self, wanted: Wanted) -> AsyncIterator[bytes]:
        """The file as it streams in. Raises `CannotFetch`."""
        ...


class Intake(Protocol):
    """Where doors hand in what they read."""

    async def accept(
        self, incoming: Incoming, *, wanted: Sequence[Wanted] = (), passive: bool = False
    ) -> asyncio.Future[Replies]:
        """Returns once the message is kept for good, so that it may be acknowledged; the future gives the replies.

        A message without `wanted` files is settled by then, unless an earlier one of the same address still waits for
        its files. `passive` says that the door will hand over the replies itself and say so with `delivered`.
        The same `(channel, id)` again changes nothing and gives the same replies. Raises `PutOff`, here or by the
        future, to a door that asked with `passive`, and `TooMany` where it was not kept.
        """
        ...

    async def put_by(self, messages: Sequence[Incoming]) -> None:
        """Keep many messages of one sender at once, to be settled in their order after what waits already.

        Raises `TooMany` after it kept those for which there was room.
        """
        ...

    async def given(self, ids: Sequence[int]) -> Mapping[int, Given]:
        """Messages of the outbox by number, those that exist."""
        ...

    async def delivered(self, told: Sequence[Delivered]) -> None:
        """Replies taken with `passive` were handed over; returns at once, written down within moments."""
        ...

    async def release(self, ids: Sequence[int]) -> None:
        """Replies taken with `passive` could not be handed over: the dispatcher sends them."""
        ...

    def holds(self, address: str) -> bool:
        """Whether messages for "channel:address" wait until the person writes again."""
        ...

    async def held(self, address: str) -> list[tuple[Outgoing, int]]:
        """Those messages, oldest first, each with the number of its parts that were delivered already."""
        ...

    async def quarantine(self, channel: str, number: str, body: bytes, why: str, at: datetime) -> None:
        """Keep something that cannot be read, for the operator to look at. The same again changes nothing."""
        ...

    async def reach(self, channel: str, address: str, state: str, at: datetime) -> None:
        """Note that an address is "blocked" or "unfollowed", or "" for in reach again."""
        ...

    async def is_admin(self, channel: str, address: str) -> bool:
        """Whether the person behind an address has an admin's seat."""
        ...


class Ballots(Protocol):
    """Ballots by buttons. What is pressed there passes through in memory and is stored nowhere."""

    async def begin(self, address: str, at: datetime) -> Sequence[Card]:
        """New cards for what the person behind "channel:address" can vote on or check; none where there is nothing."""
        ...

    async def press(self, address: str, data: str, number: str, at: datetime) -> Answer:
        """Do what a button says. `number` is the platform's own for the press; the same again changes nothing."""
        ...


class Links(Protocol):
    """Signed addresses of pages for one person. All are "" where the deployment has no public address."""

    def file(self, address: str, attachment: Attachment, at: datetime) -> str:
        """Where the person behind "channel:address" gets a file."""
        ...

    def upload(self, address: str, at: datetime, question: str = "") -> str:
        """Where the person behind "channel:address" hands in files, for a question of theirs or for none."""
        ...

    def page(self, address: str, at: datetime) -> str:
        """Where the person behind "channel:address" has their papers and shares."""
        ...


class Store(Protocol):
    """The file store."""

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Keep a file as it streams in."""
        ...
