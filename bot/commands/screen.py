"""What a terminal shows of a running deployment: its database opened for a look, and words that strangers wrote."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from bot import config as settings
from bot.commands.stop import Stop
from rules.instants import from_micros
from storage.database import Database
from storage.migrate import migrate

#: The zone of the notices, in which operators read times.
ZONE = "Asia/Shanghai"
_FULL_WIDTH_SPACE = "\u3000"


@asynccontextmanager
async def opened(config: settings.Config) -> AsyncIterator[Database]:
    """The deployment's database, beside the program if it runs. Raises `Stop` where there is none yet."""
    if not config.database and not (config.data / "xinshi.db").is_file():
        raise Stop(f"“{config.data}”里还没有数据库：请核对配置，或先启动一次 ./xinshi serve。")
    database = Database.open(config.database_url())
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


def when(at: int) -> str:
    """An instant (UTC microseconds) as operators read it."""
    return f"{from_micros(at).astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M:%S}"


def safe(text: str, *, lines: bool = False) -> str:
    r"""Text that can be printed: whatever a terminal could obey, or nobody can see, is escaped as \x1b, \u202e …

    Newlines stay with `lines`. A backslash is doubled, so that an escape is never taken for what was written.
    """
    return "".join(char if _printable(char) or (lines and char == "\n") else _escaped(char) for char in text)


def safe_bytes(body: bytes) -> str:
    r"""Bytes as text, UTF-8 where they are, \xff where they are not."""
    parts = re.split(r"([\udc80-\udcff]+)", body.decode("utf-8", "surrogateescape"))
    return "".join(safe(part, lines=True) for part in parts)


def _printable(char: str) -> bool:
    return char != "\\" and (char.isprintable() or char == _FULL_WIDTH_SPACE)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode()
