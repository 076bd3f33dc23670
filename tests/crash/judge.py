"""What is left in a database after the messages of a plan, told without the numbers that chance gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.crash.places import Place

_CHANCE = re.compile(r"\d{15,}|WF-[AB]\d{4}")
_LANES = {
    "inbox": "SELECT address, number, id, body, at FROM inbox ORDER BY number",
    "outbox": "SELECT address, id, cause, body, at FROM outbox ORDER BY id",
    "sessions": (
        "SELECT addresses.id, sessions.id, flow, sessions.state, title, step, shown, sessions.seq, facts FROM sessions"
        " JOIN addresses USING (person) ORDER BY sessions.id"
    ),
    "log": (
        "SELECT addresses.id, log.seq, kind, key, value, log.at FROM log JOIN sessions ON sessions.id = log.session"
        " JOIN addresses USING (person) ORDER BY log.session, log.seq"
    ),
    "entries": (
        "SELECT addresses.id, entries.id, track, number, title, entries.state, version, code, received FROM entries"
        " JOIN addresses USING (person) ORDER BY entries.id"
    ),
    "versions": (
        "SELECT addresses.id, entry, version, what, code, at FROM versions"
        " JOIN addresses USING (person) ORDER BY entry, version"
    ),
    "pledges": (
        "SELECT addresses.id, entry, version, key, wording_hash, at FROM pledges"
        " JOIN addresses USING (person) ORDER BY entry, version, key"
    ),
    "incidents": "SELECT inbox, error FROM incidents",
}

State = dict[str, list[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Acknowledged messages without a trace, effects more than once, and tables that differ from the quiet run."""

    lost: int
    twice: int
    different: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, nothing different."""
        return self == Verdict(0, 0, ())


def state(place: Place) -> State:
    """Every table lane by lane, in the order of its rows."""
    found = {table: _rows(place.rows(statement)) for table, statement in _LANES.items()}
    found["numbers"] = sorted(place.rows("SELECT number FROM entries"))
    return found


def _rows(rows: Iterable[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    # A stable sort: the lanes are told apart, and within one the order of the rows counts.
    plain = [tuple(_CHANCE.sub("#", str(value)) for value in row) for row in rows]
    return sorted(plain, key=lambda row: row[0])


def differences(place: Place, quiet: State) -> str:
    """Rows that only one of both has, for whoever looks for a fault."""
    loud, said = state(place), list[str]()
    for table in quiet:
        more, less = Counter(loud[table]), Counter(quiet[table])
        said += [*(f"+ {table} {row}" for row in more - less), *(f"- {table} {row}" for row in less - more)]
    return "\n".join(said)


def judge(place: Place, quiet: State, acknowledged: set[str]) -> Verdict:
    """Compare what is left after a run with the state that a quiet run of the same plan leaves."""
    loud = state(place)
    taken = Counter(re.sub("^console:|@.*$", "", row[2]) for row in loud["inbox"])
    answered = {re.sub("^console:|@.*$", "", row[2]) for row in loud["outbox"]}
    lost = len(acknowledged - taken.keys() | acknowledged - answered)
    twice = sum(count - 1 for count in taken.values())
    for table in ("outbox", "log", "entries", "versions", "pledges"):
        twice += sum((Counter(row for row in loud[table]) - Counter(row for row in quiet[table])).values())
    different = tuple(table for table in quiet if loud[table] != quiet[table])
    return Verdict(lost, twice, different)
