"""The desk: every message passes here exactly once.

`receive` queues a message and returns when it is settled: taken, answered and committed. One worker takes whatever
waits, at most one message of each person, and settles the batch in one transaction. A batch that breaks is rolled
back and run again one message at a time, so that a message that breaks a flow harms only itself.
"""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections.abc import Awaitable, Callable, Sequence, Set

import structlog

from bot.driving import drive
from bot.handlers.ports import PutOff
from bot.reply import messages
from bot.talk.lines import line
from bot.talk.messages import Incoming, Outgoing, cleaned
from bot.talk.turn import Turn
from bot.talk.wishes import INSIDE, House
from bot.waiting import Pace, Queue, Waiting, nowhere
from bot.wording import Wording
from rules.cleaning import clean
from rules.codes import ALPHABET
from rules.deeds import Deed
from rules.instants import micros
from storage.contacts import siblings_of
from storage.database import away, passes
from storage.incidents import Incident, report
from storage.rows import Guest, Settled
from storage.turns import DUE, PASSIVE, PULLED, Batch, Turns, address_of, key_of

log = structlog.get_logger(__name__)

#: Seconds without a message that count as a quiet moment.
QUIET = 2.0
#: Seconds within which a door must have something to answer: WeChat gives 5, its door 4.5. What would take longer is
#: kept, and its sender told how many are ahead.
PATIENCE = 4.0
#: Tries of a batch that meets another program, or loses its connection, before its messages are tried one by one; and
#: seconds after which messages that are kept are tried again while the database is away.
MOST_TRIES, REST = 3, 1.0


class Broken(Exception):
    """A message broke a flow, or the program around it; `turn` says where."""

    def __init__(self, turn: Turn) -> None:
        super().__init__("a message could not be settled")
        self.turn = turn


