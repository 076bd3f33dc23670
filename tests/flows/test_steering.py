"""Leaves for all, one unit on a page, sentences that are orders, and who may do none of it."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Opens
from tests.flows.filling import submit_case
from tests.flows.test_return import commands

WORDS = (
    "报送情况", "群发", "停止群发", "审批群发", "单位", "准许补报", "收回准许", "退回", "名额", "审批名额", "暂停报送",
    "恢复报送", "发邀请", "联系不上",
)  # fmt: skip


async def test_everybody_gets_longer_and_hears_of_it_and_of_its_end(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 10:00") as xian:
        admin, liaison = await xian.admin(), await xian.liaison("西安市教育局")
        await liaison.say("菜单")
        xian.forget()
        await admin.all("准许补报", "全部单位", "信用案例", "周五", "系统维护耽误了一天", "准许")
        await liaison.news()
        xian.at("2024-04-26 23:00")
        assert (await submit_case(liaison)).startswith("已收到：XA-A0001“诚信菜市场”，距截止还有 1 小时。")
        xian.stage("收回")
        await admin.all("收回准许", "1", "收回")
        await liaison.news()
        await liaison.all("填报", "信用案例")
        xian.matches("extend_all")


async def test_one_unit_on_a_page_by_pinyin_with_what_can_be_done(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin, liaison = await xian.admin(), await xian.liaison("碑林区")
        await submit_case(liaison)
        await liaison.all("填报", "信用案例", "张三", "029-86780000")
        xian.forget()
        await admin.all("/unit beilin", "发消息", "材料已收到，谢谢。", "不发了")
        await admin.all("单位", "市场监管", "邀请联络员")
        xian.matches("unit")


@pytest.mark.parametrize("channel", ["fake", "wechat"])
async def test_a_sentence_is_an_order_that_ends_in_its_own_last_look(play: Opens, channel: str) -> None:
    async with play("xian-2024", "2024-03-06 10:00") as xian:
        admin = xian.stranger("管理员", channel=channel)
        await admin.all(f"/start {await xian.code()}", "管理员")
        done, owing = await xian.liaison("碑林区", "李老师"), await xian.liaison("莲湖区", "赵老师")
        await submit_case(done)
        xian.forget()
        await admin.all("给还没报送的区县发：请于周五前至少报一个案例", "发送")
        assert "请于周五前至少报一个案例" in await owing.news()
        xian.stage("问一家")
        await admin.say("碑林区报了吗")
        xian.stage("延期")
        await admin.all("把碑林区延到周五", "信用案例", "系统故障", "不准许")
        xian.stage("退回")
        await admin.all("退回 XA-A0001", "不退回了")
        xian.stage("听不懂")
        await admin.all("帮我看看大家的进度吧", "今天天气不错", "菜单", "今天天气不错")
        xian.matches(f"orders_{channel}")
        assert [each for each in await commands(xian) if each[0] != "invite"] == [("broadcast", "")]


@pytest.mark.parametrize("word", WORDS)
async def test_no_command_of_admins_is_one_for_a_liaison(play: Opens, word: str) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.say("菜单")
        assert (await liaison.say(word)).startswith("没有找到")
        assert await commands(xian) == [("invite", "")]


async def test_who_am_i(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        xian.forget()
        await liaison.say("我是谁")
        await (await xian.admin()).say("/whoami")
        xian.matches("whoami")
