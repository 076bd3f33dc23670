"""A Telegram that is not real: a Bot API server that checks what it is sent, and people who talk to the bot.

fake = FakeTelegram()
async with fake.running() as base_url:      # give base_url and fake.token to the program
    zhang = fake.person(7, "张")
    zhang.start("CODE")                     # opens a deep link
    await zhang.heard("欢迎")
    zhang.press("开始填写")
assert fake.violations == []
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from starlette.applications import Starlette

from bot.fakes.serving import serving
from bot.fakes.telegram_limits import Pace
from bot.fakes.telegram_messages import Messages
from bot.fakes.telegram_people import People, TelegramPerson
from bot.fakes.telegram_phone import Phone
from bot.fakes.telegram_server import Calls, Violation
from bot.fakes.telegram_settings import Settings
from bot.fakes.telegram_updates import Updates
from bot.fakes.telegram_voice import Stage
from bot.fakes.telegram_world import Kept, Shown, Wire, World
from bot.fakes.trouble import CALM, Mischief, Pulse, RealPulse, Trouble
from scheduler.clock import SystemClock

#: A token of the right shape that opens nothing.
TOKEN = "12345678:" + "not-a-token-" * 3
USERNAME = "xinshi_fake_bot"


class Clock(Protocol):
    """The deployment's clock."""

    def now(self) -> datetime:
        """The present instant, aware."""
        ...


class FakeTelegram:
    """One bot's Telegram. All of it happens on the event loop that `running` was entered on.

    `limits` keeps Telegram's rates. `clock` dates messages; `pulse` measures rates, polls and delays. `local` makes it
    one's own Bot API server in local mode: files of any size, given as paths in that folder.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        limits: bool = True,
        trouble: Trouble = CALM,
        clock: Clock | None = None,
        pulse: Pulse | None = None,
        local: Path | None = None,
        privacy: bool = True,
    ) -> None:
        self.token = token
        self.base_url = ""
        self.mischief = Mischief(trouble)
        clock, pulse = clock or SystemClock(), pulse or RealPulse()
        world = World(_bot(token, privacy), lambda: int(clock.now().timestamp()))
        self.updates = Updates(self.mischief, pulse, world.unix, self._blame_webhook)
        own = LocalFiles(local).path if local is not None else None
        messages = Messages(world, pulse, Pace(pulse.monotonic()) if limits else None, own)
        self._settings = Settings(world, self.updates)
        self._calls = Calls(token, messages, self._settings, self.mischief, pulse)
        self._people = People(Stage(world, self.updates, messages.pressed, pulse, self._calls.blame, privacy))
        self._phone = Phone(self._people, self._settings.menu)
        self._world = world
        self.app = Starlette(routes=[*self._calls.routes(), *self._phone.routes()])

    @contextlib.asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[str]:
        """Serves on 127.0.0.1 until the block ends, and gives the address for `telegram.base_url`.

        It may be entered again on the same port: what was said and what is pending stays.
        """
        async with serving(self.app, port=port, ending=self._end) as served:
            self._calls.served, self.base_url = served, served.url
            self._phone.open()
            self.updates.begin()
            try:
                yield served.url
            finally:
                await self.updates.close()

    def person(self, number: int, name: str = "") -> TelegramPerson:
        """A person with a Telegram account; the same number gives the same person."""
        return self._people.person(number, name)

    @property
    def people(self) -> list[TelegramPerson]:
        """Everybody so far."""
        return list(self._people.known.values())

    @property
    def violations(self) -> list[Violation]:
        """What a correct program would never have done, oldest first."""
        return self._calls.violations

    @property
    def counts(self) -> Counter[str]:
        """Calls by method, and by method and answer ("sendMessage", "sendMessage 429", "sendMessage cut")."""
        return self._calls.counts

    @property
    def calls(self) -> list[tuple[str, int, int]]:
        """The newest calls in order: method, code of the answer (0: cut), chat (0: none)."""
        return list(self._calls.newest)

    @property
    def ambiguous(self) -> list[Shown]:
        """Messages that arrived although the program's connection was cut before it could know."""
        return list(self._world.ambiguous)

    def commands(self, scope: Wire | None = None, language: str = "") -> list[tuple[str, str]]:
        """The commands set for a scope, as (command, description)."""
        return self._settings.told(scope or {"type": "default"}, language)

    def _end(self) -> None:
        self.updates.end()
        self._phone.close()

    def _blame_webhook(self, why: str) -> None:
        self._calls.blame("webhook", why)


class LocalFiles:
    """The folder in which one's own Bot API server in local mode lays down files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, kept: Kept) -> str:
        """The absolute path of a file, which is there from now on."""
        path = (self._folder / kept.path).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kept.data)
        return str(path)


def _bot(token: str, privacy: bool) -> Wire:
    return {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": "信使（模拟）",
        "username": USERNAME,
        "can_join_groups": True,
        "can_read_all_group_messages": not privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
