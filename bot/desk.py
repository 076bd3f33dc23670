"""The desk: every message passes here exactly once.

`receive` queues a message and returns when it is settled: taken, answered and committed. One worker takes whatever
waits, at most one message of each person, and settles the batch in one transaction. A batch that breaks is rolled
back and run again one message at a time, so that a message that breaks a flow harms only itself.
"""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.talk.lines import line
from bot.talk.messages import Choice, Incoming, Outgoing, Press
from bot.talk.session import Reply
from bot.talk.turn import Turn
from bot.talk.wishes import INSIDE, House, Recall, Save, Who, Wish
from bot.wording import Wording
from rules.cleaning import clean, one_line
from rules.codes import ALPHABET
from rules.deeds import Deed
from rules.instants import micros
from rules.looks import Look
from storage.database import passes
from storage.incidents import Incident, report
from storage.turns import Batch, Guest, Settled, Turns, address_of, key_of

log = structlog.get_logger(__name__)

#: Seconds without a message that count as a quiet moment.
QUIET = 2.0
#: Messages settled in one transaction at most.
MOST_AT_ONCE = 256
#: Tries of a batch that meets another program, or loses its connection, before its messages are tried one by one.
MOST_TRIES = 3


@dataclass(slots=True)
class _Waiting:
    incoming: Incoming
    answered: asyncio.Future[tuple[Outgoing, ...]]
    key: str
    address: str


def _cleaned(incoming: Incoming, text: str) -> Incoming:
    """A message whose button and file names, too, hold nothing that cannot be seen or stored."""
    press = incoming.press and Press(clean(incoming.press.question), clean(incoming.press.choice))
    files = tuple([replace(file, name=one_line(file.name)) for file in incoming.files])
    return replace(incoming, text=text, press=press, files=files)


class Broken(Exception):
    """A message broke a flow, or the program around it; `turn` says where."""

    def __init__(self, turn: Turn) -> None:
        super().__init__("a message could not be settled")
        self.turn = turn


