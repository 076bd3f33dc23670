"""What an admin may have done about messages to many: send one now or later, stop it, agree to another admin's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from typing import Any

from rules.audience import Audience
from rules.deeds import AdminDeed, Heard


@dataclass(frozen=True, slots=True)
class Begun:
    """A message to many was written down: its number, how many people it goes to, and its state.

    `state`: "running" (on its way), "planned" (for an instant), "waiting" (for another admin to agree).
    """

    batch: int
    total: int
    state: str = "running"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A picture or file that goes with a message to many: its name, and the SHA-256 (hex) it is kept under.

    `breaks` are the keys of the embargoes that it would break while they are in force.
    """

    name: str
    sha256: str
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broadcast(AdminDeed):
    """Write one message to many people, each once: now, or (`due`, UTC microseconds) when its instant comes.

    `title` names the campaign in it. With `asks` it waits until another admin agrees, and the other admins are told
    `heard`. One for later goes to those of `people` who still fit the `audience` then. Declined: no other admin.
    """

    command = "broadcast"
    result = Begun
    campaign: str
    title: str
    text: str
    people: tuple[int, ...]
    by: int
    due: int = 0
    audience: Audience = field(default_factory=Audience)
    enclosed: Enclosed | None = None
    asks: bool = False
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {
            "text": self.text, "people": len(self.people), "due": self.due, "audience": asdict(self.audience),
            "file": self.enclosed.name if self.enclosed else "", "asks": self.asks,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stopped:
    """A message to many was stopped: how many it had reached or may have reached, how many it will not go to."""

    gone: int
    kept: int


@dataclass(frozen=True, slots=True)
class StopBroadcast(AdminDeed):
    """Stop a message to many that is on its way, or call off one that waits. Declined: over, or stopped already."""

    command = "stop"
    result = Stopped
    campaign: str
    batch: int
    by: int

    def told(self) -> dict[str, Any]:
        return {"batch": self.batch}


@dataclass(frozen=True, slots=True)
class DecideBroadcast(AdminDeed):
    """Agree or not to a message to many that another admin wrote; who wrote it is told `heard`.

    Declined: it is one's own, or somebody decided already.
    """

    command = "approve"
    result = Begun
    campaign: str
    batch: int
    by: int
    agrees: bool
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"batch": self.batch, "agrees": self.agrees}


def plan_of(deed: Broadcast) -> Mapping[str, Any]:
    """What is kept of a message to many until it goes, JSON-plain."""
    enclosed = list(astuple(deed.enclosed)) if deed.enclosed else []
    return {
        "title": deed.title, "people": list(deed.people), "audience": asdict(deed.audience), "enclosed": enclosed,
    }  # fmt: skip
