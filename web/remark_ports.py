"""What the pages of remarks need of the program, beside papers and shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from web.ballot_ports import Ballots, Member, Problem


@dataclass(frozen=True, slots=True)
class Work:
    """An entry that may be remarked on, with what its expert wrote so far."""

    id: int
    number: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """An expert's page of remarks in a round; `most` characters for each."""

    key: str
    title: str
    label: str
    closes: datetime
    most: int
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """A remark that waits to be retyped: of which entry, as it was written, and the admin's words so far."""

    code: str
    number: str
    title: str
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class Desk:
    """An admin's page of the remarks of a round."""

    key: str
    title: str
    label: str
    originals: tuple[Original, ...]


class Remarks(Ballots, Protocol):
    """Papers and shares, and what experts write for the others between rounds."""

    async def sheet(self, member: Member, key: str, now: datetime) -> Sheet | None:
        """Somebody's page of remarks, None where they may not write now."""
        ...

    async def remark(self, member: Member, key: str, texts: Mapping[int, str], now: datetime) -> tuple[Problem, ...]:
        """Keep what somebody wrote; everything that is wrong with it, or nothing."""
        ...

    async def originals(self, member: Member, key: str) -> Desk | None:
        """The remarks that an admin is to retype, None where there are none for them."""
        ...

    async def retype(self, member: Member, key: str, words: Mapping[str, str], release: bool, now: datetime) -> str:
        """Keep an admin's words by code, or release them and delete the originals; "" or why not."""
        ...
