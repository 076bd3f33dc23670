"""Where a run of a flow starts from, and where a flow can lead when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.talk.messages import File
from rules.bank import Question
from rules.duties import Duties
from rules.notice import Notice
from rules.people import Person, Seat


# Not frozen: one is made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Scene:
    """What a run starts from: who talks, in which seat and notice, and the facts the conversation was begun with."""

    session: int
    started: datetime
    person: Person
    seat: Seat | None = None
    notice: Notice | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    #: Where people reach the program's pages ("https://host"), "" where there are none.
    public_url: str = ""
    #: The Telegram bot's name without "@", "" where there is none; whether e-mail can be sent.
    telegram: str = ""
    mail: bool = False
    #: Whether charts can be drawn: it takes a font with Chinese characters.
    charts: bool = False
    #: All campaigns of the deployment, for naming another one.
    notices: Mapping[str, Notice] = field(default_factory=dict)
    #: The campaign's table of duties, None where it has none.
    duties: Duties | None = None
    #: The questions of the campaigns with a quiz, by their codes.
    banks: Mapping[str, Mapping[str, Question]] = field(default_factory=dict)
    #: A message to more people than this waits for another admin, 0: none does.
    approve_above: int = 0


@dataclass(frozen=True, slots=True)
class Then:
    """Where a flow leads when it ends: another flow with its facts and first answers.

    Those of the answers that `reopen` names are asked again, with what they were at hand.
    """

    flow: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    reopen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """A flow ends by going on with a parked conversation, to which it may hand on files that were sent to it."""

    session: int
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Park:
    """A flow ends unfinished: its answers stay, and the questions named in `reopen` will be asked again."""

    reopen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """A flow goes on by asking the questions named in `reopen` once more, after what it just said.

    The answers and deeds named in `spent` are forgotten altogether: what they came to is not offered again.
    """

    reopen: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejoin:
    """A flow ends where its person has become somebody else's other address: that person's conversation goes on."""


Ending = Then | Resume | Park | Again | Rejoin | None
