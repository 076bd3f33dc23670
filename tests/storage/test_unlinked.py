"""What the tally leaves is written in one transaction and in an order of chance, however the database is looked at."""

from __future__ import annotations

import random

from sqlalchemy import literal, literal_column, select, update

from rules.recount import Row
from storage.ballots import Ballots
from storage.remarks import Sealed
from storage.tables_judging import board, remarks, rounds
from tests.storage.test_ballots import KEY, LATE, ballot
from tests.storage.test_ballots import opened as opened
from tests.storage.world import World


async def test_board_and_remarks_lie_in_the_order_of_their_codes_with_one_transaction_for_all(opened: World) -> None:
    for person in (103, 101, 102):
        await opened.do(ballot(person))
    dice = random.Random(5)
    rows = [Row(1, f"T{dice.randrange(10**9):09d}", (level, 1)) for level in range(1, 11)]
    notes = [Sealed(f"C{dice.randrange(10**9):09d}", 1, b"x") for _ in range(10)]
    assert await Ballots(opened.database).tallied(KEY, rows, 3, LATE, sorted(notes, key=lambda each: each.code))
    async with opened.database.write() as connection:
        await connection.execute(update(rounds).values(bundle="changed afterwards"))
    hidden = literal("one") if opened.database.sqlite else literal_column("xmin::text")
    for code in (board.c.tracker, remarks.c.code):
        async with opened.database.read() as connection:
            found = (await connection.execute(select(code, hidden))).all()
        assert (len(found), len({row[1] for row in found})) == (10, 1)
        assert [row[0] for row in found] == sorted(row[0] for row in found)
