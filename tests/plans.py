"""Whether a program reads the whole of a table that grows with every message: SQLite is asked how it finds its rows.

with noted() as statements:
    ...  # whatever the program does
assert list(readers(statements)) == []
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from unittest.mock import patch

from tests.shaping import written

#: Tables with rows for every message, person or answer; of others a deployment has thousands at most.
GROWING = frozenset({
    "outbox", "inbox", "log", "sessions", "people", "addresses", "reminders", "attempts", "quiz_players",
    "quiz_attempts", "quiz_answers", "handed", "guests",
})  # fmt: skip
#: What may read all the same, by a piece of the statement, and when it does.
ALLOWED = {
    "outbox.state IN ('held', 'dead', 'unknown')": "a rehearsal looks once a day whom it did not reach",
    "people.address IN (": "a rehearsal looks once for the programs that played",
    "SELECT DISTINCT seats.unit FROM sessions": "an admin asks how far the units are",
}
#: Indexes that hold only what is rare.
_RARE = frozenset({"ix_outbox_open", "ix_addresses_shut", "ix_outbox_batch", "ix_reminders_letter"})
_VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_SEVERAL = re.compile(r"\?(?:, ?\?)+")
_READS = re.compile(r"(SELECT|UPDATE|DELETE|INSERT|WITH)\b")


@contextmanager
def noted() -> Iterator[dict[str, str]]:
    """Statements of every SQLite database that is opened within the block: one of each shape."""
    found: dict[str, str] = {}
    connect = sqlite3.connect

    def note(statement: str) -> None:
        found.setdefault(_SEVERAL.sub("?", _VALUE.sub("?", statement)), " ".join(statement.split()))

    def connected(*given: Any, **named: Any) -> Any:
        connection = connect(*given, **named)
        connection.set_trace_callback(note)
        return connection

    with patch.object(sqlite3, "connect", connected):
        yield found


def readers(statements: dict[str, str]) -> Iterator[str]:
    """Which of them read all of a growing table, each with what SQLite says of it."""
    with closing(sqlite3.connect(":memory:")) as shape:
        for each in written():
            shape.execute(each)
        for statement in statements.values():
            if not _READS.match(statement) or any(piece in statement for piece in ALLOWED):
                continue
            plan = [row[3] for row in shape.execute(f"EXPLAIN QUERY PLAN {statement}")]
            if whole := [step for step in plan if _reads_all(step)]:
                yield f"{'; '.join(whole)}: {statement[:300]}"


def _reads_all(step: str) -> bool:
    """Whether a step of a plan goes through a whole table; an index of few of its rows is not that."""
    match step.split():
        case ["SCAN", table]:
            return table in GROWING
        case ["SCAN", table, "USING", *_, index]:
            return table in GROWING and index not in _RARE
    return False
