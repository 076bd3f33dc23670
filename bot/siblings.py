"""Several workers of one machine: how they hear from each other what waits in memory, and never of anything lost.

All that counts is in the database. What goes between workers here only saves a wait: that there is news for an open
page, and that somebody came back for an upload that another worker still receives. It goes by datagrams in a folder
that only this user may open; one that gets lost costs the wait that it would have saved. The first worker keeps the
shares of secret ballots.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from bot.ballot_vault import OwnVault, RemoteVault, ShareVault, keep_for_others
from bot.ports import WebBell
from web.ports import Reception

#: The variable by which a supervisor tells a worker its place; set for workers alone, and of no use to anybody else.
VARIABLE = "XINSHI_WORKER"
_RING, _LET_GO = "ring", "let_go"
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Place:
    """A worker among those of its machine: number `index` of `count`, with the descriptor of the socket that all share.

    `ready` is the descriptor of a pipe that hears one byte when this worker serves. `folder` holds their own sockets.
    """

    index: int
    count: int
    listening: int
    ready: int
    folder: Path

    @classmethod
    def here(cls) -> Place | None:
        """This process's place, None for a program that works alone."""
        said = os.environ.get(VARIABLE, "")
        if not said:
            return None
        index, count, listening, ready, folder = said.split(":", 4)
        return cls(int(index), int(count), int(listening), int(ready), Path(folder))

    def said(self) -> str:
        """The variable's value."""
        return f"{self.index}:{self.count}:{self.listening}:{self.ready}:{self.folder}"

    def bell(self, index: int) -> Path:
        """The socket at which a worker hears news."""
        return self.folder / f"bell-{index}"

    @property
    def shares(self) -> Path:
        """The socket at which the first worker answers about shares."""
        return self.folder / "shares"


class Siblings:
    """The other workers, none for a program that works alone. `vault` is where this one's shares are."""

    def __init__(self, place: Place | None = None) -> None:
        self._place = place
        #: What to do for each kind of news from them.
        self._heard: dict[str, Callable[[str], object]] = {}
        self.vault: ShareVault = OwnVault() if place is None or place.index == 0 else RemoteVault(place.shares)

    def ringing(self, bell: WebBell) -> WebBell:
        """A bell that is heard by all."""
        bell.tell = lambda address: self.tell(_RING, address)
        self._heard[_RING] = bell.heard
        return bell

    def receiving(self, reception: Reception) -> Reception:
        """Uploads that whoever comes back for them gets hold of, whichever worker receives them."""
        reception.writers.ask_others = lambda number: self.tell(_LET_GO, number)
        self._heard[_LET_GO] = reception.writers.asked
        return reception

    def tell(self, kind: str, what: str) -> None:
        """Tell the others something, without waiting for anything."""
        said, place = orjson.dumps([kind, what]), self._place
        if place is None or len(said) > _LONGEST:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as out:
            for index in range(place.count):
                if index != place.index:
                    # Not started yet, ended, or too busy to listen: the wait that this would save is waited.
                    with suppress(OSError):
                        out.sendto(said, str(place.bell(index)))

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[Siblings]:
        """Listen to the others until the block ends."""
        async with AsyncExitStack() as stack:
            if self._place is not None:
                await self._listen(self._place, stack)
            yield self

    async def _listen(self, place: Place, stack: AsyncExitStack) -> None:
        bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        bell.bind(_free(place.bell(place.index)))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Ear(self._heard), sock=bell)
        stack.callback(transport.close)
        if isinstance(self.vault, OwnVault):
            keeping = await keep_for_others(self.vault, _free(place.shares))
            stack.callback(keeping.close)


def _free(path: Path) -> str:
    """A path for a socket; what the worker before this one left there is removed."""
    path.unlink(missing_ok=True)
    return str(path)


class _Ear(asyncio.DatagramProtocol):
    """Hears what the others tell."""

    def __init__(self, heard: Mapping[str, Callable[[str], object]]) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: object) -> None:
        """One piece of news; only this user's programs can write here."""
        kind, what = orjson.loads(data)
        if (act := self._heard.get(kind)) is not None:
            act(what)
