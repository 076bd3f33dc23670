"""The program as the roof builds it, without network and threads, and one life of it."""

from __future__ import annotations

import asyncio
import copy
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from bot import campaigns
from bot.app import POSTED, ROOT
from bot.desk import Desk
from bot.flows.table import house_flows
from bot.intake import Intake
from bot.reply import worded
from bot.talk.messages import Incoming
from bot.talk.wishes import House
from bot.wording import house_wording
from rules.bank import Question
from rules.contact import Power
from rules.delivery import policy
from rules.instants import micros
from rules.payouts import Hours
from scheduler.cards import Cards
from scheduler.clock import SimulatedClock
from scheduler.dispatch import Dispatcher
from scheduler.gate import Gate
from scheduler.paying import Paying, Purse
from scheduler.reminding import Reminding
from storage.contacts import Contacts
from storage.database import sqlite_url
from storage.files import FileStore
from storage.numbers import Numbers
from storage.outbox import Outbox
from storage.spool import Quarantine, Spool
from storage.statements import Statements
from storage.turns import Turns
from tests.crash.enumeration_booth import ADDRESS, Hall
from tests.crash.enumeration_folder import Folder
from tests.crash.enumeration_outside import POSTS, Outside, Payer, Post
from tests.crash.mortal import Fate, opened

KEY = b"the secret of a deployment to be killed"
#: Seconds between two beats of what acts by the clock.
BEAT = 30.0
#: Beats after which a life must have come to its end.
MOST_BEATS = 500
#: Seconds after which a message that was not acknowledged is given again, and failures that are too many.
AGAIN, MOST_BROKEN = 2.0, 1000
wording = cache(house_wording)
flows = cache(house_flows)


class Clock(SimulatedClock):
    """The deployment's time: the loop's."""

    def __init__(self, begins: datetime) -> None:
        super().__init__(begins)
        self.begins = begins

    def now(self) -> datetime:
        """The present instant."""
        return self.begins + timedelta(seconds=asyncio.get_running_loop().time())


class Program:
    """One life of the program. `live` delivers what the platform has until all is settled."""

    def __init__(self, folder: Folder, outside: Outside, fate: Fate) -> None:
        self.folder, self.data, self.outside, self.scene, self.fate = folder, folder.path, outside, outside.scene, fate
        self.hall: Hall | None = None

    async def live(self) -> None:
        """From the start until everything is delivered, answered and quiet."""
        intake, jobs, acts = await self._built()
        await intake.begin()
        tasks = [asyncio.ensure_future(job()) for job in jobs]
        try:
            await asyncio.gather(*(self._lane(intake, user) for user in self.scene.lanes))
            for step in self.hall.steps() if self.hall is not None else ():
                while not await self._stepped(step):
                    pass
            await self._beats(acts)
        finally:
            if self.hall is not None:
                await self.hall.close()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _built(
        self,
    ) -> tuple[Intake, list[Callable[[], Awaitable[None]]], list[Callable[[], Awaitable[object]]]]:
        scene, database = self.scene, opened(sqlite_url(self.data), self.fate)
        numbers, clock = await Numbers.above(database), Clock(scene.begins)
        notices = {scene.notice.id: scene.notice}
        turns = Turns(database, numbers, pepper=KEY)
        house = House(flows(), notices, numbers, ADDRESS if scene.ballot else "", banks=_banks(scene.notice.id))
        desk = Desk(house, turns, wording(), posted=POSTED)
        outbox, contacts, sender = _outbox(database, numbers), Contacts(database), Post(self.outside, self.fate)
        POSTS[:] = [sender]
        intake = Intake(
            desk, clock, outbox=outbox, contacts=contacts, spool=Spool(database, numbers),
            quarantine=Quarantine(database), files=FileStore(self.data / "files"), pushing=frozenset({"telegram"}),
        )  # fmt: skip
        dispatcher = Dispatcher(
            outbox, contacts, {"telegram": sender}, {"telegram": Power("telegram")}, clock,
            worded=lambda outgoing, channel: worded(outgoing, wording(), channel, now=micros(clock.now())),
            gate=Gate(database, notices, numbers, clock),
        )  # fmt: skip
        desk.on_due, intake.on_due = dispatcher.posted, dispatcher.rang
        dispatcher.on_held.append(intake.hold)
        cards = Cards(database, outbox, numbers, clock, posted=dispatcher.rang)
        acts: list[Callable[[], Awaitable[object]]] = [cards.refresh]
        if scene.reminds:
            reminding = Reminding(database, notices, numbers, clock)
            reminding.posted = dispatcher.rang
            acts.append(reminding.act)
        if scene.ballot is not None:
            self.hall = Hall(
                scene.ballot, self.outside.booth, self.fate, data=self.data, key=KEY, database=database, turns=turns,
                notice=scene.notice, wording=wording(), clock=clock, intake=intake, posted=dispatcher.rang,
            )  # fmt: skip
            acts.append(self.hall.expire)
        if scene.pays:
            paying = Paying(database, notices, numbers, clock)
            paying.purse = Purse(Payer(self.outside, self.fate), "1900000109", 10_000, 10, 100_000, _ALWAYS)
            paying.posted = dispatcher.rang
            acts.append(paying.act)
        return intake, [desk.run, dispatcher.run], acts

    async def _lane(self, intake: Intake, user: int) -> None:
        """What one person sent, in order; each is given again until it is acknowledged."""
        rest = self.outside.waiting[user]
        while rest:
            place = rest[0]
            number = f"{self.scene.name}/{user}/{place}"
            at = self.scene.begins + timedelta(seconds=place)
            said = Incoming("telegram", f"{user}", number, at, text=self.scene.lanes[user][place])
            try:
                await intake.accept(said)
            except Exception as broken:  # noqa: BLE001  what is not kept is not acknowledged, and comes again
                self._broke(broken)
                if not self.outside.careless:
                    await asyncio.sleep(AGAIN)
                    continue
            rest.popleft()
            self.outside.acknowledged.add(number)

    async def _beats(self, acts: Sequence[Callable[[], Awaitable[object]]]) -> None:
        """What acts by the clock, until nothing is left to do."""
        for beat in range(MOST_BEATS):
            for act in acts:
                await self._acted(act)
            await asyncio.sleep(BEAT if not self.outside.until else 10 * BEAT)
            if beat * BEAT >= self.scene.lasts and not left(self.folder):
                return
        raise TimeoutError(f"expected everything to come to an end, found {left(self.folder)}")

    async def _stepped(self, step: Callable[[], Awaitable[bool]]) -> bool:
        """One step of what people do beside chatting; whether it was the last. What was not kept comes again."""
        try:
            return await step()
        except Exception as broken:  # noqa: BLE001  what was not kept comes again
            self._broke(broken)
            await asyncio.sleep(AGAIN)
            return False

    def _broke(self, broken: Exception) -> None:
        """Count a failure. Raises it where there were too many."""
        self.outside.broken.append(type(broken).__name__)
        if len(self.outside.broken) > MOST_BROKEN:
            raise broken

    async def _acted(self, act: Callable[[], Awaitable[object]]) -> None:
        try:
            await act()
        except Exception as broken:  # noqa: BLE001  as the tick does: the next beat does it
            self.outside.broken.append(type(broken).__name__)


