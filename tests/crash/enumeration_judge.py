"""What a run left, in the database and outside, against what the same scene leaves when nothing happens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Any

from tests.crash.enumeration_booth import FAIR, Ballot, judged
from tests.crash.enumeration_folder import Folder
from tests.crash.enumeration_outside import Outside

#: What chance and time give: row numbers, instants, codes, secrets, and how long something still lasts. Hashes first:
#: one may begin with as many digits as a number has.
_CHANCE = re.compile(
    r"@\d+|[0-9a-f]{32,}|\d{12,}|[0-9a-f]{12,}|[A-Z]{2}-[AB]\d{4}|\b[0-9A-Z]{10}\b|•{10}|[0-9A-Z]{4,5}(?:-[0-9A-Z]{4,5})+"
    r"|\d+月\d+日[^\n]*\d+:\d\d(?::\d\d)?|还有 \x02?\d+ 天[^\n。]*|(?<=\"remaining\":)\"[^\"]*\""
)
#: Tables that tell how often something was tried and who led, and columns that tell by which tries it went.
_TRIES = frozenset({"alembic_version", "attempts", "leases", "numbers"})
_ONLY = {
    "outbox": "address, kind, body, CASE state WHEN 'unknown' THEN 'sent' ELSE state END",
    "broadcasts": "text, state",
    "payouts": "slot, state",
    "board": "round, entry, levels",
}
#: What a card shows depends on when it was looked at.
_WHERE = {"outbox": " WHERE kind != 'card'"}

State = dict[str, Counter[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Left:
    """What a run left: the tables, the letters without chance (unmarked and marked), and who was paid."""

    tables: State
    inbox: Set[str]
    plain: Counter[tuple[str, str]]
    marked: Counter[tuple[str, str]]
    paid: Counter[str]
    bulk: Counter[tuple[str, str]]
    unknown: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What went wrong: acknowledged messages lost, rows too many and too few, letters unmarked twice and missing,
    letters to many that came twice, packets that were paid twice or not at all, and what is wrong with a ballot."""

    lost: int = 0
    twice: int = 0
    missing: int = 0
    repeated: int = 0
    unheard: int = 0
    many_twice: int = 0
    paid_wrong: int = 0
    ballot: Ballot = FAIR

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return self == Verdict()

    def __str__(self) -> str:
        found = [(each.name, getattr(self, each.name), each.default) for each in fields(self)]
        return ", ".join(f"{name} {count}" for name, count, none in found if count != none) or "nothing wrong"


def left(folder: Folder, outside: Outside) -> Left:
    """Read what a run left."""
    names = [row[0] for row in folder.ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = {name: Counter(map(_plain, folder.ask(_query(name)))) for name in names if name not in _TRIES}
    keys = {str(key) for (key,) in folder.ask("SELECT id FROM inbox")}
    [(unknown,)] = folder.ask("SELECT count(*) FROM outbox WHERE state = 'unknown'")
    plain, marked, bulk = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in outside.letters:
        key = (one.address, _CHANCE.sub("#", one.text))
        if one.kind == "broadcast":
            bulk[key] += 1
        elif one.kind != "card" and not one.edits:
            (marked if one.again else plain)[key] += 1
    paid = Counter(openid for openid, _ in outside.paid.values())
    inbox = {key.removeprefix("telegram:").partition("@")[0] for key in keys}
    return Left(tables, inbox, plain, marked, paid, bulk, unknown)


def judge(folder: Folder, outside: Outside, quiet: Left) -> Verdict:
    """A run against the quiet one."""
    found = left(folder, outside)
    more = sum((found.tables[name] - quiet.tables[name]).total() for name in quiet.tables)
    less = sum((quiet.tables[name] - found.tables[name]).total() for name in quiet.tables)
    gone = (quiet.bulk - found.bulk).total()
    return Verdict(
        lost=len(outside.acknowledged - found.inbox),
        twice=more,
        missing=less,
        repeated=(found.plain - quiet.plain).total(),
        unheard=(quiet.plain - found.plain - found.marked).total() + max(0, gone - found.unknown),
        many_twice=(found.bulk - quiet.bulk).total(),
        paid_wrong=(found.paid - quiet.paid).total() + (quiet.paid - found.paid).total(),
        ballot=judged(folder, outside.scene.ballot, outside.booth) if outside.scene.ballot is not None else FAIR,
    )


def differences(folder: Folder, outside: Outside, quiet: Left) -> str:
    """Rows and letters that only one of both has, for whoever looks for a fault."""
    found = left(folder, outside)
    more = [f"+ {name} {row}" for name in quiet.tables for row in found.tables[name] - quiet.tables[name]]
    less = [f"- {name} {row}" for name in quiet.tables for row in quiet.tables[name] - found.tables[name]]
    told = [f"+ letter {each}" for each in found.plain - quiet.plain]
    return "\n".join([*more, *less, *told, *(f"- letter {each}" for each in quiet.plain - found.plain - found.marked)])


@cache
def _query(name: str) -> str:
    return f"SELECT {_ONLY.get(name, '*')} FROM {name}{_WHERE.get(name, '')}"  # noqa: S608  the names are our own


@lru_cache(maxsize=100_000)  # most rows are those that were there before
def _plain(row: tuple[Any, ...]) -> tuple[str, ...]:
    """A row without what chance and time give; of what is sealed its length."""
    return tuple(
        f"{len(value)} bytes" if isinstance(value, bytes) else _CHANCE.sub("#", str(value)) for value in row
    )  # fmt: skip
