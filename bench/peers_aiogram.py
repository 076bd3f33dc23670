"""aiogram beside us: its finite-state machine with MemoryStorage, everything in memory.

Set up for speed as its own source advises: updates are built beforehand and already mounted to the bot. The network is
cut where aiogram's own session posts; making the form data before and reading the JSON after are its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import TelegramMethod
from aiogram.types import Message, Update

from bench.load import FIELDS, QUESTIONS, THANKS, Figures, crowd, drive, judge
from bench.peers_ptb import SENT, raw_update

_STEPS = [State(field.key, group_name="Form") for field in FIELDS]


class NoNetwork(AiohttpSession):
    """aiogram's session with the post itself left out."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's own
        """What the original does before and after its post."""
        self.build_form_data(bot=bot, method=method)
        return self.check_response(bot=bot, method=method, status_code=200, content=SENT).result


async def _start(message: Message, state: FSMContext) -> None:
    await state.set_state(_STEPS[0])
    await message.answer(QUESTIONS[0])


def _answer(step: int) -> Any:
    async def answer(message: Message, state: FSMContext) -> None:
        await state.update_data({FIELDS[step].key: judge(step, cast(str, message.text))})
        if step + 1 == len(FIELDS):
            await state.set_state(None)
            await message.answer(THANKS)
        else:
            await state.set_state(_STEPS[step + 1])
            await message.answer(QUESTIONS[step + 1])

    return answer


async def run(people: int, waiting: int, *, data_dir: Path) -> Figures:
    """The whole crowd with `waiting` messages under way; nothing is kept in `data_dir`."""
    storage = MemoryStorage()
    bot = Bot("1:bench", session=NoNetwork())
    dispatcher = Dispatcher(storage=storage)
    dispatcher.message.register(_start, CommandStart())
    for step, state in enumerate(_STEPS):
        dispatcher.message.register(_answer(step), StateFilter(state))
    updates = [Update.model_validate(raw_update(*one), context={"bot": bot}) for one in crowd(people)]
    figures = await drive(updates, waiting, lambda update: dispatcher.feed_update(bot, update))
    kept = sum(len(record.data) for record in storage.storage.values())
    assert kept == people * len(FIELDS), f"expected {people * len(FIELDS)} kept answers, found {kept}"
    return figures
