"""The last gate before a message goes out: what the notice forbids for now stays, whichever way it came here."""

from __future__ import annotations

from collections.abc import Mapping

from bot.talk.messages import Outgoing
from rules.deeds import Heard
from rules.deeds_steering import NoteBreach
from rules.embargo import Breach, breaches
from rules.instants import micros, spoken
from rules.notice import Notice
from scheduler.clock import SimulatedClock, SystemClock
from storage.database import Database
from storage.moments import Moment
from storage.numbers import Numbers
from storage.registry import DEEDS
from storage.telling import tell_admins

#: Why a message that was kept back did not go: a key of the wording.
WHY = "embargo.in_outbox"
#: Messages whose keeping back was told; the same to many is told once.
REMEMBERED = 1000


class Gate:
    """Judges messages of a campaign, in the words they go out with."""

    def __init__(
        self, database: Database, notices: Mapping[str, Notice], number: Numbers, clock: SystemClock | SimulatedClock
    ) -> None:
        self._database, self._notices, self._number, self._clock = database, notices, number, clock
        self._told: dict[tuple[str, str], None] = {}

    async def holds(self, outgoing: Outgoing, campaign: str) -> bool:
        """Whether a message must stay. The first of its kind is recorded, and the admins are told."""
        notice = self._notices.get(campaign)
        if notice is None or not notice.embargoes:
            return False
        said = "\n".join((outgoing.text, outgoing.attachment.name if outgoing.attachment else ""))
        found = breaches(said, notice.embargoes, self._clock.now())
        if not found:
            return False
        if (campaign, said) not in self._told:
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            self._told[campaign, said] = None
            try:
                await self._record(found[0], campaign)
            except BaseException:
                self._told.pop((campaign, said), None)  # nobody heard of it: the next try tells them
                raise
        return True

    async def _record(self, breach: Breach, campaign: str) -> None:
        embargo = breach.embargo
        facts = {"what": embargo.what, "until": spoken(embargo.until), "clause": embargo.clause}
        async with self._database.write() as connection:
            moment = Moment(connection, micros(self._clock.now()), self._number)
            await DEEDS[NoteBreach](moment, NoteBreach(campaign, 0, "outbox", embargo.what, embargo.clause))
            await tell_admins(moment, campaign, Heard("embargo.stopped", facts))
