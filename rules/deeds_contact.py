"""What a flow may have done about reaching people: one person with several addresses, and messages to many."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rules.deeds import Deed, Done


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code that makes another address the same person's, and until when it is good (UTC microseconds)."""

    code: str
    expires: int


@dataclass(frozen=True, slots=True)
class MakeLink(Deed):
    """Make a code to be typed in another messenger. The kept result leaves the code out: only its hash exists."""

    final = False
    result = LinkCode
    person: int

    @staticmethod
    def dump(result: LinkCode) -> dict[str, Any]:
        return {**asdict(result), "code": ""}


@dataclass(frozen=True, slots=True)
class Unlink(Deed):
    """Make one of a person's addresses ("channel:address") a stranger's again. Declined: not theirs, or their home."""

    result = Done
    person: int
    address: str


@dataclass(frozen=True, slots=True)
class AskMail(Deed):
    """Send a code to an e-mail address, so that its owner can show that it is theirs. Declined: asked too often."""

    final = False
    result = Done
    person: int
    address: str


@dataclass(frozen=True, slots=True)
class ConfirmMail(Deed):
    """Take a person's e-mail address on, by the code that was sent there. Declined: wrong or expired code."""

    result = Done
    person: int
    address: str
    code: str
