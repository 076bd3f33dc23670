"""An entry goes back with reasons to exact fields; its liaison is asked for those alone, and the new version is in."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from rules.people import Role
from storage.audit import Audit
from storage.letters import outgoing_of
from storage.outbox import HELD
from storage.tables import outbox, seats, versions
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import submit_case
from tests.flows.variants import form_only


async def commands(play: Play) -> list[tuple[str, str]]:
    """What the audit log says, oldest first: the command, and why it was declined ("" where it was done)."""
    acts = await Audit(play.app.database).acts(most=1000)
    return [(act.command, act.result.get("declined", "")) for act in reversed(acts)]


async def test_only_the_fields_that_were_sent_back_are_asked_again_and_the_new_version_is_in(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        await liaison.say("菜单")
        xian.forget()
        await admin.all("退回", "xa-a0001", "案例内容", "请补充数据，如投诉量的变化。", "联系电话", "号码打不通")
        await admin.all("就这些", "周五", "退回并通知")
        xian.stage("联络员收到通知")
        await liaison.news()
        await liaison.all("菜单", "我的报送", "1")
        await liaison.all("现在修改", "029-86780001", "办理满意率由 81% 升到 97%。", "完成")
        await liaison.all("同意", "没有问题", "现在报送")
        await liaison.all("我的报送", "1", "看历次版本")
        xian.matches("return")
        async with xian.app.database.read() as connection:
            what = (await connection.execute(select(versions.c.what).order_by(versions.c.version))).scalars().all()
        assert what == ["submitted", "returned", "replaced"]


async def test_what_was_sent_back_may_come_after_the_deadline_until_its_own_instant(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        await admin.all("/return XA-A0001", "联系电话", "号码打不通", "就这些", "2024-04-26 24:00", "退回并通知")
        xian.at("2024-04-26 23:59:59")
        await liaison.all("修改退回", "029-86780001", "同意", "没有问题")
        told = await liaison.say("现在报送")
        assert told.startswith("已收到：XA-A0001“诚信菜市场”（第 3 版，以这一版为准），距截止还有 1 秒")


async def test_word_of_a_return_that_is_still_on_its_way_is_dropped_when_its_reader_begins_to_mend(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        colleague = await xian.liaison("西安市教育局", "李老师")
        await submit_case(liaison)
        await submit_case(liaison, "诚信校园")
        for number in ("XA-A0001", "XA-A0002"):
            await admin.all(f"/return {number}", "联系电话", "号码打不通", "就这些", "2024-04-26 24:00", "退回并通知")
        await holding(xian)
        await liaison.all("修改退回", "1")
        told = {each: await waiting(xian, each) for each in (liaison, colleague)}
        assert told == {liaison: ["XA-A0002"], colleague: ["XA-A0001", "XA-A0002"]}
        await liaison.all("029-86780001", "同意", "没有问题", "现在报送")
        assert (await waiting(xian, liaison), await waiting(xian, colleague)) == (["XA-A0002"], ["XA-A0002"])


async def test_word_of_a_return_that_was_partly_delivered_is_delivered_whole(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        await admin.all("/return XA-A0001", "联系电话", "号码打不通", "就这些", "2024-04-26 24:00", "退回并通知")
        await holding(xian, done=1)
        await liaison.say("修改退回")
        assert await waiting(xian, liaison) == ["XA-A0001"]


async def holding(play: Play, *, done: int = 0) -> None:
    """Nothing has got through yet, but `done` parts of each message."""
    async with play.app.database.write() as connection:
        await connection.execute(update(outbox).where(outbox.c.kind == "notice").values(state=HELD, done=done))


async def waiting(play: Play, player: Player) -> list[str]:
    """The numbers of which somebody has still to hear."""
    mine = select(outbox.c.body).where(outbox.c.address == f"{player.channel}:{player.address}", outbox.c.state == HELD)
    async with play.app.database.read() as connection:
        said = [outgoing_of(body).said for body in (await connection.execute(mine.order_by(outbox.c.id))).scalars()]
    return [each[1]["number"] for each in said if each is not None and each[0] == "return.announced"]


async def test_after_its_own_instant_it_is_late_like_any_other(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        await admin.all("/return XA-A0001", "联系电话", "号码打不通", "就这些", "2024-04-26 24:00", "退回并通知")
        xian.at("2024-04-26 23:59:59")
        await liaison.all("修改退回", "029-86780001", "同意", "没有问题")
        xian.at("2024-04-27 00:00:00")
        assert "没有收下" in await liaison.say("现在报送")


async def test_an_entry_that_changed_meanwhile_does_not_go_back(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        await admin.all("退回", "教育局", "1", "联系电话", "号码打不通", "就这些", "周五")
        await liaison.all("我的报送", "1", "撤回", "确认撤回")
        assert await admin.say("退回并通知") == "西安市教育局 现在没有已报送的作品。"
        assert ("return", "") not in await commands(xian)


async def test_of_two_admins_who_send_the_same_back_one_is_first(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        one, two, liaison = await xian.admin(), await xian.admin("赵老师"), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        for admin in (one, two):
            await admin.all("退回", "XA-A0001", "联系电话", "号码打不通", "就这些", "周五")
        await one.say("退回并通知")
        assert "已经退回过" in await two.say("退回并通知")
        assert [each for each in await commands(xian) if each[0] == "return"] == [("return", "")]


async def test_an_admin_who_loses_the_seat_in_the_middle_does_nothing_more(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison)
        await admin.all("退回", "XA-A0001", "联系电话", "号码打不通", "就这些", "周五")
        async with xian.app.database.write() as connection:
            await connection.execute(delete(seats).where(seats.c.role == Role.ADMIN.value))
        xian.forget()
        await admin.all("退回并通知", "单位")
        xian.matches("seat_lost")
        assert await commands(xian) == [("invite", ""), ("invite", "")]
        assert "已报送" in await liaison.all("我的报送", "1")


async def test_marks_in_a_reason_and_in_a_title_are_words(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await submit_case(liaison, "**粗体** {{ 7*7 }} <b>")
        await admin.all("退回", "XA-A0001", "联系电话", "{{ reasons }} **请改** <script>", "就这些", "周五")
        await admin.say("退回并通知")
        told = await liaison.news()
        assert "“**粗体** {{ 7*7 }} <b>”" in told
        assert "{{ reasons }} **请改** <script>" in told
