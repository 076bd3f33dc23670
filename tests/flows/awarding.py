"""A campaign whose works are in and ranked: entries of its roster, and a published round with their places."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Received, SubmitEntry
from rules.instants import micros
from rules.looks import Look
from rules.people import Unit
from storage.entries import submit
from storage.moments import Moment
from storage.tables import units
from storage.tables_judging import rounds
from tests.flows.conftest import Play


async def roster(play: Play) -> list[Unit]:
    """The units of the campaign, in the order of the roster."""
    async with play.app.database.read() as connection:
        columns = (units.c.id, units.c.campaign, units.c.name, units.c.short, units.c.klass)
        found = await connection.execute(select(*columns).where(units.c.campaign == play.campaign).order_by(units.c.id))
        return [Unit(*row) for row in found]


async def reported(
    play: Play, track: str, count: int, answers: Sequence[Mapping[str, Any]] = (), first: int = 0
) -> list[int]:
    """Works of a track, one after another of the units in turn; gives their ids. `answers` are used in turn."""
    everybody = await roster(play)
    rule = play.notice.track(track)
    letter = "ABCDE"[[each.key for each in play.notice.tracks].index(track)]
    entries = []
    for place in range(count):
        unit = everybody[(first + place) % len(everybody)]
        given = dict(answers[place % len(answers)]) if answers else {}
        deed = SubmitEntry(
            play.campaign, track, unit.id, 1, rule.form.key if rule.form else "", f"{track}{place:09d}",
            f"作品{letter}{place + 1}", given, {}, 0, 1 << 60, None, f"{play.notice.code}-{letter}",
        )  # fmt: skip
        async with play.app.database.write() as connection:
            moment = Moment(connection, micros(play.clock.now()), play.app.numbers)
            done = await submit(moment, deed)
        assert isinstance(done, Received)
        entries.append(done.entry)
    return entries


async def published(play: Play, places: Mapping[str, Sequence[tuple[int, int]]], key: str = "R1") -> None:
    """A round of experts with these places, (entry, rank) by track, public for everybody."""
    bundle = {"places": {track: [list(pair) for pair in listed] for track, listed in places.items()}}
    row = {"key": key, "campaign": play.campaign, "round": "expert", "state": "published",
           "bundle": orjson.dumps(bundle).decode(), "published": micros(play.clock.now())}  # fmt: skip
    async with play.app.database.write() as connection:
        await connection.execute(insert(rounds).values(row))


async def looked(
    play: Play, look: Look, answer: Callable[[AsyncConnection, Any], Awaitable[tuple[Any, ...]]]
) -> tuple[Any, ...]:
    """What a look finds now."""
    async with play.app.database.read() as connection:
        return await answer(connection, look)


def placed(entries: Sequence[int], ties: Mapping[int, int] | None = None) -> list[tuple[int, int]]:
    """Entries with the ranks 1, 2, 3 …; `ties`: place → the rank it shares with those before it."""
    return [(entry, (ties or {}).get(place, place)) for place, entry in enumerate(entries, start=1)]
