"""An expert with a card on the phone of a fake Telegram, for tests and for measuring leaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from bot.fakes.telegram import FakeTelegram
from bot.fakes.telegram_messages import Pressed
from bot.fakes.telegram_people import TelegramPerson
from bot.fakes.telegram_world import Shown
from bot.talk.messages import BALLOT


class Booth:
    """One expert's newest card."""

    def __init__(self, person: TelegramPerson) -> None:
        self.person = person
        self.card: Shown = next(each for each in reversed(person.messages) if is_card(each))

    @classmethod
    async def entered(cls, telegram: FakeTelegram, number: int) -> Booth:
        """Ask for a card and wait for it."""
        person = telegram.person(number)
        before = sum(map(is_card, person.messages))  # news may come at the same moment
        for _ in range(3):
            person.say(BALLOT)
            with suppress(TimeoutError):
                await until(lambda: sum(map(is_card, person.messages)) > before, 5)
                return cls(person)
            # Asked again within three seconds, it was taken for a finger that tapped twice.
        raise TimeoutError(f"expected a card for {number}, found {person.messages[-1].text!r}")

    @property
    def text(self) -> str:
        """What the card says."""
        return self.card.text

    async def press(self, label: str) -> str:
        """Press a button by its label; gives what popped up, once the card is as it stays."""
        found = next(button.data for button in self.card.buttons if button.label == label)
        return await self.forge(found)

    async def forge(self, data: str) -> str:
        """Send any button's text from this card."""
        pressed = self.sent(data)
        await until(lambda: pressed.answered)
        await settled(self.card)
        return pressed.text

    def sent(self, data: str) -> Pressed:
        """Send any button's text from this card; gives where its answer will stand."""
        self.person.forge(data, on=self.card)
        return next(reversed(self.person._stage.pressed.values()))

    def data(self, label: str) -> str:
        """The text of a button."""
        return next(button.data for button in self.card.buttons if button.label == label)


def is_card(shown: Shown) -> bool:
    """Whether a message is a ballot: its buttons, and nobody else's, say so."""
    return any(button.data.startswith("!") for button in shown.buttons)


async def until(true: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait until something is so. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  a fake has no event for everything
            await asyncio.sleep(0.005)


async def settled(card: Shown) -> None:
    """Wait until a card was not edited for a moment."""
    seen = -1
    while seen != card.edits:
        seen = card.edits
        await asyncio.sleep(0.08)
