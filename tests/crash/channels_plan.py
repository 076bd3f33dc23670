"""What people of two messengers do, deed by deed: by Telegram, by WeChat, or on both; an admin writes to all.

The time of a run is shared by both processes and can be set forward, so that leases and pauses end when they should.
"""

from __future__ import annotations

import mmap
import random
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.clock import SimulatedClock
from tests.crash.plan import plan

#: When a run begins: a moment at which the campaign takes entries.
BEGIN = plan(0, [""])[0][0].at
#: What the admin writes to everybody.
NEWS = "请于周五前至少报一个作品"
#: Deeds on one messenger before somebody on both takes the other.
_TURN = 7


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does: `what` is start, say, press (or say where there is nothing to press) or link."""

    way: str
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One person: their number, and what they do in order. The admin waits until everybody has joined."""

    number: int
    deeds: tuple[Deed, ...]
    admin: bool = False

    @property
    def openid(self) -> str:
        """Their name in WeChat."""
        return f"o-crash-{self.number}"

    @property
    def user(self) -> int:
        """Their number in Telegram."""
        return 5000 + self.number


def lanes(seed: int, codes: Sequence[str], admin: str = "", *, most: int = 999) -> list[Lane]:
    """A lane for each liaison's invitation, of at most so many deeds, and one for the admin's where there is one."""
    dice = random.Random(seed)
    found = [
        Lane(number, tuple(_deeds(dice, number, [sent.text for sent in lane][:most])))
        for number, lane in enumerate(plan(seed, codes))
    ]
    if admin:
        said = [f"/start {admin}", "管理老师", "群发", "1", NEWS, "1", "菜单"]
        found.append(Lane(len(codes), tuple(_on("telegram", said)), admin=True))
    return found


def _deeds(dice: random.Random, number: int, said: list[str]) -> list[Deed]:
    """By the lane's number: WeChat, Telegram, or both by turns after a link in the middle of the first form."""
    if number % 3 < 2:
        return _pressing(_on("telegram" if number % 3 else "wechat", said))
    middle = dice.randint(8, 11)
    deeds, rest = _on("wechat", said[:middle]), said[middle:]
    deeds += [Deed("telegram", "link"), Deed("telegram", "say", "继续")]
    for start in range(0, len(rest), _TURN):
        deeds += _on("wechat" if start // _TURN % 2 else "telegram", rest[start : start + _TURN])
    return _pressing(deeds)


def _pressing(deeds: list[Deed]) -> list[Deed]:
    """The first pledge in Telegram by its button. Later ones are typed: there an older button may still be the newest,
    because the program was dead, and who presses that hears, rightly, that it is of an earlier step."""
    first = next((place for place, deed in enumerate(deeds) if deed.text == "确认承诺"), None)
    if first is not None and deeds[first].way == "telegram":
        deeds[first] = Deed("telegram", "press", "确认承诺")
    return deeds


def _on(way: str, said: Sequence[str]) -> list[Deed]:
    deeds = []
    for text in said:
        if text.startswith("/start "):
            deeds.append(Deed(way, "start", text.removeprefix("/start ")))
        else:
            deeds.append(Deed(way, "say", text))
    return deeds


class CommonClock(SimulatedClock):
    """A clock whose zero lies in a file of eight bytes, so that all processes of a run set it forward together."""

    def __init__(self, path: Path) -> None:
        super().__init__(BEGIN)
        new = not path.exists()
        with path.open("w+b" if new else "r+b") as file:
            if new:
                file.write(struct.pack("d", time.monotonic()))
                file.flush()
            self._shared = mmap.mmap(file.fileno(), 8)

    def now(self) -> datetime:
        """The present instant, aware."""
        return BEGIN + timedelta(seconds=time.monotonic() - struct.unpack("d", self._shared[:])[0])

    def skip(self, seconds: float) -> None:
        """Let so many seconds pass at once, everywhere."""
        self._shared[:] = struct.pack("d", struct.unpack("d", self._shared[:])[0] - seconds)
