"""The roster's units: imported as often as one likes, found by any name, and never confused."""

from __future__ import annotations

import asyncio

import pytest

from rules.looks import UnitsLike, UnitsOf
from rules.people import Unit
from rules.roster import RosterRow
from storage.tables import units
from storage.units import import_roster, units_called
from tests.storage.world import CAMPAIGN, World

ROWS = (
    RosterRow("西安市市场监督管理局", "市市场监管局", ("市工商局", "市质监局"), "department"),
    RosterRow("西安市文化和旅游局（文物局）", "市文旅局", (), "department"),
    RosterRow("碑林区", "", (), "district", "西安市", (("王某", "029-12345678"),)),
    RosterRow("莲湖区", "", (), "district"),
)


@pytest.fixture
async def listed(world: World) -> World:
    """A world with the roster in it."""
    assert await import_roster(world.database, CAMPAIGN, ROWS, world.numbers) == (4, 0)
    return world


async def _names(world: World, text: str, **more: int) -> list[str]:
    return [unit.name for unit in await world.look(UnitsLike(CAMPAIGN, text, **more))]


async def _called(world: World, name: str) -> list[str]:
    async with world.database.read() as connection:
        return [unit.name for unit in await units_called(connection, CAMPAIGN, name)]


async def test_a_roster_is_kept_in_its_order(listed: World) -> None:
    found = await listed.look(UnitsOf(CAMPAIGN))
    assert found == tuple(
        Unit(unit.id, CAMPAIGN, row.name, row.short, row.klass) for unit, row in zip(found, ROWS, strict=True)
    )
    assert await listed.rows(units, "name", "parent", "aliases", "contacts") == [
        ("碑林区", "西安市", "[]", '[["王某","029-12345678"]]'),
        ("莲湖区", "", "[]", "[]"),
        ("西安市市场监督管理局", "", '["市工商局","市质监局"]', "[]"),
        ("西安市文化和旅游局（文物局）", "", "[]", "[]"),
    ]


async def test_a_second_import_brings_units_up_to_date_and_keeps_their_numbers(listed: World) -> None:
    before = {unit.name: unit.id for unit in await listed.look(UnitsOf(CAMPAIGN))}
    changed = (RosterRow("碑林区", "碑林", ("碑林区政府",), "new_city"), RosterRow("雁塔区", klass="district"))
    assert await import_roster(listed.database, CAMPAIGN, changed, listed.numbers) == (1, 1)
    after = {unit.name: unit for unit in await listed.look(UnitsOf(CAMPAIGN))}
    assert {name: after[name].id for name in before} == before
    assert (after["碑林区"].short, after["碑林区"].klass) == ("碑林", "new_city")
    assert after["莲湖区"].klass == "district", "who is not in the new file stays as they were"
    assert await listed.rows(units, "name", "parent", "contacts") == [
        ("碑林区", "", "[]"),
        ("莲湖区", "", "[]"),
        ("西安市市场监督管理局", "", "[]"),
        ("西安市文化和旅游局（文物局）", "", "[]"),
        ("雁塔区", "", "[]"),
    ]


async def test_the_same_unit_may_take_part_in_two_campaigns(listed: World) -> None:
    assert await import_roster(listed.database, "other", ROWS[2:3], listed.numbers) == (1, 0)
    assert len(await listed.look(UnitsOf("other"))) == 1
    assert len(await listed.look(UnitsOf(CAMPAIGN))) == 4


async def test_an_empty_file_changes_nothing(listed: World) -> None:
    assert await import_roster(listed.database, CAMPAIGN, (), listed.numbers) == (0, 0)
    assert len(await listed.look(UnitsOf(CAMPAIGN))) == 4


async def test_two_imports_at_once_leave_every_unit_once(rivals: list[World]) -> None:
    await asyncio.gather(*(import_roster(each.database, CAMPAIGN, ROWS, each.numbers) for each in rivals))
    assert await rivals[0].rows(units, "name") == sorted((row.name,) for row in ROWS)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("碑林区", ["碑林区"]),
        (" 碑 林 区 ", ["碑林区"]),
        ("市市场监管局", ["西安市市场监督管理局"]),
        ("市工商局", ["西安市市场监督管理局"]),
        ("西安市文化和旅游局(文物局)", ["西安市文化和旅游局（文物局）"]),
        ("文旅局", ["西安市文化和旅游局（文物局）"]),
        ("碑林", ["碑林区"]),
        ("某某县公安局", []),
        ("", []),
    ],
)
async def test_units_are_found_by_any_of_their_names(listed: World, typed: str, found: list[str]) -> None:
    assert (await _names(listed, typed))[:1] == found


async def test_an_exact_name_stands_alone_and_likeness_offers_several(listed: World) -> None:
    assert await _names(listed, "莲湖区") == ["莲湖区"]
    assert sorted(await _names(listed, "西安市")) == ["西安市市场监督管理局", "西安市文化和旅游局（文物局）"]
    assert len(await _names(listed, "西安市", most=1)) == 1


async def test_units_of_other_campaigns_are_not_found(listed: World) -> None:
    assert await listed.look(UnitsLike("other", "碑林区")) == ()


@pytest.mark.parametrize(
    ("typed", "found"), [("市工商局", ["西安市市场监督管理局"]), ("碑林", []), ("西安市", []), ("", [])]
)
async def test_a_name_in_a_command_must_be_exact(listed: World, typed: str, found: list[str]) -> None:
    assert await _called(listed, typed) == found


async def test_the_name_of_one_wins_over_the_short_name_of_another(listed: World) -> None:
    rows = (RosterRow("高新区", klass="zone"), RosterRow("西安高新区管委会", "高新区", (), "zone"))
    await import_roster(listed.database, CAMPAIGN, rows, listed.numbers)
    assert await _called(listed, "高新区") == ["高新区"]
    twins = (RosterRow("甲局", "一局"), RosterRow("乙局", "一局"))
    await import_roster(listed.database, CAMPAIGN, twins, listed.numbers)
    assert await _called(listed, "一局") == ["甲局", "乙局"]