class Desk:
    """Settles messages. Start `run()` as a task; `receive` from anywhere in the same loop."""

    def __init__(
        self, house: House, turns: Turns, wording: Wording, *, rang: Callable[[str], None] = lambda address: None
    ) -> None:
        """`rang` is called with "channel:address" after something new was committed for it."""
        self._house, self._turns, self._wording, self._rang = house, turns, wording, rang
        self._queue: deque[_Waiting] = deque()
        self._news = asyncio.Event()
        self.on_committed: list[Callable[[], None]] = []

    async def receive(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        """Settle one message; gives the replies after their commit. The same message again gives them again."""
        if (text := clean(incoming.text)) != incoming.text or incoming.press or incoming.files:
            incoming = _cleaned(incoming, text)
        answered = asyncio.get_running_loop().create_future()
        waiting = _Waiting(incoming, answered, key_of(incoming), address_of(incoming))
        self._queue.append(waiting)
        self._news.set()
        return await waiting.answered

    async def run(self) -> None:
        """Work until cancelled; a batch under way is finished first."""
        while True:
            await self._quiet()
            self._news.clear()
            while self._queue:
                batch = asyncio.ensure_future(self._settle(self._take()))
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

    def _take(self) -> list[_Waiting]:
        """What waits, oldest first, at most one message of each address; the others keep their order."""
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        taken: set[str] = set()
        queue = self._queue
        while queue and len(batch) < MOST_AT_ONCE:
            waiting = queue.popleft()
            if waiting.address in taken:
                later.append(waiting)
            else:
                taken.add(waiting.address)
                batch.append(waiting)
        queue.extendleft(reversed(later))
        return batch

    async def _settle(self, batch: Sequence[_Waiting], *, tries: int = 1) -> None:
        try:
            put_back = await self._try(batch)
        except Exception as broken:  # noqa: BLE001  whatever broke, its sender gets an apology and the others their turn
            if tries < MOST_TRIES and passes(broken):
                await self._settle(batch, tries=tries + 1)
                return
            if len(batch) > 1:
                for waiting in batch:
                    await self._settle([waiting])
                return
            await self._apologise(batch[0], broken)
            return
        self._queue.extendleft(reversed(put_back))

    async def _try(self, batch: Sequence[_Waiting]) -> list[_Waiting]:
        """Settle a batch in one transaction; gives back messages of people who have two in it."""
        settled: dict[int, Settled] = {}
        repeated: dict[int, tuple[Outgoing, ...]] = {}
        put_back: list[_Waiting] = []
        async with self._turns.open() as turns:
            await turns.hold([waiting.address for waiting in batch])
            seen = await turns.seen([waiting.key for waiting in batch])
            fresh = [waiting.incoming for waiting in batch if waiting.key not in seen]
            guests = await turns.guests(fresh) if fresh else {}
            people: set[int] = set()
            for index, waiting in enumerate(batch):
                if waiting.key in seen:
                    repeated[index] = seen[waiting.key]
                    continue
                guest = guests[waiting.address]
                if guest.party.person.id in people:
                    put_back.append(waiting)
                    continue
                people.add(guest.party.person.id)
                settled[index] = await self._weigh(turns, guest, waiting)
                seen[waiting.key] = ()
            if settled:
                await turns.flush(list(settled.values()))
        for index, waiting in enumerate(batch):
            if index in settled:
                self._tell(waiting, settled[index].letters)
                self._rang(f"{settled[index].channel}:{settled[index].address}")
            elif index in repeated:
                self._tell(waiting, repeated[index])
        for committed in self.on_committed:
            committed()
        return put_back

    async def _weigh(self, turns: Batch, guest: Guest, waiting: _Waiting) -> Settled:
        """One message through the engine."""
        incoming = waiting.incoming
        turn = Turn(self._house, guest.party, incoming)
        try:
            await self._drive(turns, turn)
            outgoing = self._rendered(turn.reply)
        except Exception as error:
            raise Broken(turn) from error
        channel, address = incoming.channel, incoming.address
        if channel == INSIDE:
            channel, address = guest.channel, guest.address
        elif address != guest.address or channel != guest.channel:
            await turns.move_home(guest.party.person.id, channel, address)
        return Settled(
            incoming, waiting.key, micros(incoming.at), turn.party.person.id, list(turn.sessions.values()), channel,
            address, outgoing, turn.pressed,
        )  # fmt: skip

    async def _drive(self, turns: Batch, turn: Turn) -> None:
        steps: Generator[Wish, Any, None] = turn.go()
        answer: Any = None
        seen: dict[Look, Any] = {}
        while True:
            try:
                wish = steps.send(answer)
            except StopIteration:
                return
            if isinstance(wish, Look):
                if wish not in seen:
                    seen[wish] = await turns.look(wish)
                answer = seen[wish]
                continue
            seen.clear()  # what follows may change what was seen
            answer = await self._fulfil(turns, turn, wish)

    async def _fulfil(self, turns: Batch, turn: Turn, wish: Deed | Who | Recall | Save) -> Any:
        if isinstance(wish, Deed):
            return await turns.perform(wish, turn.incoming.at)
        if isinstance(wish, Who):
            return await turns.who(wish.person)
        if isinstance(wish, Recall):
            return await turns.recall(wish.person, wish.session)
        await turns.save(wish.session, turn.incoming.at)
        return None

    def _rendered(self, reply: Reply) -> tuple[Outgoing, ...]:
        """The reply as messages: one for all lines and the open question, one more for each file."""
        prompt = reply.prompt
        wording, lines = self._wording, reply.lines
        files = [Outgoing(wording.line(said), attachment=said.attachment) for said in lines if said.attachment]
        text = wording.lines([said for said in lines if not said.attachment])
        if prompt is not None and not reply.quiet:
            text = f"{text}\n\n{wording.line(prompt.line)}" if text else wording.line(prompt.line)
        if prompt is not None:
            last = Outgoing(
                text,
                (*prompt.choices, *reply.extra),
                reply.question,
                several=prompt.several,
                numbered=prompt.numbered,
            )
        else:
            last = Outgoing(text, tuple(Choice(f"/{word}", word) for word in reply.offers), numbered=False)
        return (*files, last) if text or last.choices else tuple(files)

    async def _apologise(self, waiting: _Waiting, broken: Exception) -> None:
        """Nothing of the message counts; the person stays where they were and hears a reference.

        The traceback may hold what the person wrote, so it goes into the database and not into the program's log.
        """
        incoming = waiting.incoming
        reference = "".join(secrets.choice(ALPHABET) for _ in range(6))
        told = {"reference": reference, "inbox": waiting.key, "error": type(broken.__cause__ or broken).__name__}
        try:
            outgoing = await self._incident(incoming, reference, broken)
        except Exception as failure:  # noqa: BLE001  whoever waits is told; the desk goes on
            log.error("message lost its turn", failure=type(failure).__name__, **told)
            if not waiting.answered.done():
                waiting.answered.set_exception(failure)
            return
        log.error("message broke a flow", **told)
        self._tell(waiting, outgoing)
        self._rang(waiting.address)

    async def _incident(self, incoming: Incoming, reference: str, broken: Exception) -> tuple[Outgoing, ...]:
        sorry = Outgoing(self._wording.lines([line("engine.broken", reference=reference)]))
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
            await turns.flush([Settled(incoming, key_of(incoming), at, person, [], channel, address, (sorry,))])
        return (sorry,)

    def _tell(self, waiting: _Waiting, outgoing: tuple[Outgoing, ...]) -> None:
        if not waiting.answered.done():
            waiting.answered.set_result(outgoing)
