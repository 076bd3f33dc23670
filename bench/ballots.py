"""A secret ballot measured: `python -m bench.ballots [ROUNDS]`.

- cast: ballots of 40 entries a second through the office (faults, sealing, receipt, one transaction each with the roll,
  the envelope and the draft), beside the same rows written by nothing but SQLite with the same durability;
- tally: 101 experts and 400 entries, from sealed envelopes to the sorted board, beside nothing but the opening of the
  same envelopes;
- ranking: 10 000 entries with 11 marks each and public votes, exactly and with every tie rule, beside numpy's means of
  floats in sorted order, which breaks no tie.

Both sides of each take turns, so that a busy machine slows both; the best of the rounds counts. Tally and ranking
wait for nothing: they are told in seconds of the processor, with those of the clock beside.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np

from bot.ballot_deeds import open_office
from bot.ballots import BallotOffice
from rules.ballots import Opening, Paper, encode
from rules.deeds_ballot import OnRoll
from rules.deeds_judging import BeginRound, Planned, PlanRound
from rules.instants import from_micros, micros
from rules.points import Marking
from rules.ranking import Formula, Judged, rank
from sealing.envelopes import new_seed, public_key, seal, unseal
from sealing.shares import new_secret
from sealing.tally import Envelope, tally
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.turns import Turns

EXPERTS, ENTRIES = 101, 400
VOTERS, WORKS = 101, 40
LISTED, MARKS = 10_000, 11
AT = from_micros(1_710_000_000_000_000)
RULE = {
    "public": "0", "expert": "1", "criteria": ["1"], "trimmed": False, "least": 5, "normalise": "top100",
    "ties": "rule",
}  # fmt: skip


def best(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, tuple[float, float]]:
    """Seconds of the processor and of the clock of each way, the best of some rounds, in turns."""
    found = dict.fromkeys(ways, (float("inf"), float("inf")))
    for _ in range(rounds):
        for name, way in ways.items():
            began, worked = time.perf_counter(), time.process_time()
            way()
            spent = time.process_time() - worked, time.perf_counter() - began
            found[name] = min(found[name], spent)
    return found


def tallying(rounds: int) -> None:
    """The one tally of a large round."""
    dice, secret = random.Random(1), new_secret()
    paper = Paper("BENCH", "scores", tuple(range(1, ENTRIES + 1)), ("choice",), 10)
    roll: dict[int, tuple[int, ...]] = dict.fromkeys(range(1, EXPERTS + 1), ())
    opening = Opening(paper, roll, 3, RULE, 0, 10, public_key(secret, "BENCH"), "", 2, 3)
    envelopes = []
    for number in roll:
        plain = encode(paper, {entry: (dice.randint(1, 10),) for entry in paper.entries})
        envelopes.append(Envelope(number, seal(plain, new_seed(), opening.public_key, "BENCH")))
    took = best(
        {
            "信使": lambda: tally(opening, envelopes, secret),
            "opening alone": lambda: [unseal(each.ciphertext, secret, "BENCH") for each in envelopes],
        },
        rounds,
    )
    print(f"tally of {EXPERTS} experts × {ENTRIES} entries: {EXPERTS * ENTRIES} rows on the board")
    _told(took)


def ranking(rounds: int) -> None:
    """The places of a long list."""
    dice = random.Random(2)
    given = [[dice.randint(1, 10) for _ in range(MARKS)] for _ in range(LISTED)]
    judged = [
        Judged(entry, dice.randint(0, 5000), tuple(Fraction(mark) for mark in marks))
        for entry, marks in enumerate(given)
    ]
    votes = np.array([each.votes for each in judged], dtype=float)
    formula, table = Formula(Fraction(3, 10), Fraction(7, 10), Marking(10)), np.array(given, dtype=float)
    took = best(
        {
            "信使": lambda: rank(judged, formula),
            "numpy floats": lambda: np.argsort(-(0.3 * votes / votes.max() * 100 + 0.7 * table.mean(axis=1) * 10)),
        },
        rounds,
    )
    print(f"ranking of {LISTED} entries with {MARKS} marks each and public votes, exact, ties by the rule")
    _told(took)


def casting(rounds: int) -> None:
    """Ballots that come in, each acknowledged when it is kept."""
    rates: dict[str, float] = {"信使": 0.0, "SQLite alone": 0.0}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as made:
            rates["信使"] = max(rates["信使"], asyncio.run(_cast(Path(made))))
            rates["SQLite alone"] = max(rates["SQLite alone"], _written(Path(made)))
    print(f"cast: {VOTERS} ballots of {WORKS} entries, one after the other")
    for name, rate in rates.items():
        print(f"  {name:<14}\t{rate:8.0f} ballots/s  {1000 / rate:7.2f} ms each")
    print(f"  信使 / SQLite alone = {rates['信使'] / rates['SQLite alone']:.2f}")


async def _cast(folder: Path) -> float:
    """Ballots a second."""
    database, dice = Database.open(sqlite_url(folder)), random.Random(3)
    await migrate(database)
    office = open_office(Turns(database, Numbers()), database, folder, b"k" * 32)
    voters = await _opened(office)
    papers = [{entry: (dice.randint(1, 10),) for entry in range(1, WORKS + 1)} for _ in voters]
    began = time.perf_counter()
    for (person, mine), choices in zip(voters, papers, strict=True):
        await office.cast(mine, person, choices, AT)
    spent = time.perf_counter() - began
    await database.close()
    return len(voters) / spent


async def _opened(office: BallotOffice) -> list[tuple[int, OnRoll]]:
    """A round that is open, and everybody's place in it."""
    planned = await office._do(PlanRound("xian-2024", "expert", (901, 902, 903), 2, {}, by=0), AT)
    assert isinstance(planned, Planned)
    for number, person in enumerate((901, 902, 903), 1):
        await office.confirm(planned.key, person, await office.share(planned.key, number), AT)
    paper = Paper(planned.key, "scores", tuple(range(1, WORKS + 1)), ("choice",), 10)
    roll: dict[int, tuple[int, ...]] = dict.fromkeys(range(1, VOTERS + 1), ())
    closes = micros(AT + timedelta(days=1))
    opening = Opening(paper, roll, 3, RULE, micros(AT), closes, "", "", 2, 3)
    people = {number: 1000 + number for number in roll}
    await office._do(BeginRound("xian-2024", planned.key, opening, people, by=0), AT)
    found = [(person, await office.mine(person, planned.key)) for person in people.values()]
    return [(person, mine) for person, mine in found if mine is not None]


