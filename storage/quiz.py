"""A quiz as it is played: attempts drawn, answered once each, and counted within the window that the notice names."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

import orjson
from sqlalchemy import ColumnElement, ScalarSelect, and_, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.chance import SEED
from rules.deeds import Declined, Done
from rules.deeds_quiz import Answered, AnswerQuestion, BeginAttempt, Begun, EndAttempt, Marked, TakePart
from rules.looks_quiz import Attempt, AttemptIn, OpenAttempt, Played, PlayedBy
from rules.quiz_paper import drawn
from storage.moments import Deeds, Looks, Moment
from storage.packets import win
from storage.tables import units
from storage.tables_quiz import packets, players, quiz_answers, quiz_attempts

OPEN, DONE, VOID = "open", "done", "void"
_GONE = Declined("play.gone", {})


async def take_part(moment: Moment, deed: TakePart) -> Done:
    """Note for whom somebody plays."""
    dialect = sqlite if moment.connection.dialect.name == "sqlite" else postgresql
    row = {"campaign": deed.campaign, "person": deed.person, "unit": deed.unit, "since": moment.at}
    written = dialect.insert(players).values(row)
    await moment.connection.execute(
        written.on_conflict_do_update(index_elements=["campaign", "person"], set_={"unit": deed.unit})
    )
    return Done()


async def begin(moment: Moment, deed: BeginAttempt) -> Begun | Declined:
    """Open an attempt inside the window and the daily number; one that is open already goes on."""
    if (found := await open_attempt(moment.connection, OpenAttempt(deed.campaign, deed.person))) is not None:
        return Begun(found.id)
    if not deed.opens <= moment.at < deed.closes:
        return Declined("play.shut", {})
    number, seed = moment.number(), secrets.token_bytes(SEED)
    unit = select(players.c.unit).where(players.c.campaign == deed.campaign, players.c.person == deed.person)
    row: dict[str, Any] = {
        "id": literal(number), "campaign": literal(deed.campaign), "person": literal(deed.person),
        "unit": func.coalesce(unit.scalar_subquery(), 0),
        "codes": literal(orjson.dumps(drawn(deed.codes, deed.draw, seed)).decode()), "seed": literal(seed.hex()),
        "state": literal(OPEN), "day": literal(deed.day), "begun": literal(moment.at),
    }  # fmt: skip
    written = insert(quiz_attempts).from_select(list(row), select(*row.values()).where(*_may(deed)))
    if (await moment.connection.execute(written.returning(quiz_attempts.c.id))).one_or_none() is not None:
        return Begun(number)
    today = (await moment.connection.execute(select(_attempts(deed, quiz_attempts.c.day == deed.day)))).scalar_one()
    if deed.daily is not None and today >= deed.daily:
        return Declined("play.enough_today", {"most": deed.daily})
    return Declined("play.enough", {"most": deed.most})


def _attempts(deed: BeginAttempt, *more: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many attempts somebody has begun, as a part of a statement."""
    mine = (quiz_attempts.c.campaign == deed.campaign, quiz_attempts.c.person == deed.person)
    return select(func.count()).select_from(quiz_attempts).where(*mine, *more).scalar_subquery()


def _may(deed: BeginAttempt) -> list[ColumnElement[bool]]:
    """That somebody may begin one more."""
    whole = [] if deed.most is None else [_attempts(deed) < deed.most]
    return [*whole, *([] if deed.daily is None else [_attempts(deed, quiz_attempts.c.day == deed.day) < deed.daily])]


async def answer(moment: Moment, deed: AnswerQuestion) -> Answered | Declined:
    """Keep one answer, the first to its place."""
    open_still = select(quiz_attempts.c.id).where(
        quiz_attempts.c.id == deed.attempt, quiz_attempts.c.person == deed.person, quiz_attempts.c.state == OPEN
    )
    row: dict[str, Any] = {
        "attempt": literal(deed.attempt), "place": literal(deed.place), "code": literal(deed.code),
        "picked": literal(deed.picked), "correct": literal(int(deed.right)), "at": literal(moment.at),
    }  # fmt: skip
    dialect = sqlite if moment.connection.dialect.name == "sqlite" else postgresql
    written = dialect.insert(quiz_answers).from_select(list(row), select(*row.values()).where(open_still.exists()))
    done = await moment.connection.execute(written.on_conflict_do_nothing().returning(quiz_answers.c.place))
    return Answered(deed.right) if done.one_or_none() is not None else _GONE


