"""What broke is found again by the reference that the person was told."""

from __future__ import annotations

from storage.incidents import Incident, all_incidents, report
from storage.moments import Moment
from tests.storage.world import NOW, World


def _incident(reference: str, at: int) -> Incident:
    return Incident(reference, at, 7, "enter", "form/title", "web:1", "Traceback …\nKeyError: '题目'")


async def _report(world: World, incident: Incident) -> None:
    async with world.database.write() as connection:
        await report(Moment(connection, NOW, world.numbers), incident)


async def test_incidents_come_back_newest_first(world: World) -> None:
    reported = [_incident("AAAAAA", NOW), _incident("BBBBBB", NOW + 2), _incident("CCCCCC", NOW + 1)]
    for incident in reported:
        await _report(world, incident)
    assert await all_incidents(world.database) == [reported[1], reported[2], reported[0]]
    assert await all_incidents(world.database, most=1) == [reported[1]]


async def test_a_house_without_incidents_has_none(world: World) -> None:
    assert await all_incidents(world.database) == []
