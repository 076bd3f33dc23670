"""What each version of an entry looks like: noted with the entry, searched afterwards, and what the search found."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import SubmitEntry
from rules.looks_twins import What
from rules.twin_texts import digest
from storage.database import Database
from storage.moments import Moment
from storage.tables import entries, units
from storage.tables_materials import materials
from storage.tables_twins import UNSEARCHED, fingerprints, twins
from storage.upserts import insert_into

OPEN, APART, WITHDRAWN = "open", "apart", "withdrawn"
_COLUMNS = ("entry", "version", "campaign", "track", "theme", "unit", "sha256", "film", "text", "at")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One version of an entry: the SHA-256 and the prints of its film, its long text; "" for what it has not."""

    entry: int
    version: int
    campaign: str
    track: str
    theme: str
    unit: int
    sha256: str
    film: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a search found: the other entry, and how much alike the two are. `about`: of what exactly they were made."""

    entry: int
    what: What
    same: bool
    percent: int
    about: str


async def note(moment: Moment, deed: SubmitEntry, entry: int, version: int) -> None:
    """Note what a version that was just handed in looks like; nothing for one without a film or a long text."""
    film = next((each for each in deed.materials if each.key == "film"), None)
    if film is None and not deed.text:
        return
    row = {
        "entry": entry, "version": version, "campaign": deed.campaign, "track": deed.track, "theme": deed.theme,
        "unit": deed.unit, "sha256": film.sha256 if film else "", "film": film.facts.get("prints", "") if film else "",
        "text": deed.text, "digest": digest(deed.text), "at": moment.at,
    }  # fmt: skip
    await moment.connection.execute(insert(fingerprints).values(row))


def in_force() -> ColumnElement[bool]:
    """Rows of fingerprints that stand for an entry now: the newest of each that was not withdrawn."""
    newer = fingerprints.alias("newer")
    newest = select(func.max(newer.c.version)).where(newer.c.entry == fingerprints.c.entry).scalar_subquery()
    return and_(entries.c.id == fingerprints.c.entry, entries.c.state != WITHDRAWN, fingerprints.c.version == newest)


async def waiting(database: Database, most: int = 20) -> list[Fingerprint]:
    """The oldest versions that were not compared with the others yet."""
    columns = [fingerprints.c[name] for name in _COLUMNS]
    found = select(*columns).where(UNSEARCHED).order_by(fingerprints.c.at, fingerprints.c.entry)
    async with database.read() as connection:
        return [Fingerprint(*row) for row in await connection.execute(found.limit(most))]


async def films(database: Database, campaign: str, but: int) -> list[tuple[int, str, str]]:
    """(entry, SHA-256, prints) of every film in force of a campaign, without one entry's."""
    return await _others(database, campaign, but, fingerprints.c.sha256 != "", "sha256", "film")


async def texts(database: Database, campaign: str, track: str, but: int) -> list[tuple[int, str]]:
    """(entry, long text) of every entry in force of a track, without one."""
    return await _others(
        database, campaign, but, and_(fingerprints.c.track == track, fingerprints.c.text != ""), "text"
    )


async def _others(database: Database, campaign: str, but: int, which: Any, *names: str) -> list[Any]:
    columns = [fingerprints.c[name] for name in ("entry", *names)]
    wanted = (entries.c.campaign == campaign, entries.c.id != but, in_force(), which)
    async with database.read() as connection:
        rows = await connection.execute(select(*columns).select_from(fingerprints, entries).where(*wanted))
        return [tuple(row) for row in rows]


async def called(database: Database, ids: Sequence[int]) -> Mapping[int, tuple[int, str, str, str, str]]:
    """Of these entries: unit, number, title, track and theme."""
    columns = (entries.c.unit, entries.c.number, entries.c.title, entries.c.track, fingerprints.c.theme)
    wanted = select(entries.c.id, *columns).select_from(fingerprints, entries).where(in_force(), entries.c.id.in_(ids))
    async with database.read() as connection:
        return {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in await connection.execute(wanted)}


async def class_of(connection: AsyncConnection, unit: int) -> str:
    """The class of a unit, "" for none."""
    return (await connection.execute(select(units.c.klass).where(units.c.id == unit))).scalar_one_or_none() or ""


def about(one: str, other: str) -> str:
    """What names the content of two works, whichever comes first."""
    return hashlib.sha256("\n".join(sorted((one, other))).encode()).hexdigest()[:32]


async def keep(moment: Moment, mine: Fingerprint, found: Sequence[Likeness]) -> list[Likeness]:
    """Keep what a search found and that it was made; gives what is new.

    What somebody set apart stays so while both are made of the same. What the newest version no longer resembles goes.
    """
    run = moment.connection.execute
    this = (fingerprints.c.entry == mine.entry, fingerprints.c.version == mine.version)
    await run(update(fingerprints).where(*this).values(searched=moment.at))
    if not await _is_newest(moment.connection, mine):
        return []
    known = {(row.one, row.other, row.what, row.about) for row in await run(select(twins).where(_with(mine.entry)))}
    kept = {(*_ordered(mine.entry, each.entry), each.what) for each in found}
    for one, other, what, _ in known:
        if (one, other, what) not in kept:
            await run(delete(twins).where(twins.c.one == one, twins.c.other == other, twins.c.what == what))
    for each in found:
        await _upsert(moment, mine, each)
    return [each for each in found if (*_ordered(mine.entry, each.entry), each.what, each.about) not in known]


def _with(entry: int) -> ColumnElement[bool]:
    return or_(twins.c.one == entry, twins.c.other == entry)


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


async def _is_newest(connection: AsyncConnection, mine: Fingerprint) -> bool:
    newest = select(func.max(fingerprints.c.version)).where(fingerprints.c.entry == mine.entry)
    return bool((await connection.execute(newest)).scalar_one() == mine.version)


async def _upsert(moment: Moment, mine: Fingerprint, found: Likeness) -> None:
    one, other = _ordered(mine.entry, found.entry)
    values = {
        "campaign": mine.campaign, "same": int(found.same), "percent": found.percent, "about": found.about,
        "state": OPEN, "by": 0, "at": moment.at,
    }  # fmt: skip
    statement = insert_into(twins, moment.connection).values(one=one, other=other, what=found.what, **values)
    new = statement.excluded
    still = twins.c.about == new.about
    grown = {name: new[name] for name in ("same", "percent", "about")}
    grown |= {name: case((still, twins.c[name]), else_=new[name]) for name in ("state", "by", "at")}
    await moment.connection.execute(
        statement.on_conflict_do_update(index_elements=["one", "other", "what"], set_=grown)
    )


async def film_told(connection: AsyncConnection, entry: int, version: int) -> str:
    """The facts of the check of a version's film (JSON), "" without one: what its liaison was told stands in them."""
    film = (materials.c.entry == entry, materials.c.version == version, materials.c.key == "film")
    return (await connection.execute(select(materials.c.facts).where(*film).limit(1))).scalar_one_or_none() or ""