_ALWAYS = Hours(datetime.min.time(), datetime.min.time())
_LEFT = {
    "outbox": "SELECT kind, state, edits FROM outbox WHERE state IN ('due', 'sending', 'passive')",
    "broadcasts": "SELECT 'broadcast', state, '' FROM broadcasts WHERE state = 'running'",
    "rounds": "SELECT 'round', state, '' FROM rounds WHERE state = 'open'",
    "ballots": "SELECT 'ballot', state, '' FROM ballot_rounds WHERE drafts_gone = 0",
    "payouts": "SELECT 'payout', state, '' FROM payouts WHERE state IN ('ready', 'asked')",
}


def left(folder: Folder) -> list[tuple[str, str, str]]:
    """What is still on its way, seen from outside."""
    return [row for statement in _LEFT.values() for row in folder.ask(statement)]


def doubtful(folder: Folder) -> Counter[str]:
    """What a dead program was sending, by policy."""
    return Counter(policy(kind, edits=bool(edits)).value for kind, state, edits in left(folder) if state == "sending")


@cache
def _banks(campaign: str) -> Mapping[str, Mapping[str, Question]]:
    return campaigns.all_banks(ROOT / "campaigns", {campaign: campaigns.load(ROOT / "campaigns", campaign)})


@cache
def _prepared(kind: type) -> list[object]:
    return []


def _outbox(database: object, numbers: Numbers) -> Outbox:
    """An outbox whose statements were compiled before."""
    kept = _prepared(Outbox)
    if not kept:
        kept.append(Outbox(database, numbers))  # type: ignore[arg-type]
    outbox = copy.copy(kept[0])
    assert isinstance(outbox, Outbox)
    outbox.database, outbox._number = database, numbers  # type: ignore[assignment]
    return outbox


def shared_statements(database: object) -> Statements:
    """Statements of the desk that were compiled before; stands in for their class."""
    kept = _prepared(Statements)
    if not kept:
        kept.append(Statements(database))  # type: ignore[arg-type]
    assert isinstance(kept[0], Statements)
    return kept[0]
