"""What the web chat needs of the rest of the program, as Protocols; the roof hands in what fulfils them.

All of it is asked per `address`: the random name of one web identity. Nothing here knows a table or a flow.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.talk.messages import Attachment, Choice, File, Incoming, Outgoing
from storage.parts import Parts
from storage.uploads import Uploads
from web.ports_board import Boards
from web.ports_certificates import Certificates
from web.ports_honours import Honours
from web.remark_ports import Remarks
from web.vitals import Vitals
from web.vote_ports import PublicVotes
from web.writers import Writers


class TooLarge(Exception):
    """A file holds more bytes than its limit; nothing of it is kept."""


class Gone(Exception):
    """An attachment can no longer be made, because what it was made from has been erased or withdrawn."""


class BadLink(Exception):
    """A signed address cannot be used."""


class LinkExpired(BadLink):
    """A signed address is ours and was good, but its time is over; a new one is to be asked for."""


class NotOurs(BadLink):
    """A signed address was not made by this deployment for this purpose, or was changed or cut on its way."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of a conversation as it is looked back on.

    `id` rises with every message of the deployment, in the order in which messages become visible to the address.
    `mine` says that the person sent it. `text` may hold `BOLD`/`PLAIN` marks. `files` names the files the person sent.
    `open` says that the choices belong to the question that is open now; `numbered` that a typed number picks one.
    """

    id: int
    at: datetime
    mine: bool
    text: str
    choices: tuple[Choice, ...] = ()
    question: str = ""
    several: bool = False
    attachment: Attachment | None = None
    files: tuple[str, ...] = ()
    open: bool = False
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a conversation: the campaign's short title and the person's unit, "" before they joined."""

    title: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about: the title of the work, and the step of its conversation; "" where there is none."""

    title: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A file to hand out: its bytes by range (from, up to and without), counted, with media type and a mark.

    The mark is the same exactly as long as the bytes are.
    """

    size: int
    kind: str
    mark: str
    chunks: Callable[[int, int], AsyncIterator[bytes]]

    async def whole(self) -> bytes:
        """All of it, for what is small."""
        return b"".join([block async for block in self.chunks(0, self.size)])


class NotTaken(Exception):
    """The virus scanner is against a file: it is "infected", or "unscanned" while the scanner is away."""

    def __init__(self, why: str) -> None:
        super().__init__(f"expected a file that the virus scanner lets pass, found one that is {why}")
        self.why = why


class Desk(Protocol):
    """Where every message passes exactly once."""

    def receive(self, incoming: Incoming) -> Awaitable[tuple[Outgoing, ...]]:
        """Returns after the commit. The same `(channel, id)` again changes nothing. Raises nothing for user faults."""
        ...


class Chats(Protocol):
    """The conversations, to look back on."""

    async def history(self, channel: str, address: str, *, before: int | None, limit: int) -> list[Shown]:
        """The newest `limit` messages with an id below `before` (None: no bound), oldest first."""
        ...

    async def since(self, channel: str, address: str, *, after: int, limit: int) -> list[Shown]:
        """The oldest `limit` messages with an id above `after`, oldest first."""
        ...

    async def heading(self, channel: str, address: str) -> Heading:
        """What to write over this conversation."""
        ...


class Answers(Protocol):
    """What the page of an upload link may see of the conversation: what was asked, and what came of its files."""

    async def asked(self, address: str, question: str) -> Asked:
        """What a question of "channel:address" is about."""
        ...

    async def heading(self, channel: str, address: str) -> Heading:
        """What stands over the conversation."""
        ...

    async def to(self, address: str, causes: Sequence[str], *, after: int, limit: int) -> list[Shown]:
        """Answers to these messages ("channel:id"), and results of the program's own checks, above an id."""
        ...


class Bell(Protocol):
    """Wakes whoever waits for news of an address. A missed ring costs time only: `Chats.since` is the truth."""

    async def wait(self, address: str, timeout: float) -> None:  # noqa: ASYNC109 - its end is no error
        """Returns after something new was committed for the address, or after `timeout` seconds."""
        ...


