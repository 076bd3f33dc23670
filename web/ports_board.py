"""What the board needs of the rest of the program, as a Protocol; the roof hands in what fulfils it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from rules.figures import Health, Room
from rules.looks_screening import Progress
from rules.notice import Notice
from rules.overview import Overview
from rules.quiz_view import QuizView


@dataclass(frozen=True, slots=True)
class VotesSeen:
    """A public vote that has begun: how many votes, set aside, and by the hours of the last day, oldest first."""

    label: str
    open: bool
    closes: str
    given: int
    aside: int
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A campaign as its board shows it: where its units stand, how the program does, and the room it takes.

    `screening` tells by track how far its entries are; empty where nobody screens. `quiz`: None where there is none.
    """

    notice: Notice
    overview: Overview
    health: Health
    room: Room
    screening: Mapping[str, Progress] = field(default_factory=dict)
    votes: tuple[VotesSeen, ...] = ()
    quiz: QuizView | None = None


class Boards(Protocol):
    """What admins may look at. A link's token is exchanged for a session; both are permissions by themselves."""

    def enter(self, token: str, now: datetime) -> str:
        """The session that a link's token is exchanged for. Raises `LinkExpired`, `NotOurs`."""
        ...

    async def campaign(self, session: str, now: datetime) -> str | None:
        """The campaign that a session sees, None where its admin has the seat no more. Raises as `enter`."""
        ...

    async def seen(self, campaign: str, now: datetime) -> Seen:
        """How a campaign stands, at most a few seconds old."""
        ...
