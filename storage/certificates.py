"""Certificates as they were issued: numbers that are given once, and what stood on them then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.certificates import Certificate, number_of
from rules.deeds_publication import IssueCertificates, Issued
from rules.looks_publication import CertificatesOf
from storage.database import Database
from storage.moments import Deeds, Looks, Moment
from storage.tables import counters, entries, units
from storage.tables_awards import honours
from storage.tables_publication import certificates
from storage.upserts import insert_into

FINAL = "final"


async def issue(moment: Moment, deed: IssueCertificates) -> Issued:
    """Number the final prizes that have no certificate yet."""
    given = await _given(moment, deed.how.series)
    due = await _due(moment.connection, deed)
    hosts = "\n".join(deed.how.hosts)
    rows = [
        {
            "number": number_of(deed.how.series, given + place), "campaign": deed.campaign, "honour": row.id,
            "unit": row.unit, "unit_name": row.name or "", "title": row.title or "", "award": row.label,
            "activity": deed.how.activity, "hosts": hosts, "at": moment.at,
        }
        for place, row in enumerate(due, start=1)
    ]  # fmt: skip
    if rows:
        await moment.connection.execute(insert(certificates), rows)
        await _given(moment, deed.how.series, more=len(rows))
    total = await certificates_of(moment.connection, CertificatesOf(deed.campaign))
    return Issued(len(rows), sum(each.good for each in total))


async def _given(moment: Moment, series: str, *, more: int = 0) -> int:
    """How many numbers of a series were given, with `more`; whoever else asks waits for this transaction's end."""
    statement = insert_into(counters, moment.connection).values(name=f"certificates/{series}", value=more)
    grown = statement.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + more})
    return int((await moment.connection.execute(grown.returning(counters.c.value))).scalar_one())


async def _due(connection: AsyncConnection, deed: IssueCertificates) -> Sequence[Any]:
    """The prizes that want a certificate, in the order they were given."""
    has = select(certificates.c.honour).where(certificates.c.campaign == deed.campaign)
    rows = await connection.execute(
        select(honours.c.id, honours.c.unit, honours.c.label, units.c.name, entries.c.title)
        .select_from(
            honours.outerjoin(entries, entries.c.id == honours.c.entry).outerjoin(units, units.c.id == honours.c.unit)
        )
        .where(
            honours.c.campaign == deed.campaign, honours.c.state == FINAL,
            honours.c.prize.not_in(deed.how.without), honours.c.id.not_in(has),
        )
        .order_by(honours.c.id)
    )  # fmt: skip
    return rows.all()


async def certificates_of(connection: AsyncConnection, look: CertificatesOf) -> tuple[Certificate, ...]:
    """The certificates issued in a campaign."""
    mine = [certificates.c.unit == look.unit] if look.unit else []
    return await _found(connection, certificates.c.campaign == look.campaign, *mine)


async def certificate_at(database: Database, number: str) -> Certificate | None:
    """The certificate of a number."""
    async with database.read() as connection:
        found = await _found(connection, certificates.c.number == number)
    return found[0] if found else None


async def _found(connection: AsyncConnection, *wanted: ColumnElement[bool]) -> tuple[Certificate, ...]:
    rows = await connection.execute(
        select(certificates, units.c.klass, honours.c.state)
        .select_from(
            certificates.outerjoin(units, units.c.id == certificates.c.unit).outerjoin(
                honours, honours.c.id == certificates.c.honour
            )
        )
        .where(*wanted)
        .order_by(certificates.c.number)
    )
    return tuple(
        Certificate(
            row.number, row.campaign, row.honour, row.unit, row.klass or "", row.unit_name, row.title, row.award,
            row.activity, tuple(filter(None, row.hosts.split("\n"))), row.at, row.state == FINAL,
        )
        for row in rows
    )  # fmt: skip


DEEDS: Deeds = {IssueCertificates: issue}
LOOKS: Looks = {CertificatesOf: certificates_of}
