"""The practical limit beside us: nothing but our own rows, read and written with the standard library's sqlite3.

The tables and the commit settings are ours (`synchronous=FULL`). Per batch of `waiting` messages one SELECT for the
senders with their sessions, one for their logs, then per message an inbox row, a log row, an outbox row and the
session's update, and one commit. No engine, no checks, no threads: what is slower than this is our own doing.
"""

from __future__ import annotations

import sqlite3
import tempfile
from itertools import islice
from pathlib import Path
from time import perf_counter

from sqlalchemy import create_engine

from bench.load import QUESTIONS, THANKS, Figures, crowd, summarise
from storage.schema import metadata

_PRAGMAS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 10000"
_SENDERS = (
    "SELECT a.id, p.id, s.id, s.flow, s.facts, s.shown FROM addresses a JOIN people p ON p.id = a.person"
    " LEFT JOIN sessions s ON s.person = p.id AND s.state = 'active'"
)
_LOGS = "SELECT session, seq, kind, key, value FROM log"
#: Numbers as large as ours, so that rows are as wide.
_FIRST = 1 << 52
_AT = 1_709_280_000_000_000
_REPLIES = (*QUESTIONS, THANKS)

Batch = list[tuple[int, int, str]]


async def run(people: int, waiting: int, *, data_dir: Path) -> Figures:
    """The whole crowd in batches of `waiting` messages, into a new database in `data_dir`."""
    with tempfile.TemporaryDirectory(dir=data_dir) as folder:
        database = _open(Path(folder) / "raw.db", people)
        messages = crowd(people)
        took: list[float] = []
        began = perf_counter()
        while batch := list(islice(messages, waiting)):
            start = perf_counter()
            _write(database, batch)
            took += [perf_counter() - start] * len(batch)
        figures = summarise(took, perf_counter() - began)
        [rows] = database.execute("SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM log)").fetchone()
        database.close()
    assert rows == 2 * len(took), f"expected {2 * len(took)} rows, found {rows}"
    return figures


def _open(path: Path, people: int) -> sqlite3.Connection:
    """A database in which everybody is known and has begun the form."""
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(_PRAGMAS)
    everybody = [_FIRST + person for person in range(1, people + 1)]
    database.execute("BEGIN")
    database.executemany("INSERT INTO people (id, channel) VALUES (?, 'bench')", ((one,) for one in everybody))
    database.executemany(
        "INSERT INTO addresses (id, person) VALUES (?, ?)", ((f"bench:{one - _FIRST}", one) for one in everybody)
    )
    database.executemany(
        "INSERT INTO sessions (id, person, flow, facts, state) VALUES (?, ?, 'bench', '{}', 'active')",
        ((2 * one, one) for one in everybody),
    )
    database.execute("COMMIT")
    return database


def _write(database: sqlite3.Connection, batch: Batch) -> None:
    execute, executemany = database.execute, database.executemany
    marks = ",".join("?" * len(batch))
    execute("BEGIN IMMEDIATE")
    found = execute(f"{_SENDERS} WHERE a.id IN ({marks})", [f"bench:{person}" for _, person, _ in batch])
    session_of = {address: session for address, _, session, *_ in found}
    sessions = [session_of[f"bench:{person}"] for _, person, _ in batch]
    steps = dict.fromkeys(sessions, 0)
    for session, seq, *_ in execute(f"{_LOGS} WHERE session IN ({marks}) ORDER BY session, seq", sessions):
        steps[session] = seq
    executemany(
        "UPDATE sessions SET state = ?, shown = ?, title = ?, step = ?, touched = ? WHERE id = ?",
        [("active", f"form/{steps[session]}", "", str(steps[session]), _AT, session) for session in sessions],
    )
    executemany(
        "INSERT INTO log (session, seq, kind, key, value, at) VALUES (?, ?, 'answer', ?, ?, ?)",
        [
            (session, steps[session] + 1, f"form/{steps[session]}", text, _AT)
            for session, (_, _, text) in zip(sessions, batch, strict=True)
        ],
    )
    executemany(
        "INSERT INTO inbox (id, number, address, person, at, body) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (f"bench:{number}", _FIRST + number, f"bench:{person}", _FIRST + person, _AT, f'{{"text":"{text}"}}')
            for number, person, text in batch
        ],
    )
    executemany(
        "INSERT INTO outbox (id, address, person, cause, at, body, state) VALUES (?, ?, ?, ?, ?, ?, 'pulled')",
        [
            (_FIRST + number, f"bench:{person}", _FIRST + person, f"bench:{number}", _AT, _REPLIES[steps[session]])
            for session, (number, person, _) in zip(sessions, batch, strict=True)
        ],
    )
    execute("COMMIT")
