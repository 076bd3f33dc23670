"""What was handed in beside the form, version by version: films, stamped scans, pictures."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.handed import Material
from storage.tables_materials import materials

_COLUMNS = (materials.c.key, materials.c.sha256, materials.c.name, materials.c.size, materials.c.facts)


async def keep(connection: AsyncConnection, entry: int, version: int, handed: Sequence[Material]) -> None:
    """Keep the files of one version, in their order."""
    rows = [
        {
            "entry": entry, "version": version, "key": one.key, "place": place, "sha256": one.sha256,
            "name": one.name, "size": one.size, "facts": orjson.dumps(dict(one.facts)).decode(),
        }
        for place, one in enumerate(handed)
    ]  # fmt: skip
    if rows:
        await connection.execute(insert(materials), rows)


async def carry_over(connection: AsyncConnection, entry: int, version: int) -> None:
    """A version that changed nothing of the files has those of the one before."""
    before = (materials.c.entry == entry, materials.c.version == version - 1)
    names = ["entry", "version", "key", "place", "sha256", "name", "size", "facts"]
    columns = [literal(version).label("version") if name == "version" else materials.c[name] for name in names]
    await connection.execute(insert(materials).from_select(names, select(*columns).where(*before)))


async def of_version(connection: AsyncConnection, entry: int, version: int) -> tuple[Material, ...]:
    """The files of one version, in the order in which they were kept."""
    rows = await connection.execute(
        select(*_COLUMNS).where(materials.c.entry == entry, materials.c.version == version).order_by(materials.c.place)
    )
    return tuple(Material(key, sha256, name, size, orjson.loads(facts)) for key, sha256, name, size, facts in rows)
