"""Sending a package to the organiser's mailbox: each version of an entry once, and in doubt not again.

The version is claimed before anything is sent. Whoever finds a claim that nobody settled (the program ended in the
middle) does not know whether the mail went out, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.handlers.post import Outcome, Sent, Unsure
from rules.instants import micros
from scheduler.clock import SimulatedClock, SystemClock
from storage import parcels
from storage.database import Database
from storage.store import FileGone, Store


class Post(Protocol):
    """The mail server (`bot.handlers.mail.MailSender`)."""

    async def carry(self, mail: bytes, receiver: str) -> Outcome:
        """Hand over a mail that has neither sender nor date. Raises nothing that a server could bring about."""
        ...


class Mailing:
    """Sends packages. `post` is set when the deployment has a mail server."""

    def __init__(self, database: Database, store: Store, clock: SystemClock | SimulatedClock) -> None:
        self._database, self._store, self._clock = database, store, clock
        self.post: Post | None = None

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send the mail `sha256` of `entry` in its `version` to `to`; the fact `state` says what came of it."""
        work = await parcels.filed(self._database, entry=payload["entry"])
        if work is None or work.version != payload["version"]:
            return {"error": {"key": "package.gone", "facts": {}}}
        if self.post is None:
            return {"state": parcels.FAILED, "why": "没有设置发信的邮箱"}
        try:
            mail = await self._store.read(payload["sha256"])
        except (FileGone, FileNotFoundError):
            return {"error": {"key": "package.gone", "facts": {}}}
        stands = await parcels.claim(self._database, work, payload["to"], by=payload["person"], at=self._now())
        if stands:
            return {"state": parcels.SENT if stands == parcels.SENT else parcels.UNSURE, "before": True}
        outcome = await self.post.carry(mail, payload["to"])
        state, why = _settled(outcome)
        await parcels.settle(self._database, work, state, why=why, at=self._now())
        return {"state": state, "why": why, "before": False}

    def _now(self) -> int:
        return micros(self._clock.now())


def _settled(outcome: Outcome) -> tuple[str, str]:
    match outcome:
        case Sent():
            return parcels.SENT, ""
        case Unsure(why=why):
            return parcels.UNSURE, why
        case _:
            return parcels.FAILED, outcome.why
