"""Attempts within the window and the daily number; packets of which none is given twice, whoever comes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined
from rules.deeds_quiz import (
    Answered,
    AnswerQuestion,
    BeginAttempt,
    Begun,
    Committed,
    EndAttempt,
    FillPool,
    Marked,
    NotePaid,
    Paid,
    TakePart,
)
from rules.looks_quiz import OpenAttempt, PlayedBy, QuizFiguresOf, Stock, StockOf
from rules.packets import Pool, amounts, commitment
from rules.packets_audit import Books, audit, balances
from storage.packets_read import books_of
from storage.prepared import Prepared
from storage.quiz_statements import HAD, PLAYED, STOCK, TAKE
from storage.tables_quiz import packets, pools
from tests.storage.world import DAY, NOW, World

QUIZ = "hongze-quiz-2020"
CODES = tuple(f"{number:012x}" for number in range(20))
OPENS, CLOSES = NOW, NOW + 7 * DAY
POOL = Pool(total=3000, count=5, least=100, most=2000)


def beginning(person: int, **changes: Any) -> BeginAttempt:
    facts: dict[str, Any] = {
        "campaign": QUIZ, "person": person, "codes": CODES, "draw": 10, "opens": OPENS, "closes": CLOSES,
        "most": None, "daily": None, "day": 1,
    }  # fmt: skip
    return BeginAttempt(**facts | changes)


def ending(person: int, attempt: int, **changes: Any) -> EndAttempt:
    facts: dict[str, Any] = {
        "campaign": QUIZ, "person": person, "attempt": attempt, "questions": 10, "correct": 5, "closes": CLOSES,
        "late_counts": False, "per_person": 1, "probability": None,
    }  # fmt: skip
    return EndAttempt(**facts | changes)


async def played(
    world: World, person: int, right: int = 5, *, at: int = NOW, opens: int = OPENS, **changes: Any
) -> Any:
    """One attempt from beginning to end, a question each two seconds."""
    begun = await world.do(beginning(person, opens=opens), at=at)
    if isinstance(begun, Declined):
        return begun
    for place in range(10):
        deed = AnswerQuestion(begun.attempt, person, place, CODES[place], 0, place < right)
        await world.do(deed, at=at + place * 2_000_000)
    return await world.do(ending(person, begun.attempt, **changes), at=at + 20_000_000)


async def filled(world: World, pool: Pool = POOL) -> Committed:
    found = await world.do(FillPool(QUIZ, pool, OPENS, 0), at=NOW - 1)
    assert isinstance(found, Committed)
    return found


@pytest.mark.parametrize(
    ("at", "expected"),
    [(OPENS - 1, Declined("play.shut", {})), (CLOSES, Declined("play.shut", {})), (OPENS, Begun), (CLOSES - 1, Begun)],
)
async def test_an_attempt_begins_inside_the_window_to_the_microsecond(world: World, at: int, expected: Any) -> None:
    begun = await world.do(beginning(await world.person()), at=at)
    assert begun == expected or (isinstance(expected, type) and isinstance(begun, expected))


async def test_an_attempt_that_is_open_goes_on_where_it_stood(world: World) -> None:
    li = await world.person()
    first = await world.do(beginning(li))
    await world.do(AnswerQuestion(first.attempt, li, 0, CODES[0], 2, True), at=NOW + 5)
    assert await world.do(beginning(li)) == first
    found = await world.look(OpenAttempt(QUIZ, li))
    assert (found.id, len(set(found.codes)), found.picked, found.last) == (first.attempt, 10, {0: 2}, NOW + 5)


async def test_an_answer_once_given_stays_and_is_ones_own(world: World) -> None:
    li, wang = await world.person(), await world.person()
    begun = await world.do(beginning(li))
    first = AnswerQuestion(begun.attempt, li, 0, CODES[0], 1, False)
    assert await world.do(first) == Answered(False)
    assert await world.do(AnswerQuestion(begun.attempt, li, 0, CODES[0], 2, True)) == Declined("play.gone", {})
    assert await world.do(AnswerQuestion(begun.attempt, wang, 1, CODES[1], 2, True)) == Declined("play.gone", {})
    assert (await world.look(OpenAttempt(QUIZ, li))).picked == {0: 1}


async def test_attempts_are_counted_by_day_and_in_all(world: World) -> None:
    li = await world.person()
    for day in (1, 1, 2):
        begun = await world.do(beginning(li, daily=2, most=3, day=day))
        assert isinstance(begun, Begun)
        for place in range(10):
            await world.do(AnswerQuestion(begun.attempt, li, place, CODES[place], 0, True))
        await world.do(ending(li, begun.attempt))
        if day == 1:
            wanted = Declined("play.enough_today", {"most": 2})
    assert await world.do(beginning(li, daily=2, day=1)) == wanted
    assert await world.do(beginning(li, daily=2, most=3, day=2)) == Declined("play.enough", {"most": 3})


async def test_what_ends_after_the_close_is_void_and_wins_nothing(world: World) -> None:
    await filled(world)
    li = await world.person()
    late = CLOSES - 20_000_000
    assert await played(world, li, 10, at=late) == Marked(10, False, True, 0, "")
    assert await played(world, await world.person(), 5, at=late - 1) == Marked(
        5, True, False, (await won(world))[0], ""
    )
    counted = await world.do(beginning(wang := await world.person()), at=CLOSES - 1)
    for place in range(10):
        await world.do(AnswerQuestion(counted.attempt, wang, place, CODES[place], 0, True), at=CLOSES)
    marked = await world.do(ending(wang, counted.attempt, late_counts=True), at=CLOSES)
    assert (marked.passed, marked.void) == (True, False)


async def _books(connection: AsyncConnection) -> Books:
    found = await books_of(connection, QUIZ, per_person=1, opens=OPENS, closes=CLOSES)
    assert found is not None
    return found


async def _balances(connection: AsyncConnection) -> dict[str, int]:
    found = await _books(connection)
    assert audit(found) == ()
    return balances(found.ledger)


async def won(world: World) -> list[int]:
    async with world.database.read() as connection:
        found = await connection.execute(select(packets.c.amount).where(packets.c.person > 0).order_by(packets.c.slot))
        return list(found.scalars())


async def test_an_attempt_that_is_not_answered_whole_or_counted_already_cannot_end(world: World) -> None:
    li = await world.person()
    begun = await world.do(beginning(li))
    assert await world.do(ending(li, begun.attempt)) == Declined("play.gone", {})
    for place in range(10):
        await world.do(AnswerQuestion(begun.attempt, li, place, CODES[place], 0, place < 4))
    assert await world.do(ending(li, begun.attempt)) == Marked(4, False, False, 0, "")
    assert await world.do(ending(li, begun.attempt)) == Declined("play.gone", {})


async def test_one_packet_a_person_until_the_pool_is_gone(world: World) -> None:
    told = await filled(world)
    assert await world.do(FillPool(QUIZ, POOL, OPENS, 0), at=NOW - 1) == Declined("packets.filled", {})
    li = await world.person()
    first, again = await played(world, li), await played(world, li)
    others = [await played(world, await world.person()) for _ in range(5)]
    assert (first.why, again.packet, again.why) == ("", 0, "had")
    assert [each.why for each in others] == ["", "", "", "", "gone"]
    assert sum(each.packet for each in [first, *others]) == POOL.total
    assert await world.look(StockOf(QUIZ)) == Stock(5, 3000, 0, told.commitment)
    async with world.database.read() as connection:
        [seed] = (await connection.execute(select(pools.c.seed))).scalars()
        assert await _balances(connection) == {"funds": -3000, "pool": 0, "won": 3000, "paid": 0}
    assert commitment(POOL, bytes.fromhex(seed)) == told.commitment
    assert tuple(await won(world)) == amounts(POOL, bytes.fromhex(seed))


async def test_a_pool_is_made_before_the_opening_only(world: World) -> None:
    assert await world.do(FillPool(QUIZ, POOL, OPENS, 0), at=OPENS) == Declined("packets.open", {})


async def test_by_chance_a_pass_brings_a_packet_about_as_often_as_said(world: World) -> None:
    await filled(world, Pool(10_000, 100))
    found = [(await played(world, await world.person(), probability=Fraction(1, 4))).why for _ in range(60)]
    assert set(found) == {"", "luck"}
    assert 5 <= found.count("") <= 27  # 15; four standard deviations are 13


async def test_what_the_treasury_paid_is_noted_once(world: World) -> None:
    await filled(world)
    await played(world, await world.person())
    assert await world.do(NotePaid(QUIZ, {1: "单据1", 2: "单据2"}, 0)) == Paid(1)
    assert await world.do(NotePaid(QUIZ, {1: "单据9"}, 0)) == Paid(0)
    async with world.database.read() as connection:
        held = await _balances(connection)
        [(reference,)] = (await connection.execute(select(packets.c.reference).where(packets.c.paid > 0))).all()
    assert (held["paid"], held["won"], sum(held.values()), reference) == ((await won(world))[0], 0, 0, "单据1")


async def test_of_many_at_once_nobody_gets_what_is_not_there(rivals: list[World]) -> None:
    """Three programs give out 20 packets to 60 people, each of whom passes twice."""
    first, *_ = rivals
    await filled(first, Pool(5000, 20))
    people = [await first.person() for _ in range(60)]
    tasks = [_twice(rivals[place % 3], person) for place, person in enumerate(people)]
    found = [marked for pair in await asyncio.gather(*tasks) for marked in pair]
    assert (sum(each.packet for each in found), sum(1 for each in found if each.packet)) == (5000, 20)
    async with first.database.read() as connection:
        most = select(func.count()).where(packets.c.person > 0).group_by(packets.c.person)
        assert set((await connection.execute(most)).scalars()) == {1}
        assert await _balances(connection) == {"funds": -5000, "pool": 0, "won": 5000, "paid": 0}


async def _twice(world: World, person: int) -> Sequence[Any]:
    return [await played(world, person), await played(world, person)]


async def test_of_as_many_as_there_are_packets_everybody_at_once_gets_one(rivals: list[World]) -> None:
    first, *_ = rivals
    await filled(first, Pool(5000, 20))
    ends = []
    for place in range(20):
        person = await first.person()
        begun = await first.do(beginning(person))
        for at in range(10):
            await first.do(AnswerQuestion(begun.attempt, person, at, CODES[at], 0, at < 5))
        ends.append(rivals[place % 3].do(ending(person, begun.attempt), at=NOW + 20_000_000))
    assert [marked.why for marked in await asyncio.gather(*ends)] == [""] * 20


async def test_figures_tell_people_units_hours_and_what_was_hard(world: World) -> None:
    bureau = await world.unit("区财政局", campaign=QUIZ)
    li, wang = await world.person(), await world.person()
    await world.do(TakePart(QUIZ, li, bureau))
    await world.do(TakePart(QUIZ, wang, 0))
    await played(world, li, 3)
    await played(world, li, 6)
    await played(world, wang, 10, at=NOW + 3600 * 1_000_000)
    found = await world.look(QuizFiguresOf(QUIZ, hard=2, least=3))
    assert (found.people, found.attempts, found.passed, found.swift) == (2, 3, 2, 0)
    assert [(each.name, each.people, each.attempts, each.passed) for each in found.units] == [
        ("", 1, 1, 1),
        ("区财政局", 1, 2, 1),
    ]
    assert list(found.hours.values()) == [2, 1]
    assert [(each.code, each.answered, each.right) for each in found.hard] == [(CODES[6], 3, 1), (CODES[7], 3, 1)]
    mine = await world.look(PlayedBy(QUIZ, li))
    assert (mine.attempts, mine.best, mine.won, mine.plays, mine.unit_name) == (2, 6, 0, True, "区财政局")


async def test_answers_faster_than_anybody_reads_are_counted_for_the_organiser(world: World) -> None:
    li = await world.person()
    begun = await world.do(beginning(li))
    for place in range(10):
        await world.do(AnswerQuestion(begun.attempt, li, place, CODES[place], 0, True), at=NOW + place * 300_000)
    await world.do(ending(li, begun.attempt), at=NOW + 3_000_000)
    assert (await world.look(QuizFiguresOf(QUIZ))).swift == 1


async def test_a_naive_count_then_take_would_oversell() -> None:
    """The same crowd against a pool that is counted first: the trial can fail."""
    left, given = 20, 0

    async def claim() -> None:
        nonlocal left, given
        if left > 0:
            await asyncio.sleep(0)
            left, given = left - 1, given + 1

    await asyncio.gather(*(claim() for _ in range(60)))
    assert given > 20


@pytest.mark.parametrize("statement", [TAKE, HAD, PLAYED, STOCK])
async def test_no_statement_of_the_rush_reads_all_packets(world: World, statement: Prepared) -> None:
    """However many were given out: SQLite says which way it goes."""
    if not world.database.sqlite:
        return
    asked: list[str] = []
    async with world.database.write() as connection:
        bound = ("quiz", "who", "now", "most", "brought", "rights", "chances", "bonus")
        await statement.all(connection, dict.fromkeys(bound, 1))
        sql = statement._sql
        found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple([1] * sql.count("?")))
        asked = [step for *_, step in found.all() if "packets" in step]
    whole = [step for step in asked if not step.endswith(("(campaign=? AND person=?)", "(campaign=? AND slot=?)"))]
    assert (bool(asked), whole) == (True, [])
