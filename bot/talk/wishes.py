"""What a turn knows and may wish for: the house, the party, and what only storage can give."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.talk.flow import Flows
from bot.talk.session import Session
from rules.bank import Question
from rules.deeds import Deed
from rules.duties import Duties
from rules.looks import Look
from rules.notice import Notice
from rules.people import Person, Seat

#: The channel of what the program itself sends in.
INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Who:
    """Asks storage for a person's party anew, after a deed may have changed it."""

    person: int


@dataclass(frozen=True, slots=True)
class Recall:
    """Asks storage for a parked conversation of this person, with its log → Session or None."""

    person: int
    session: int


@dataclass(frozen=True, slots=True)
class Save:
    """Asks storage to write a conversation down now, because what follows may look for it."""

    session: Session


@dataclass(slots=True)
class Party:
    """Who sent the message: the person, the seat they speak from, the seat of the active session, and that session."""

    person: Person
    seat: Seat | None
    session: Session | None


Wish = Look | Deed | Who | Recall | Save
Steps = Generator[Wish, Any, None]


@dataclass(slots=True)
class House:
    """What is the same for every message: the flows, the notices, and how new conversations get their number.

    `telegram` is the bot's name as soon as Telegram has told it, `mail` whether e-mail can be sent. `duties` are the
    tables of duties of the campaigns that have one, `banks` the questions, by code, of those with a quiz. `charts`:
    there is a font to letter charts with. A message to more than `approve_above` people waits for another admin (0:
    none does).
    """

    flows: Flows
    notices: Mapping[str, Notice]
    number: Callable[[], int]
    public_url: str = ""
    telegram: str = ""
    mail: bool = False
    duties: Mapping[str, Duties] = field(default_factory=dict)
    banks: Mapping[str, Mapping[str, Question]] = field(default_factory=dict)
    charts: bool = False
    approve_above: int = 0
