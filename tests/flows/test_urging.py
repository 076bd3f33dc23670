"""An admin has those reminded who still owe something: sees whom, sees the words, and only then it goes."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from rules.people import Role
from storage.tables import seats
from tests.flows.conftest import Opens
from tests.flows.filling import submit_case
from tests.flows.test_reminded import reminded_so_far
from tests.flows.test_return import commands
from tests.flows.variants import form_only


async def test_a_preview_then_everybody_who_owes_hears_it_and_nobody_else(play: Opens) -> None:
    async with play("xian-2024", "2024-03-06 10:00", form_only) as xian:
        admin, done = await xian.admin(), await xian.liaison("西安市教育局")
        owing, resting = await xian.liaison("碑林区", "李老师"), await xian.liaison("莲湖区", "赵老师")
        await submit_case(done)
        await resting.say("今天不再提醒")
        xian.forget()
        await admin.all("催报", "全部还欠着的（2 个单位）", "先不提醒")
        assert await reminded_so_far(xian) == []
        xian.stage("晚上，只催一家")
        xian.at("2024-03-06 22:00")
        await admin.all("/remind beilin", "马上提醒")
        await xian.app.reminding.act()
        await owing.news()
        assert await reminded_so_far(xian) == [f"fake:{owing.address}"]
        xian.stage("没有要提醒的")
        await admin.say("/remind 教育局")
        await admin.say("/remind 莲湖区")
        await admin.all("提醒", "一个单位", "没有这个单位", "碑林区", "先不提醒")
        xian.matches("urging")
        assert (await commands(xian))[-1] == ("remind", "")


async def test_a_class_is_offered_where_several_owe(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 10:00", form_only) as xian:
        admin, department = await xian.admin(), await xian.liaison("西安市教育局")
        district = await xian.liaison("碑林区")
        await admin.say("/remind")
        assert admin.choices == ["全部还欠着的（2 个单位）", "市级部门", "区县", "一个单位"]
        await admin.all("市级部门", "马上提醒")
        await xian.app.reminding.act()
        assert await reminded_so_far(xian) == [f"fake:{department.address}"]
        xian.at("2024-04-23 10:05")
        await admin.all("催一下", "全部还欠着的（2 个单位）", "马上提醒")
        await xian.app.reminding.act()
        assert (await reminded_so_far(xian))[1:] == [f"fake:{department.address}", f"fake:{district.address}"]


@pytest.mark.parametrize(
    ("campaign", "at", "unit"),
    [
        ("weifang-2023", "2023-08-01 10:00", "寿光市"),
        ("xinhua-2021", "2021-10-12 10:00", "陕西"),
        ("hongze-quiz-2020", "2020-07-02 10:00", "区教体局"),
    ],
)
async def test_every_campaign_has_it(play: Opens, campaign: str, at: str, unit: str) -> None:
    async with play(campaign, at) as here:
        admin, _ = await here.admin(), await here.liaison(unit)
        await admin.all("催报", "1")
        assert admin.text.startswith("将马上提醒 1 个单位的 1 位联络员：")
        assert admin.choices == ["马上提醒", "先不提醒"]


async def test_an_admin_without_a_seat_reminds_nobody(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("碑林区")
        await admin.all("催报", "全部还欠着的（1 个单位）")
        async with xian.app.database.write() as connection:
            await connection.execute(delete(seats).where(seats.c.role == Role.ADMIN.value))
        await admin.say("马上提醒")
        await xian.app.reminding.act()
        assert await reminded_so_far(xian) == []
        assert "管理员" in await liaison.say("/remind")
