"""Names and numbers made unreadable in what stays, drafts dropped, and which files nothing names any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Text, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.masking import masked_phones
from storage.columns import metadata
from storage.erasing_policy import SEALED
from storage.tables import entries, prints, versions
from storage.tables_duties import handed


async def drop_drafts(connection: AsyncConnection, ids: Sequence[int]) -> int:
    """Forms that these people filled in and never handed in."""
    used = select(versions.c.code).union(select(entries.c.code), select(handed.c.code))
    mine = (prints.c.person.in_(ids), prints.c.code.not_in(used))
    return (await connection.execute(delete(prints).where(*mine))).rowcount


async def mask_forms(
    connection: AsyncConnection,
    ids: Sequence[int],
    *,
    names: Sequence[str],
    phones: Sequence[str],
    spare: Sequence[str],
) -> int:
    """In forms that these people filled in, make cells unreadable that hold these names and numbers; gives how many."""
    mine = (prints.c.person.in_(ids), prints.c.campaign.not_in(spare))
    rows = await connection.execute(select(prints.c.code, prints.c.answers).where(*mine))
    count = 0
    for code, text in rows.all():
        answers = orjson.loads(text or "{}")
        hidden = masked_cells(answers, names, phones)
        if hidden != answers:
            value = orjson.dumps(hidden).decode()
            await connection.execute(update(prints).where(prints.c.code == code).values(answers=value))
            count += 1
    return count


def masked_cells(value: Any, names: Sequence[str], phones: Sequence[str]) -> Any:
    """Answers in which cells that are one of these names, and these numbers wherever they stand, are unreadable."""
    match value:
        case Mapping():
            return {key: masked_cells(each, names, phones) for key, each in value.items()}
        case list():
            return [masked_cells(each, names, phones) for each in value]
        case str() if value.strip() in names:
            return f"{value.strip()[:1]}**"
        case str():
            for phone in phones:
                value = value.replace(phone, masked(phone))
            return value
    return value


def masked(phone: str) -> str:
    """A number that is not to be read again; what is no number in its known form goes whole."""
    hidden = masked_phones(phone)
    return hidden if hidden != phone else "*" * len(phone)


async def scrub(connection: AsyncConnection, phones: Sequence[str], *, spare: Sequence[str]) -> int:
    """Make numbers unreadable in every text of every table but the sealed ones; gives how many cells changed."""
    count = 0
    for column in _texts():
        table = column.table
        if table.name in SEALED or column.primary_key:
            continue
        spared = (prints.c.campaign.not_in(spare),) if table is prints else ()
        for phone in phones:
            values = {column.name: func.replace(column, phone, masked(phone))}
            done = await connection.execute(update(table).where(column.contains(phone), *spared).values(values))
            count += max(0, done.rowcount)
    return count


def _texts() -> list[Any]:
    """Every column of text in the schema."""
    return [column for table in metadata.sorted_tables for column in table.columns if isinstance(column.type, Text)]


async def unnamed_files(connection: AsyncConnection, candidates: Iterable[str]) -> list[str]:
    """Of these files (SHA-256) those that no text of any table names any more."""
    texts, unnamed = _texts(), []
    for sha256 in sorted(candidates):
        for column in texts:
            found = select(func.count()).select_from(column.table).where(column.contains(sha256))
            if (await connection.execute(found)).scalar_one():
                break
        else:
            unnamed.append(sha256)
    return unnamed
