"""What secret ballots keep in memory alone: shares that are being handed out, and those that were given for the tally.

One program keeps it for itself. Of several workers on one machine the first keeps it for all (`bot/siblings.py`): the
others ask it over a socket in a folder of their own, and nothing of it is ever written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import orjson

from sealing.shares import fingerprint


class SharesGone(LookupError):
    """The shares of a round in preparation are no longer in memory: it is to be prepared again."""


class ShareVault(Protocol):
    """Where shares are while somebody waits for them. Numbers of shares begin at 1."""

    async def put(self, key: str, public: str, shares: Mapping[int, str]) -> None:
        """A round in preparation: its public half, and the shares that are to be written down."""
        ...

    async def public(self, key: str) -> str:
        """The public half of a round in preparation, "" where it is not in preparation here."""
        ...

    async def share(self, key: str, number: int) -> str:
        """A share that nobody has typed back yet, "" for none."""
        ...

    async def forget(self, key: str, mark: str) -> None:
        """The share with this fingerprint was typed back: from now on it is on paper only."""
        ...

    async def hand(self, key: str, person: int, share: str, threshold: int) -> tuple[int, Sequence[str]]:
        """Somebody's share for the tally: how many are still wanted, and with the last one all of them, once."""
        ...


@dataclass(frozen=True, slots=True)
class _Preparing:
    public: str
    shares: Mapping[int, str]


class OwnVault:
    """Kept in this program's memory."""

    def __init__(self) -> None:
        self._preparing: dict[str, _Preparing] = {}
        self._hands: dict[str, dict[int, str]] = {}

    async def put(self, key: str, public: str, shares: Mapping[int, str]) -> None:
        self._preparing[key] = _Preparing(public, dict(shares))

    async def public(self, key: str) -> str:
        return self._preparing[key].public if key in self._preparing else ""

    async def share(self, key: str, number: int) -> str:
        return self._preparing[key].shares.get(number, "") if key in self._preparing else ""

    async def forget(self, key: str, mark: str) -> None:
        if (held := self._preparing.get(key)) is not None:
            left = {number: share for number, share in held.shares.items() if fingerprint(share, key) != mark}
            self._preparing[key] = replace(held, shares=left)

    async def hand(self, key: str, person: int, share: str, threshold: int) -> tuple[int, Sequence[str]]:
        hands = self._hands.setdefault(key, {})
        hands[person] = share
        if len(hands) < threshold:
            return threshold - len(hands), ()
        return 0, tuple(self._hands.pop(key).values())


class VaultAway(SharesGone):
    """The worker that keeps the shares does not answer; it is started again by itself, without them."""


class RemoteVault:
    """Kept by another worker of this machine, which listens at a socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def put(self, key: str, public: str, shares: Mapping[int, str]) -> None:
        await self._ask("put", key, public, list(shares.items()))

    async def public(self, key: str) -> str:
        return str(await self._ask("public", key))

    async def share(self, key: str, number: int) -> str:
        return str(await self._ask("share", key, number))

    async def forget(self, key: str, mark: str) -> None:
        await self._ask("forget", key, mark)

    async def hand(self, key: str, person: int, share: str, threshold: int) -> tuple[int, Sequence[str]]:
        left, shares = await self._ask("hand", key, person, share, threshold)
        return int(left), tuple(shares)

    async def _ask(self, what: str, *given: Any) -> Any:
        try:
            async with asyncio.timeout(_PATIENCE):
                reader, writer = await asyncio.open_unix_connection(self._path)
                try:
                    writer.write(orjson.dumps([what, *given]) + b"\n")
                    return orjson.loads(await reader.readline())
                finally:
                    writer.close()
        except (OSError, ValueError, TimeoutError) as wrong:
            raise VaultAway(f"expected the worker that keeps shares at {self._path.name}, found none") from wrong


#: Seconds for an answer within one machine.
_PATIENCE = 5.0


async def keep_for_others(vault: OwnVault, path: str) -> asyncio.Server:
    """Answer the other workers of this machine at a socket, in a folder that only this user may open."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            found = await _done(vault, orjson.loads(await reader.readline()))
            writer.write(orjson.dumps(found) + b"\n")
            await writer.drain()
        finally:
            writer.close()

    return await asyncio.start_unix_server(answer, path)


async def _done(vault: OwnVault, asked: list[Any]) -> Any:
    match asked:
        case ["put", key, public, shares]:
            return await vault.put(key, public, dict(shares))
        case ["public", key]:
            return await vault.public(key)
        case ["share", key, number]:
            return await vault.share(key, number)
        case ["forget", key, mark]:
            return await vault.forget(key, mark)
        case ["hand", key, person, share, threshold]:
            return await vault.hand(key, person, share, threshold)
    raise ValueError(f"expected a question about shares, found {asked[:1]}")
