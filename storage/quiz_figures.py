"""What organisers are told of a quiz, read from what was played."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks_quiz import HardQuestion, QuizFigures, QuizFiguresOf, Stock, StockOf, UnitPlays, UnitPlaysOf
from storage.moments import Deeds, Looks
from storage.packets import stock_of
from storage.quiz_statements import DONE, OPEN, VOID
from storage.tables import units
from storage.tables_quiz import packets, quiz_answers, quiz_attempts

_HOUR = 3600 * 1_000_000
#: Milliseconds: who reads a question and its options, and thinks, takes longer than this at the median.
SWIFT = 1000


async def figures_of(connection: AsyncConnection, look: QuizFiguresOf) -> QuizFigures:
    """People, attempts, units, hours and hard questions. Only what was ended in time counts."""
    run, done = connection.execute, _done(look)
    people = func.count(func.distinct(quiz_attempts.c.person))
    passed = func.coalesce(func.sum(quiz_attempts.c.passed), 0)
    whole = (await run(select(people, func.count(), passed).where(done))).one()
    hour = (quiz_attempts.c.begun // _HOUR).label("hour")
    hours = (await run(select(hour, func.count(), people).where(done).group_by("hour").order_by("hour"))).all()
    swift, void, unfinished = [
        (await run(select(func.count()).select_from(quiz_attempts).where(wanted))).scalar_one()
        for wanted in (and_(done, quiz_attempts.c.gap < SWIFT), _ended(look, VOID), _unfinished(look))
    ]
    return QuizFigures(
        whole[0], whole[1], int(whole[2]), await _units(connection, done),
        {int(at) * _HOUR: count for at, count, _ in hours}, await _hard(connection, done, look),
        await _stock(connection, look), swift, void, unfinished, {int(at) * _HOUR: who for at, _, who in hours},
        await _parents(connection, look.campaign),
    )  # fmt: skip


def _done(look: QuizFiguresOf) -> ColumnElement[bool]:
    return _ended(look, DONE)


def _ended(look: QuizFiguresOf, state: str) -> ColumnElement[bool]:
    """Attempts that have ended in a state, by the instant that is looked at."""
    mine = and_(quiz_attempts.c.campaign == look.campaign, quiz_attempts.c.state == state)
    return and_(mine, quiz_attempts.c.ended < look.until) if look.until else mine


def _unfinished(look: QuizFiguresOf) -> ColumnElement[bool]:
    mine, here = quiz_attempts.c.campaign == look.campaign, quiz_attempts.c
    if not look.until:
        return and_(mine, here.state == OPEN)
    return and_(mine, here.begun < look.until, or_(here.state == OPEN, here.ended >= look.until))


async def _units(connection: AsyncConnection, done: ColumnElement[bool]) -> tuple[UnitPlays, ...]:
    people = func.count(func.distinct(quiz_attempts.c.person))
    found = await connection.execute(
        select(
            quiz_attempts.c.unit, func.coalesce(units.c.name, ""), people, func.count(),
            func.sum(quiz_attempts.c.passed),
        )
        .select_from(quiz_attempts.outerjoin(units, units.c.id == quiz_attempts.c.unit))
        .where(done)
        .group_by(quiz_attempts.c.unit, units.c.name)
        .order_by(people.desc(), quiz_attempts.c.unit)
    )  # fmt: skip
    return tuple(UnitPlays(unit, name, count, attempts, int(passed)) for unit, name, count, attempts, passed in found)


async def unit_plays(connection: AsyncConnection, look: UnitPlaysOf) -> UnitPlays:
    """One unit's part."""
    wanted = and_(_done(QuizFiguresOf(look.campaign)), quiz_attempts.c.unit == look.unit)
    found = await _units(connection, wanted)
    return found[0] if found else UnitPlays(look.unit, "", 0, 0, 0)


async def _parents(connection: AsyncConnection, campaign: str) -> dict[int, str]:
    """The superior of each unit of the roster that has one."""
    named = select(units.c.id, units.c.parent).where(units.c.campaign == campaign, units.c.parent != "")
    return {row.id: row.parent for row in await connection.execute(named)}


async def _hard(
    connection: AsyncConnection, done: ColumnElement[bool], look: QuizFiguresOf
) -> tuple[HardQuestion, ...]:
    """The questions with the smallest share of right answers, compared in whole numbers."""
    found = await connection.execute(
        select(quiz_answers.c.code, func.count().label("answered"), func.sum(quiz_answers.c.correct).label("correct"))
        .select_from(quiz_answers.join(quiz_attempts, quiz_attempts.c.id == quiz_answers.c.attempt))
        .where(done)
        .group_by(quiz_answers.c.code)
        .having(func.count() >= look.least)
    )
    every = [HardQuestion(code, answered, int(right)) for code, answered, right in found]
    return tuple(sorted(every, key=lambda each: (each.right * 10**6 // each.answered, each.code))[: look.hard])


async def _stock(connection: AsyncConnection, look: QuizFiguresOf) -> Stock:
    """The pool, with what was paid, and what had been won by the instant that is looked at."""
    stock = await stock_of(connection, StockOf(look.campaign))
    if not stock.count:
        return stock
    count = select(func.count()).where(packets.c.campaign == look.campaign)
    stock = replace(stock, paid=int((await connection.execute(count.where(packets.c.paid > 0))).scalar_one()))
    if not look.until:
        return stock
    won = count.where(packets.c.person > 0, packets.c.won < look.until)
    return replace(stock, left=stock.count - int((await connection.execute(won)).scalar_one()))


DEEDS: Deeds = {}
LOOKS: Looks = {QuizFiguresOf: figures_of, UnitPlaysOf: unit_plays}
