"""Works that can be voted for, as if they had been handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app import App
from bot.people import unit_named
from rules.instants import micros
from rules.screening import chains_of
from storage.tables import entries, prints
from storage.tables_materials import materials
from storage.tables_screening import screenings

ANSWERS = {
    "contact": "张三", "phone": "029-86780000", "email": "zhang@163.com", "highlight": "一摊一码，群众监督。",
    "digest": "一座城市一天里的守信故事。",
}  # fmt: skip


async def let_through(connection: AsyncConnection, app: App, campaign: str, track: str, entry: int) -> None:
    """Every level of screening passes a work."""
    for level in chains_of(app.notices[campaign]).of(track):
        if level.by != "unit":
            await connection.execute(
                insert(screenings).values(
                    id=app.numbers(), campaign=campaign, entry=entry, version=1, level=level.key, decision="passed",
                    at=micros(app.clock.now()),
                )
            )  # fmt: skip


async def put_in(
    app: App, campaign: str, units: Sequence[str], track: str = "case", *, preview: str = "", **answers: Any
) -> list[str]:
    """One work of each of these units; gives their numbers."""
    chosen = app.notices[campaign].track(track)
    assert chosen.form is not None
    numbers = []
    async with app.database.write() as connection:
        for place, name in enumerate(units, start=1):
            unit = await unit_named(app, campaign, name)
            entry, code, number = app.numbers(), f"CODE{track}{place:04d}", f"XA-{track[0].upper()}{place:04d}"
            title = f"{'案例' if track == 'case' else '短视频'}第 {place} 件"
            said = orjson.dumps({**ANSWERS, "title": title, **answers}).decode()
            await connection.execute(
                insert(prints).values(
                    code=code, campaign=campaign, form=chosen.form.key, unit=unit.id, person=0, answers=said,
                    at=micros(app.clock.now()),
                )
            )  # fmt: skip
            await connection.execute(
                insert(entries).values(
                    id=entry, campaign=campaign, track=track, form=chosen.form.key, number=number, title=title,
                    unit=unit.id, person=0, state="submitted", version=1, code=code, received=micros(app.clock.now()),
                )
            )  # fmt: skip
            await let_through(connection, app, campaign, track, entry)
            if preview:
                facts = orjson.dumps({"preview": preview}).decode()
                await connection.execute(
                    insert(materials).values(
                        entry=entry, version=1, place=1, key="film", sha256=preview, name="a.mp4", size=9, facts=facts
                    )
                )
            numbers.append(number)
    return numbers
