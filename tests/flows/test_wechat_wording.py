"""The main conversations as they read in WeChat: options are typed, and files go by a page of their own."""

from __future__ import annotations

import re

import pytest

from bot.talk.messages import UPLOAD, Incoming
from tests.flows.checking import BLURRED, scan
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import CONTENT, submit_case
from tests.flows.variants import form_only

#: What is false where there are no buttons and no files: pressing, and sending a file into the conversation.
FALSE_HERE = re.compile(
    r"按钮|点选|点击|点“|[请再就]点(?!这里)|继续点|发过来|发到这里|直接发|重新发送|文件发来|发来的文件"
)
SECTIONS = ("一年有 126 起投诉。", "每个摊位一份信用档案。", "投诉降到 31 起。")


async def joined(play: Play, unit: str = "碑林区") -> Player:
    liaison = play.stranger("联络员", channel="wechat")
    await liaison.all(await play.code(unit), "李老师")
    return liaison


def slips(liaison: Player) -> list[str]:
    """The lines said in WeChat that are false there."""
    said = [reply.text for exchange in liaison.exchanges for reply in exchange.replies]
    return [line for text in said for line in text.split("\n") if FALSE_HERE.search(line)]


async def test_a_case_from_joining_to_the_receipt_speaks_of_no_button_and_no_file(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await joined(xian)
        await liaison.all("填报", "1", "张三", "029-86780000", "zhang@163.com", "某路 1 号", "诚信菜市场", "hyxyjg，5")
        await liaison.all("一摊一码。", "第二句。", "撤回", "完成")
        for text in SECTIONS:
            await liaison.all(text, "完成")
        await liaison.all("跳过", "不同意", "同意", "二", "lxdh", "13800138000", "①", "还没盖章")
        await liaison.send(("图片.jpg", scan(BLURRED)))
        await liaison.say("完成")
        await liaison.news()
        await liaison.all("1", "1")
        assert "已收到：XA-A0001“诚信菜市场”" in liaison.text
        await liaison.all("我的报送", "1", "xzsbb", "我的报送", "1", "撤回", "不撤回")
        xian.matches("wechat_case")
        assert slips(liaison) == []


async def test_what_an_admin_does_speaks_of_no_button_and_no_file(play: Opens) -> None:
    async with play("xian-2024", "2024-03-06 10:00", form_only) as xian:
        liaison, admin = await joined(xian), xian.stranger("管理员", channel="wechat")
        await submit_case(liaison)
        await admin.all(f"/start {await xian.code()}", "赵老师")
        xian.forget()
        await admin.all("帮助", "群发", "4", "碑林区", "请补盖公章。", "2", "明天 9:00", "3", "1", "1")
        await admin.all(
            "停止群发", "1", "单位", "blq", "菜单", "退回", "XA-A0001", "2", "号码打不通", "就这些", "下周五", "1"
        )
        await liaison.news()
        await liaison.all("修改退回", "13800138000", "同意", "1", "1")
        await admin.all("准许补报", "1", "碑林", "1", "5月1日", "系统故障", "1", "收回准许", "1", "1")
        await admin.all("暂停报送", "1", "维护", "1", "恢复报送", "1", "名额", "报送情况", "联系不上", "我是谁")
        xian.matches("wechat_admin")
        assert (slips(admin), slips(liaison)) == ([], [])


async def test_help_and_the_beginning_of_a_form_say_where_a_word_file_goes(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await joined(xian)
        told = {said: (await liaison.say(said)).count(UPLOAD) for said in ("帮助", "填报", "信用案例", "张三")}
        assert told == {"帮助": 1, "填报": 0, "信用案例": 1, "张三": 0}
        xian.forget()
        await liaison.all(
            "帮助", "029-86780000", "zhang@163.com", "某路 1 号", "题目", "xy", "十一", "10", "重新选", "zzxy"
        )
        await liaison.all("4", "亮点", "完成", CONTENT, "2", "完成", "跳过", "返回", "取消", "不知道", "否", "暂停")
        await liaison.all("我的报送", "菜单", "加入")
        xian.matches("wechat_words")
        assert slips(liaison) == []


async def test_a_draft_begun_with_buttons_goes_on_by_typing(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await joined(xian)
        await liaison.all("填报", "1", "张三", "029-86780000", "zhang@163.com", "某路 1 号", "题目")
        said = [await liaison.press("诚信文化"), await liaison.say("选好了")]
        assert said[0] == "案例主题，已选：诚信文化。就选这些，请回复“选好了”；要改，请一次回复全部序号，如“3，4”。"
        assert said[1].startswith("第 7 项，共 9 项")
        await liaison.press("诚信文化")
        xian.matches("wechat_ticks")
        assert slips(liaison) == []


async def test_a_file_that_cannot_be_read_is_answered_with_where_the_mended_one_goes(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await joined(xian)
        xian.forget()
        await liaison.send(("空.docx", b""))
        await liaison.news()
        xian.matches("wechat_file")
        assert (slips(liaison), liaison.text.count(UPLOAD)) == ([], 1)


KINDS = (
    "sticker", "voice", "video_note", "location", "contact", "poll", "edited", "button", "empty", "unknown", "file",
    "expired", "too_large", "unreachable",
)  # fmt: skip


@pytest.mark.parametrize("channel", ["wechat", "telegram"])
async def test_whatever_cannot_be_read_has_its_own_sentence_and_the_question_stays(play: Opens, channel: str) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = xian.stranger("联络员", channel=channel)
        await liaison.all(await xian.code("碑林区"), "李老师", "填报", "1")
        xian.forget()
        firsts = set()
        for kind in KINDS:
            number = f"{channel}/{kind}"
            await liaison.send_message(Incoming(channel, liaison.address, number, xian.clock.now(), unread=kind), kind)
            firsts.add(liaison.text.split("\n")[0])
        await liaison.say("张三")
        xian.matches(f"unread_{channel}")
        assert len(firsts) == len(KINDS)
        if channel == "wechat":
            assert slips(liaison) == []
        assert liaison.text.startswith("第 2 项，共 9 项")
