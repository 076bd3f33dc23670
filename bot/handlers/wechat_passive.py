"""What one passive reply of WeChat can carry: as many parts as fit into a message, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.handlers.ports import Delivered
from bot.handlers.wechat import MOST_PART, size

GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the outbox in parts, of which `done` were delivered before."""

    id: int
    parts: list[str]
    done: int = 0


def pack(messages: Sequence[Shown], rest: str) -> tuple[str, list[Delivered]]:
    """The text of one reply, in order and joined by empty lines, and what was delivered of each message.

    `rest` says what becomes of parts that do not fit: "due" or "held". The first part always fits.
    """
    taken: list[str] = []
    told: list[Delivered] = []
    room, full = MOST_PART, False
    for message in messages:
        done = message.done
        for part in message.parts[done:]:
            needed = size(part) + (len(GAP) if taken else 0)
            full = full or (needed > room and bool(taken))
            if full:
                break
            taken.append(part)
            room -= needed
            done += 1
        told.append(Delivered(message.id, done, done >= len(message.parts), rest))
    return GAP.join(taken), told