class Desk:
    """Settles messages. Start `run()` as a task; `receive` from anywhere in the same loop."""

    def __init__(
        self,
        house: House,
        turns: Turns,
        wording: Wording,
        *,
        rang: Callable[[str], None] = lambda address: None,
        posted: frozenset[str] = frozenset(),
    ) -> None:
        """`rang` is called with "channel:address" after something new was committed for it.

        `posted` names the channels whose messages the dispatcher delivers; those of others are fetched.
        """
        self._house, self._turns, self._wording, self._rang, self._posted = house, turns, wording, rang, posted
        self._queue = Queue()
        self._pace = Pace()
        self._news = asyncio.Event()
        #: Told of every commit: the kinds of deeds that were performed.
        self.on_committed: list[Callable[[Set[type[Deed]]], None]] = []
        #: Told of committed answers that are to be sent: (number, "channel:address").
        self.on_due: Callable[[list[tuple[int, str]]], None] = lambda letters: None
        #: Keeps messages that are not settled yet, so that they survive a crash.
        self.keep: Callable[[Sequence[Incoming]], Awaitable[None]] = nowhere

    def waits(self, address: str) -> int:
        """How many messages of "channel:address" wait for their turn."""
        return self._queue.of(address)

    async def receive(self, incoming: Incoming, *, passive: bool = False, kept: bool = False) -> tuple[Outgoing, ...]:
        """Settle one message; gives the replies after their commit. The same message again gives them again.

        `passive` leaves it to whoever calls to hand the replies over; the dispatcher helps out if they do not. Raises
        `PutOff` to them where it takes too long: the message is kept then, and the dispatcher sends the replies.
        `kept`: it is in the spool, which forgets it together with its settlement.
        """
        if (text := clean(incoming.text)) != incoming.text or incoming.press or incoming.files:
            incoming = cleaned(incoming, text)
        answered = asyncio.get_running_loop().create_future()
        since = asyncio.get_running_loop().time()
        waiting = Waiting(incoming, answered, key_of(incoming), address_of(incoming), since, passive, kept)
        self._queue.put(waiting)
        self._news.set()
        return await waiting.answered

    async def run(self) -> None:
        """Work until cancelled; a batch under way is finished first."""
        while True:
            await self._quiet()
            self._news.clear()
            while self._queue:
                await self._queue.turn()
                batch = asyncio.ensure_future(self._work())
                try:
                    await asyncio.shield(batch)
                except asyncio.CancelledError:
                    await batch
                    raise

    async def _quiet(self) -> None:
        """Wait for news. The first quiet moment after work is the database's, so that it need not rest in a rush."""
        try:
            async with asyncio.timeout(QUIET):
                await self._news.wait()
        except TimeoutError:
            try:
                await self._turns.database.rest()
            except Exception as failure:  # noqa: BLE001  the next quiet moment will do; the desk must not end
                log.error("the database did not rest", failure=type(failure).__name__)
            await self._news.wait()

    async def _work(self) -> None:
        """Settle what waits, as much as one transaction takes."""
        clock = asyncio.get_running_loop().time
        if overdue := self._queue.overdue(began := clock(), PATIENCE, self._pace.within(PATIENCE)):
            await self._put_off(overdue)
        await self._settle(self._queue.take())
        self._pace.took(began, clock())

    async def _put_off(self, overdue: Sequence[tuple[Waiting, int]]) -> None:
        """Keep what has waited too long, and only then let go of whoever waits: it comes after those still in time."""
        try:
            siblings = await siblings_of(self._turns.database, [waiting.address for waiting, _ in overdue])
            await self.keep([waiting.incoming for waiting, _ in overdue])
        except Exception as failure:  # noqa: BLE001  they wait on: what is not kept is not acknowledged
            log.error("waiting messages could not be kept", failure=type(failure).__name__, count=len(overdue))
            return
        log.warning("messages wait for their turn", count=len(overdue), ahead=overdue[-1][1])
        for waiting, ahead in overdue:
            waiting.passive, waiting.kept = False, True
            if not waiting.answered.done():
                waiting.answered.set_exception(PutOff(ahead))
        self._queue.postpone([waiting for waiting, _ in overdue], siblings)

    async def _settle(self, batch: Sequence[Waiting], *, tries: int = 1) -> None:
        try:
            put_back = await self._try(batch)
        except Exception as broken:  # noqa: BLE001  whatever broke, its sender gets an apology and the others their turn
            if tries < MOST_TRIES and passes(broken):
                await self._settle(batch, tries=tries + 1)
                return
            if away(broken) and self._queue.refused(batch):
                await self._refuse(batch, broken)
                return
            if len(batch) > 1:
                for waiting in batch:
                    await self._settle([waiting])
                return
            await self._apologise(batch[0], broken)
            return
        self._queue.put_back(put_back)

    async def _refuse(self, batch: Sequence[Waiting], broken: Exception) -> None:
        """The database is away: whoever waits hears it and hands in again; what is kept for nobody comes again here."""
        log.error("the database is away", failure=type(broken.__cause__ or broken).__name__, count=len(batch))
        for waiting in (asking := [each for each in batch if not each.answered.done()]):
            waiting.answered.set_exception(broken)
        if let_go := [each for each in batch if each.kept and each not in asking]:
            await asyncio.sleep(REST)
            self._queue.put_back(let_go)

    async def _try(self, batch: Sequence[Waiting]) -> list[Waiting]:
        """Settle a batch in one transaction; gives back messages of people who have two in it."""
        settled: dict[int, Settled] = {}
        repeated: dict[int, tuple[Outgoing, ...]] = {}
        put_back: list[Waiting] = []
        async with self._turns.open() as turns:
            await turns.hold([waiting.address for waiting in batch])
            doors = {waiting.key: micros(waiting.incoming.at) for waiting in batch if waiting.passive}
            seen = await turns.seen([waiting.key for waiting in batch], doors)
            fresh = [waiting.incoming for waiting in batch if waiting.key not in seen]
            guests = await turns.guests(fresh) if fresh else {}

            async def weigh_all() -> None:
                people: set[int] = set()
                for index, waiting in enumerate(batch):
                    if waiting.key in seen:
                        repeated[index] = seen[waiting.key]
                        continue
                    guest = guests[waiting.address]
                    if guest.party.person.id in people:
                        put_back.append(waiting)
                        continue
                    one = settled[index] = await self._weigh(turns, guest, waiting)
                    if one.person != guest.party.person.id and one.person in people:
                        raise LookupError("expected one message of a person, found two who became one")  # one by one
                    people |= {guest.party.person.id, one.person}
                    seen[waiting.key] = ()

            await turns.at_once(weigh_all)
            if settled:
                await turns.flush(list(settled.values()))
            if kept := [waiting.key for waiting in batch if waiting.kept and waiting not in put_back]:
                await turns.unspool(kept)
        for index, waiting in enumerate(batch):
            if index in settled:
                self._hand_out(waiting, settled[index])
            elif index in repeated:
                self._tell(waiting, repeated[index])
        for committed in self.on_committed:
            committed(turns.performed)
        return put_back

    def _hand_out(self, waiting: Waiting, one: Settled) -> None:
        """Tell everybody whom a settled message concerns, after its commit."""
        self._tell(waiting, one.letters)
        address = f"{one.channel}:{one.address}"
        self._rang(address)
        if one.post == DUE:
            self.on_due([(letter.id, address) for letter in one.letters])

    async def _weigh(self, turns: Batch, guest: Guest, waiting: Waiting) -> Settled:
        """One message through the engine."""
        incoming, person, home = waiting.incoming, guest.party.person.id, (guest.channel, guest.address)
        turn = Turn(self._house, guest.party, incoming)
        channel, address = home if incoming.channel == INSIDE else (incoming.channel, incoming.address)
        if (channel, address) != home:
            await turns.move_home(person, channel, address)  # a flow may look where home is
        try:
            await drive(turns, turn)
            outgoing = messages(turn, self._wording, channel)
        except Exception as error:
            raise Broken(turn) from error
        if turn.party.person.id != person:
            await turns.move_home(turn.party.person.id, channel, address)
        return Settled(
            incoming, waiting.key, micros(incoming.at), turn.party.person.id, list(turn.sessions.values()), channel,
            address, outgoing, turn.pressed, self._post(waiting, channel),
        )  # fmt: skip

    def _post(self, waiting: Waiting, channel: str) -> str:
        """How the answers to a message go out."""
        if channel not in self._posted:
            return PULLED
        return PASSIVE if waiting.passive else DUE

    async def _apologise(self, waiting: Waiting, broken: Exception) -> None:
        """Nothing of the message counts; the person stays where they were and hears a reference.

        The traceback may hold what the person wrote, so it goes into the database and not into the program's log.
        """
        reference = "".join(secrets.choice(ALPHABET) for _ in range(6))
        told = {"reference": reference, "inbox": waiting.key, "error": type(broken.__cause__ or broken).__name__}
        try:
            sorry = await self._incident(waiting, reference, broken)
        except Exception as failure:  # noqa: BLE001  whoever waits is told; the desk goes on
            log.error("message lost its turn", failure=type(failure).__name__, **told)
            if not waiting.answered.done():
                waiting.answered.set_exception(failure)
            return
        log.error("message broke a flow", **told)
        self._hand_out(waiting, sorry)

    async def _incident(self, waiting: Waiting, reference: str, broken: Exception) -> Settled:
        incoming = waiting.incoming
        sorry = Outgoing(self._wording.lines([line("engine.broken", reference=reference)], incoming.channel))
        key = broken.turn.at_key if isinstance(broken, Broken) else ""
        async with self._turns.open() as turns:
            guest = (await turns.guests([incoming]))[address_of(incoming)]
            session, at = guest.party.session, micros(incoming.at)
            incident = Incident(
                reference,
                at,
                session.id if session else 0,
                session.flow if session else "",
                key or (session.shown if session else ""),
                key_of(incoming),
                "".join(traceback.format_exception(broken)),
            )
            await report(turns.moment(incoming.at), incident)
            inside = incoming.channel == INSIDE
            channel, address = (guest.channel, guest.address) if inside else (incoming.channel, incoming.address)
            person = guest.party.person.id
            post = self._post(waiting, channel)
            settled = Settled(incoming, waiting.key, at, person, [], channel, address, (sorry,), post=post)
            await turns.flush([settled])
            if waiting.kept:
                await turns.unspool([waiting.key])
        return settled

    def _tell(self, waiting: Waiting, outgoing: tuple[Outgoing, ...]) -> None:
        if not waiting.answered.done():
            waiting.answered.set_result(outgoing)
