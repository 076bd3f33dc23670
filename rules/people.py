"""Who takes part: a person, the unit they speak for, and the seat that ties the two to a campaign."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do in one campaign."""

    LIAISON = "liaison"
    ADMIN = "admin"
    EXPERT = "expert"


#: How channels are called when a sentence names them.
CHANNELS = {"wechat": "微信", "telegram": "Telegram", "web": "网页", "mail": "邮件", "console": "命令行"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who talks to the program; `name` is what they asked to be called, empty until they said it."""

    id: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A body of one campaign's roster. `klass` is the key of its unit class, which decides floors and caps."""

    id: int
    campaign: str
    name: str
    short: str = ""
    klass: str = ""

    @property
    def called(self) -> str:
        """The name used in running text: the short one where there is one."""
        return self.short or self.name


@dataclass(frozen=True, slots=True)
class Seat:
    """One role of one person in one campaign; a liaison's seat has a unit, an admin's has none."""

    id: int
    campaign: str
    role: Role
    unit: Unit | None = None