async def end(moment: Moment, deed: EndAttempt) -> Marked | Declined:
    """Count an attempt, once; where it passed, a packet may be won in the same transaction."""
    run = moment.connection.execute
    given = (
        await run(
            select(quiz_answers.c.correct, quiz_answers.c.at)
            .where(quiz_answers.c.attempt == deed.attempt)
            .order_by(quiz_answers.c.place)
        )
    ).all()
    if len(given) < deed.questions:
        return _GONE
    right = sum(correct for correct, _ in given)
    void = moment.at >= deed.closes and not deed.late_counts
    passed = right >= deed.correct and not void
    closed = (
        update(quiz_attempts)
        .where(
            quiz_attempts.c.id == deed.attempt, quiz_attempts.c.person == deed.person, quiz_attempts.c.state == OPEN
        )
        .values(
            state=VOID if void else DONE, ended=moment.at, correct=right, passed=int(passed),
            gap=_gap([at for _, at in given]),
        )
        .returning(quiz_attempts.c.id)
    )  # fmt: skip
    if (await run(closed)).one_or_none() is None:
        return _GONE
    amount, why = await win(moment, deed) if passed else (0, "")
    return Marked(right, passed, void, amount, why)


def _gap(instants: Sequence[int]) -> int:
    """The median of the gaps between answers, in milliseconds."""
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    return int(median(gaps)) // 1000 if gaps else 0


async def open_attempt(connection: AsyncConnection, look: OpenAttempt) -> Attempt | None:
    """The attempt that somebody has not ended."""
    mine = (quiz_attempts.c.campaign == look.campaign, quiz_attempts.c.person == look.person)
    return await _attempt(connection, and_(*mine, quiz_attempts.c.state == OPEN))


async def attempt_in(connection: AsyncConnection, look: AttemptIn) -> Attempt | None:
    """One attempt of a person."""
    return await _attempt(connection, and_(quiz_attempts.c.id == look.attempt, quiz_attempts.c.person == look.person))


async def _attempt(connection: AsyncConnection, wanted: ColumnElement[bool]) -> Attempt | None:
    found = await connection.execute(
        select(quiz_attempts.c.id, quiz_attempts.c.codes, quiz_attempts.c.seed, quiz_attempts.c.begun).where(wanted)
    )
    if (row := found.one_or_none()) is None:
        return None
    given = await connection.execute(
        select(quiz_answers.c.place, quiz_answers.c.picked, quiz_answers.c.at).where(quiz_answers.c.attempt == row.id)
    )
    answers = given.all()
    picked, last = {place: choice for place, choice, _ in answers}, max((at for *_, at in answers), default=row.begun)
    return Attempt(row.id, tuple(orjson.loads(row.codes)), bytes.fromhex(row.seed), picked, last)


async def played_by(connection: AsyncConnection, look: PlayedBy) -> Played:
    """What somebody has done in a quiz."""
    run = connection.execute
    mine = (quiz_attempts.c.campaign == look.campaign, quiz_attempts.c.person == look.person)
    done = select(func.count(), func.coalesce(func.max(quiz_attempts.c.correct), 0)).where(
        *mine, quiz_attempts.c.state == DONE
    )
    attempts, best = (await run(done)).one()
    theirs = (packets.c.campaign == look.campaign, packets.c.person == look.person)
    won = (await run(select(func.coalesce(func.sum(packets.c.amount), 0)).where(*theirs))).scalar_one()
    plays = await run(
        select(players.c.unit, func.coalesce(units.c.name, ""))
        .select_from(players.outerjoin(units, units.c.id == players.c.unit))
        .where(players.c.campaign == look.campaign, players.c.person == look.person)
    )
    row = plays.one_or_none()
    return Played(attempts, best, int(won), row is not None, *(row or (0, "")))


DEEDS: Deeds = {TakePart: take_part, BeginAttempt: begin, AnswerQuestion: answer, EndAttempt: end}
LOOKS: Looks = {OpenAttempt: open_attempt, AttemptIn: attempt_in, PlayedBy: played_by}
