"""What is done with one update: kept by the intake, put in quarantine, or left alone, and its button answered."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.handlers.buttons import unseal
from bot.handlers.ports import Intake, Replies, TooMany, Wanted
from bot.handlers.telegram import (
    CHANNEL,
    GroupCommand,
    Meaning,
    Pressed,
    Said,
    Standing,
    Unreadable,
    kept,
    number_of,
    read,
)
from bot.handlers.telegram_ballots import BallotDoor, wants_card
from bot.handlers.telegram_http import RawBot
from bot.handlers.telegram_limits import GROUP_PAUSE
from bot.talk.messages import Incoming, Press
from sealing.presses import blank, is_press

log = structlog.get_logger(__name__)

#: Tries to keep an update before it goes to quarantine, so that one that breaks the intake does not stop the rest.
MOST_TRIES = 5
#: Updates of one sender in one answer of Telegram that are settled before the next is asked for.
SEVERAL = 3
#: Updates whose failed tries are remembered, groups whose last note is, and small calls under way, at most.
REMEMBERED, GROUPS, ASIDE = 1000, 1000, 64


class Taker:
    """Takes updates one by one. `name` is the bot's user name, "" until it is known."""

    def __init__(
        self, bot: RawBot, intake: Intake, ballots: BallotDoor, *, key: bytes, note: str, too_many: str,
        largest: int | None,
    ) -> None:  # fmt: skip
        self._bot, self._intake, self._key, self._note, self._largest = bot, intake, key, note, largest
        self._too_many = too_many
        self._ballots = ballots
        self.name = ""
        self._failed: dict[int | None, int] = {}
        self._noted: dict[int, float] = {}
        self._aside: set[asyncio.Task[None]] = set()

    async def take(self, update: Any, at: datetime) -> bool:
        """Whether the update is settled: kept for good, in quarantine, or nothing to us. Raises nothing."""
        number = number_of(update)
        try:
            meaning = read(update, bot=self._bot.number, at=at, name=self.name, largest=self._largest)
        except Unreadable as fault:
            return await self.put_away(kept(update), str(fault), at, number)
        try:
            await self._do(meaning, at)
        except Exception as failure:  # noqa: BLE001  it is fetched again; the others must not wait for it for ever
            tries = self._failed[number] = self._failed.get(number, 0) + 1
            log.error("an update was not kept", update=number, failure=type(failure).__name__, tries=tries)
            while len(self._failed) > REMEMBERED:
                del self._failed[next(iter(self._failed))]
            if tries < MOST_TRIES:
                return False
            return await self.put_away(kept(update), f"broke the intake: {type(failure).__name__}", at, number)
        self._failed.pop(number, None)
        return True

    async def take_many(self, updates: Sequence[Any], at: datetime) -> bool | None:
        """Put plain texts of one sender by, all at once: whether they are kept; None where they are something else."""
        said: list[Incoming] = []
        for update in updates:
            try:
                meaning = read(update, bot=self._bot.number, at=at, name=self.name, largest=self._largest)
            except Unreadable:
                return None
            if not isinstance(meaning, Said) or meaning.wanted or wants_card(meaning.incoming):
                return None
            said.append(meaning.incoming)
        try:
            await self._intake.put_by(said)
        except TooMany as many:
            self._refuse(said[0], many)
        except Exception as failure:  # noqa: BLE001  they are fetched again
            log.error("updates were not put by", count=len(said), failure=type(failure).__name__)
            return False
        return True

    async def put_away(self, body: bytes, why: str, at: datetime, number: int | None = None) -> bool:
        """Put something in quarantine; whether it is there now."""
        body = blank(body)
        name = f"{self._bot.number}/{hashlib.sha256(body).hexdigest() if number is None else number}"
        try:
            await self._intake.quarantine(CHANNEL, name, body, why, at)
        except Exception as failure:  # noqa: BLE001  it is not confirmed, and so comes again
            log.error("an update could not be put in quarantine", update=name, failure=type(failure).__name__)
            return False
        log.warning("an update is in quarantine", update=name, why=why)
        self._failed.pop(number, None)
        return True

    async def close(self) -> None:
        """Let go of small calls under way."""
        await self._ballots.close()
        for task in tuple(self._aside):
            task.cancel()
        await asyncio.gather(*self._aside, return_exceptions=True)

    async def _do(self, meaning: Meaning | None, at: datetime) -> None:
        match meaning:
            case Said(incoming, wanted):
                if not (wants_card(incoming) and await self._ballots.begin(incoming)):
                    await self._accept(incoming, wanted)
            case Pressed(incoming, data, query) if is_press(data):
                await self._ballots.press(incoming, data, query)
            case Pressed(incoming, data, query):
                known = await self._looked_up(incoming, data)
                if not (wants_card(known) and await self._ballots.begin(known)):
                    await self._accept(known)
                self._apart(self._answer(query))
            case Standing(address, state):
                await self._intake.reach(CHANNEL, address, state, at)
            case GroupCommand(incoming, chat, message):
                if await self._intake.is_admin(CHANNEL, incoming.address):
                    await self._accept(incoming)
                    if self._may_note(chat):
                        self._apart(self._tell_group(chat, message))

    async def _accept(self, incoming: Incoming, wanted: tuple[Wanted, ...] = ()) -> None:
        try:
            replies = await self._intake.accept(incoming, wanted=wanted)
        except TooMany as many:
            self._refuse(incoming, many)
            return
        replies.add_done_callback(_heard)

    def _refuse(self, incoming: Incoming, many: TooMany) -> None:
        """Tell who sends too fast, once, that no more is taken in for now."""
        log.warning("too many messages of one sender", first=many.first)
        if many.first:
            self._apart(self._small("sendMessage", {"chat_id": int(incoming.address), "text": self._too_many}))

    async def _looked_up(self, incoming: Incoming, data: str) -> Incoming:
        """The press that a button stands for; "button" as unread where it is forged, somebody else's, or gone."""
        if (opened := unseal(self._key, data)) is not None:
            number, place = opened
            given = (await self._intake.given([number])).get(number)
            if given is not None and given.address == f"{CHANNEL}:{incoming.address}":
                outgoing = given.outgoing
                if place < len(outgoing.choices):
                    return replace(incoming, press=Press(outgoing.question, outgoing.choices[place].code))
        return replace(incoming, unread="button")

    def _may_note(self, chat: int) -> bool:
        """Whether a group may hear its note now, within Telegram's limit for groups."""
        now = time.monotonic()
        last = self._noted.pop(chat, None)
        if last is not None and now - last < GROUP_PAUSE:
            self._noted[chat] = last
            return False
        self._noted[chat] = now
        while len(self._noted) > GROUPS:
            del self._noted[next(iter(self._noted))]
        return True

    def _apart(self, call: Coroutine[Any, Any, None]) -> None:
        """Make a small call beside the updates; where too many are under way it is left out."""
        if len(self._aside) >= ASIDE:
            call.close()
            log.warning("too many small calls to telegram; one was left out", most=ASIDE)
            return
        task = asyncio.create_task(call)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _answer(self, query: str) -> None:
        """Stop the pressed button's waiting sign. Best effort: after some minutes Telegram takes no answer."""
        await self._small("answerCallbackQuery", {"callback_query_id": query})

    async def _tell_group(self, chat: int, message: int) -> None:
        quoted = {"message_id": message, "allow_sending_without_reply": True}
        await self._small("sendMessage", {"chat_id": chat, "text": self._note, "reply_parameters": quoted})

    async def _small(self, method: str, fields: dict[str, Any]) -> None:
        try:
            await self._bot.call(method, fields)
        except TelegramError as failure:
            log.info("a small call to telegram failed", method=method, failure=type(failure).__name__)


def _heard(replies: asyncio.Future[Replies]) -> None:
    """The replies go out by the outbox; a failure to make them is the desk's, which has logged it."""
    if not replies.cancelled():
        replies.exception()
