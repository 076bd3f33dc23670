"""Rows of sessions and letters, as the objects that a turn works with, and back."""

from __future__ import annotations

from typing import Any

import orjson

from bot.talk.log import Log
from bot.talk.messages import Incoming, Outgoing
from bot.talk.session import Session, State
from rules.instants import from_micros, micros

_STATES = {state.value: state for state in State}


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
