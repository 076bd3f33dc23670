"""A cap moves only by a unit's request and an admin's recorded consent, either way, and then it is what decides."""

from __future__ import annotations

from tests.flows.conftest import Opens
from tests.flows.filling import submit_xinhua
from tests.flows.test_return import commands


async def test_a_unit_asks_an_admin_consents_to_another_number_and_the_eleventh_is_taken(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-11 10:00") as xinhua:
        admin, liaison = await xinhua.admin(), await xinhua.liaison("陕西")
        for number in range(1, 11):
            await submit_xinhua(liaison, f"案例{number}")
        xinhua.forget()
        xinhua.at("2021-10-11 10:01")
        await liaison.all("填报", "信用案例", "申请名额", "九", "十", "12", "本省信用县全覆盖，案例较多。", "提交申请")
        await liaison.say("申请名额")
        xinhua.stage("管理员收到申请")
        await admin.news()
        await admin.all("审批名额", "同意，但改数", "9", "11", "先增加一个。", "确认")
        xinhua.stage("单位收到答复")
        await liaison.news()
        assert "已收到：XH-A0011" in await submit_xinhua(liaison, "案例11")
        xinhua.stage("第十二个仍然不收")
        xinhua.at("2021-10-11 10:02")
        await liaison.all("填报", "信用案例")
        xinhua.stage("管理员看名额")
        await admin.say("名额")
        xinhua.matches("quota_consent")


async def test_a_request_is_refused_with_a_reason_and_the_cap_stays(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-11 10:00") as xinhua:
        admin, liaison = await xinhua.admin(), await xinhua.liaison("陕西")
        await liaison.all("申请名额", "15", "想多报几个。", "提交申请")
        xinhua.forget()
        await admin.all("审批名额", "不同意", "请择优报送。", "确认")
        await liaison.news()
        await liaison.say("菜单")
        xinhua.matches("quota_refused")


async def test_a_cap_also_goes_down_but_never_below_what_was_reported(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-11 10:00") as xinhua:
        admin, liaison = await xinhua.admin(), await xinhua.liaison("陕西")
        await liaison.all("申请名额", "2", "今年案例不多。", "提交申请")
        await submit_xinhua(liaison, "案例1")
        await submit_xinhua(liaison, "案例2")
        await admin.all("审批名额", "同意", "不写理由", "确认")
        xinhua.at("2021-10-11 10:01")
        assert await commands(xinhua) == [("invite", ""), ("invite", ""), ("quota", "")]
        assert "达到上限 2 个" in await liaison.all("填报", "信用案例")


async def test_what_came_in_meanwhile_stands_against_a_smaller_cap(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-11 10:00") as xinhua:
        admin, liaison = await xinhua.admin(), await xinhua.liaison("陕西")
        await liaison.all("申请名额", "1", "今年案例不多。", "提交申请")
        await admin.all("审批名额", "同意", "不写理由")
        await submit_xinhua(liaison, "案例1")
        await submit_xinhua(liaison, "案例2")
        assert await admin.say("确认") == "该单位已报 2 个，名额不能改成 1 个。请改一个数，或请单位先撤回。"
        assert (await commands(xinhua))[-1] == ("quota", "quota.below_reported")


async def test_of_two_admins_who_answer_one_request_the_first_counts(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-11 10:00") as xinhua:
        one, two = await xinhua.admin(), await xinhua.admin("赵老师")
        liaison = await xinhua.liaison("陕西")
        await liaison.all("申请名额", "15", "想多报几个。", "提交申请")
        for admin in (one, two):
            await admin.all("审批名额", "同意", "不写理由")
        await one.say("确认")
        assert "刚有同事处理过" in await two.say("确认")
        assert [each for each in await commands(xinhua) if each[0] == "quota"] == [("quota", "")]


async def test_a_request_can_be_taken_back_and_made_anew(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-11 10:00") as xinhua:
        admin, liaison = await xinhua.admin(), await xinhua.liaison("陕西")
        await liaison.all("申请名额", "15", "想多报几个。", "提交申请")
        assert await liaison.all("申请名额", "撤回申请") == "已撤回申请，名额不变。"
        assert "没有等待答复的名额申请" in await admin.say("审批名额")
        await liaison.all("申请名额", "12", "想多报几个。", "提交申请")
        assert "申请把案例名额由 10 个改为 12 个" in await admin.say("审批名额")


async def test_where_the_notice_lets_no_cap_move_nobody_can_ask(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        assert "没有可以申请调整的名额" in await liaison.say("申请名额")


async def test_floors_caps_and_counts_of_every_notice_read_well(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00") as weifang:
        admin = await weifang.admin()
        await admin.say("名额")
        weifang.matches("quota_weifang")
