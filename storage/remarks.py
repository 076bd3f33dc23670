"""Remarks of experts between rounds: sealed by person until the tally, then nobody's until an admin retyped them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_rounds import KeepRemarks, ModerateRemarks
from rules.looks_rounds import RemarksOf
from rules.people import Role
from storage.moments import Deeds, Looks, Moment
from storage.rounds import OPEN, PUBLISHED, TALLIED
from storage.tables import seats
from storage.tables_judging import remark_drafts, remarks, roll, rounds
from storage.upserts import insert_into


async def keep(moment: Moment, deed: KeepRemarks) -> Done | Declined:
    """Keep what an expert wrote while the round is open; time and roll are judged in the statement that finds them."""
    at = literal(moment.at)
    open_ = exists().where(
        rounds.c.key == roll.c.round, rounds.c.state == OPEN, rounds.c.opens <= at, at < rounds.c.closes
    )
    mine = select(roll.c.number).where(roll.c.round == deed.key, roll.c.person == deed.person, open_)
    number = (await moment.connection.execute(mine)).scalar_one_or_none()
    if number is None:
        return Declined("remark.over", {})
    await moment.connection.execute(
        insert_into(remark_drafts, moment.connection)
        .values(round=deed.key, number=number, sealed=deed.sealed)
        .on_conflict_do_update(index_elements=["round", "number"], set_={"sealed": deed.sealed})
    )
    return Done()


async def moderate(moment: Moment, deed: ModerateRemarks) -> Done | Declined:
    """Keep retyped words; at the release the originals go, and with them those that were left out."""
    run = moment.connection.execute
    waiting = (remarks.c.round == deed.key, remarks.c.released == 0, _ours(deed))
    if (await run(select(remarks.c.code).where(*waiting).limit(1))).first() is None:
        return Declined("remark.released", {})
    for code, words in deed.words.items():
        await run(update(remarks).where(*waiting, remarks.c.code == code).values(words=words))
    if deed.release:
        await run(delete(remarks).where(*waiting, remarks.c.words == ""))
        await run(update(remarks).where(*waiting).values(sealed=b"", released=moment.at))
    return Done()


def _ours(deed: ModerateRemarks) -> ColumnElement[bool]:
    """The round is one of the campaign in which the admin has a seat."""
    tallied = rounds.c.state.in_([TALLIED, PUBLISHED])
    return exists().where(rounds.c.key == remarks.c.round, rounds.c.campaign == deed.campaign, tallied)


async def waiting(connection: AsyncConnection, look: RemarksOf) -> int:
    """How many remarks wait."""
    mine = select(func.count()).where(remarks.c.round == look.key, remarks.c.released == 0)
    return int((await connection.execute(mine)).scalar_one())


@dataclass(frozen=True, slots=True)
class Sealed:
    """A remark after the tally, in its seal."""

    code: str
    entry: int
    sealed: bytes
    words: str = ""


async def drafts_of(connection: AsyncConnection, key: str) -> dict[int, bytes]:
    """What experts wrote, sealed, by roll number."""
    found = select(remark_drafts.c.number, remark_drafts.c.sealed).where(remark_drafts.c.round == key)
    return {row.number: row.sealed for row in await connection.execute(found)}


async def waiting_of(connection: AsyncConnection, key: str) -> tuple[Sealed, ...]:
    """The remarks that wait for an admin, in their seals."""
    found = select(remarks.c.code, remarks.c.entry, remarks.c.sealed, remarks.c.words)
    mine = found.where(remarks.c.round == key, remarks.c.released == 0).order_by(remarks.c.entry, remarks.c.code)
    return tuple(Sealed(*row) for row in await connection.execute(mine))


async def released_of(connection: AsyncConnection, key: str) -> dict[int, tuple[str, ...]]:
    """The words that are shown to the next round, by entry."""
    mine = select(remarks.c.entry, remarks.c.words).where(remarks.c.round == key, remarks.c.released > 0)
    found: dict[int, tuple[str, ...]] = {}
    for entry, words in await connection.execute(mine.order_by(remarks.c.entry, remarks.c.code)):
        found[entry] = (*found.get(entry, ()), words)
    return found


async def unlink(connection: AsyncConnection, key: str, rows: Sequence[Sealed]) -> None:
    """Put remarks down as nobody's, in the order of their codes, and drop what says whose they were."""
    if rows:
        plain = [{"round": key, "code": row.code, "entry": row.entry, "sealed": row.sealed} for row in rows]
        await connection.execute(insert(remarks), sorted(plain, key=lambda row: str(row["code"])))
    await connection.execute(delete(remark_drafts).where(remark_drafts.c.round == key))


async def to_moderate(connection: AsyncConnection, person: int) -> list[str]:
    """The keys of rounds whose remarks wait for this admin."""
    mine = exists().where(
        seats.c.person == person, seats.c.role == Role.ADMIN.value, seats.c.campaign == rounds.c.campaign
    )
    wait = exists().where(remarks.c.round == rounds.c.key, remarks.c.released == 0)
    found = select(rounds.c.key).where(rounds.c.state.in_([TALLIED, PUBLISHED]), mine, wait)
    return list((await connection.execute(found.order_by(rounds.c.at.desc(), rounds.c.key))).scalars())


DEEDS: Deeds = {KeepRemarks: keep, ModerateRemarks: moderate}
LOOKS: Looks = {RemarksOf: waiting}
