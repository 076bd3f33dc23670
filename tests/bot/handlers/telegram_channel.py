"""The whole Telegram channel on a fake Bot API server, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from bot.fakes.telegram import FakeTelegram
from bot.handlers.ports import Given
from bot.handlers.post import Letter, Outcome, Sent
from bot.handlers.telegram_door import TelegramDoor
from bot.handlers.telegram_http import AioRequest, RawBot, open_bot
from bot.handlers.telegram_limits import UPLOAD
from bot.handlers.telegram_post import TelegramSender
from bot.talk.messages import Attachment, Outgoing
from tests.bot.handlers.telegram_script import KEY, Clock, NoBallots, Pages, Remembering, Shelf

FILE = Attachment("annex", "A1", "附件1 申报表.docx")


@dataclass(slots=True)
class Channel:
    """The whole channel on a fake Telegram."""

    fake: FakeTelegram
    bot: RawBot
    request: AioRequest
    intake: Remembering
    sender: TelegramSender
    pauses: list[float]
    _stack: AsyncExitStack

    async def kept(self, count: int) -> None:
        """Wait until so many messages are kept."""
        await soon(lambda: len(self.intake.taken) + len(self.intake.quarantined) >= count)

    def polling(self, **more: Any) -> TelegramDoor:
        """A door at work until the channel is closed."""

        async def shortly(seconds: float) -> None:
            self.pauses.append(seconds)
            await asyncio.sleep(0.002)

        door = TelegramDoor(
            self.bot,
            self.intake,
            Clock(),
            NoBallots(),
            key=KEY,
            note="请看私聊。",
            too_many="太快了。",
            sleep=shortly,
            **{"poll_seconds": 5, **more},
        )
        task = asyncio.create_task(door.run())

        async def end() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        self._stack.push_async_callback(end)
        return door

    async def post(self, outgoing: Outgoing, *, done: int = 0, **more: Any) -> Outcome:
        """Send to 138 and note it as given."""
        self.intake.sent[outgoing.id] = Given("telegram:138", outgoing)
        return await self.sender.send(Letter(outgoing.id, "138", outgoing, done=done, **more), "message")

    async def post_whole(self, outgoing: Outgoing, **more: Any) -> None:
        """Send every part to 138."""
        done, whole = 0, False
        while not whole:
            told = await self.post(outgoing, done=done, **more)
            assert isinstance(told, Sent)
            done, whole = told.done, told.whole


async def soon(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not check():  # noqa: ASYNC110  it happens behind HTTP, where no event of ours is set
            await asyncio.sleep(0.005)


@asynccontextmanager
async def channel(**more: Any) -> AsyncIterator[Channel]:
    fake = FakeTelegram(**{"limits": False, **more})
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(fake.running())
        bot, request = open_bot(fake.token, url)
        await request.initialize()
        stack.push_async_callback(request.shutdown)
        sender = TelegramSender(bot, key=KEY, files=Shelf(A1=b"PK" * 500), links=Pages(), clock=Clock(), largest=UPLOAD)
        yield Channel(fake, bot, request, Remembering(), sender, [], stack)
        assert [each for each in fake.violations if "terminated by other" not in each.why] == []
