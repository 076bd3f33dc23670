"""What goes wrong between a program and a platform, made to go wrong on purpose: seeded, bounded and counted.

A fake platform asks its `Mischief` what becomes of each call it is sent, and of each update it hands over. The answer
comes from a script for single steps, or from seeded dice, so that a run can be repeated.

mischief = Mischief(Trouble(seed=7, cut_after=0.02, repeat=0.05))
mischief.script(Step.CUT_AFTER, call="sendMessage")
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """What happens to one call of the program, or to one update for it."""

    NOTHING = "nothing"
    #: The platform takes its time, then does what it was asked.
    DELAY = "delay"
    #: Refused: too many requests (Telegram 429, WeChat 45009), nothing was done.
    TOO_MANY = "too_many"
    #: The platform is out of order (502, -1), nothing was done.
    BROKEN = "broken"
    #: Status 200 and a body that nobody can read; nothing was done.
    GARBAGE = "garbage"
    #: The connection is cut before the call is read; nothing was done.
    CUT_BEFORE = "cut_before"
    #: The call is done, and the connection is cut before the answer: the caller cannot know.
    CUT_AFTER = "cut_after"
    #: An update is handed over a second time, although it was acknowledged.
    REPEAT = "repeat"
    #: An update overtakes the one before it.
    REORDER = "reorder"
    #: Something that cannot be read is handed over besides.
    MALFORMED = "malformed"


CALLS = (Step.DELAY, Step.TOO_MANY, Step.BROKEN, Step.GARBAGE, Step.CUT_BEFORE, Step.CUT_AFTER)
UPDATES = (Step.DELAY, Step.REPEAT, Step.REORDER, Step.MALFORMED)


@dataclass(frozen=True, slots=True)
class Trouble:
    """How much goes wrong: for each step its probability (0 to 1) for one call or update.

    `delay` holds for calls and updates, up to `longest` seconds each. After `most` troubles from the dice all is well,
    so that whatever is retried comes to an end. `wait` is what TOO_MANY asks for, in seconds.
    """

    seed: int = 0
    delay: float = 0.0
    too_many: float = 0.0
    broken: float = 0.0
    garbage: float = 0.0
    cut_before: float = 0.0
    cut_after: float = 0.0
    repeat: float = 0.0
    reorder: float = 0.0
    malformed: float = 0.0
    longest: float = 0.2
    wait: int = 1
    most: int = 1000


CALM = Trouble()


class Mischief:
    """Decides what goes wrong. `counts` holds every step that was taken, as "call:step" (`sendMessage:cut_after`)."""

    def __init__(self, trouble: Trouble = CALM) -> None:
        self.trouble = trouble
        self.counts: Counter[str] = Counter()
        self._dice = random.Random(trouble.seed)  # noqa: S311 - played again from its seed, nothing is kept secret
        self._left = trouble.most
        self._scripts: dict[str, deque[Step]] = {}

    def script(self, *steps: Step, call: str = "") -> None:
        """What becomes of the next calls (or updates) of this name, one each; "" stands for any call.

        `Step.NOTHING` lets one through. Scripts go before dice, and one for a name before the one for any call.
        """
        self._scripts.setdefault(call, deque()).extend(steps)

    def calm(self) -> None:
        """No more trouble from now on, neither by script nor by dice."""
        self._scripts.clear()
        self._left = 0

    def call(self, name: str) -> Step:
        """What becomes of one call of the program."""
        return self._take(name, CALLS)

    def update(self, name: str = "update") -> Step:
        """What becomes of one update (a callback, a person's message) for the program."""
        return self._take(name, UPDATES)

    def seconds(self) -> float:
        """How long a DELAY lasts."""
        return self._dice.uniform(0, self.trouble.longest)

    def _take(self, name: str, steps: tuple[Step, ...]) -> Step:
        step = self._scripted(name, steps) or self._thrown(steps)
        if step is not Step.NOTHING:
            self.counts[f"{name}:{step}"] += 1
        return step

    def _scripted(self, name: str, steps: tuple[Step, ...]) -> Step | None:
        for key in (name, ""):
            waiting = self._scripts.get(key)
            if waiting and (waiting[0] in steps or waiting[0] is Step.NOTHING):
                return waiting.popleft()
        return None

    def _thrown(self, steps: tuple[Step, ...]) -> Step:
        if self._left <= 0 or self.trouble is CALM:
            return Step.NOTHING
        thrown = self._dice.random()
        for step in steps:
            thrown -= getattr(self.trouble, step.value)
            if thrown < 0:
                self._left -= 1
                return step
        return Step.NOTHING


class Pulse(Protocol):
    """The time that limits, waits and delays of a fake platform are measured in."""

    def monotonic(self) -> float:
        """Seconds since some instant; never falls."""
        ...

    def sleep(self, seconds: float) -> Awaitable[None]:
        """Lets so much of this time pass."""
        ...


class RealPulse:
    """The machine's time, or one that runs `speed` times as fast, so that a rehearsal of an hour takes a minute."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed

    def monotonic(self) -> float:
        """Seconds of this time."""
        return time.monotonic() * self._speed

    async def sleep(self, seconds: float) -> None:
        """Waits so many seconds of this time."""
        await asyncio.sleep(seconds / self._speed)


class HandPulse:
    """A time that passes only when it is moved by `pass_by`; whoever sleeps in it wakes up then."""

    def __init__(self) -> None:
        self._now = 0.0
        self._moved = asyncio.Event()

    def monotonic(self) -> float:
        """Seconds that were passed by."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Waits until so many seconds were passed by."""
        until = self._now + seconds
        while self._now < until:
            await self._moved.wait()

    def pass_by(self, seconds: float) -> None:
        """Lets so many seconds pass at once."""
        self._now += seconds
        self._moved.set()
        self._moved = asyncio.Event()
