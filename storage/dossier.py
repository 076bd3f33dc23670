"""What a campaign leaves behind beside its works: rounds, prizes, certificates, decisions, the record of admins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.certificates import Certificate
from rules.looks_awards import Honour, HonoursOf
from rules.looks_publication import CertificatesOf, OutletsOf, Shown, ToldOf
from storage.audit import Act, Audit, Verdict
from storage.awards import honours_of
from storage.certificates import certificates_of
from storage.columns import metadata
from storage.database import Database
from storage.publication import outlets_of, told_of
from storage.tables import entries
from storage.tables_judging import roll, rounds

#: Tables of decisions, each as one sheet where this program keeps it; what a sheet is called stands in the wording.
RECORDS = (
    "screenings", "returns", "asks", "caps", "pauses", "award_decisions", "listings", "objections", "honour_changes",
    "vote_terms", "vote_imports",
)  # fmt: skip
#: Rows of the audit log that are read: all of them.
_ALL = 10**9


@dataclass(frozen=True, slots=True)
class Ballot:
    """One round of secret voting; `bundle` is what was published of it, "" where nothing was. UTC microseconds."""

    key: str
    round: str
    state: str
    experts: int
    voted: int
    opens: int
    closes: int
    published: int
    bundle: str


@dataclass(frozen=True, slots=True)
class Record:
    """The rows of one table of decisions."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Papers:
    """All of it. `votes`: (round, entry) → votes that count, as far as votes were taken here."""

    ballots: tuple[Ballot, ...]
    honours: tuple[Honour, ...]
    certificates: tuple[Certificate, ...]
    told: Mapping[int, str]
    outlets: tuple[Shown, ...]
    records: Mapping[str, Record]
    votes: Mapping[tuple[str, int], int]
    acts: tuple[Act, ...]
    verdict: Verdict


async def papers(database: Database, campaign: str) -> Papers:
    """What a campaign leaves behind, at this moment."""
    audit = Audit(database)
    async with database.read() as connection:
        found = (
            await _ballots(connection, campaign),
            await honours_of(connection, HonoursOf(campaign)),
            await certificates_of(connection, CertificatesOf(campaign)),
            await told_of(connection, ToldOf(campaign)),
            await outlets_of(connection, OutletsOf(campaign)),
            await _records(connection, campaign),
            await _votes(connection, campaign),
        )
    acts = await audit.acts(campaign=campaign, most=_ALL)
    return Papers(*found, tuple(reversed(acts)), await audit.verify())


async def _ballots(connection: AsyncConnection, campaign: str) -> tuple[Ballot, ...]:
    called = select(func.count()).where(roll.c.round == rounds.c.key).scalar_subquery()
    voted = select(func.count()).where(roll.c.round == rounds.c.key, roll.c.state == "voted").scalar_subquery()
    found = await connection.execute(
        select(
            rounds.c.key, rounds.c.round, rounds.c.state, called, voted, rounds.c.opens, rounds.c.closes,
            rounds.c.published, rounds.c.bundle,
        )
        .where(rounds.c.campaign == campaign)
        .order_by(rounds.c.at, rounds.c.key)
    )  # fmt: skip
    return tuple(Ballot(*row) for row in found)


async def _records(connection: AsyncConnection, campaign: str) -> dict[str, Record]:
    """The tables of decisions that this program keeps, with the campaign's rows."""
    found = {}
    for name in RECORDS:
        table = metadata.tables.get(name)
        if table is None:
            continue
        columns = tuple(column.name for column in table.columns if column.name not in ("campaign", "id"))
        statement = _of_campaign(table, campaign).with_only_columns(*(table.c[each] for each in columns))
        rows = await connection.execute(statement)
        found[name] = Record(columns, tuple(tuple(row) for row in rows))
    return found


def _of_campaign(table: Table, campaign: str) -> Any:
    """The campaign's rows of a table, by itself or by its entry, in the order in which they were written."""
    order = table.c.get("at", next(iter(table.primary_key.columns)))
    if "campaign" in table.c:
        return select(table).where(table.c.campaign == campaign).order_by(order)
    joined = table.join(entries, entries.c.id == table.c.entry)
    return select(table).select_from(joined).where(entries.c.campaign == campaign).order_by(order)


async def _votes(connection: AsyncConnection, campaign: str) -> dict[tuple[str, int], int]:
    """Votes of the public that count; none where this program takes none."""
    table = metadata.tables.get("votes")
    if table is None:
        return {}
    counted = (
        select(table.c.round, table.c.entry, func.count())
        .where(table.c.campaign == campaign, table.c.aside == 0)
        .group_by(table.c.round, table.c.entry)
    )
    return {(row[0], row[1]): row[2] for row in await connection.execute(counted)}
