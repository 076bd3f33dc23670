"""Ballots as they are kept: sealed drafts, sealed envelopes cast once, and what the one tally leaves behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_ballot import Cast, CastBallot, KeepDraft
from rules.looks_judging import BoardOf
from rules.recount import Row
from storage.database import Database
from storage.moments import Deeds, Looks, Moment
from storage.remarks import Sealed, unlink
from storage.rounds import CALLED, OPEN, PUBLISHED, TALLIED, VOTED
from storage.tables_judging import ballot_drafts, board, envelopes, presses, roll, rounds
from storage.upserts import insert_into


async def keep_draft(moment: Moment, deed: KeepDraft) -> Done | Declined:
    """Keep a sealed draft instead of the one before. A press that came before changes nothing."""
    number = await _may_vote(moment, deed.key, deed.person)
    if number is None:
        return await _why_not(moment, deed.key, deed.person)
    if deed.press and not await _first(moment, deed.key, deed.press):
        return Done()
    if not await _put_draft(moment, deed, number):
        if deed.press:
            gone = (presses.c.round == deed.key, presses.c.press == deed.press)
            await moment.connection.execute(delete(presses).where(*gone))
        return Declined("ballot.changed_meanwhile", {})
    return Done()


async def _first(moment: Moment, key: str, press: str) -> bool:
    """Note a press; whether it is the first of its name."""
    insert_ = insert_into(presses, moment.connection)
    noted = await moment.connection.execute(
        insert_.values(round=key, press=press).on_conflict_do_nothing().returning(presses.c.press)
    )
    return noted.first() is not None


async def _put_draft(moment: Moment, deed: KeepDraft, number: int) -> bool:
    """Write a draft; False where it was made from another than the one that is kept by now."""
    fresh = insert_into(ballot_drafts, moment.connection).values(round=deed.key, number=number, sealed=deed.sealed)
    at = {"index_elements": ["round", "number"], "set_": {"sealed": deed.sealed}}
    match deed.before:
        case None:
            wanted = fresh.on_conflict_do_update(**at)
        case b"":
            wanted = fresh.on_conflict_do_nothing()
        case before:
            wanted = fresh.on_conflict_do_update(**at, where=ballot_drafts.c.sealed == before)
    written = await moment.connection.execute(wanted.returning(ballot_drafts.c.number))
    return written.first() is not None


async def cast(moment: Moment, deed: CastBallot) -> Cast | Declined:
    """Mark the roll, put the envelope in, drop the draft. Time, roll and the one vote are judged in one statement."""
    run = moment.connection.execute
    voted = await run(
        update(roll)
        .where(roll.c.round == deed.key, roll.c.person == deed.person, roll.c.state == CALLED, _running(moment))
        .values(state=VOTED)
        .returning(roll.c.number)
    )
    number = voted.scalar_one_or_none()
    if number is None:
        return await _why_not(moment, deed.key, deed.person)
    await run(
        insert(envelopes).values(
            round=deed.key, number=number, ciphertext=deed.ciphertext, leaf=deed.leaf, seed=deed.seed
        )
    )
    await run(delete(ballot_drafts).where(ballot_drafts.c.round == deed.key, ballot_drafts.c.number == number))
    return Cast(deed.leaf)


def _running(moment: Moment) -> ColumnElement[bool]:
    """The roll's round is open at this instant: half-open, as every period."""
    at = literal(moment.at)
    return exists().where(
        rounds.c.key == roll.c.round, rounds.c.state == OPEN, rounds.c.opens <= at, at < rounds.c.closes
    )


async def _may_vote(moment: Moment, key: str, person: int) -> int | None:
    found = await moment.connection.execute(
        select(roll.c.number).where(
            roll.c.round == key, roll.c.person == person, roll.c.state == CALLED, _running(moment)
        )
    )
    return found.scalar_one_or_none()


async def _why_not(moment: Moment, key: str, person: int) -> Declined:
    found = await moment.connection.execute(
        select(rounds.c.state, rounds.c.opens, rounds.c.closes, roll.c.state)
        .select_from(rounds.outerjoin(roll, and_(roll.c.round == rounds.c.key, roll.c.person == person)))
        .where(rounds.c.key == key)
    )
    row = found.one_or_none()
    if row is None or row[3] is None:
        return Declined("ballot.not_on_roll", {})
    if row[3] == VOTED:
        return Declined("ballot.cast_already", {})
    if row[0] == OPEN and moment.at < row[1]:
        return Declined("ballot.too_early", {"early": row[1] - moment.at})
    return Declined("ballot.too_late", {"late": max(0, moment.at - row[2])})


@dataclass(frozen=True, slots=True)
class Kept:
    """An envelope as it is kept: the number on the roll, what is sealed, its leaf (hex)."""

    number: int
    ciphertext: bytes
    leaf: str


