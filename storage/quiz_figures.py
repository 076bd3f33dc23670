"""What organisers are told of a quiz, read from what was played."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks_quiz import HardQuestion, QuizFigures, QuizFiguresOf, StockOf, UnitPlays
from storage.moments import Deeds, Looks
from storage.packets import stock_of
from storage.quiz_statements import OPEN
from storage.tables import units
from storage.tables_quiz import quiz_answers, quiz_attempts

_HOUR = 3600 * 1_000_000
#: Milliseconds: who reads a question and its options, and thinks, takes longer than this at the median.
SWIFT = 1000


async def figures_of(connection: AsyncConnection, look: QuizFiguresOf) -> QuizFigures:
    """People, attempts, units, hours and hard questions. Attempts that are still open do not count."""
    run = connection.execute
    mine = (quiz_attempts.c.campaign == look.campaign, quiz_attempts.c.state != OPEN)
    people, attempts, passed = (
        await run(
            select(
                func.count(func.distinct(quiz_attempts.c.person)),
                func.count(),
                func.coalesce(func.sum(quiz_attempts.c.passed), 0),
            ).where(*mine)
        )
    ).one()
    hour = quiz_attempts.c.begun // _HOUR
    hours = await run(select(hour.label("hour"), func.count()).where(*mine).group_by("hour").order_by("hour"))
    swift = select(func.count()).select_from(quiz_attempts).where(*mine, quiz_attempts.c.gap < SWIFT)
    return QuizFigures(
        people, attempts, int(passed), await _units(connection, look.campaign),
        {int(number) * _HOUR: count for number, count in hours}, await _hard(connection, look),
        await stock_of(connection, StockOf(look.campaign)), (await run(swift)).scalar_one(),
    )  # fmt: skip


async def _units(connection: AsyncConnection, campaign: str) -> tuple[UnitPlays, ...]:
    people = func.count(func.distinct(quiz_attempts.c.person))
    found = await connection.execute(
        select(
            quiz_attempts.c.unit, func.coalesce(units.c.name, ""), people, func.count(),
            func.sum(quiz_attempts.c.passed),
        )
        .select_from(quiz_attempts.outerjoin(units, units.c.id == quiz_attempts.c.unit))
        .where(quiz_attempts.c.campaign == campaign, quiz_attempts.c.state != OPEN)
        .group_by(quiz_attempts.c.unit, units.c.name)
        .order_by(people.desc(), quiz_attempts.c.unit)
    )  # fmt: skip
    return tuple(UnitPlays(unit, name, count, attempts, int(passed)) for unit, name, count, attempts, passed in found)


async def _hard(connection: AsyncConnection, look: QuizFiguresOf) -> tuple[HardQuestion, ...]:
    """The questions with the smallest share of right answers, compared in whole numbers."""
    found = await connection.execute(
        select(quiz_answers.c.code, func.count().label("answered"), func.sum(quiz_answers.c.correct).label("correct"))
        .select_from(quiz_answers.join(quiz_attempts, quiz_attempts.c.id == quiz_answers.c.attempt))
        .where(quiz_attempts.c.campaign == look.campaign)
        .group_by(quiz_answers.c.code)
    )
    every = [HardQuestion(code, answered, int(right)) for code, answered, right in found]
    return tuple(sorted(every, key=lambda each: (each.right * 10**6 // each.answered, each.code))[: look.hard])


DEEDS: Deeds = {}
LOOKS: Looks = {QuizFiguresOf: figures_of}
