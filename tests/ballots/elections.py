"""Simulated elections through the program's own storage, and a naive twin beside it, for whoever tries to link.

The twin is what is usually built: two tables, random keys, no instants. Both are written in the same order of voters.
"""

from __future__ import annotations

import random
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bot import campaigns
from bot.app import ROOT
from bot.ballot_cards import BallotCards
from bot.ballot_deeds import open_office
from bot.ballot_pages import WebBallots
from bot.ballots import BallotOffice
from bot.links import Links
from bot.wording import house_wording
from rules.ballots import Opening, Paper
from rules.deeds_ballot import BallotsFor
from rules.deeds_judging import BeginRound, Planned, PlanRound
from rules.instants import from_micros, micros
from scheduler.clock import SimulatedClock
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.rounds import ballots_for
from storage.tables import addresses, entries
from storage.turns import Turns
from tests.sealing.round import RULE

AT = from_micros(1_710_000_000_000_000)
CLOSE = AT + timedelta(days=2)
EXPERTS = 11
CAMPAIGN = "xian-2024"


def order_of(dice: random.Random) -> list[int]:
    """The voters, by number on the roll, in the order in which they vote."""
    return dice.sample(range(1, EXPERTS + 1), EXPERTS)


async def elect(
    folder: Path, count: int, seed: int, *, buttons: bool = False, url: str = ""
) -> list[tuple[str, dict[int, int]]]:
    """Hold rounds of one entry on one database; gives the key of each and what everybody chose, all choices different.

    A level for each expert is what a reader would recognise: 1 to 11. With `buttons` they press those of a card.
    `url` is that of the database where it is not SQLite's in the folder.
    """
    database, dice = Database.open(url or sqlite_url(folder)), random.Random(seed)
    await migrate(database)
    turns = Turns(database, Numbers())
    office = open_office(turns, database, folder, b"k" * 32)
    cards = await _cards(database, office, count) if buttons else None
    held: list[tuple[str, dict[int, int]]] = []
    for place in range(count):
        planned = await office._do(PlanRound(CAMPAIGN, f"r{place}", (201, 202, 203), 2, {}, by=0), AT)
        assert isinstance(planned, Planned)
        shares = [await office.share(planned.key, number) for number in (1, 2, 3)]
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
            if cards is not None:
                await _press(database, cards, people[number], f"{chosen[number]}")
                continue
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


async def _cards(database: Database, office: BallotOffice, count: int) -> BallotCards:
    """What buttons are answered by, in a campaign with as many rounds and one entry."""
    notice = campaigns.load(ROOT / "campaigns", CAMPAIGN)
    assert notice.judging is not None, "the campaign has experts"
    rounds = tuple(replace(notice.judging.rounds[-1], key=f"r{place}") for place in range(count))
    notices = {CAMPAIGN: replace(notice, judging=replace(notice.judging, rounds=rounds))}
    async with database.write() as connection:
        await connection.execute(
            insert(entries).values(
                id=1, campaign=CAMPAIGN, track="case", form="case", number="T-C0001", title="一件作品", unit=0,
                person=0, state="submitted", version=1, code="CODE", received=micros(AT),
            )
        )  # fmt: skip
    web = WebBallots(database, office, notices, Links("", b"k" * 32), house_wording(), SimulatedClock(AT))
    return BallotCards(database, web, house_wording(), notices, "")


async def _press(database: Database, cards: BallotCards, person: int, level: str) -> None:
    """Somebody asks for a card, presses a level, and confirms twice."""
    address = f"telegram:{person}"
    async with database.write() as connection:
        await connection.execute(insert(addresses).values(id=address, person=person, since=micros(AT), state=""))
    [card] = await cards.begin(address, AT)
    for place, label in enumerate((level, "确认投票", "确认投票")):
        data = next(key.data for row in card.rows for key in row if key.label == label)
        answer = await cards.press(address, data, f"bot/{place}", AT)
        assert answer.card is not None, "every one of these leads on"
        card = answer.card
    assert not card.rows, "it was cast"


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
