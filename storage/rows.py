"""Rows of sessions and letters, as the objects that a turn works with, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from bot.talk.log import Log
from bot.talk.messages import Incoming, Outgoing
from bot.talk.session import Session, State
from bot.talk.wishes import Party
from rules.instants import from_micros, micros

_STATES = {state.value: state for state in State}


@dataclass(slots=True)
class Guest:
    """A sender as loaded: their party, and where the program writes to them on its own account."""

    party: Party
    channel: str
    address: str


# Not frozen: one is made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Settled:
    """One message, weighed: what it changed, and what is answered at which channel and address.

    `at` is its receipt in UTC microseconds; `pressed` the label of the choice it picked; `post` how its answers go out.
    """

    incoming: Incoming
    key: str
    at: int
    person: int
    sessions: list[Session]
    channel: str
    address: str
    letters: tuple[Outgoing, ...]
    pressed: str = ""
    post: str = "pulled"


def session_of(person: int, row: Any, log: Log) -> Session:
    """A session from its columns (`statements.SESSION_COLUMNS`)."""
    number, flow, campaign, seat, facts, state, shown, title, step, started, _ = row
    return Session(
        number, person, flow, campaign, seat, orjson.loads(facts) if facts != "{}" else {}, from_micros(started), log,
        _STATES[state], shown, title, step,
    )  # fmt: skip


def fresh(one: Session, at: int) -> tuple[Any, ...]:
    """A new session in the order of its table's columns."""
    return (
        one.id, one.person, one.flow, one.campaign, one.seat, orjson.dumps(one.facts).decode(), one.state.value,
        one.shown, one.title, one.step, one.log.seq, micros(one.started), at,
    )  # fmt: skip


def edits(incoming: Incoming, letter: Outgoing) -> str:
    """The message whose button was pressed is replaced by the answer, where the answer asks the same again."""
    press = incoming.press
    return incoming.origin if press is not None and letter.question and letter.question == press.question else ""
