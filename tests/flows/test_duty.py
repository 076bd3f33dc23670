"""Duties in chat: one's own row confirmed, the liaison form, events and reports handed in, and what admins see."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from bot.app import ROOT
from documents.fill import Blank, fill
from documents.read import read
from rules.notice import Notice
from storage.chats import Chats
from tests.flows.conftest import Opens, Play, Player

CAMPAIGN = "hongze-quiz-2020"
PICTURE = ("现场.jpg", b"\xff\xd8\xff picture")


async def hand_in_form(liaison: Player) -> str:
    """The liaison form with three people."""
    return await liaison.all(
        "我的任务", "报送信用知识竞赛工作联络表", "张三 科长 13800138000\n李四 科员 13800138001",
        "王五，副主任科员，0517-87200000", "完成", "20", "300", "没有问题",
    )  # fmt: skip


async def report_event(liaison: Player, day: str, people: str) -> str:
    """One event with a text and a picture, up to the last look."""
    await liaison.all("我的任务", "组织诚信专题宣传活动")
    if "看哪一次" in liaison.text:
        await liaison.say("再报一次")
    await liaison.all(day, people, "在广场设了展板，挂了标语。")
    await liaison.send(PICTURE)
    return await liaison.say("完成")


def filled(notice: Notice, rows: list[dict[str, object]]) -> bytes:
    """A Word form as a liaison fills it in."""
    form = notice.form("liaison")
    return fill(Blank.open(ROOT / form.blank), form, {"rows": rows})


def person(name: str, phone: str, **more: object) -> dict[str, object]:
    return {"unit": "区教体局", "name": name, "post": "科员", "phone": phone, **more}


async def test_a_liaison_confirms_the_duty_and_hands_in_the_form(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        liaison = await hongze.liaison("区教体局")
        hongze.forget()
        await liaison.all("菜单", "我的任务", "确认收到任务")
        await hand_in_form(liaison)
        await liaison.say("我的任务")
        hongze.matches("duty_form")


async def test_rows_are_added_changed_removed_and_slips_are_told_all_at_once(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        liaison = await hongze.liaison("区教体局")
        await liaison.all("我的任务", "报送信用知识竞赛工作联络表")
        hongze.forget()
        await liaison.all(
            "张三 科长 1380013800\n李四", "1. 张三，科长，138 0013 8000", "完成", "张三 科长 13800138000", "撤回",
            "撤回", "张三 科长 13800138000\n李四 科员 13800138001\n王五 科员 13800138002\n赵六 科员 13800138003\n"
            "钱七 科员 13800138004", "完成", "删 5", "改 9", "改 2",
            "李四 副科长 0517-87200001\n多余 的人 13800138009", "李四 副科长 0517-87200001", "完成",
        )  # fmt: skip
        hongze.matches("duty_rows")


async def test_a_draft_of_the_form_waits_and_goes_on(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        liaison = await hongze.liaison("区教体局")
        await liaison.all("我的任务", "报送信用知识竞赛工作联络表", "张三 科长 13800138000", "菜单")
        assert "1 份没填完" in liaison.text
        assert "1. 张三 · 科长 · 13800138000" in await liaison.say("继续")


async def test_what_comes_after_close_of_work_is_taken_and_marked(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-06 18:00:00") as hongze:
        liaison, late = await hongze.liaison("区教体局"), await hongze.liaison("区卫健委", "赵老师")
        assert "距截止还有 1 秒" in await hand_in_form(liaison)
        hongze.at("2020-07-06 18:00:01")
        hongze.forget()
        await hand_in_form(late)
        await late.all("我的任务", "报送信用知识竞赛工作联络表")
        hongze.matches("duty_late")


async def test_an_event_needs_its_day_enough_people_a_text_and_a_picture(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-07 10:00") as hongze:
        liaison = await hongze.liaison("古堰景区管委会")
        hongze.forget()
        await liaison.all("我的任务", "组织诚信专题宣传活动")
        hongze.at("2020-07-09 10:00")
        await liaison.all("我的任务", "组织诚信专题宣传活动", "7月11日", "7月8日", "80人", "完成", "设了展板。", "完成")
        await liaison.send(("程序.exe", b"MZ"), PICTURE)
        await liaison.send(PICTURE)
        await liaison.all("完成", "没有问题")
        await report_event(liaison, "7月9日", "160")
        await liaison.all("没有问题", "我的任务", "组织诚信专题宣传活动", "1", "撤回", "确认撤回", "我的任务")
        hongze.matches("duty_event")


async def test_a_report_has_its_figure_and_is_reported_again(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-15 10:00") as hongze:
        liaison = await hongze.liaison("区教体局")
        hongze.forget()
        await liaison.all("我的任务", "报送参加答题人数和组织推广工作的图文资料", "很多", "860", "发动教职员工答题。")
        await liaison.send(PICTURE)
        await liaison.all("完成", "没有问题", "我的任务", "报送参加答题人数和组织推广工作的图文资料", "修改后重报")
        await liaison.all("修改", "参加答题人数", "900", "没有问题")
        hongze.matches("duty_report")


async def test_a_filled_word_form_is_read_and_only_what_is_missing_is_asked(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        liaison = await hongze.liaison("区教体局")
        hongze.forget()
        rows = [person("张三", "13800138000", posters=20), person("李四", "1380013800"), person("王五", "13800138002")]
        await liaison.send(("联络表.docx", filled(hongze.notice, rows)))
        await liaison.news()
        await liaison.all("改 2", "李四 科员 13800138001", "完成", "300", "没有问题")
        hongze.matches("duty_word")


async def test_an_admin_who_went_on_hears_that_the_table_was_made_and_of_no_file_of_theirs(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        admin, liaison = await hongze.admin(), await hongze.liaison("区教体局")
        await hand_in_form(liaison)
        await admin.say("联络表")
        await admin.all("群发", "全部联络员")
        assert (
            await admin.told("您先前") == "您先前要的已经做好，不过您已去做别的，没有发出来。还需要的话，请再要一次。"
        )


async def test_admins_see_the_gaps_the_totals_and_the_contact_table(play: Opens, tmp_path: Path) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        admin = await hongze.admin()
        for unit in ("区教体局", "古堰景区管委会"):
            liaison = await hongze.liaison(unit)
            await liaison.all("我的任务", "确认收到任务")
            await hand_in_form(liaison)
        hongze.at("2020-07-09 10:00")
        await report_event(liaison, "7月8日", "80")
        await liaison.say("没有问题")
        hongze.forget()
        await admin.all("菜单", "任务情况", "联络表")
        await admin.news()
        hongze.matches("duty_admin")
        word, excel = [reply.attachment for reply in admin.replies if reply.attachment is not None]
        made = await hongze.app.attachments().make(word)
        form = hongze.notice.form("liaison")
        assert [row["name"] for row in read(form, made[0], name="表.docx").answers["rows"]] == [
            "张三",
            "李四",
            "王五",
        ] * 2
        assert await may_fetch(hongze, admin, excel.ref) is True
        assert await may_fetch(hongze, liaison, excel.ref) is False
        data, _ = await hongze.app.attachments().make(excel)
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            assert b"13800138000" in book.read("xl/sharedStrings.xml")


async def may_fetch(play: Play, player: Player, ref: str) -> bool:
    """Whether a file was handed to somebody, which is what lets the web chat serve it."""
    return await Chats(play.app.database).was_given(f"{player.channel}:{player.address}", f"file/{ref}")


async def test_a_unit_without_a_row_is_told_and_still_owes_the_form(play: Opens) -> None:
    async with play(CAMPAIGN, "2020-07-03 10:00") as hongze:
        liaison = await hongze.liaison("区民政局")
        said = await liaison.say("我的任务")
        assert "任务分工表里没有列贵单位" in said
        assert liaison.choices == [
            "报送信用知识竞赛工作联络表", "报送参加答题人数和组织推广工作的图文资料", "菜单",
        ]  # fmt: skip


async def test_a_notice_without_duties_shows_nothing_of_them(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison, admin = await xian.liaison("碑林区"), await xian.admin()
        assert "我的任务" not in (await liaison.say("菜单")) + "".join(liaison.choices)
        assert "没有分工任务" in await liaison.say("我的任务")
        await admin.say("菜单")
        assert "任务情况" not in "".join(admin.choices)
