"""Telegram's door: updates are fetched or taken from the webhook, kept, and only then confirmed.

One update after the other within a lane (a person), all lanes at once. The offset is raised to the first update that
could not be kept; Telegram then gives that one and all behind it again, and what was kept already counts once.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

import structlog

from bot.handlers.ports import Ballots, Intake
from bot.handlers.telegram import KINDS, Clock, lane_of, number_of
from bot.handlers.telegram_ballots import BallotDoor
from bot.handlers.telegram_http import CutOff, RawBot, Refused, Unreached, loaded
from bot.handlers.telegram_limits import DOWNLOAD, UPDATES, WEBHOOK
from bot.handlers.telegram_taking import SEVERAL, Taker

log = structlog.get_logger(__name__)

#: Seconds before the next try after trouble: doubled each time from the first to the second.
SHORTEST, LONGEST = 1.0, 30.0
#: Seconds that an answer may take beyond the time that the server waits for updates.
GRACE = 10.0
#: Seconds after which a program that does not fetch looks whether it should: of several, one does.
STANDBY = 1.0
#: Webhook calls at once (setWebhook).
CONNECTIONS = 40

Sleep = Callable[[float], Awaitable[None]]
#: Whether this program is to fetch updates until the block ends.
Lead = Callable[[], AbstractAsyncContextManager[bool]]


@asynccontextmanager
async def alone() -> AsyncIterator[bool]:
    """There is no other program."""
    yield True


class TelegramDoor:
    """One bot's way in. `run()` is a task; `webhook` may be called from anywhere in the same loop."""

    def __init__(
        self,
        bot: RawBot,
        intake: Intake,
        clock: Clock,
        ballots: Ballots,
        *,
        key: bytes,
        note: str,
        too_many: str,
        webhook_url: str = "",
        poll_seconds: int = 30,
        largest: int | None = DOWNLOAD,
        pace: float = 1.0,
        sleep: Sleep = asyncio.sleep,
        named: Callable[[str], None] = lambda name: None,
        lead: Lead = alone,
    ) -> None:
        """`note` is what a group hears after an admin's command, `too_many` who sends too fast.

        `webhook_url` is "" where updates are polled.

        `named` is told the bot's user name. `key` is the deployment's; `largest` the size in bytes of a file that can
        be fetched, None for any. `pace` stretches the pauses between edits of ballots. `lead` says whether this program
        is the one that polls.
        """
        self._bot, self._intake, self._clock, self._sleep = bot, intake, clock, sleep
        self._named, self._lead = named, lead
        self._url, self._poll_seconds = webhook_url, poll_seconds
        self._secret = secret_of(key, bot.number)
        door = BallotDoor(bot, ballots, pace=pace, sleep=sleep)
        self._taker = Taker(bot, intake, door, key=key, note=note, too_many=too_many, largest=largest)
        self._offset = 0
        self._limit = UPDATES
        self._open = False
        self._lanes: dict[str, _Lane] = {}

    async def run(self) -> None:
        """Say to Telegram how updates come, then poll, or wait for webhook calls, until cancelled.

        Returns only where that is in vain: Telegram does not take the token, which is an error event in the log.
        """
        try:
            await self._persist(self._prepare)
            if self._url:
                await asyncio.Event().wait()
            await self._persist(self._poll)
        except Refused as refused:
            log.error("telegram refuses the bot's token; check XINSHI_TELEGRAM_TOKEN and base_url", code=refused.code)
        finally:
            await self._taker.close()

    async def _persist(self, step: Callable[[], Awaitable[bool]]) -> None:
        """Take a step until it says that it was the last, with a pause after trouble."""
        pause = SHORTEST
        while True:
            try:
                if await step():
                    return
                pause = SHORTEST
            except Exception as failure:  # noqa: BLE001  whatever it was, it is logged, and must not end the door
                await self._sleep(self._trouble(failure, pause))
                pause = min(2 * pause, LONGEST)

    def _trouble(self, failure: Exception, pause: float) -> float:
        """Say what went wrong; gives the seconds to wait. Raises `Refused` where the token is not taken."""
        match failure:
            case Refused(code=401):
                raise failure
            case Refused(code=404) if not self._open:
                raise failure
            case Refused(code=409):
                log.error("another program or a webhook takes this bot's updates; stop it", pause=pause)
            case Refused():
                pause = max(pause, min(failure.retry_after, 10 * LONGEST))
                log.warning("telegram answers with an error", said=str(failure), pause=pause)
            case Unreached() | CutOff():
                log.warning("telegram is out of reach", failure=type(failure).__name__, pause=pause)
            case _NotKept():
                log.error("updates could not be kept; they are fetched again", count=failure.count, pause=pause)
            case _:
                log.error("telegram's door broke and goes on", failure=type(failure).__name__, pause=pause)
        return pause

    async def _prepare(self) -> bool:
        me = await self._bot.call("getMe", {})
        name = me.get("username") if isinstance(me, dict) else None
        self._taker.name = name if isinstance(name, str) else ""
        self._named(self._taker.name)
        if self._url:
            fields = {"url": self._url, "secret_token": self._secret, "max_connections": CONNECTIONS}
            await self._bot.call("setWebhook", {**fields, "allowed_updates": list(KINDS)})
        else:
            await self._bot.call("deleteWebhook", {"drop_pending_updates": False})
        self._open = True
        log.info("telegram is open", mode="webhook" if self._url else "poll", bot=self._bot.number)
        return True

    async def _poll(self) -> bool:
        """Fetch once if it is for this program to do, or wait a little. Raises `_NotKept`."""
        async with self._lead() as mine:
            if mine:
                await self._fetch()
        if not mine:
            self._offset = 0  # what is fetched meanwhile is confirmed by whoever fetches it
            await self._sleep(STANDBY)
        return False

    async def _fetch(self) -> None:
        """Fetch once, keep, and raise the offset. Raises `_NotKept` where something stays behind."""
        fields = {"limit": self._limit, "timeout": self._poll_seconds, "allowed_updates": list(KINDS)}
        if self._offset:
            fields["offset"] = self._offset
        try:
            updates = await self._bot.call("getUpdates", fields, read_timeout=self._poll_seconds + GRACE)
        except CutOff:
            self._limit = max(1, self._limit // 2)  # it may have been too much at once
            raise
        self._limit = min(UPDATES, 2 * self._limit)
        if not isinstance(updates, list):
            raise CutOff("expected a list of updates, found something else")
        if updates:
            await self._take(updates, self._clock.now())
        else:
            # All before the offset is confirmed now. After a quiet week numbers may start anew below it.
            self._offset = 0
            if not self._poll_seconds:
                await self._sleep(SHORTEST)  # nobody waited for updates, so we do

    async def _take(self, updates: Sequence[Any], at: datetime) -> None:
        lanes: dict[str, list[Any]] = {}
        for update in updates:
            lanes.setdefault(lane_of(update), []).append(update)
        left = [
            each for lane in await asyncio.gather(*(self._go(lane, at) for lane in lanes.values())) for each in lane
        ]
        behind = [number for update in left if (number := number_of(update)) is not None]
        numbers = [number for update in updates if (number := number_of(update)) is not None]
        if numbers:
            self._offset = max(self._offset, min(behind) if behind else max(numbers) + 1)
        if left or not numbers:
            raise _NotKept(len(left))

    async def _go(self, lane: Sequence[Any], at: datetime) -> Sequence[Any]:
        """Take the updates of a lane in order; gives those from the first that was not kept.

        Of one who wrote much at once, what follows the first few is put by, so that nobody else waits for all of it.
        """
        few, rest = lane[:SEVERAL], lane[SEVERAL:]
        if rest and not (left := await self._go(few, at)):
            taken = await self._taker.take_many(rest, at)
            return await self._go_on(rest, at) if taken is None else () if taken else rest
        if rest:
            return [*left, *rest]
        return await self._go_on(few, at)

    async def _go_on(self, lane: Sequence[Any], at: datetime) -> Sequence[Any]:
        for place, update in enumerate(lane):
            if not await self._taker.take(update, at):
                return lane[place:]
        return ()

    def knows(self, secret_header: str) -> bool:
        """Whether a webhook call comes from Telegram; compared in constant time."""
        return hmac.compare_digest(secret_header.encode("utf-8", "replace"), self._secret.encode())

    async def webhook(self, body: bytes, secret_header: str) -> int:
        """Take one update that Telegram posted; gives the HTTP status. `secret_header` is the header's value or ""."""
        if not self.knows(secret_header):
            log.warning("a webhook call without our secret was refused")
            return 403
        if len(body) > WEBHOOK:
            log.warning("a webhook call was too long", size=len(body))
            return 413
        at = self._clock.now()
        update = loaded(body)
        if update is None:
            return 200 if await self._taker.put_away(body, "expected JSON, found something else", at) else 503
        name = lane_of(update)
        lane = self._lanes.setdefault(name, _Lane())
        lane.users += 1
        try:
            async with lane.lock:
                return 200 if await self._taker.take(update, at) else 503
        finally:
            lane.users -= 1
            if not lane.users:
                del self._lanes[name]


class _Lane:
    """A queue of one person's webhook calls, forgotten when nobody stands in it."""

    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock, self.users = asyncio.Lock(), 0


class _NotKept(Exception):
    """Updates could not be kept, or hold no number by which they could be confirmed."""

    def __init__(self, count: int) -> None:
        super().__init__(f"expected every update to be kept, found {count} that were not")
        self.count = count


def secret_of(key: bytes, bot: int) -> str:
    """The webhook's secret token under the deployment's key: 64 characters of `[0-9a-f]`."""
    return hmac.new(key, f"telegram webhook {bot}".encode(), hashlib.sha256).hexdigest()
