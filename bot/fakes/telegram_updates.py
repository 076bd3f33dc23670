"""Updates on their way to the program: fetched by it (getUpdates), or brought to its webhook until it takes them.

An update vanishes only when a higher offset is asked for, or when the webhook answered 200.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from starlette.types import Receive

from bot.fakes.telegram_limits import POLL_SECONDS, POLL_UPDATES, Refusal
from bot.fakes.telegram_world import Wire
from bot.fakes.trouble import Mischief, Pulse, Step

#: The kinds that a program gets unless it asks for others; `chat_member` and reactions must be asked for.
USUAL = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
#: How often the webhook is tried for one update, and for one that cannot be read.
TRIES, TRIES_UNREADABLE = 500, 5
#: Seconds before the first retry, doubled each time up to the second figure; a webhook may take the third to answer.
RETRY, RETRY_LONGEST, ANSWER_SECONDS = 0.05, 5.0, 60.0


@dataclass(slots=True, eq=False)
class Update:
    """One update: its number, its JSON, when it may go out, what goes wrong with it."""

    number: int
    wire: Wire
    chat: int
    ready: float = 0.0
    step: Step = Step.NOTHING


@dataclass(slots=True)
class Webhook:
    """Where updates are brought, as setWebhook said."""

    url: str
    secret: str = ""
    most: int = 40
    last_error: str = ""
    last_error_at: int = 0
    lanes: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    #: Updates that the webhook took, newest last.
    taken: deque[int] = field(default_factory=lambda: deque(maxlen=10_000))


class Updates:
    """The queue of one bot. `fault` is called when the program does what a correct one never does."""

    def __init__(self, mischief: Mischief, pulse: Pulse, unix: Callable[[], int], fault: Callable[[str], None]) -> None:
        self.counts: Counter[str] = Counter()
        self.wanted = USUAL
        self.webhook: Webhook | None = None
        self._mischief, self._pulse, self._unix, self._fault = mischief, pulse, unix, fault
        self._pending: dict[int, Update] = {}
        self._again: list[Update] = []
        self._number = 100_000
        self._news = asyncio.Event()
        self._turn: object = None
        self._open = False
        self._session: aiohttp.ClientSession | None = None

    @property
    def pending(self) -> int:
        """How many updates the program has not confirmed."""
        return len(self._pending)

    def put(self, kind: str, content: Wire, chat: int) -> int:
        """A new update; its number. Kinds that the program did not ask for are dropped, as Telegram does."""
        if kind not in self.wanted:
            return 0
        number = self._add({kind: content}, chat, self._mischief.update())
        self.counts[kind] += 1
        return number

    def _add(self, content: Wire, chat: int, step: Step) -> int:
        self._number += 1
        ready = self._pulse.monotonic() + (self._mischief.seconds() if step is Step.DELAY else 0.0)
        update = Update(self._number, {"update_id": self._number} | content, chat, ready, step)
        self._pending[update.number] = update
        self._wake()
        if step is Step.MALFORMED:
            self.counts["malformed"] += 1
            self._add(_UNREADABLE[self.counts["malformed"] % len(_UNREADABLE)], 0, Step.NOTHING)
        return update.number

    def drop(self) -> None:
        """Forgets what is pending."""
        self._pending.clear()
        self._again.clear()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
        if self.webhook is not None and self._open:
            self._start_lanes(self.webhook)

    # --- getUpdates

    async def poll(self, offset: int, limit: int, seconds: int, gone: asyncio.Task[None]) -> list[Wire]:
        """A batch, at once or as soon as there is one. Raises `Refusal` 409. `gone` is done when the caller left."""
        turn = self._turn = object()
        self._wake()
        self._confirm(offset)
        until = self._pulse.monotonic() + min(seconds, POLL_SECONDS)
        while True:
            if self.webhook is not None:
                raise Refusal(409, f"Conflict: {_WITH_WEBHOOK}")
            if self._turn is not turn:
                raise Refusal(409, f"Conflict: {_TWO_POLLS}")
            if gone.done() or not self._open:
                return []
            news = self._news
            batch, next_at = self._batch(limit)
            left = until - self._pulse.monotonic()
            if batch or left <= 0:
                self._turn = None
                return batch
            await self._until(news, min(left, max(0.0, next_at - self._pulse.monotonic())), gone)

    def end(self) -> None:
        """Lets waiting polls go: the server is about to stop."""
        self._open = False
        self._wake()

    async def _until(self, news: asyncio.Event, seconds: float, gone: asyncio.Task[None]) -> None:
        waits: tuple[asyncio.Future[Any], ...] = (
            asyncio.ensure_future(news.wait()),
            asyncio.ensure_future(self._pulse.sleep(seconds)),
        )
        try:
            await asyncio.wait((*waits, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = min(list(self._pending)[offset:], default=0)
        for number in [number for number in self._pending if number < offset]:
            update = self._pending.pop(number)
            if update.step is Step.REPEAT:
                update.step = Step.NOTHING
                self._again.append(update)

    def _batch(self, limit: int) -> tuple[list[Wire], float]:
        """What can go out now, and when the next one can."""
        now, batch = self._pulse.monotonic(), self._again
        self._again = []
        for update in self._pending.values():
            if update.ready > now:
                return [each.wire for each in batch], update.ready
            if len(batch) >= min(max(limit, 1), POLL_UPDATES):
                break
            # One that overtakes goes before its neighbour, within the batch: the offset confirms both.
            batch.insert(len(batch) - 1 if update.step is Step.REORDER and batch else len(batch), update)
        return [each.wire for each in batch], float("inf")

    # --- webhook

    async def set_webhook(self, webhook: Webhook | None) -> None:
        """Begin to bring updates to an address, or stop it."""
        await self.close()
        self.webhook = webhook
        self.begin()

    def begin(self) -> None:
        """Brings updates from now on, if there is a webhook."""
        self._open = True
        self._wake()

    async def close(self) -> None:
        """Stops bringing updates; what is pending stays."""
        self._open = False
        lanes = list(self.webhook.lanes.values()) if self.webhook is not None else []
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _start_lanes(self, webhook: Webhook) -> None:
        """One chat's updates go one after the other, those of several chats side by side."""
        for update in list(self._pending.values()):
            if len(webhook.lanes) >= webhook.most:
                return
            if update.chat not in webhook.lanes:
                webhook.lanes[update.chat] = asyncio.create_task(self._bring_lane(webhook, update.chat))

    async def _bring_lane(self, webhook: Webhook, chat: int) -> None:
        try:
            while waiting := [each for each in self._pending.values() if each.chat == chat]:
                update = waiting[1] if len(waiting) > 1 and waiting[1].step is Step.REORDER else waiting[0]
                await self._pulse.sleep(max(0.0, update.ready - self._pulse.monotonic()))
                await self._bring(webhook, update)
                self._pending.pop(update.number, None)
        finally:
            webhook.lanes.pop(chat, None)
            if self._open and self._pending:
                asyncio.get_running_loop().call_soon(self._wake)

    async def _bring(self, webhook: Webhook, update: Update) -> None:
        tries = TRIES_UNREADABLE if update.chat == 0 else TRIES
        for number in range(tries):
            if await self._post(webhook, update.wire):
                webhook.taken.append(update.number)
                if update.step is Step.REPEAT:
                    await self._post(webhook, update.wire)
                return
            self.counts["webhook retries"] += 1
            await self._pulse.sleep(min(RETRY * 2 ** min(number, 16), RETRY_LONGEST))
        self._fault(f"the webhook did not take update {update.number} in {tries} tries: {webhook.last_error}")

    async def _post(self, webhook: Webhook, wire: Wire) -> bool:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        headers = {"content-type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        try:
            async with self._session.post(webhook.url, data=orjson.dumps(wire), headers=headers) as answer:
                await answer.read()
                said = "" if answer.status == 200 else f"Wrong response from the webhook: {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as wrong:
            said = f"Connection failed: {type(wrong).__name__}"
        if said:
            webhook.last_error, webhook.last_error_at = said, self._unix()
        return not said


async def hung_up(receive: Receive) -> None:
    """Returns when a caller whose request was read has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


_WITH_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_TWO_POLLS = "terminated by other getUpdates request; make sure that only one bot instance is running"
_CHAT: Wire = {"id": 1, "type": "private", "first_name": "?"}
#: Updates that no library can read, or that say nothing a program knows.
_UNREADABLE: tuple[Wire, ...] = (
    {"message": {"message_id": 1}},
    {"message": {"message_id": 2, "date": "yesterday", "chat": _CHAT, "text": "?"}},
    {"callback_query": {"id": "1", "data": "?"}},
    {"message": ["not", "an", "object"]},
    {"never_heard_of": {"id": 1}},
    {},
)
