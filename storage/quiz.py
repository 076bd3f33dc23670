"""A quiz as it is played: attempts drawn, answered once each, and counted within the window that the notice names."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.chance import SEED
from rules.deeds import Declined, Done
from rules.deeds_quiz import Answered, AnswerQuestion, BeginAttempt, Begun, EndAttempt, Marked, TakePart
from rules.looks_quiz import Attempt, AttemptIn, OpenAttempt, Played, PlayedBy
from rules.quiz_paper import drawn
from storage.moments import Deeds, Looks, Moment
from storage.packets import win
from storage.quiz_statements import (
    ANSWER,
    ANSWERS,
    ATTEMPT,
    BEGIN,
    BEGUN,
    CLOSE,
    DONE,
    NO_LIMIT,
    OPEN_ATTEMPT,
    PLAYED,
    TAKE_PART,
    VOID,
)

_GONE = Declined("play.gone", {})


async def take_part(moment: Moment, deed: TakePart) -> Done:
    """Note for whom somebody plays."""
    row = {"quiz": deed.campaign, "who": deed.person, "unit": deed.unit, "now": moment.at}
    await TAKE_PART[moment.connection.dialect.name].all(moment.connection, row)
    return Done()


async def begin(moment: Moment, deed: BeginAttempt) -> Begun | Declined:
    """Open an attempt inside the window and the daily number; one that is open already goes on."""
    if (found := await open_attempt(moment.connection, OpenAttempt(deed.campaign, deed.person))) is not None:
        return Begun(found.id)
    if not deed.opens <= moment.at < deed.closes:
        return Declined("play.shut", {})
    number, seed = moment.number(), secrets.token_bytes(SEED)
    row = {
        "id": number, "quiz": deed.campaign, "who": deed.person, "seed": seed.hex(), "day": deed.day,
        "codes": orjson.dumps(drawn(deed.codes, deed.draw, seed)).decode(), "now": moment.at,
        "most": NO_LIMIT if deed.most is None else deed.most, "daily": NO_LIMIT if deed.daily is None else deed.daily,
    }  # fmt: skip
    if await BEGIN.all(moment.connection, row):
        return Begun(number)
    wanted = {"quiz": deed.campaign, "who": deed.person, "day": deed.day}
    [(_, today)] = await BEGUN.all(moment.connection, wanted)
    if deed.daily is not None and today >= deed.daily:
        return Declined("play.enough_today", {"most": deed.daily})
    return Declined("play.enough", {"most": deed.most})


async def answer(moment: Moment, deed: AnswerQuestion) -> Answered | Declined:
    """Keep one answer, the first to its place."""
    row = {
        "attempt": deed.attempt, "who": deed.person, "place": deed.place, "code": deed.code, "picked": deed.picked,
        "correct": int(deed.right), "now": moment.at,
    }  # fmt: skip
    kept = await ANSWER[moment.connection.dialect.name].all(moment.connection, row)
    return Answered(deed.right) if kept else _GONE


async def end(moment: Moment, deed: EndAttempt) -> Marked | Declined:
    """Count an attempt, once; where it passed, a packet may be won in the same transaction."""
    given = await ANSWERS.all(moment.connection, {"attempt": deed.attempt})
    if len(given) < deed.questions:
        return _GONE
    right = sum(correct for correct, _ in given)
    void = moment.at >= deed.closes and not deed.late_counts
    passed = right >= deed.correct and not void
    row = {
        "attempt": deed.attempt, "who": deed.person, "as": VOID if void else DONE, "now": moment.at, "right": right,
        "pass": int(passed), "median": _gap([at for _, at in given]),
    }  # fmt: skip
    if not await CLOSE.all(moment.connection, row):
        return _GONE
    amount, why = await win(moment, deed) if passed else (0, "")
    return Marked(right, passed, void, amount, why)


def _gap(instants: Sequence[int]) -> int:
    """The median of the gaps between answers, in milliseconds."""
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    return int(median(gaps)) // 1000 if gaps else 0


async def open_attempt(connection: AsyncConnection, look: OpenAttempt) -> Attempt | None:
    """The attempt that somebody has not ended."""
    return _attempt(await OPEN_ATTEMPT.all(connection, {"quiz": look.campaign, "who": look.person}))


async def attempt_in(connection: AsyncConnection, look: AttemptIn) -> Attempt | None:
    """One attempt of a person."""
    return _attempt(await ATTEMPT.all(connection, {"attempt": look.attempt, "who": look.person}))


def _attempt(rows: Sequence[Sequence[Any]]) -> Attempt | None:
    if not rows:
        return None
    number, codes, seed, begun, *_ = rows[0]
    given = [(place, picked, at) for *_, place, picked, at in rows if place is not None]
    picked, last = {place: choice for place, choice, _ in given}, max((at for *_, at in given), default=begun)
    return Attempt(number, tuple(orjson.loads(codes)), bytes.fromhex(seed), picked, last)


async def played_by(connection: AsyncConnection, look: PlayedBy) -> Played:
    """What somebody has done in a quiz."""
    [row] = await PLAYED.all(connection, {"quiz": look.campaign, "who": look.person})
    attempts, best, won, unit, name = row
    return Played(attempts, best or 0, int(won), unit is not None, unit or 0, name or "")


DEEDS: Deeds = {TakePart: take_part, BeginAttempt: begin, AnswerQuestion: answer, EndAttempt: end}
LOOKS: Looks = {OpenAttempt: open_attempt, AttemptIn: attempt_in, PlayedBy: played_by}
