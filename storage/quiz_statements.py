"""The statements of a quiz as it is played, compiled once: in the rush after the opening each of them runs per message.

That an attempt is open ("state = 'open'") stands here in words and not as a bound value, because SQLite uses an index
of some rows only where it reads the same words.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Integer,
    Text,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from rules.deeds_quiz import EndAttempt
from storage.prepared import Prepared
from storage.referrals import staying
from storage.tables import units
from storage.tables_quiz import ledger, packets, players, pools, quiz_answers, quiz_attempts

#: States of an attempt.
OPEN, DONE, VOID = "open", "done", "void"
#: A limit that nobody reaches, where there is none.
NO_LIMIT = 2**62


def chances(deed: EndAttempt) -> dict[str, int]:
    """What decides how many packets somebody may have, as `TAKE` and `HAD` want it."""
    own = deed.per_person if deed.rights is None else min(deed.rights, deed.per_person)
    bonus = NO_LIMIT if deed.bonus is None else deed.bonus
    return {"rights": own, "chances": deed.chances, "bonus": bonus, "most": deed.per_person}


def _whole(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger)


def _short(name: str) -> BindParameter[int]:
    return bindparam(name, type_=Integer)


def _words(name: str) -> BindParameter[str]:
    return bindparam(name, type_=Text)


_attempts, _answers = quiz_attempts.c, quiz_answers.c
# Other names than those of columns, which SQLAlchemy keeps for what an update sets.
_campaign, _person, _now = _words("quiz"), _whole("who"), _whole("now")
_open = _attempts.state == literal_column("'open'")
_mine = (_attempts.campaign == _campaign, _attempts.person == _person)
_begun = select(func.count()).select_from(quiz_attempts).where(*_mine)
_for_whom = (players.c.campaign == _campaign, players.c.person == _person)


def _attempt(*wanted: Any) -> Prepared:
    """An attempt with its answers: as many rows as it has answers, one where it has none."""
    columns = (_attempts.id, _attempts.codes, _attempts.seed, _attempts.begun)
    return Prepared(
        select(*columns, _answers.place, _answers.picked, _answers.at)
        .select_from(quiz_attempts.outerjoin(quiz_answers, _answers.attempt == _attempts.id))
        .where(*wanted)
    )


OPEN_ATTEMPT = _attempt(*_mine, _open)
ATTEMPT = _attempt(_attempts.id == _whole("attempt"), _attempts.person == _person)
#: Attempts of somebody: in all, and on a day.
BEGUN = Prepared(select(_begun.scalar_subquery(), _begun.where(_attempts.day == _whole("day")).scalar_subquery()))

#: By kind of database, as the next.
TAKE_PART = {
    dialect.dialect.name: Prepared(
        dialect.insert(players)
        .values(campaign=_campaign, person=_person, unit=_whole("unit"), since=_now)
        .on_conflict_do_update(index_elements=["campaign", "person"], set_={"unit": _whole("unit")})
        .returning(players.c.person)
    )
    for dialect in (sqlite, postgresql)
}
_new_attempt: dict[str, Any] = {
    "id": _whole("id"), "campaign": _campaign, "person": _person,
    "unit": func.coalesce(select(players.c.unit).where(*_for_whom).scalar_subquery(), 0),
    "codes": _words("codes"), "seed": _words("seed"), "state": literal_column("'open'"), "day": _whole("day"),
    "begun": _now,
}  # fmt: skip
BEGIN = Prepared(
    insert(quiz_attempts)
    .from_select(
        list(_new_attempt),
        select(*_new_attempt.values()).where(
            _begun.scalar_subquery() < _whole("most"),
            _begun.where(_attempts.day == _whole("day")).scalar_subquery() < _whole("daily"),
        ),
    )
    .returning(_attempts.id)
)

_new_answer: dict[str, Any] = {
    "attempt": _whole("attempt"), "place": _short("place"), "code": _words("code"), "picked": _short("picked"),
    "correct": _short("correct"), "at": _now,
}  # fmt: skip
_answered = select(*_new_answer.values()).where(
    select(_attempts.id).where(_attempts.id == _whole("attempt"), _attempts.person == _person, _open).exists()
)
ANSWER = {
    dialect.dialect.name: Prepared(
        dialect.insert(quiz_answers)
        .from_select(list(_new_answer), _answered)
        .on_conflict_do_nothing()
        .returning(_answers.place)
    )
    for dialect in (sqlite, postgresql)
}
ANSWERS = Prepared(
    select(_answers.correct, _answers.at).where(_answers.attempt == _whole("attempt")).order_by(_answers.place)
)
CLOSE = Prepared(
    update(quiz_attempts)
    .where(_attempts.id == _whole("attempt"), _attempts.person == _person, _open)
    .values(state=_words("as"), ended=_now, correct=_whole("right"), passed=_whole("pass"), gap=_whole("median"))
    .returning(_attempts.id)
)

_theirs = (packets.c.campaign == _campaign, packets.c.person == _person)
_done = select(func.count(), func.max(_attempts.correct)).where(*_mine, _attempts.state == DONE).subquery()
_won = select(func.coalesce(func.sum(packets.c.amount), 0)).where(*_theirs).scalar_subquery()
_playing = (
    select(players.c.unit, func.coalesce(units.c.name, "").label("name"))
    .select_from(players.outerjoin(units, units.c.id == players.c.unit))
    .where(*_for_whom)
    .subquery()
)
#: Attempts that count, the best, the fen won; and for whom somebody plays, None where they do not.
PLAYED = Prepared(
    select(*_done.c, _won, _playing.c.unit, _playing.c.name).select_from(
        _done.outerjoin(_playing, literal_column("1") == literal_column("1"))
    )
)

_free = (packets.c.campaign == _campaign, packets.c.person == 0)
_next = select(packets.c.slot).where(*_free).order_by(packets.c.slot).limit(1).scalar_subquery()
_also = packets.alias()
_had = (
    select(func.count())
    .select_from(_also)
    .where(_also.c.campaign == _campaign, _also.c.person == _person)
    .scalar_subquery()
)
_brought = staying(_campaign, _person) * _whole("chances")
_every = case((_brought > _whole("bonus"), _whole("bonus")), else_=_brought) + _whole("rights")
#: How many packets somebody may have: those of the start and of their followers, never more than a person may.
_may = case((_every > _whole("most"), _whole("most")), else_=_every)
#: The seed of a pool, and whoever asks next waits until what is won now is committed (SQLite has one writer anyway):
#: so packets go out strictly in their order, which is part of the proof.
POOL = Prepared(select(pools.c.seed).where(pools.c.campaign == _campaign).with_for_update())
TAKE = Prepared(
    update(packets)
    .where(packets.c.slot == _next, *_free, _had < _may)
    .values(person=_person, nth=_had + 1, attempt=_whole("brought"), won=_now)
    .returning(packets.c.slot, packets.c.amount)
)
#: Whether somebody has as many packets as they may.
HAD = Prepared(select(_had >= _may))
BOOK = Prepared(
    insert(ledger)
    .values(
        id=_whole("id"), campaign=_campaign, slot=_short("slot"), out_of=_words("out_of"),
        into=_words("into"), amount=_whole("amount"), at=_now,
    )
    .returning(ledger.c.id)
)  # fmt: skip
#: The pool, and its first free packet: as they go out in their order, all before it are taken.
STOCK = Prepared(
    select(pools.c["count"], pools.c.total, pools.c.commitment, _next).where(pools.c.campaign == _campaign)
)
