"""What a flow may read about reaching people."""

from __future__ import annotations

from dataclasses import dataclass

from rules.looks import Look


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a person: "channel:address", its channel, whether they wrote from there last, its state."""

    id: str
    channel: str
    home: bool
    state: str


@dataclass(frozen=True, slots=True)
class AddressesOf(Look):
    """All addresses of a person, oldest first → tuple[Address, ...]."""

    person: int


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody as the receiver of a message: the person, their unit (0: none), the channel they wrote from last."""

    person: int
    name: str
    unit: int
    unit_name: str
    klass: str
    channel: str
    state: str


@dataclass(frozen=True, slots=True)
class Receivers(Look):
    """All people of a role in a campaign, by unit → tuple[Receiver, ...]."""

    campaign: str
    role: str = "liaison"


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whom a message could not reach, or a unit without a liaison (`name` ""): to be phoned."""

    unit: str
    name: str
    why: str
    contacts: str


@dataclass(frozen=True, slots=True)
class UnreachedIn(Look):
    """Whom messages of a campaign could not reach → tuple[Unreached, ...]."""

    campaign: str
