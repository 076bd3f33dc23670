"""Programs that are broken on purpose, each of which the enumeration must find out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from itertools import count
from unittest import mock

from bot.ballot_cards import BallotCards
from bot.handlers.ports import Answer
from bot.handlers.post import Letter
from bot.intake import Intake
from bot.talk.messages import Incoming
from rules.instants import micros
from storage.rows import Settled
from storage.spool import Quarantine
from storage.turns import PULLED, Batch, key_of
from tests.crash import enumeration_outside


@contextmanager
def _hasty() -> Iterator[None]:
    """Acknowledges a message before it is committed."""
    accept, settling = Intake.accept, set[asyncio.Future[object]]()

    async def at_once(self: Intake, incoming: Incoming) -> None:
        settling.add(asyncio.ensure_future(accept(self, incoming)))
        await asyncio.sleep(0)

    with mock.patch.object(Intake, "accept", at_once):
        yield


@contextmanager
def _forgetful() -> Iterator[None]:
    """Has no unique mark in its inbox: what comes again is taken for something new."""
    number = count()
    with mock.patch("bot.desk.key_of", lambda incoming: f"{key_of(incoming)}@{next(number)}"):
        yield


@contextmanager
def _early() -> Iterator[None]:
    """Sends its answers before they are committed."""
    flush = Batch.flush

    async def flushed(self: Batch, settled: Sequence[Settled]) -> None:
        for one in settled:
            one.post = PULLED
        await flush(self, settled)
        for one in settled:
            for letter in one.letters:
                await enumeration_outside.POSTS[-1].send(Letter(letter.id, one.address, letter), "message")

    with mock.patch.object(Batch, "flush", flushed):
        yield


@contextmanager
def _impatient() -> Iterator[None]:
    """Gives a message up when the platform did not answer once."""
    with mock.patch("scheduler.outcome.MOST_TRIES", 1):
        yield


@contextmanager
def _gossiping() -> Iterator[None]:
    """Keeps what is pressed on a ballot as it keeps what it cannot read."""
    press = BallotCards.press

    async def kept(self: BallotCards, address: str, data: str, number: str, at: datetime) -> Answer:
        await Quarantine(self._database).put(number, data.encode(), "a press", micros(at))
        return await press(self, address, data, number, at)

    with mock.patch.object(BallotCards, "press", kept):
        yield


TWINS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "": nullcontext, "hasty": _hasty, "forgetful": _forgetful, "early": _early, "impatient": _impatient,
    "gossiping": _gossiping,
    "careless": nullcontext,  # the platform of this one is broken
}  # fmt: skip
