"""Nothing is taken in during a pause, nothing is lost, and everybody hears when it begins and ends."""

from __future__ import annotations

from sqlalchemy import select, update

from storage.tables import outbox
from tests.flows.conftest import Opens
from tests.flows.filling import fill_case
from tests.flows.test_return import commands
from tests.flows.variants import form_only


async def test_a_pause_stops_what_is_about_to_be_handed_in_and_its_end_lets_it_in(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
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
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await admin.all("/pause", "信用短视频", "视频要求有调整", "暂停并通知")
        assert "信用短视频暂停报送。原因：视频要求有调整" in await liaison.all("填报", "信用短视频")
        assert "下面填《" in await liaison.all("填报", "信用案例")
        assert "这一类已经暂停了" in await admin.all("暂停报送", "信用短视频")


async def test_for_a_liaison_resume_goes_on_with_the_draft(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("西安市教育局")
        await liaison.all("填报", "信用案例", "张三", "暂停")
        assert "联系电话" in await liaison.say("/resume")
        assert await commands(xian) == [("invite", "")]


async def test_whoever_had_not_heard_of_a_pause_hears_nothing_of_its_end(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        away = await xian.liaison("碑林区", "李老师")
        await admin.all("/pause", "全部", "系统维护", "暂停并通知")
        async with xian.app.database.write() as connection:
            gone = outbox.c.address == f"fake:{liaison.address}", outbox.c.kind == "notice"
            await connection.execute(update(outbox).where(*gone).values(state="sent"))
            gone = outbox.c.address == f"fake:{away.address}", outbox.c.kind == "notice"
            await connection.execute(update(outbox).where(*gone).values(state="held"))
        await admin.all("/resume", "恢复并通知")
        async with xian.app.database.read() as connection:
            columns = select(outbox.c.address, outbox.c.state, outbox.c.why).where(outbox.c.kind == "notice")
            rows = (await connection.execute(columns.order_by(outbox.c.id))).all()
        here, there = f"fake:{liaison.address}", f"fake:{away.address}"
        assert [row.address for row in rows] == [here, there, here]
        assert [(row.state, row.why) for row in rows][:2] == [("sent", ""), ("dead", "superseded")]
