"""python-telegram-bot beside us: its ConversationHandler without persistence, everything in memory.

Set up for speed as its own wiki advises: no job queue, no rate limiter, no persistence, updates built beforehand. The
network is cut at `BaseRequest.do_request`, the lowest level that the library lets one replace; it answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bench.load import FIELDS, QUESTIONS, THANKS, Figures, crowd, drive, judge

TOKEN = "1:bench"
SENT = '{"ok":true,"result":{"message_id":1,"date":1700000000,"chat":{"id":1,"type":"private"},"text":"ok"}}'
_ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"bench","username":"bench"}}'


class NoNetwork(BaseRequest):
    """A transport that answers everything at once."""

    async def initialize(self) -> None:
        """Has nothing to open."""

    async def shutdown(self) -> None:
        """Has nothing to close."""

    @property
    def read_timeout(self) -> float:
        """Never reached."""
        return 5.0

    async def do_request(self, url: str, *_args: Any, **_more: Any) -> tuple[int, bytes]:
        """Status and body, as from Telegram."""
        return 200, _ME if url.endswith("/getMe") else SENT.encode()


def raw_update(number: int, person: int, text: str) -> dict[str, Any]:
    """One message as Telegram would send it."""
    user = {"id": person, "is_bot": False, "first_name": "P"}
    message = {
        "message_id": number,
        "date": 1700000000,
        "chat": {"id": person, "type": "private", "first_name": "P"},
        "from": user,
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return {"update_id": number, "message": message}


async def _start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.message is not None
    await update.message.reply_text(QUESTIONS[0])
    return 0


def _answer(step: int) -> Any:
    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message is not None
        assert update.message.text is not None
        assert context.user_data is not None
        context.user_data[FIELDS[step].key] = judge(step, update.message.text)
        if step + 1 == len(FIELDS):
            await update.message.reply_text(THANKS)
            return ConversationHandler.END
        await update.message.reply_text(QUESTIONS[step + 1])
        return step + 1

    return answer


async def run(people: int, waiting: int, *, data_dir: Path) -> Figures:
    """The whole crowd with `waiting` messages under way; nothing is kept in `data_dir`."""
    application = (
        Application.builder().token(TOKEN).request(NoNetwork()).get_updates_request(NoNetwork()).job_queue(None).build()
    )
    words = filters.TEXT & ~filters.COMMAND
    states: dict[object, list[Any]] = {step: [MessageHandler(words, _answer(step))] for step in range(len(FIELDS))}
    application.add_handler(ConversationHandler([CommandHandler("start", _start)], states, fallbacks=[]))
    async with application:
        updates = [Update.de_json(raw_update(*one), application.bot) for one in crowd(people)]
        figures = await drive(updates, waiting, application.process_update)
        kept = sum(len(data) for data in application.user_data.values())
    assert kept == people * len(FIELDS), f"expected {people * len(FIELDS)} kept answers, found {kept}"
    return figures
