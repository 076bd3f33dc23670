"""What the outbox dispatcher and the senders of the channels promise each other.

The dispatcher (`scheduler/dispatch.py`) decides which message goes out next, by which way, and what becomes of it; a
sender knows one channel's wire format and turns every answer of the platform into one of the outcomes below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.talk.messages import Attachment, Outgoing


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way to one address.

    `address` is the channel's own name for the receiver. `done` counts the parts of a long message that were already
    delivered. `again` says that it may have been delivered before, so that its reader must be told (（重发）).
    `edits` is the channel's number of an earlier message that this one replaces, "" for a new one.
    """

    id: int
    address: str
    outgoing: Outgoing
    done: int = 0
    again: bool = False
    edits: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One part is delivered. `done` counts all delivered parts, `whole` says that none is left; `remote` names it."""

    done: int = 1
    whole: bool = True
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not delivered, and worth another try after `seconds` (a platform's own wish, or our guess).

    `everybody` says that the platform asks the whole channel to wait, not only this chat.
    """

    seconds: float
    why: str
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """The connection broke after the request was under way: delivered or not, nobody knows. The policy decides."""

    why: str


@dataclass(frozen=True, slots=True)
class Shut:
    """This way is closed for this person for now (45015, 45047, no template): the planner looks for another."""

    why: str


@dataclass(frozen=True, slots=True)
class Left:
    """The person blocked the bot or does not follow the account any more: the address is out of reach."""

    why: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """The platform will never take this message as it is: it becomes a dead letter with this reason."""

    why: str


Outcome = Sent | Later | Unsure | Shut | Left | Wrong


class Sender(Protocol):
    """One channel's way out. It raises nothing: whatever happens is an outcome."""

    @property
    def channel(self) -> str:
        """The channel's name: "telegram", "wechat", "mail"."""
        ...

    async def send(self, letter: Letter, way: str) -> Outcome:
        """Deliver one part, by one of the channel's ways ("message", "customer", "template", "subscribe", "mail")."""
        ...


class Files(Protocol):
    """Makes the files that are handed to people."""

    async def contents(self, attachment: Attachment) -> bytes:
        """The file's bytes; raises `NoFile` where it is gone, `Oversized` where it is not to be held in memory."""
        ...


class NoFile(Exception):
    """An attachment can no longer be made, because what it was made from has been erased or withdrawn."""


class Oversized(Exception):
    """A file is too large to travel inside a message: its reader gets the address of it. `size` is in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"expected a file that fits into a message, found one of {size} bytes; send its link")
        self.size = size
