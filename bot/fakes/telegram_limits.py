"""Telegram's figures, and the refusals of a server that keeps to them.

Source: core.telegram.org/bots/api and core.telegram.org/bots/faq, except where a figure is said to be ours.
"""

from __future__ import annotations

import math
from typing import Any

TEXT, CAPTION, ANSWER = 4096, 1024, 200
BUTTON_DATA, BUTTONS_A_ROW, BUTTONS = 64, 8, 100
START_CODE = 64
DOWNLOAD, UPLOAD, UPLOAD_OWN = 20 * 2**20, 50 * 2**20, 2000 * 2**20
PHOTO = 10 * 2**20
COMMANDS, COMMAND, COMMAND_TEXT = 100, 32, 256
SECRET = 256
POLL_SECONDS, POLL_UPDATES = 50, 100
#: Messages per second to one chat and over all, and per minute to one group.
CHAT_RATE, ALL_RATE, GROUP_RATE = 1.0, 30.0, 20 / 60
#: What may be sent at once after a silence. Telegram speaks of "short bursts" without a figure; these are ours.
CHAT_BURST, ALL_BURST, GROUP_BURST = 3, 30, 20


class Refusal(Exception):
    """A call that is answered with an error. `wrong`: a correct program would never have made it."""

    def __init__(self, code: int, why: str, *, wrong: bool = True, retry_after: int = 0) -> None:
        super().__init__(f"{code} {why}")
        self.code, self.why, self.wrong, self.retry_after = code, why, wrong, retry_after

    def body(self) -> dict[str, Any]:
        """The answer as Telegram words it."""
        after = {"parameters": {"retry_after": self.retry_after}} if self.retry_after else {}
        return {"ok": False, "error_code": self.code, "description": self.why, **after}


def bad(why: str, *, wrong: bool = True) -> Refusal:
    """A 400."""
    return Refusal(400, f"Bad Request: {why}", wrong=wrong)


def units(text: str) -> int:
    """A text's length as Telegram counts: UTF-16 code units."""
    return len(text) + sum(1 for character in text if character > "\uffff")


class Bucket:
    """A rate with an allowance for bursts: `burst` at once, then `rate` per second."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = float(burst), now

    def lacks(self, now: float) -> float:
        """Seconds until one more is allowed; 0 when it is allowed now."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        # A whole one may lack a rounding error.
        return max(0.0, (1 - 1e-6 - self._left) / self._rate)

    def take(self) -> None:
        """One is sent."""
        self._left -= 1


class Pace:
    """Telegram's rates: one message a second to a chat, 30 a second over all, 20 a minute to a group."""

    def __init__(self, now: float) -> None:
        self._all = Bucket(ALL_RATE, ALL_BURST, now)
        self._chats: dict[int, Bucket] = {}

    def send(self, chat: int, now: float) -> None:
        """One message or edit for a chat. Raises `Refusal` 429; a refused one counts for nothing."""
        bucket = self._chats.get(chat)
        if bucket is None:
            group = chat < 0
            bucket = Bucket(GROUP_RATE if group else CHAT_RATE, GROUP_BURST if group else CHAT_BURST, now)
            self._chats[chat] = bucket
        if lacks := max(bucket.lacks(now), self._all.lacks(now)):
            after = max(1, math.ceil(lacks))
            raise Refusal(429, f"Too Many Requests: retry after {after}", retry_after=after)
        bucket.take()
        self._all.take()
