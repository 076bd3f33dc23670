"""Units of a campaign's roster: written from an import, found by any of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson
from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.cleaning import folded
from rules.looks import UnitsLike, UnitsOf
from rules.people import Unit
from rules.pinyin import spelt
from rules.roster import RosterRow
from storage.database import Database
from storage.moments import Looks
from storage.tables import units
from storage.upserts import insert_into

#: Below this likeness (0 to 100) a name is not offered as a match.
LIKENESS = 60.0
#: Letters of pinyin at least: one alone would begin half of the roster.
_LEAST_LETTERS = 2


async def import_roster(
    database: Database, campaign: str, rows: Sequence[RosterRow], number: Callable[[], int]
) -> tuple[int, int]:
    """Write units, by name: new ones are added, known ones brought up to date. Gives (added, updated)."""
    async with database.write() as connection:
        found = await connection.execute(select(units.c.name).where(units.c.campaign == campaign))
        known = set(found.scalars())
        written = [{"id": number(), "campaign": campaign, **_columns(row)} for row in rows]
        if written:
            statement = insert_into(units, database)
            kept = {name: statement.excluded[name] for name in _CHANGING}
            upsert = statement.on_conflict_do_update(index_elements=["campaign", "name"], set_=kept)
            await connection.execute(upsert, written)
    updated = sum(row.name in known for row in rows)
    return len(rows) - updated, updated


_CHANGING = ("short", "klass", "parent", "recommender", "lead", "aliases", "contacts")


def _columns(row: RosterRow) -> dict[str, str]:
    return {
        "name": row.name,
        "short": row.short,
        "klass": row.klass,
        "parent": row.parent,
        "recommender": row.recommender,
        "lead": row.lead,
        "aliases": orjson.dumps(row.aliases).decode(),
        "contacts": orjson.dumps(row.contacts).decode(),
    }


async def units_of(connection: AsyncConnection, look: UnitsOf) -> tuple[Unit, ...]:
    """All units of a campaign, in the order of the roster."""
    rows = await connection.execute(
        select(units.c.id, units.c.campaign, units.c.name, units.c.short, units.c.klass)
        .where(units.c.campaign == look.campaign)
        .order_by(units.c.id)
    )
    return tuple(Unit(*row) for row in rows)


async def units_like(connection: AsyncConnection, look: UnitsLike) -> tuple[Unit, ...]:
    """Units by name, short name or alias: exact matches alone, else the likest first."""
    names = await _names(connection, look.campaign)
    if exact := _exact(names, look.text):
        return exact[: look.most]
    if spelled := _spelled(names, look.text):
        return spelled[: look.most]
    likest = process.extract(
        _plain(look.text),
        [name for name, _ in names],
        scorer=fuzz.partial_ratio,
        limit=look.most * 4,
        score_cutoff=LIKENESS,
    )
    return tuple(dict.fromkeys(names[index][1] for _, _, index in likest))[: look.most]


async def units_called(connection: AsyncConnection, campaign: str, name: str) -> tuple[Unit, ...]:
    """The units of exactly this name, short name or alias; the names count before the rest."""
    exact = _exact(await _names(connection, campaign), name)
    return tuple(unit for unit in exact if _plain(unit.name) == _plain(name)) or exact


async def _names(connection: AsyncConnection, campaign: str) -> list[tuple[str, Unit]]:
    """Every name of every unit, as names are compared."""
    columns = (units.c.id, units.c.campaign, units.c.name, units.c.short, units.c.klass, units.c.aliases)
    rows = await connection.execute(select(*columns).where(units.c.campaign == campaign).order_by(units.c.id))
    names: list[tuple[str, Unit]] = []
    for row in rows:
        unit = Unit(*row[:5])
        called = (unit.name, unit.short, *orjson.loads(row[5] or "[]"))
        names += [(plain, unit) for plain in map(_plain, called) if plain]
    return names


async def names_of(database: Database, ids: Sequence[int]) -> dict[int, str]:
    """The names of units by their ids."""
    async with database.read() as connection:
        rows = await connection.execute(select(units.c.id, units.c.name).where(units.c.id.in_(ids)))
        return {row.id: row.name for row in rows}


def _exact(names: Sequence[tuple[str, Unit]], text: str) -> tuple[Unit, ...]:
    wanted = _plain(text)
    return tuple(dict.fromkeys(unit for name, unit in names if name == wanted))


def _spelled(names: Sequence[tuple[str, Unit]], text: str) -> tuple[Unit, ...]:
    """The units whose pinyin begins with what was typed in letters, initials or syllables; the whole of it first."""
    wanted = _plain(text)
    if len(wanted) < _LEAST_LETTERS or not (wanted.isascii() and wanted.isalpha()):
        return ()
    ranked = [(min(map(len, found)), unit) for name, unit in names if (found := _beginning(wanted, name))]
    return tuple(dict.fromkeys(unit for _, unit in sorted(ranked, key=lambda pair: pair[0])))


def _beginning(wanted: str, name: str) -> list[str]:
    """The spellings of a name that begin with what was typed."""
    return [spelling for spelling in spelt(name) if spelling.startswith(wanted)]


def _plain(name: str) -> str:
    """A name as it is compared: half-width, without spaces, so that （） and () are the same brackets."""
    return "".join(folded(name).split()).casefold()


LOOKS: Looks = {UnitsOf: units_of, UnitsLike: units_like}
