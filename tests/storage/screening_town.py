"""A province, a city under it and a unit under the city, each with somebody; and an admin; a chain of three levels."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update

from rules.deeds import Declined, Done, Received
from rules.deeds_screening import PassEntry, Seen
from rules.looks_screening import Case, CasesOf
from rules.screening import Chains
from rules.tracks import Level
from storage.tables import seats, units
from tests.storage.world import CAMPAIGN, NOW, World, submission

RECOMMENDER = Level("recommender", "推荐单位意见", "recommender", "附表2", "recommender", self_recommends=True)
PROVINCE = Level("province", "初步遴选", "lead", "附表2", "province")
COMMITTEE = Level("committee", "组委会意见", "host", "附表2", "committee")
CHAINS = Chains((("case", (RECOMMENDER, PROVINCE, COMMITTEE)),), frozenset({"province"}))


async def town(world: World) -> Any:
    ids = {
        "province": await world.unit("陕西省牵头部门", klass="province", short="陕西"),
        "city": await world.unit("西安市", klass="city"),
        "unit": await world.unit("碑林区", klass="unit"),
    }
    async with world.database.write() as connection:
        for below, above in (("city", "陕西"), ("unit", "西安市")):
            await connection.execute(update(units).where(units.c.id == ids[below]).values(parent=above))
    people = {name: await seat(world, name, ids[name]) for name in ids} | {"admin": await seat(world, "管理员", 0)}
    return ids, people


async def seat(world: World, name: str, unit: int) -> int:
    person = await world.person(name)
    role = "liaison" if unit else "admin"
    async with world.database.write() as connection:
        values = {"id": world.numbers(), "person": person, "campaign": CAMPAIGN, "role": role, "unit": unit}
        await connection.execute(insert(seats).values(values))
    return person


async def enter(world: World, unit: int, **changes: Any) -> int:
    at = changes.pop("at", NOW)
    done = await world.do(submission(unit, await world.person(), **changes), at=at)
    assert isinstance(done, Received)
    return done.entry


async def case(world: World, entry: int) -> Case:
    [found] = await world.look(CasesOf(CAMPAIGN, CHAINS, entry=entry))
    assert isinstance(found, Case)
    return found


def seen(found: Case) -> Seen:
    assert found.stand.level is not None
    return Seen(
        found.entry.id, found.entry.number, found.entry.version, found.stand.level.key, max(found.stand.desk, 0)
    )


async def pass_on(world: World, entry: int, by: int, **more: Any) -> Done | Declined:
    found = await case(world, entry)
    level = found.stand.level
    assert level is not None
    facts = {"field": level.field or "", "day": "2024-03-09", "track": "case", **more}
    deed = PassEntry(CAMPAIGN, seen(found), "同意推荐。", by, **facts)
    done = await world.do(deed, at=NOW + 1)
    assert isinstance(done, Done | Declined)
    return done


def where(found: Case) -> tuple[str, str, str]:
    level = found.stand.level
    return found.stand.state, level.key if level is not None else "", found.desk.name if found.desk is not None else ""
