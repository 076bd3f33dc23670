"""A small world to try storage in: its people and units, deeds performed and looks answered one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import Table, insert, select

from rules.deeds import Deed, SubmitEntry
from rules.looks import Look
from storage.database import Database
from storage.moments import Moment
from storage.numbers import Numbers
from storage.registry import DEEDS, LOOKS
from storage.tables import people, units

#: An instant inside the collection, its opening and its first late instant, in UTC microseconds.
NOW, OPENS, CLOSES = 1_710_000_000_000_000, 1_700_000_000_000_000, 1_720_000_000_000_000
MINUTE = 60 * 1_000_000
DAY = 24 * 60 * MINUTE
CAMPAIGN = "xian-2024"
PEPPER = b"the pepper of tests, 32 bytes it"


@dataclass(slots=True)
class World:
    """A database with whoever is put into it."""

    database: Database
    numbers: Numbers = field(default_factory=Numbers)
    pepper: bytes = PEPPER

    async def do(self, deed: Deed, *, at: int = NOW) -> Any:
        """Perform one deed in a transaction of its own."""
        async with self.database.write() as connection:
            return await DEEDS[type(deed)](Moment(connection, at, self.numbers, self.pepper), deed)

    async def look(self, look: Look) -> Any:
        """Answer one look."""
        async with self.database.read() as connection:
            return await LOOKS[type(look)](connection, look)

    async def person(self, name: str = "") -> int:
        """Somebody new."""
        return await self._put(people, name=name)

    async def unit(self, name: str, *, klass: str = "district", short: str = "", campaign: str = CAMPAIGN) -> int:
        """A new unit."""
        return await self._put(units, name=name, klass=klass, short=short, campaign=campaign)

    async def _put(self, table: Table, **values: Any) -> int:
        number = self.numbers()
        async with self.database.write() as connection:
            await connection.execute(insert(table).values(id=number, **values))
        return number

    async def rows(self, table: Table, *columns: str) -> list[tuple[Any, ...]]:
        """Some columns of every row of a table, sorted."""
        async with self.database.read() as connection:
            found = await connection.execute(select(*(table.c[name] for name in columns)))
            return sorted(tuple(row) for row in found)


#: Every submission says something else, unless a test wants otherwise.
_CODES = count(10**9)


def submission(unit: int, person: int, **changes: Any) -> SubmitEntry:
    """An entry as a liaison hands it in; `changes` replace what it says."""
    facts: dict[str, Any] = {
        "campaign": CAMPAIGN, "track": "case", "unit": unit, "person": person, "form": "case",
        "code": f"{next(_CODES):010d}",
        "title": "信用惠民", "answers": {"title": "信用惠民"}, "pledges": {"truth": "ab" * 32}, "opens": OPENS,
        "closes": CLOSES, "cap": None, "prefix": "XA-A",
    }  # fmt: skip
    if changes.get("track") == "video":
        facts |= {"form": "video", "prefix": "XA-B"}
    return SubmitEntry(**{**facts, **changes})


def outcomes(found: Sequence[Any], kind: type) -> int:
    """How many of these are of a kind."""
    return sum(isinstance(each, kind) for each in found)
