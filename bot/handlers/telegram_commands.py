"""The menu of commands beside the message box: one for everybody, another in the chats of admins."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.handlers.telegram_http import RawBot, Refused
from bot.handlers.telegram_limits import COMMAND, COMMANDS, DESCRIPTION

log = structlog.get_logger(__name__)

#: Seconds between two looks at who is an admin.
EVERY = 600.0

_NAME = re.compile(rf"[a-z0-9_]{{1,{COMMAND}}}")
_EVERYBODY = ""

Commands = list[dict[str, str]]


class CommandMenus:
    """Keeps the lists of commands at Telegram as they should be. Lists are {command: description}."""

    def __init__(self, bot: RawBot, *, everybody: Mapping[str, str], admins: Mapping[str, str]) -> None:
        """Raises `ValueError` for a list that Telegram would not take."""
        self._bot = bot
        self._everybody, self._admins = _list(everybody), _list(admins)
        self._set: dict[str, Commands] = {}

    async def refresh(self, admins: Collection[str]) -> bool:
        """Set what differs: for everybody, for the chats of `admins` (user ids), and away for those who were.

        Gives whether all is as it should be; what failed is in the log and tried again in the next call.
        """
        wanted = {_EVERYBODY: self._everybody, **dict.fromkeys(sorted(admins), self._admins)}
        fine = True
        for chat, commands in wanted.items():
            fine = await self._try(chat, commands) and fine
        for chat in [chat for chat in self._set if chat not in wanted]:
            fine = await self._try(chat, None) and fine
        return fine

    async def run(self, admins: Callable[[], Awaitable[Collection[str]]], *, every: float = EVERY) -> None:
        """Refresh now and every `every` seconds, until cancelled."""
        while True:
            try:
                await self.refresh(await admins())
            except Exception as failure:  # noqa: BLE001  menus are a comfort; whatever broke, it is tried again
                log.warning("the admins' menus were not looked at", failure=type(failure).__name__)
            await asyncio.sleep(every)

    async def _try(self, chat: str, commands: Commands | None) -> bool:
        try:
            await self._settle(chat, commands)
        except TelegramError as failure:
            if isinstance(failure, Refused) and failure.code in (400, 403) and chat:
                log.info("an admin has no chat with the bot yet; no menu there", code=failure.code)
            else:
                log.warning("a command menu was not set", failure=type(failure).__name__, everybody=not chat)
            return False
        return True

    async def _settle(self, chat: str, commands: Commands | None) -> None:
        """One list; None takes it away. What stands there is asked once and remembered."""
        scope: dict[str, Any] = {"scope": {"type": "chat", "chat_id": int(chat)} if chat else {"type": "default"}}
        if commands is None:
            await self._bot.call("deleteMyCommands", scope)
            del self._set[chat]
            return
        if chat not in self._set:
            self._set[chat] = _plain(await self._bot.call("getMyCommands", scope))
        if self._set[chat] != commands:
            await self._bot.call("setMyCommands", {"commands": commands, **scope})
            self._set[chat] = commands


def _list(commands: Mapping[str, str]) -> Commands:
    if len(commands) > COMMANDS:
        raise ValueError(f"expected at most {COMMANDS} commands, found {len(commands)}")
    for name, description in commands.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"expected a command of at most {COMMAND} characters a-z 0-9 _, found {name!r}")
        if not 1 <= len(description) <= DESCRIPTION:
            raise ValueError(f"expected a description of 1 to {DESCRIPTION} characters for /{name}")
    return [{"command": name, "description": description} for name, description in commands.items()]


def _plain(found: Any) -> Commands:
    """A list as Telegram gives it, without what we do not set."""
    rows = found if isinstance(found, list) else []
    return [
        {"command": str(row.get("command")), "description": str(row.get("description"))}
        for row in rows
        if isinstance(row, dict)
    ]
