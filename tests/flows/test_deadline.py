"""The deadline to the second, caps and floors, and the leave that opens a closed door."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Opens
from tests.flows.filling import fill_case, submit_case, submit_xinhua
from tests.flows.variants import form_only

LAST = [("2024-04-23 23:59:59", "1 秒"), ("2024-04-23 23:59:00", "1 分钟"), ("2024-04-23 00:00:00", "1 天")]
LATE = [
    ("2024-04-24 00:00:00", "不到 1 秒"),
    ("2024-04-24 00:00:01", "1 秒"),
    ("2024-04-25 10:30:00", "1 天 10 小时"),
]


@pytest.mark.parametrize(("instant", "margin"), LAST)
async def test_in_the_last_second_an_entry_is_taken_with_its_margin(play: Opens, instant: str, margin: str) -> None:
    async with play("xian-2024", "2024-04-22 10:00", form_only) as xian:
        liaison = await xian.liaison("西安市教育局")
        await fill_case(liaison)
        await liaison.say("没有问题")
        xian.at(instant)
        assert (await liaison.say("现在报送")).startswith(f"已收到：XA-A0001“诚信菜市场”，距截止还有 {margin}。")


@pytest.mark.parametrize(("instant", "late"), LATE)
async def test_from_the_deadline_on_an_entry_is_refused_with_the_margin_and_kept_as_a_draft(
    play: Opens, instant: str, late: str
) -> None:
    async with play("xian-2024", "2024-04-22 10:00", form_only) as xian:
        liaison = await xian.liaison("西安市教育局")
        await fill_case(liaison)
        await liaison.say("没有问题")
        xian.at(instant)
        assert await liaison.say("现在报送") == (
            f"信用案例已于 4月23日（周二）24:00 截止，晚了 {late}，没有收下。您填的都已存为草稿，不会丢。\n"
            "如有特殊情况，请联系主办单位，由管理员准许补报后即可继续。"
        )
        assert "1 份没填完" in await liaison.say("菜单")
        assert "现在就报送吗" in await liaison.say("继续")


async def test_who_is_asked_for_the_stamped_form_is_told_that_the_door_is_closed_or_until_when_it_is_open(
    play: Opens,
) -> None:
    async with play("xian-2024", "2024-04-22 10:00") as xian:
        liaison = await xian.liaison("西安市教育局")
        await fill_case(liaison)
        xian.at("2024-04-23 23:00")
        await liaison.say("没有问题")
        open_until = "现在交不了的，可以先存着，在 4月23日（周二）24:00 截止前发“继续”，就回到这一步。"
        assert liaison.text.splitlines()[-1] == open_until
        await liaison.say("修改一项")
        xian.at("2024-04-24 00:07")
        await liaison.all("案例题目", "诚信大集", "没有问题")
        closed = "已于 4月23日（周二）24:00 截止，现在报送不能收下。可以先存着，等管理员准许补报后再报。"
        assert liaison.text.splitlines()[-1] == closed


@pytest.mark.parametrize(("instant", "taken"), [("2021-10-25 17:00:00", True), ("2021-10-25 17:00:01", False)])
async def test_five_o_clock_sharp_is_in_time_and_a_second_later_is_late(
    play: Opens, instant: str, *, taken: bool
) -> None:
    async with play("xinhua-2021", "2021-10-25 16:00", form_only) as xinhua:
        liaison = await xinhua.liaison("陕西")
        await liaison.all("填报", "信用案例", "张三", "029-86780000", "zhang@163.com", "某路 1 号", "题目", "1")
        await liaison.all("亮点", "完成", "内容 1", "完成", "1")
        xinhua.at(instant)
        begins = "已收到：XH-A0001" if taken else "信用案例已于 10月25日（周一）17:00 截止"
        assert (await liaison.say("1")).startswith(begins)


async def test_a_message_counts_by_when_it_arrived_not_by_when_it_is_settled(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 23:59:59", form_only) as xian:
        liaison = await xian.liaison("西安市教育局")
        await fill_case(liaison)
        await liaison.say("没有问题")
        message = liaison.message(text="现在报送")
        xian.at("2024-04-24 00:00:30")
        assert (await liaison.send_message(message, "现在报送")).startswith("已收到")


async def test_a_draft_that_is_older_than_the_deadline_stays_and_can_be_finished(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 10:00", form_only) as xian:
        liaison = await xian.liaison("西安市教育局")
        await liaison.all("填报", "信用案例", "张三")
        xian.stage("截止之后")
        xian.at("2024-04-24 09:00")
        await liaison.all("029-86780000", "暂停", "菜单", "继续")
        xian.stage("新的一份不能再开始")
        await liaison.all("填报", "信用案例")
        xian.matches("deadline_draft")


async def test_a_door_opened_by_leave_lets_one_unit_in_until_it_closes_again(play: Opens) -> None:
    async with play("xian-2024", "2024-04-23 10:00", form_only) as xian:
        liaison, other = await xian.liaison("西安市教育局"), await xian.liaison("西安市科学技术局", "赵老师")
        admin = await xian.admin()
        await fill_case(liaison)
        await liaison.say("没有问题")
        xian.at("2024-04-24 09:00")
        await liaison.say("现在报送")
        await admin.all("准许补报", "一个单位", "教育局", "信用案例")
        await admin.all("改天", "2024-04-24 08:00", "2024-04-25 24:00", "系统\n故障", "准许")
        await liaison.news()
        xian.stage("别的单位仍然不能报")
        await other.all("填报", "信用案例")
        xian.stage("这一家可以")
        await liaison.all("菜单", "继续", "现在报送", "我的报送", "1")
        xian.at("2024-04-26 00:00:00")
        await liaison.all("菜单", "我的报送", "1")
        xian.matches("deadline_leave")


async def test_a_leave_is_granted_only_when_the_admin_is_sure(play: Opens) -> None:
    async with play("weifang-2023", "2023-09-01 10:00", form_only) as weifang:
        admin = await weifang.admin()
        await admin.all("准许补报", "一个单位", "奎文", "文字案例", "2023年9月5日", "长" * 101, "材料补正", "不准许")
        weifang.matches("leave_refused")
        liaison = await weifang.liaison("奎文区")
        assert "已于 8月30日（周三）24:00 截止" in await liaison.all("填报", "文字案例")


async def test_the_floor_is_shown_until_it_is_reached(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        told = [(await submit_case(liaison, f"案例{number}")).split("\n\n")[1].split("\n")[0] for number in (1, 2, 3)]
        assert told == [
            "贵单位的案例还差 2 个（要求不少于 3 个，已报 1 个）。",
            "贵单位的案例还差 1 个（要求不少于 3 个，已报 2 个）。",
            "贵单位的案例已报 3 个，达到要求（不少于 3 个），谢谢您。",
        ]


async def test_at_the_cap_no_more_is_taken_and_a_draft_begun_before_is_kept(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-11 10:00", form_only) as xinhua:
        liaison, colleague = await xinhua.liaison("陕西"), await xinhua.liaison("陕西", "赵老师")
        await colleague.all("填报", "信用案例", "张三", "029-86780000")
        for number in range(1, 10):
            await submit_xinhua(liaison, f"案例{number}")
        assert "还可以再报 1 个（上限 10 个）。" in liaison.text
        assert "已达到上限 10 个。" in await submit_xinhua(liaison, "案例10")
        xinhua.forget()
        xinhua.at("2021-10-11 10:01")
        await liaison.all("填报", "信用案例")
        await colleague.all("zhang@163.com", "某路 1 号", "第十一个", "1", "亮点", "完成", "内容 1", "完成", "1", "1")
        await liaison.all("我的报送", "1", "撤回", "确认撤回")
        xinhua.stage("撤回了一个，同事的草稿就能报了")
        await colleague.all("继续", "1")
        xinhua.matches("cap")


async def test_a_floor_in_principle_is_called_so_and_its_pledge_is_printed(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00", form_only) as weifang:
        liaison = await weifang.liaison("奎文区")
        await liaison.all(
            "填报", "文字案例", "信用修复一件事", "张三", "13800138000", "zhang@163.com", "某路 1 号", "1"
        )
        await liaison.all("一件事一次办。", "完成", "办理时间由 7 天缩短到 2 天。", "完成")
        weifang.forget()
        await liaison.all("同意", "1", "1")
        weifang.matches("floor_in_principle")
