"""What every deed is given: the connection of the message's transaction, its instant, and numbers for new rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Moment:
    """One message's transaction: `at` is the instant of receipt in UTC microseconds, `pepper` keys hashed codes."""

    connection: AsyncConnection
    at: int
    number: Callable[[], int]
    pepper: bytes = b""


Deeds = dict[type, Callable[[Moment, Any], Awaitable[Any]]]
Looks = dict[type, Callable[[AsyncConnection, Any], Awaitable[Any]]]
