"""One thing in a notice that will hurt, as an organiser reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rules.notice import Notice

Severity = Literal["stop", "hurt", "watch"]
#: The gravest first.
ORDER: tuple[Severity, ...] = ("stop", "hurt", "watch")
#: What each is called.
CALLED: dict[Severity, str] = {"stop": "不改走不下去", "hurt": "会吃苦头", "watch": "请留意"}
#: The key of those that only say that the notice leaves something open.
UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Hurt:
    """How much it hurts, what will happen, on which figures that rests, and what helps.

    `key` is the rule that found it, `clause` where the notice says so, `place` the place of the campaign's file to
    change, "" where no setting helps.
    """

    severity: Severity
    key: str
    clause: str
    what: str
    rests: str
    mend: str
    place: str = ""

    @property
    def called(self) -> str:
        """How much it hurts, in words."""
        return CALLED[self.severity]


def sorted_hurts(hurts: Iterable[Hurt]) -> tuple[Hurt, ...]:
    """The gravest first, otherwise in the order in which they were found."""
    return tuple(sorted(hurts, key=lambda each: ORDER.index(each.severity)))


def setting(notice: Notice, place: str) -> str:
    """Where a value is changed: in its place, or in the switch that decides it."""
    switch = next((each for each in notice.switches if place in each.decides), None)
    return f"switch.{switch.key}.reading" if switch is not None else place