async def envelopes_of(connection: AsyncConnection, key: str) -> tuple[Kept, ...]:
    """The envelopes of a round, by roll number."""
    found = await connection.execute(
        select(envelopes.c.number, envelopes.c.ciphertext, envelopes.c.leaf)
        .where(envelopes.c.round == key)
        .order_by(envelopes.c.number)
    )
    return tuple(Kept(*row) for row in found)


async def board_of(connection: AsyncConnection, look: BoardOf) -> tuple[Row, ...]:
    """The board of a tallied round, by entry and tracker."""
    found = await connection.execute(
        select(board.c.entry, board.c.tracker, board.c.levels)
        .where(board.c.round == look.key)
        .order_by(board.c.entry, board.c.tracker)
    )
    return tuple(Row(entry, tracker, tuple(orjson.loads(levels))) for entry, tracker, levels in found)


async def publish(moment: Moment, key: str, bundle: str) -> bool:
    """Keep what is published of a tallied round, once."""
    done = await moment.connection.execute(
        update(rounds)
        .where(rounds.c.key == key, rounds.c.state == TALLIED)
        .values(state=PUBLISHED, bundle=bundle, published=moment.at)
        .returning(rounds.c.key)
    )
    return done.first() is not None


class _NotThis(Exception):
    """The round is not the one that was counted; the transaction is rolled back."""


class Ballots:
    """What only the tally and 核对 read and write, outside of any conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(self, key: str, number: int) -> bytes | None:
        """An expert's sealed draft."""
        found: bytes | None = await self._one(
            select(ballot_drafts.c.sealed).where(ballot_drafts.c.round == key, ballot_drafts.c.number == number)
        )
        return found

    async def seed(self, key: str, number: int) -> bytes | None:
        """The seed of an expert's trackers, sealed; None for nobody who voted."""
        found: bytes | None = await self._one(
            select(envelopes.c.seed).where(envelopes.c.round == key, envelopes.c.number == number)
        )
        return found or None

    async def envelopes(self, key: str) -> tuple[Kept, ...]:
        """The envelopes of a round, by roll number."""
        async with self._database.read() as connection:
            return await envelopes_of(connection, key)

    async def tallied(
        self, key: str, rows: Sequence[Row], counted: int, at: int, remarks: Sequence[Sealed] = (),
        tell: Callable[[AsyncConnection], Awaitable[object]] | None = None,
    ) -> bool:  # fmt: skip
        """Keep the board and empty the envelopes, once, after the close, and only if just `counted` were cast.

        `remarks`: what experts wrote for the others, nobody's from here on. `tell` says so to whom it concerns, in the
        same transaction: nobody comes to count again what is counted, so nobody else would say it.
        False: somebody else tallied, or an envelope came in meanwhile; then nothing was written.
        """
        try:
            async with self._database.write() as connection:
                await _take(connection, key, counted, at)
                if rows:
                    await connection.execute(insert(board), [_plain(key, row) for row in sorted(rows)])
                await connection.execute(update(envelopes).where(envelopes.c.round == key).values(ciphertext=b""))
                for table in (ballot_drafts, presses):
                    await connection.execute(delete(table).where(table.c.round == key))
                await unlink(connection, key, remarks)
                if tell is not None:
                    await tell(connection)
        except _NotThis:
            return False
        return True

    async def board(self, key: str) -> tuple[Row, ...]:
        """The board of a tallied round."""
        async with self._database.read() as connection:
            return await board_of(connection, BoardOf(key))

    async def bundle(self, key: str) -> str:
        """What was published of a round, "" before."""
        return await self._one(select(rounds.c.bundle).where(rounds.c.key == key)) or ""

    async def draw(self, key: str) -> str:
        """The draw among the tied of a round, "" where there was none."""
        return await self._one(select(rounds.c.draw).where(rounds.c.key == key)) or ""

    async def _one(self, statement: Any) -> Any:
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()


async def _take(connection: AsyncConnection, key: str, counted: int, at: int) -> None:
    """Take a closed round for the tally. Raises `_NotThis`."""
    taken = await connection.execute(
        update(rounds)
        .where(rounds.c.key == key, rounds.c.state == OPEN, rounds.c.closes <= at)
        .values(state=TALLIED, tallied=at)
        .returning(rounds.c.key)
    )
    if taken.first() is None:
        raise _NotThis
    cast = await connection.execute(select(func.count()).where(envelopes.c.round == key))
    if cast.scalar_one() != counted:
        raise _NotThis


def _plain(key: str, row: Row) -> dict[str, Any]:
    levels = orjson.dumps(list(row.levels)).decode()
    return {"round": key, "entry": row.entry, "tracker": row.tracker, "levels": levels}


DEEDS: Deeds = {KeepDraft: keep_draft, CastBallot: cast}
LOOKS: Looks = {BoardOf: board_of}