class Guests(Protocol):
    """Web identities. The browser holds a random token, the program only the token's SHA-256 (32 bytes)."""

    async def known(self, token_hash: bytes) -> str | None:
        """The address that the token stands for, if we issued it and it is still good."""
        ...

    async def admit(self, token_hash: bytes, address: str, at: datetime) -> None:
        """Issues a token for a new address; a token that exists already stays as it is."""
        ...

    async def replace(self, old_hash: bytes, new_hash: bytes, at: datetime) -> None:
        """From now on the address of the old token is reached by the new one only (one conditional UPDATE)."""
        ...


class Files(Protocol):
    """The file store."""

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Keeps a file as it streams in; raises `TooLarge` as soon as it holds more than `limit` bytes.

        Raises `NotTaken` where a virus scanner looks through files.
        """
        ...


class Attachments(Protocol):
    """Makes the files that the program hands to people."""

    async def open(self, attachment: Attachment) -> Contents:
        """The file; raises `Gone`."""
        ...

    async def owns(self, address: str, ref: str) -> bool:
        """Whether the attachment `ref` was made for this address."""
        ...


class SignedLinks(Protocol):
    """Reads the signed addresses that were given to people in their messengers. Each is a permission by itself."""

    def open_file(self, token: str, now: datetime) -> tuple[str, Attachment]:
        """For whom ("channel:address") and which file. Raises `LinkExpired`, `NotOurs`."""
        ...

    def open_upload(self, token: str, now: datetime) -> tuple[str, str]:
        """Who ("channel:address") hands in files, for which question. Raises `LinkExpired`, `NotOurs`."""
        ...

    def file_path(self, address: str, attachment: Attachment, at: datetime) -> str:
        """Where on this server that person gets a file: "/d/…"."""
        ...

    def upload_path(self, address: str, at: datetime, question: str = "") -> str:
        """Where on this server that person hands in files: "/u/…"."""
        ...


class Samples(Protocol):
    """Makes what a demonstration can be played with: films and a stamped scan."""

    async def make(self, name: str, address: str) -> tuple[bytes, str, str]:
        """A sample for "channel:address": its bytes, media type and file name; raises `Gone`."""
        ...


class Intake(Protocol):
    """Where messages of all channels are handed in (`bot.handlers.ports.Intake`)."""

    async def accept(self, incoming: Incoming) -> asyncio.Future[tuple[Outgoing, ...]]:
        """Returns once the message is kept for good; the future gives the replies, which go out by their channel."""
        ...


class Clock(Protocol):
    """The deployment's time."""

    def now(self) -> datetime:
        """The present instant, aware."""
        ...


@runtime_checkable
class SimulatedClock(Clock, Protocol):
    """A clock that a demonstration sets forward."""

    def move(self, to: datetime) -> None:
        """Sets the present instant, aware and not before the present one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What uploads are received with: where they are written, their limits in bytes, and who is told of a whole one.

    `quota` bounds what one person holds; `reserve` is how much of the disk stays free; `days` how long an unfinished
    upload may be resumed, and a finished one counts.
    """

    uploads: Uploads
    parts: Parts
    largest: int
    quota: int
    reserve: int
    days: int
    rang: Callable[[], None]
    writers: Writers = field(default_factory=Writers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything the web chat is built from; with `links` and `intake` also the signed pages, with `boards` the board,
    with `ballots` the pages of secret votes, with `honours` the public list of prizes, with `certificates` the page
    that shows whether one is genuine, with `votes` the pages of public votes, with `vitals` what machines ask for.

    With `reception` files of any size come in by resumable uploads, and with `answers` their page shows what they are
    for and what came of them.
    """

    desk: Desk
    chats: Chats
    bell: Bell
    guests: Guests
    files: Files
    attachments: Attachments
    clock: Clock
    links: SignedLinks | None = None
    intake: Intake | None = None
    reception: Reception | None = None
    answers: Answers | None = None
    samples: Samples | None = None
    boards: Boards | None = None
    ballots: Remarks | None = None
    honours: Honours | None = None
    certificates: Certificates | None = None
    votes: PublicVotes | None = None
    vitals: Vitals | None = None
