"""Somebody who joined for the wrong unit is moved with their drafts, or taken out, and reminded of the right unit."""

from __future__ import annotations

from rules.deeds import Declined
from rules.deeds_steering import Reseat
from tests.flows.conftest import Opens
from tests.flows.filling import submit_case
from tests.flows.test_return import commands
from tests.flows.variants import form_only


async def test_a_liaison_is_moved_with_their_draft_and_reminded_of_the_right_unit(play: Opens) -> None:
    async with play("xian-2024", "2024-04-01 10:00", form_only) as xian:
        admin, wrong = await xian.admin(), await xian.liaison("碑林区", "李老师")
        await wrong.all("填报", "信用案例", "张三", "暂停")
        xian.forget()
        await admin.all("调整联络员", "碑林区", "改到别的单位", "碑林区", "莲湖区", "确认")
        xian.stage("本人收到通知")
        await wrong.news()
        xian.at("2024-04-17 08:00")
        await xian.app.reminding.act()
        await wrong.news()
        await wrong.all("接着填", "029-86780000", "暂停", "我是谁")
        xian.matches("reseat")
        assert (await commands(xian))[-1] == ("reseat", "")
        await submit_case(wrong)
        assert (await wrong.say("我的报送")).startswith("莲湖区的报送：\n· 信用案例：已报 1 个，还差 2 个。")


async def test_a_liaison_who_is_taken_out_hears_nothing_more_and_cannot_look_in(play: Opens) -> None:
    async with play("xian-2024", "2024-04-01 10:00", form_only) as xian:
        admin, stays, goes = await xian.admin(), await xian.liaison("碑林区"), await xian.liaison("碑林区", "李老师")
        await goes.all("填报", "信用案例", "张三")
        await admin.all("/unit beilin", "改联络员", "李老师", "移出这个单位", "确认")
        assert "您不再是 碑林区 的联络员" in await goes.news()
        assert "您原来的身份已经不在了" in await goes.say("029-86780000")
        xian.at("2024-04-17 08:00")
        await xian.app.reminding.act()
        assert "贵单位还差：案例 3 个" in await stays.news()
        assert "邀请码" in await goes.say("我的报送")


async def test_who_has_both_seats_keeps_the_right_one_with_the_drafts_of_the_wrong(play: Opens) -> None:
    async with play("xian-2024", "2024-04-01 10:00", form_only) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("碑林区", "李老师")
        await liaison.all("填报", "信用案例", "张三", "暂停")
        await liaison.say(await xian.code("莲湖区"))
        await admin.all("/reseat beilin", "改到别的单位", "莲湖区", "确认")
        assert "联系电话" in await liaison.say("继续")
        assert "碑林区" not in await liaison.say("我是谁")
        await admin.all("/reseat beilin")
        assert admin.text.startswith("碑林区 还没有人加入")


async def test_nothing_changes_before_it_is_confirmed_or_when_it_is_too_late(play: Opens) -> None:
    async with play("xian-2024", "2024-04-01 10:00", form_only) as xian:
        one, two = await xian.admin(), await xian.admin("赵老师")
        liaison = await xian.liaison("碑林区", "李老师")
        for admin in (one, two):
            await admin.all("/reseat beilin", "不改")
            await admin.all("/reseat beilin", "移出这个单位")
        await one.say("确认")
        assert (await two.say("确认")).startswith("碑林区 还没有人加入")
        async with xian.app.turns.open() as turns:  # at the same moment
            late = await turns.perform(Reseat(xian.campaign, person=3, unit=4, into=0, by=0), xian.clock.now())
        assert late == Declined("reseat.gone", {})
        assert "邀请码" in await liaison.say("填报")
