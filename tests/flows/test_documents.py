"""A form that somebody filled in Word: sent before, during and after, in the right and in every wrong format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.app import ROOT
from documents.fill import Blank, fill
from tests.flows.conftest import Opens, Play
from tests.flows.variants import form_only

ANSWERS: dict[str, Any] = {
    "unit": "碑林区", "contact": "张三", "phone": "029-86780000", "email": "zhang@163.com", "address": "某路 1 号",
    "title": "诚信菜市场", "theme": {"picked": ["行业信用监管"], "other": ""}, "highlight": "一摊一码，群众监督。",
    "content": ["投诉一年有 126 起。", "给每个摊位建立信用档案。", "投诉降到 31 起。"], "remark": "",
}  # fmt: skip
OTHERS = {
    "扫描件.pdf": b"%PDF-1.7 a scan",
    "作品.zip": b"PK\x05\x06" + b"\x00" * 18,
    "表.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "空.docx": b"",
    "坏.docx": b"PK\x03\x04 nothing",
}


def filled(play: Play, key: str = "case", **changes: Any) -> bytes:
    """A filled annex; `changes` replace answers, None takes one out."""
    form = play.notice.form(key)
    known = {field.key for field in form.fields}
    given = {name: value for name, value in {**ANSWERS, **changes}.items() if value is not None and name in known}
    return fill(Blank.open(ROOT / form.blank), form, given, code="0" * 10)


async def test_a_whole_form_sent_outside_of_any_entry_needs_only_to_be_looked_at(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.say("菜单")
        await liaison.send(("申报表.docx", filled(xian)))
        await liaison.say("好了吗")
        await liaison.news()
        await liaison.all("同意", "1", "1")
        xian.matches("word_outside")


async def test_a_form_with_gaps_and_faults_leads_to_what_is_missing(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.send(("申报表.docx", filled(xian, phone=None, email="zhang@")))
        await liaison.news()
        await liaison.all("029-86780000", "zhang@163.com")
        xian.matches("word_gaps")


async def test_a_form_sent_in_the_middle_of_an_entry_fills_it(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "案例", "李四", "修改")
        await liaison.send(("申报表.docx", filled(xian, address=None)))
        await liaison.news()
        xian.matches("word_inside")


async def test_a_form_sent_before_the_track_is_chosen_chooses_it(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.say("填报")
        await liaison.send(("推荐表.docx", filled(xian, "video", director="李四", producer="中心", contact=None)))
        await liaison.news()
        assert "第 4 项，共 9 项 · 参选单位联系人及电话" in liaison.text


async def test_a_form_of_the_other_track_is_not_mixed_in(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "案例", "李四")
        await liaison.send(("推荐表.docx", filled(xian, "video", director="王五", contact=None)))
        await liaison.news()
        xian.matches("word_other_form")


async def test_a_form_read_while_the_draft_is_parked_is_told_and_taken_in(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "案例", "李四")
        reading = xian.hold()
        await liaison.send(("申报表.docx", filled(xian, address=None)))
        await liaison.say("暂停")
        reading.set()
        await liaison.news()
        await liaison.say("继续")
        xian.matches("word_parked")


async def test_a_form_read_after_the_person_went_elsewhere_disturbs_nothing(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        reading = xian.hold()
        await liaison.send(("申报表.docx", filled(xian)))
        await liaison.say("菜单")
        reading.set()
        await liaison.news()
        await liaison.say("1")
        xian.matches("word_left")


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("inside", [True, False])
async def test_what_is_no_word_form_is_refused_with_what_to_do(play: Opens, name: str, *, inside: bool) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all(*(("填报", "案例", "李四") if inside else ("菜单",)))
        xian.forget()
        await liaison.send((name, OTHERS[name]))
        if Path(name).suffix in (".doc", ".docx"):
            await liaison.news()
        xian.matches(f"word_refused_{Path(name).suffix[1:]}_{name[0]}_{'inside' if inside else 'outside'}")


async def test_several_files_at_once_are_taken_one_at_a_time(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.send(("甲.docx", filled(xian)), ("乙.docx", filled(xian, title="另一个")))
        assert liaison.text.startswith(
            "一次只收一个文件：先收“甲.docx”，其余 1 个请之后再发。\n\n收到“甲.docx”，正在读"
        )
        assert "诚信菜市场" in await liaison.news() or "读到" in liaison.text


async def test_an_admin_who_sends_a_form_is_told_who_sends_it(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin = await xian.admin()
        await admin.send(("申报表.docx", filled(xian)))
        assert admin.text.startswith("收到“申报表.docx”。管理员这里不收申报表，文件没有用上；请由单位联络员发来。")


async def test_a_stranger_who_sends_a_file_is_asked_for_the_code(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        stranger = xian.stranger()
        await stranger.send(("申报表.docx", filled(xian)))
        assert stranger.text.startswith("您好，我是征集活动的报送助手。请把主办单位发给您的邀请码")
