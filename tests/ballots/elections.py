"""Simulated elections through the program's own storage, and a naive twin beside it, for whoever tries to link.

The twin is what is usually built: two tables, random keys, no instants. Both are written in the same order of voters.
"""

from __future__ import annotations

import random
import secrets
import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.ballot_deeds import open_office
from rules.ballots import Opening, Paper
from rules.deeds_ballot import BallotsFor
from rules.deeds_judging import BeginRound, Planned, PlanRound
from rules.instants import from_micros, micros
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.rounds import ballots_for
from storage.turns import Turns
from tests.sealing.round import RULE

AT = from_micros(1_710_000_000_000_000)
CLOSE = AT + timedelta(days=2)
EXPERTS = 11
CAMPAIGN = "xian-2024"


def order_of(dice: random.Random) -> list[int]:
    """The voters, by number on the roll, in the order in which they vote."""
    return dice.sample(range(1, EXPERTS + 1), EXPERTS)


async def elect(folder: Path, count: int, seed: int) -> list[tuple[str, dict[int, int]]]:
    """Hold rounds of one entry on one database; gives the key of each and what everybody chose, all choices different.

    A level for each expert is what a reader would recognise: 1 to 11.
    """
    database, dice = Database.open(sqlite_url(folder)), random.Random(seed)
    await migrate(database)
    turns = Turns(database, Numbers())
    office = open_office(turns, database, folder, b"k" * 32)
    held: list[tuple[str, dict[int, int]]] = []
    for place in range(count):
        planned = await office._do(PlanRound(CAMPAIGN, f"r{place}", (201, 202, 203), 2, {}, by=0), AT)
        assert isinstance(planned, Planned)
        shares = [office.share(planned.key, number) for number in (1, 2, 3)]
        for person, share in zip((201, 202, 203), shares, strict=True):
            await office.confirm(planned.key, person, share, AT)
        roll = dict.fromkeys(range(1, EXPERTS + 1), ())
        rule = {**RULE, "criteria": ["1"]}
        paper = Paper(planned.key, "scores", (1,), ("choice",), EXPERTS)
        opening = Opening(paper, roll, 3, rule, micros(AT), micros(CLOSE), "", "", 2, 3)
        people = {number: 1000 * place + number for number in roll}
        await office._do(BeginRound(CAMPAIGN, planned.key, opening, people, by=0), AT)
        chosen = dict(zip(roll, dice.sample(range(1, EXPERTS + 1), EXPERTS), strict=True))
        for number in order_of(dice):
            async with database.read() as connection:
                [mine] = await ballots_for(connection, BallotsFor(people[number]))
            await office.keep(mine, people[number], {1: (chosen[number],)}, AT)
            await office.cast(mine, people[number], {1: (chosen[number],)}, AT)
        async with database.read() as connection:
            [mine] = await ballots_for(connection, BallotsFor(people[1]))
        assert mine.round.opening is not None
        assert await office.tally(mine.round.opening, shares[:2], CLOSE)
        held.append((planned.key, chosen))
    await database.close()
    return held


def naive(folder: Path, count: int, seed: int) -> list[dict[int, int]]:
    """The twin: who voted in one table, what was voted in another, random keys, no instants."""
    dice, held = random.Random(seed), []
    with sqlite3.connect(folder / "naive.db") as base:
        base.execute("CREATE TABLE dedupe (key TEXT PRIMARY KEY, round INT, voter INT)")
        base.execute("CREATE TABLE ballot (key TEXT PRIMARY KEY, round INT, choice INT)")
        for place in range(count):
            chosen = dict(enumerate(dice.sample(range(1, EXPERTS + 1), EXPERTS), start=1))
            for number in order_of(dice):
                base.execute("INSERT INTO dedupe VALUES (?, ?, ?)", (secrets.token_hex(8), place, number))
                base.execute("INSERT INTO ballot VALUES (?, ?, ?)", (secrets.token_hex(8), place, chosen[number]))
            held.append(chosen)
    return held


def linked(voters: Sequence[int], choices: Sequence[int], truth: dict[int, int]) -> int:
    """How many are linked rightly by putting two orders side by side."""
    return sum(truth[voter] == choice for voter, choice in zip(voters, choices, strict=True))
