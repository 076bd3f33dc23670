"""What a flow may have done about the board: a permission to look at it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rules.deeds import Deed


@dataclass(frozen=True, slots=True)
class BoardLink:
    """A permission to open the board, and until when it is good (UTC microseconds)."""

    token: str
    expires: int


@dataclass(frozen=True, slots=True)
class OpenBoard(Deed):
    """Make a permission to open the board from an admin's seat. Declined: the seat is gone.

    The kept result leaves the permission out: it stands in the message to its admin only.
    """

    final = False
    result = BoardLink
    seat: int
    person: int

    @staticmethod
    def dump(result: BoardLink) -> dict[str, Any]:
        return {**asdict(result), "token": ""}
