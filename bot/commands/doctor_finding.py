"""One line of `./xinshi doctor`: what was looked at, what was found, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How much a finding matters: nothing to do, good to know, or to be mended before people are let in."""

    FINE = "fine"
    NOTE = "note"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `found` and `advice` are sentences without their full stop."""

    level: Level
    subject: str
    found: str
    advice: str


def fine(subject: str, found: str, advice: str = "不用处理") -> Finding:
    """What is as it should be."""
    return Finding(Level.FINE, subject, found, advice)


def note(subject: str, found: str, advice: str) -> Finding:
    """What is allowed, and has consequences."""
    return Finding(Level.NOTE, subject, found, advice)


def mend(subject: str, found: str, advice: str) -> Finding:
    """What must be mended."""
    return Finding(Level.MEND, subject, found, advice)
