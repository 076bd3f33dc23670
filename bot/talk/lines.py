"""What a flow says: the name of a sentence and its facts. The sentence itself lives in `templates/wording/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.talk.messages import Attachment, Choice


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence or paragraph: wording key, the values its template needs, and a file to hand over with it."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    attachment: Attachment | None = None


def line(key: str, **facts: Any) -> Line:
    """A `Line` without a file, written as a call."""
    return Line(key, facts)


# Not frozen: one is made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Prompt:
    """How a question looks right now: its line, its choices, whether several may be ticked or picked by number."""

    line: Line
    choices: tuple[Choice, ...] = ()
    several: bool = False
    numbered: bool = True
