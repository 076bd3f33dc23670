"""Everything the fake WeChat platform remembers: windows, media, grants, refusals and what people saw."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.fakes.wechat_account import INNOCENT, Account, Refused

#: After a message of a person: 5 customer messages in 48 h. After a follow, a scan or a menu click: 3 in one minute.
MESSAGE_QUOTA, MESSAGE_SPAN = 5, timedelta(hours=48)
EVENT_QUOTA, EVENT_SPAN = 3, timedelta(minutes=1)
#: Temporary media are kept three days.
MEDIA_SPAN = timedelta(days=3)


class Clock(Protocol):
    """Whoever knows the present instant."""

    def now(self) -> datetime:
        """The present instant, aware."""
        ...


@dataclass(slots=True)
class Window:
    """A span in which a number of customer messages may still be sent; one end opens a new one."""

    until: datetime | None = None
    left: int = 0

    def open(self, until: datetime, quota: int) -> None:
        """Begin anew: what was left is gone."""
        self.until, self.left = until, quota

    def shut(self) -> None:
        """End at once."""
        self.until, self.left = None, 0

    def stands(self, now: datetime) -> bool:
        """Whether its time has not run out."""
        return self.until is not None and now < self.until


@dataclass(frozen=True, slots=True)
class Medium:
    """A temporary media file. `kind` is image, voice, video or thumb."""

    id: str
    kind: str
    data: bytes = field(repr=False)
    type: str
    name: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was refused: the path below /cgi-bin/, the errcode, and what was wrong."""

    path: str
    code: int
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as a person sees it. `way` says how it came, "said" for the person's own.

    The bot's come "passive", "customer", "template" or "subscribe"; "failure" is the platform's own apology. `items`
    are the (id, content) of a msgmenu, whose `text` stands above them and `tail` below. `media` is the media id of a
    picture, `url` where a template leads.
    """

    number: int
    way: str
    text: str
    at: datetime
    kind: str = "text"
    items: tuple[tuple[str, str], ...] = ()
    tail: str = ""
    media: str = ""
    url: str = ""

    @property
    def mine(self) -> bool:
        """Whether the person sent it."""
        return self.way == "said"


class Book:
    """The state of the fake platform; nothing in it waits or speaks to anybody."""

    def __init__(self, account: Account, clock: Clock, seed: int) -> None:
        self.account, self.clock = account, clock
        self.dice = random.Random(seed)  # noqa: S311 - a run must be the same again
        self.media: dict[str, Medium] = {}
        #: The published menu, as `menu/create` gave it.
        self.menu: dict[str, Any] | None = None
        #: Scenes of QR codes by scene, with their tickets and the instants at which they end.
        self.codes: dict[str, tuple[str, datetime | None]] = {}
        #: How many subscription notices each (openid, template id) still allows; -1 for a long-term one.
        self.grants: Counter[tuple[str, str]] = Counter()
        self.refusals: list[Refusal] = []
        #: What no correct program does, in words.
        self.violations: list[str] = []
        #: Calls of the API by path, and by (path, day).
        self.calls: Counter[str] = Counter()
        self._daily: Counter[tuple[str, str]] = Counter()
        self._number = 24_000_000_000_000_000

    def number(self) -> int:
        """A new MsgId: 64 bits, never the same again."""
        self._number += 1
        return self._number

    def word(self, length: int) -> str:
        """A random word of letters, digits, "-" and "_", as ids of the platform look."""
        return "".join(self.dice.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", k=length))

    def refuse(self, path: str, refused: Refused) -> None:
        """Write down a refusal, and a violation where no correct program would have caused it."""
        self.refusals.append(Refusal(path, refused.code, refused.detail, self.clock.now()))
        if refused.code not in INNOCENT:
            self.violations.append(f"{path}: {refused}")

    def count(self, path: str) -> None:
        """One more call of a path today. Raises `Refused` (45009)."""
        self.calls[path] += 1
        day = (path, self.clock.now().strftime("%Y-%m-%d"))
        self._daily[day] += 1
        limit = dict(self.account.daily).get(path)
        if limit is not None and self._daily[day] > limit:
            raise Refused(45009, f"more than {limit} a day")

    def keep_medium(self, kind: str, data: bytes, content_type: str, name: str = "") -> Medium:
        """Keep a media file for three days."""
        number = self.word(64)
        expires = self.clock.now() + MEDIA_SPAN
        self.media[number] = Medium(number, kind, data, content_type, name, expires)
        return self.media[number]

    def medium(self, number: str) -> Medium:
        """A media file that is still there. Raises `Refused` (40007)."""
        found = self.media.get(number)
        if found is None:
            raise Refused(40007, "no such media_id")
        if self.clock.now() >= found.expires:
            raise Refused(40007, "kept for three days only")
        return found

    def spoil(self, number: str) -> None:
        """Let a media file expire now."""
        self.media.pop(number, None)
