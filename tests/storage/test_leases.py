"""Of several programs on one database one acts at a time, and what was done meanwhile is not done again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.fakes import FakeClock
from rules.instants import from_micros
from rules.notice import Notice
from scheduler.housekeeping import Housekeeper
from scheduler.made import Made
from scheduler.planned import PlannedBroadcasts
from storage.files import FileStore
from storage.leases import HOUSE, PLANNED, TIME, Leadership
from storage.tables import addresses, people, seats
from storage.tables_duties import erasures
from storage.tables_post import broadcasts
from tests.campaigns.shipped import notice
from tests.storage.world import NOW, World


async def test_an_act_of_several_transactions_is_led_by_one_until_it_is_over(world: World) -> None:
    one, two = Leadership(HOUSE), Leadership(HOUSE)
    async with one.leading(world.database) as first, two.leading(world.database) as second:
        assert (first, second) == (True, False)
        async with world.database.write() as connection:  # it goes on in transactions of its own
            await connection.execute(insert(people).values(id=1, name="王"))
    async with two.leading(world.database) as mine:
        assert mine


async def test_who_leads_one_thing_holds_up_no_other(world: World) -> None:
    async with Leadership(HOUSE).leading(world.database) as mine, Leadership(PLANNED).leading(world.database) as other:
        assert (mine, other) == (True, True)
        async with Leadership(TIME).leading(world.database) as third:
            assert third


async def test_a_planned_message_waits_for_the_program_that_leads(world: World) -> None:
    campaign: Notice = notice("xian-2024")
    audience = '{"role":"admin","classes":[],"units":[],"state":"","track":""}'
    plan = f'{{"title":"t","people":[1],"audience":{audience},"enclosed":[]}}'
    async with world.database.write() as connection:
        await connection.execute(insert(people).values(id=1, name="陈", channel="telegram", address="1"))
        await connection.execute(insert(addresses).values(id="telegram:1", person=1))
        await connection.execute(insert(seats).values(id=2, person=1, campaign=campaign.id, role="admin"))
        row = {"id": 5, "campaign": campaign.id, "by": 1, "text": "请看", "state": "planned", "due": NOW, "plan": plan}
        await connection.execute(insert(broadcasts).values(row))
    planned = PlannedBroadcasts(world.database, {campaign.id: campaign}, world.numbers, FakeClock(from_micros(NOW)))
    async with Leadership(PLANNED).leading(world.database):
        assert await planned.tick() == 0
        assert await world.rows(broadcasts, "state") == [("planned",)]
    assert await planned.tick() == 1
    assert await world.rows(broadcasts, "state") == [("running",)]


@pytest.fixture
def keeper(world: World, tmp_path: Path) -> Housekeeper:
    """A housekeeper on this database."""
    made = Made(FileStore(tmp_path / "files"), tmp_path / "exports")
    return Housekeeper(world.database, made, {}, FakeClock(from_micros(NOW)), b"k" * 32)


async def test_people_are_erased_by_the_program_that_leads(world: World, keeper: Housekeeper) -> None:
    async with world.database.write() as connection:
        await connection.execute(insert(people).values(id=1, name="王"))
        row = {"person": 1, "at": NOW - 3_700_000_000, "state": "asked", "report": '{"names":[],"phones":[]}'}
        await connection.execute(insert(erasures).values(row))
    async with Leadership(HOUSE).leading(world.database):
        assert await keeper.fulfil() == 0
        assert await world.rows(people, "name") == [("王",)]
    assert (await keeper.fulfil(), await keeper.fulfil()) == (1, 0)
    assert await world.rows(people, "name") == [("",)]
