"""Access tokens of the fake platform: the stable one and the older rotating one, which know nothing of each other.

Sources: 获取稳定版接口调用凭据 (7200 s, renewed in its last 5 minutes while both work, forced at most 20 times a day
and every 30 s, 10 000 calls a minute), 获取接口调用凭据 (each call makes a new one; the old one works 5 minutes
more).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.fakes.wechat_account import Refused
from bot.fakes.wechat_book import Book

LIFE = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
FORCE_GAP = timedelta(seconds=30)
FORCED_A_DAY = 20
A_MINUTE = 10_000


@dataclass(slots=True)
class Token:
    """One token and the instant at which it dies."""

    text: str
    expires: datetime


class Tokens:
    """All tokens ever given out, so that an expired one can be told from an invented one."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._all: dict[str, Token] = {}
        self._killed: set[str] = set()
        self._stable: Token | None = None
        self._rotating: Token | None = None
        self._calls: deque[datetime] = deque()
        self._forced: deque[datetime] = deque()

    def stable(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer `stable_token`. Raises `Refused`."""
        now = self._book.clock.now()
        self._pace(now)
        self._check(asked)
        forced = asked.get("force_refresh", False)
        if not isinstance(forced, bool):
            raise Refused(47001, "force_refresh is a boolean")
        current = self._stable
        if current is not None and forced and self._may_force(now):
            self._killed.add(current.text)
            current = None
        if current is None or current.expires - now <= OVERLAP:
            current = self._stable = self._new(now)
        return {"access_token": current.text, "expires_in": int((current.expires - now).total_seconds())}

    def rotating(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer `token`. Raises `Refused`."""
        now = self._book.clock.now()
        self._check(asked)
        if self._rotating is not None:
            self._rotating.expires = min(self._rotating.expires, now + OVERLAP)
        self._rotating = self._new(now)
        return {"access_token": self._rotating.text, "expires_in": int(LIFE.total_seconds())}

    def check(self, text: str) -> None:
        """Whether a call may use this token. Raises `Refused`: 41001, 40001 or 42001."""
        if not text:
            raise Refused(41001)
        token = self._all.get(text)
        if token is None or text in self._killed:
            raise Refused(40001)
        if self._book.clock.now() >= token.expires:
            raise Refused(42001)

    def kill(self) -> None:
        """Let every token die at once, as when somebody else forces a new one."""
        self._killed.update(self._all)
        self._stable = self._rotating = None

    def _check(self, asked: dict[str, Any]) -> None:
        if asked.get("grant_type") != "client_credential":
            raise Refused(40002)
        if not asked.get("appid"):
            raise Refused(41002)
        if asked["appid"] != self._book.account.app_id:
            raise Refused(40013)
        if not asked.get("secret"):
            raise Refused(41004)
        if asked["secret"] != self._book.account.secret:
            raise Refused(40125)

    def _pace(self, now: datetime) -> None:
        while self._calls and now - self._calls[0] >= timedelta(minutes=1):
            self._calls.popleft()
        if len(self._calls) >= A_MINUTE:
            raise Refused(45011, f"more than {A_MINUTE} a minute")
        self._calls.append(now)

    def _may_force(self, now: datetime) -> bool:
        """Whether forcing makes a new token: every 30 s. Raises `Refused` beyond 20 a day."""
        while self._forced and now - self._forced[0] >= timedelta(days=1):
            self._forced.popleft()
        if len(self._forced) >= FORCED_A_DAY:
            raise Refused(45009, f"forced more than {FORCED_A_DAY} times a day")
        if self._forced and now - self._forced[-1] < FORCE_GAP:
            return False
        self._forced.append(now)
        return True

    def _new(self, now: datetime) -> Token:
        token = Token(self._book.word(136), now + LIFE)
        self._all[token.text] = token
        return token
