"""The guard at work: a film is compared before it is told, an entry once it is in, and what breaks is done again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from rules.handed import Material
from rules.looks_twins import Pair, TwinsIn
from rules.twin_texts import text_similarity
from scheduler import twins as guard
from scheduler.clock import SystemClock
from scheduler.twins import ComparedFilms, Comparing, Resemblances
from storage.database import Database
from storage.migrate import migrate
from storage.tables import outbox, people, seats
from storage.tables_twins import fingerprints
from tests.campaigns.shipped import notice
from tests.rules.test_twins import film, shaken, text
from tests.storage.world import CAMPAIGN, World, submission

SCENES = film(31)
PRINTS, AGAIN, OTHER = text(SCENES), text(shaken(SCENES, bits=7, later=5)), text(film(77))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'xinshi.db'}")
    await migrate(database)
    yield World(database)
    await database.close()


async def enter(world: World, unit: str, sha: str, prints: str, *, twins: list[Any] | None = None) -> int:
    """A film, entered for a new unit by its liaison."""
    number, person = await world.unit(unit), await world.person("王老师")
    async with world.database.write() as connection:
        seat = {"id": world.numbers(), "person": person, "campaign": CAMPAIGN, "role": "liaison", "unit": number}
        await connection.execute(insert(seats).values(seat))
        await connection.execute(people.update().where(people.c.id == person).values(channel="web", address=unit))
    handed = (Material("film", sha * 64, "a.mp4", 9, {"prints": prints, "twins": twins or []}),)
    return int((await world.do(submission(number, person, track="video", title=unit, materials=handed))).entry)


def comparing(world: World) -> Comparing:
    return Comparing(world.database, {CAMPAIGN: notice(CAMPAIGN)}, world.numbers, SystemClock())


async def pairs(world: World) -> list[tuple[int, int, int, bool]]:
    found: tuple[Pair, ...] = await world.look(TwinsIn(CAMPAIGN))
    return [(pair.one.entry, pair.other.entry, pair.percent, pair.same) for pair in found]


async def told(world: World) -> list[str]:
    """Who was told something of their own accord."""
    async with world.database.read() as connection:
        return list((await connection.execute(select(outbox.c.address).order_by(outbox.c.id))).scalars())


async def test_texts_are_found_the_quick_way_as_by_reading_each(world: World) -> None:
    dice = random.Random(5)
    base = "".join(chr(0x4E00 + dice.randrange(3000)) for _ in range(600))
    number, person = await world.unit("碑林区"), await world.person("王老师")
    expected = []
    for share in (0, 5, 10, 14, 16, 20, 50, 100):
        places = set(dice.sample(range(600), 6 * share))
        other = "".join(chr(0x4E00 + dice.randrange(3000)) if at in places else char for at, char in enumerate(base))
        entry = (await world.do(submission(number, person, text=other))).entry
        expected += [(entry, percent)] if (percent := text_similarity(base, other)) else []
    found = await Resemblances(world.database).of_text(CAMPAIGN, "case", 0, base)
    assert sorted((each.entry, each.percent) for each in found) == expected
    assert (len(expected), [each.same for each in found][:2]) == (4, [True, False])


async def checked(facts: Mapping[str, Any], world: World, **payload: Any) -> list[Mapping[str, Any]]:
    async def check(payload: Mapping[str, Any]) -> AsyncGenerator[Mapping[str, Any], None]:
        yield {"progress": True, "stage": "header", "refused": False}
        yield facts

    asked = {"campaign": CAMPAIGN, "sha256": "b" * 64, **payload}
    return [each async for each in ComparedFilms(check, Resemblances(world.database)).perform(asked)]


async def test_a_check_says_what_is_alike_and_names_it_to_its_own_unit_alone(world: World) -> None:
    entry = await enter(world, "碑林区", "a", PRINTS)
    unit = (await world.rows(seats, "unit"))[0][0]
    facts = {"progress": False, "refused": False, "prints": AGAIN}
    first, mine = await checked(facts, world, unit=unit)
    _, theirs = await checked(facts, world, unit=unit + 1)
    _, itself = await checked(facts, world, unit=unit, entry=entry)
    assert "twins" not in first
    known = {"what": "film", "same": False, "percent": 100}
    names = {"number": "XA-B0001", "title": "碑林区", "track": "video", "theme": ""}
    assert mine["twins"] == [{**known, "own": True, **names}]
    assert theirs["twins"] == [{**known, "own": False, **dict.fromkeys(names, "")}]
    assert itself["twins"] == []


@pytest.mark.parametrize("facts", [{"error": {"key": "film.gone", "facts": {}}}, {"refused": True, "prints": PRINTS}])
async def test_what_is_no_use_is_compared_with_nothing(world: World, facts: Mapping[str, Any]) -> None:
    await enter(world, "碑林区", "a", PRINTS)
    assert (await checked(facts, world))[1] == facts


async def test_entries_that_came_at_the_same_time_are_told_once_each_at_most(world: World) -> None:
    one = await enter(world, "碑林区", "a", PRINTS)
    two = await enter(world, "雁塔区", "b", AGAIN)
    three = await enter(world, "莲湖区", "c", OTHER)
    assert await comparing(world).compare() == 3
    assert await pairs(world) == [(one, two, 100, False)]
    assert await told(world) == ["web:碑林区"]
    assert (await comparing(world).compare(), await told(world), three > two) == (0, ["web:碑林区"], True)


async def test_what_the_liaison_saw_with_the_check_is_not_told_again(world: World) -> None:
    await enter(world, "碑林区", "a", OTHER)
    await comparing(world).compare()
    await enter(world, "雁塔区", "a", "", twins=[{"what": "film"}])
    await comparing(world).compare()
    assert ([each[2:] for each in await pairs(world)], await told(world)) == ([(100, True)], [])


async def test_what_breaks_is_done_again_and_nothing_is_kept_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(world, "碑林区", "a", PRINTS)
    two = await enter(world, "雁塔区", "b", AGAIN)
    real, broken = Resemblances.of_text, iter([False, True])

    async def sometimes(*given: Any) -> Any:
        if next(broken, False):
            raise OSError("the disk was away")
        return await real(*given)

    monkeypatch.setattr(Resemblances, "of_text", sometimes)
    monkeypatch.setattr(guard, "IDLE", 0.01)
    working = asyncio.ensure_future(comparing(world).run())
    for _ in range(500):
        await asyncio.sleep(0.01)
        if await told(world) and (0,) not in await world.rows(fingerprints, "searched"):
            break
    working.cancel()
    await asyncio.wait({working})
    assert (await pairs(world), await told(world)) == ([(one, two, 100, False)], ["web:碑林区"])


async def test_two_programs_that_compare_the_same_keep_and_tell_it_once(world: World) -> None:
    one = await enter(world, "碑林区", "a", PRINTS)
    two = await enter(world, "雁塔区", "b", AGAIN)
    await asyncio.gather(*(comparing(world).compare() for _ in range(3)))
    assert (await pairs(world), await told(world)) == ([(one, two, 100, False)], ["web:碑林区"])