def _written(folder: Path) -> float:
    """The same rows a second, by nothing but SQLite in a file of its own."""
    with sqlite3.connect(folder / "alone.db", isolation_level=None) as base:
        base.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE roll (number INT PRIMARY KEY, state TEXT);"
            "CREATE TABLE envelopes (number INT PRIMARY KEY, ciphertext BLOB, leaf TEXT, seed BLOB);"
            "CREATE TABLE drafts (number INT PRIMARY KEY, sealed BLOB)"
        )
        base.executemany("INSERT INTO roll VALUES (?, 'called')", [(number,) for number in range(VOTERS)])
        blob = random.Random(4).randbytes(2 * WORKS + 64)
        began = time.perf_counter()
        for number in range(VOTERS):
            base.execute("BEGIN IMMEDIATE")
            base.execute("UPDATE roll SET state = 'voted' WHERE number = ?", (number,))
            base.execute("INSERT INTO envelopes VALUES (?, ?, ?, ?)", (number, blob, blob.hex()[:64], blob[:44]))
            base.execute("DELETE FROM drafts WHERE number = ?", (number,))
            base.execute("COMMIT")
        return VOTERS / (time.perf_counter() - began)


def _told(took: dict[str, tuple[float, float]]) -> None:
    for name, (worked, seconds) in took.items():
        print(f"  {name:<14}\t{worked * 1000:8.1f} ms of the processor  {seconds * 1000:8.1f} ms")
    (ours, _), (theirs, _) = took.values()
    print(f"  信使 / {list(took)[1]} = {ours / theirs:.1f}")


def main(rounds: int = 5) -> None:
    """Measure and print."""
    casting(rounds)
    tallying(rounds)
    ranking(rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
