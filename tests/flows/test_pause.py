"""Nothing is taken in during a pause, nothing is lost, and everybody hears when it begins and ends."""

from __future__ import annotations

from tests.flows.conftest import Opens
from tests.flows.filling import fill_case
from tests.flows.test_return import commands


async def test_a_pause_stops_what_is_about_to_be_handed_in_and_its_end_lets_it_in(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await fill_case(liaison)
        await liaison.say("没有问题")
        xian.forget()
        await admin.all("暂停报送", "全部", "系统维护，预计明天上午恢复", "暂停并通知", "报送情况")
        await liaison.news()
        await liaison.say("现在报送")
        await liaison.all("填报", "信用案例")
        xian.stage("恢复")
        await admin.all("/resume", "恢复并通知")
        await liaison.news()
        await liaison.all("继续", "现在报送")
        xian.matches("pause")


async def test_a_pause_of_one_track_leaves_the_other_open(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await admin.all("/pause", "信用短视频", "视频要求有调整", "暂停并通知")
        assert "信用短视频暂停报送。原因：视频要求有调整" in await liaison.all("填报", "信用短视频")
        assert "下面填《" in await liaison.all("填报", "信用案例")
        assert "这一类已经暂停了" in await admin.all("暂停报送", "信用短视频")


async def test_for_a_liaison_resume_goes_on_with_the_draft(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("西安市教育局")
        await liaison.all("填报", "信用案例", "张三", "暂停")
        assert "联系电话" in await liaison.say("/resume")
        assert await commands(xian) == [("invite", "")]
