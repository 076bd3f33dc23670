"""How much of one sender may wait: who sends faster than anybody is answered hears so once, and no more is taken in.

A person never has so many messages waiting, not even after an hour in which the program was away; a machine, or a
stuck key, does. What is not taken in was not acknowledged as kept: its sender was told that it is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.handlers.ports import Replies, TooMany, Wanted
from bot.talk.messages import Incoming

#: Messages of one address that wait at most; Telegram hands over as many at once.
MOST_OF_ONE = 100
#: Addresses remembered as told; when there are more, all may hear it anew.
_REMEMBERED = 10_000


@dataclass(slots=True)
class Kept:
    """A message in the spool that waits for its files or its turn, and the replies to come."""

    incoming: Incoming
    wanted: Sequence[Wanted]
    passive: bool
    settled: asyncio.Future[Replies]


def to_come() -> asyncio.Future[Replies]:
    """Replies that are not there yet."""
    return asyncio.get_running_loop().create_future()


class Backlog:
    """Lets messages in, or not."""

    def __init__(self, *waiting: Callable[[str], int], most: int = MOST_OF_ONE) -> None:
        """`waiting` count the messages that wait for "channel:address", each in its own place."""
        self._waiting, self._most = waiting, most
        self._told = set[str]()

    def room(self, address: str) -> int:
        """How many more may come in: none any more once its sender was told, before all that waits is answered.

        One taken in for each that was answered would keep a flood at its height.
        """
        waits = sum(count(address) for count in self._waiting)
        if not waits:
            self._told.discard(address)
        return 0 if address in self._told else max(0, self._most - waits)

    def refused(self, address: str) -> TooMany:
        """What is raised where there is no room; the first of a flood is told to its sender."""
        first = address not in self._told
        if len(self._told) >= _REMEMBERED:
            self._told.clear()
        self._told.add(address)
        return TooMany(first=first)
