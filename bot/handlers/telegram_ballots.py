"""Ballots in Telegram: a press is handed to the office, answered in a pop-up, and its card is edited in place.

Nothing of it goes through the intake, the outbox or the log. A card is one message that cannot be forwarded; edits of
one chat are spaced, and of several that wait only the newest is made: it shows all that the others would have shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.handlers.ports import Answer, Ballots, Card
from bot.handlers.telegram import CHANNEL
from bot.handlers.telegram_http import RawBot, Refused, Unreached
from bot.handlers.telegram_show import html
from bot.talk.messages import BALLOT, Incoming

log = structlog.get_logger(__name__)

#: Seconds between two edits in one chat: Telegram takes about one message a second there.
EVERY = 1.1
#: Words of a 400 about an edit that would change nothing: the card shows it already.
_SAME = "message is not modified"
#: Tries of a call that Telegram asks to wait with or that did not get there, and answers to presses under way at most.
_TRIES, _MOST = 3, 500
#: Seconds in which a second wish for a card is taken for a finger that tapped twice.
_TWICE = 3.0

Sleep = Callable[[float], Awaitable[None]]


class BallotDoor:
    """The door of ballots beside the one of messages."""

    def __init__(self, bot: RawBot, ballots: Ballots, *, pace: float = 1.0, sleep: Sleep = asyncio.sleep) -> None:
        """`pace` stretches the pauses between edits; 0 leaves them out."""
        self._bot, self._ballots, self._every, self._sleep = bot, ballots, EVERY * pace, sleep
        self._waiting: dict[tuple[str, str], Card] = {}
        self._begun: dict[str, float] = {}
        #: Answers to presses under way; and cards that are sent or edited, of which there is one task for each.
        self._answers: set[asyncio.Task[None]] = set()
        self._cards: set[asyncio.Task[None]] = set()

    async def press(self, incoming: Incoming, data: str, query: str) -> None:
        """Do what a ballot's button says; returns once it is kept, so that the update may be confirmed."""
        answer = await self._ballots.press(f"{CHANNEL}:{incoming.address}", data, incoming.id, incoming.at)
        if len(self._answers) < _MOST:
            _apart(self._answer(query, answer), self._answers)
        else:
            log.warning("too many answers to presses are under way; one was left out", most=_MOST)
        if answer.card is not None and incoming.origin:
            place = (incoming.address, incoming.origin)
            idle = place not in self._waiting
            self._waiting[place] = answer.card
            if idle:
                _apart(self._edit(place), self._cards)

    async def begin(self, incoming: Incoming) -> bool:
        """Send new cards; False where there is nothing to vote on or to check, which the conversation then says."""
        now = asyncio.get_running_loop().time()
        if now - self._begun.get(incoming.address, -_TWICE) < _TWICE:
            return True
        cards = await self._ballots.begin(f"{CHANNEL}:{incoming.address}", incoming.at)
        if cards:
            self._begun = {who: at for who, at in self._begun.items() if now - at < _TWICE} | {incoming.address: now}
            _apart(self._send(incoming.address, cards), self._cards)
        return bool(cards)

    async def close(self) -> None:
        """Let go of calls under way."""
        tasks = (*self._answers, *self._cards)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, query: str, answer: Answer) -> None:
        fields: dict[str, Any] = {"callback_query_id": query}
        if answer.popup:
            fields |= {"text": answer.popup, "show_alert": answer.alert}
        await self._call("answerCallbackQuery", fields)

    async def _send(self, address: str, cards: Sequence[Card]) -> None:
        for card in cards:
            fields = {"chat_id": int(address), **_fields(card), "protect_content": True}
            await self._call("sendMessage", fields)
            await self._sleep(self._every)

    async def _edit(self, place: tuple[str, str]) -> None:
        """Edit a card until no newer one waits."""
        address, message = place
        where = {"chat_id": int(address), "message_id": int(message)}
        shown: Card | None = None
        try:
            while (card := self._waiting[place]) is not shown:
                await self._call("editMessageText", {**where, **_fields(card)})
                shown = card
                await self._sleep(self._every)
        finally:
            del self._waiting[place]

    async def _call(self, method: str, fields: dict[str, Any]) -> None:
        """Best effort: a card that was not edited still does what its buttons say, and the next press edits it."""
        for _ in range(_TRIES):
            try:
                await self._bot.call(method, fields)
            except Refused as refused:
                if refused.code == 429:
                    await self._sleep(max(refused.retry_after, 1.0))
                    continue
                if _SAME not in refused.description.casefold():
                    log.info("a call about a ballot was refused", method=method, code=refused.code)
            except Unreached:
                await self._sleep(self._every)
                continue
            except TelegramError as failure:
                log.info("a call about a ballot failed", method=method, failure=type(failure).__name__)
                if method != "sendMessage":  # whether it was carried out nobody knows; twice does no harm
                    await self._sleep(self._every)  # other connections that stood idle as long may be cut off, too
                    continue
            return


def _apart(call: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> None:
    """Make a call beside the updates."""
    task = asyncio.create_task(call)
    among.add(task)
    task.add_done_callback(among.discard)
    task.add_done_callback(_ended)


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (failure := task.exception()) is not None:
        log.error("a call about a ballot broke", failure=type(failure).__name__)


def wants_card(incoming: Incoming) -> bool:
    """Whether somebody asks for a ballot by buttons: by the button of that name, or by its word."""
    press = incoming.press
    return press.choice == f"/{BALLOT}" if press is not None else incoming.text.strip().lstrip("/") == BALLOT


def _fields(card: Card) -> dict[str, Any]:
    rows = [
        [{"text": key.label, **({"url": key.url} if key.url else {"callback_data": key.data})} for key in row]
        for row in card.rows
    ]
    return {
        "text": html(card.text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": rows},
    }
