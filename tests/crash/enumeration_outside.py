"""Everything that outlives the program: the scene, the platform with its people, who pays, and the time.

The platform gives every message again until it is acknowledged, now and then one that was. It keeps what it was sent.
"""

from __future__ import annotations

import asyncio
import copy
import random
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.handlers.post import Later, Letter, Outcome, Sent
from rules.notice import Notice
from rules.payouts import Bill, Said
from tests.crash.enumeration_booth import Booth, Round
from tests.crash.mortal import Fate

#: Seconds for which a platform that is down does not answer.
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Where people write what: the campaign, when it begins, who says what, and what acts by the clock."""

    name: str
    notice: Notice
    begins: datetime
    #: Who says what, one after another: by Telegram's number of a person.
    lanes: Mapping[int, Sequence[str]]
    reminds: bool = False
    pays: bool = False
    #: Seconds that pass at least.
    lasts: float = 0.0
    #: A round of secret voting that is open.
    ballot: Round | None = None


class MachineTime:
    """The machine's time, for a lease: the loop's, too. Stands in for the module `time`."""

    @staticmethod
    def time_ns() -> int:
        """Nanoseconds."""
        return 10**18 + int(asyncio.get_running_loop().time() * 10**9)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message on somebody's phone; `again`: it says that it may be a repetition."""

    address: str
    text: str
    kind: str
    again: bool
    edits: bool


@dataclass(slots=True)
class Outside:
    """Everything that outlives the program: the platform with its people, who pays, and the time."""

    scene: Scene
    passed: float = 0.0
    waiting: dict[int, deque[int]] = field(init=False)
    acknowledged: set[str] = field(default_factory=set)
    letters: list[Arrived] = field(default_factory=list)
    #: Packets by bill.
    paid: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: Messages that were being sent when the program ended, by policy.
    doubts: Counter[str] = field(default_factory=Counter)
    again: int = 0
    ends: int = 0
    #: Calls of the platform; at which of them it stops answering for an hour, until when, and how many it refused.
    calls: int = 0
    down: int | None = None
    until: float = 0.0
    refused: int = 0
    #: A twin's platform: it takes for acknowledged what the program failed to keep.
    careless: bool = False
    #: Messages and acts that failed and were done later.
    broken: list[str] = field(default_factory=list)
    booth: Booth = field(default_factory=Booth)

    def __post_init__(self) -> None:
        self.waiting = {user: deque(range(len(texts))) for user, texts in self.scene.lanes.items()}

    @property
    def told(self) -> tuple[object, ...]:
        """What tells this outside from what it was before."""
        booth = (self.booth.updates, self.booth.update, self.booth.text, len(self.booth.popups), self.booth.over)
        heard = (len(self.letters), len(self.paid), len(self.acknowledged), self.calls, self.refused, len(self.broken))
        return *heard, *(len(rest) for rest in self.waiting.values()), *booth

    def copied(self) -> Outside:
        """Another that goes on from here by itself."""
        other = copy.copy(self)
        other.waiting = {user: deque(rest) for user, rest in self.waiting.items()}
        other.acknowledged, other.letters, other.paid = set(self.acknowledged), list(self.letters), dict(self.paid)
        other.doubts, other.broken, other.booth = Counter(self.doubts), list(self.broken), self.booth.copied()
        return other

    def return_some(self, chance: str) -> None:
        """Telegram gives a whole batch again if it was not confirmed, so that some of it comes twice."""
        dice = random.Random(chance)
        for user, rest in self.waiting.items():
            done = len(self.scene.lanes[user]) - len(rest)
            if done and dice.random() < 0.5:
                rest.appendleft(done - 1)
                self.again += 1


#: The sender of the life that is lived now, for a twin that sends too early.
POSTS = list["Post"]()


@dataclass(slots=True)
class Post:
    """Telegram's sender, around which the program may end."""

    outside: Outside
    fate: Fate
    channel: str = "telegram"

    async def send(self, letter: Letter, way: str) -> Outcome:
        """Deliver."""
        now, outside = asyncio.get_running_loop().time(), self.outside
        outside.calls += 1
        if outside.down is not None and outside.calls >= outside.down:
            outside.until = outside.until or now + HOUR
            if now < outside.until:
                outside.refused += 1
                return Later(1.0, "the platform does not answer")
        self.fate.around("send", lambda: self._deliver(letter))
        return Sent(remote=f"m{len(self.outside.letters)}")

    def _deliver(self, letter: Letter) -> None:
        said = letter.outgoing
        file = f" 📎{said.attachment.kind}" if said.attachment else ""
        text = "|".join((said.text + file, *(choice.label for choice in said.choices)))
        self.outside.letters.append(Arrived(letter.address, text, said.kind, letter.again, bool(letter.edits)))


@dataclass(slots=True)
class Payer:
    """The platform that pays, once for each bill number."""

    outside: Outside
    fate: Fate

    async def pay(self, bill: Bill) -> Said:
        """Ask for one packet."""
        self.fate.around("pay", lambda: self.outside.paid.setdefault(bill.number, (bill.openid, bill.amount)))
        return Said("SUCCESS")

    async def ask(self, number: str) -> Said:
        """What became of a bill."""
        self.fate.around("ask", lambda: None)
        return Said("SUCCESS", status="SENT") if number in self.outside.paid else Said("NOT_FOUND")
