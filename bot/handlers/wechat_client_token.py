"""The account's access token, one for all processes: kept with its expiry, renewed shortly before its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from rules.accounts import TOKEN_OVERLAP

#: Before this time to its end a token is used; after it, a new one is asked for while the old one still works.
_MARGIN = timedelta(seconds=TOKEN_OVERLAP * 4 / 5)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and the aware instant of its end."""

    value: str = field(repr=False)
    expires: datetime


class TokenStore(Protocol):
    """Where the token is kept for all processes; whoever keeps it seals it."""

    async def load(self) -> Token | None:
        """The token that is kept, None where there is none."""
        ...

    async def save(self, token: Token) -> None:
        """Keep a token in place of the one before."""
        ...


class Clock(Protocol):
    """The deployment's time."""

    def now(self) -> datetime:
        """The present instant, aware."""
        ...


class OwnToken:
    """A `TokenStore` for a single process, such as a command."""

    def __init__(self) -> None:
        self._token: Token | None = None

    async def load(self) -> Token | None:
        """The token of this process."""
        return self._token

    async def save(self, token: Token) -> None:
        """Keep it as long as the process lives."""
        self._token = token


class Tokens:
    """Gives the token in use. A stable token is the same for whoever asks, so processes need no lock among them."""

    def __init__(self, store: TokenStore, clock: Clock, fetch: Callable[[], Awaitable[tuple[str, float]]]) -> None:
        """`fetch` asks the platform for the token and the seconds that it holds."""
        self._store, self._clock, self._fetch = store, clock, fetch
        self._asking = asyncio.Lock()
        self._token: Token | None = None

    async def current(self) -> Token:
        """The token to use now. Raises what `fetch` and the store raise."""
        if self._token is not None and self._fresh(self._token):
            return self._token
        return await self._another("")

    async def renewed(self, refused: Token) -> Token:
        """The token to use after the platform refused one: what another process has kept since, or a new one."""
        return await self._another(refused.value)

    async def _another(self, than: str) -> Token:
        async with self._asking:
            for known in (self._token, await self._store.load()):
                if known is not None and known.value != than and self._fresh(known):
                    self._token = known
                    return known
            asked = self._clock.now()
            value, seconds = await self._fetch()
            self._token = Token(value, asked + timedelta(seconds=seconds))
            await self._store.save(self._token)
            return self._token

    def _fresh(self, token: Token) -> bool:
        return token.expires - self._clock.now() > _MARGIN
