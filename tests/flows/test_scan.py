"""The stamped scan: photos or a PDF, days later and from anywhere; the stamp of another version is asked about."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from storage.tables_materials import materials
from tests.flows.checking import BLURRED, UNREADABLE, scan
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import code_of, fill_case
from tests.flows.variants import with_item


async def at_scan(play: Play, unit: str = "碑林区") -> Player:
    """Somebody whose annex is made, and who is asked for the stamped scan."""
    liaison = await play.liaison(unit)
    await fill_case(liaison)
    await liaison.say("没有问题")
    play.forget()
    return liaison


async def kept(play: Play) -> list[tuple[int, str]]:
    """Every scan that is kept, with the entry's version it belongs to."""
    async with play.app.database.read() as connection:
        rows = await connection.execute(select(materials.c.version, materials.c.sha256).order_by(materials.c.version))
        return [(row.version, row.sha256) for row in rows]


async def test_a_scan_that_cannot_be_used_is_refused_and_the_annex_is_not_sent_again(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_scan(xian)
        await liaison.send(("表.pdf", scan(UNREADABLE, BLURRED)))
        await liaison.news()
        assert [reply.attachment for reply in liaison.replies] == [None]
        await liaison.send(("表.jpg", scan(BLURRED)))
        await liaison.all("完成")
        await liaison.news()
        await liaison.all("换一份")
        await liaison.send(("表 2.jpg", scan()))
        await liaison.all("不对", "撤回")
        await liaison.send(("表 3.jpg", scan()), ("表 4.jpg", scan(pages=2)), ("表 3.jpg", scan()))
        await liaison.all("完成")
        await liaison.news()
        xian.matches("scan_again")


async def test_photos_sent_days_later_outside_of_any_conversation_go_to_the_draft_that_waits(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_scan(xian)
        await liaison.all("先存着，盖好再交", "菜单")
        xian.at("2024-03-06 10:00")
        await liaison.send(("一.jpg", scan()), ("二.jpg", scan(code=code_of(liaison))))
        assert liaison.text.startswith("已收 2 张：一.jpg、二.jpg。")
        await liaison.say("完成")
        await liaison.news()
        assert liaison.choices == ["现在报送", "修改一项", "先存着，稍后再报"]


async def test_with_two_drafts_waiting_the_person_says_whose_scan_it_is(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_scan(xian)
        await liaison.say("先存着，盖好再交")
        await fill_case(liaison, "诚信街区")
        await liaison.all("没有问题", "先存着，盖好再交", "菜单")
        xian.forget()
        await liaison.send(("表.pdf", scan()))
        await liaison.press("诚信菜市场（停在“加盖单位公章的申报表扫描件”）")
        await liaison.news()
        xian.matches("scan_which")
        assert "诚信菜市场 盖章扫描件.pdf" in liaison.text


async def test_a_form_changed_after_the_stamp_asks_whether_the_old_stamp_will_do(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_scan(xian)
        first = code_of(liaison)
        await liaison.send(("表.pdf", scan(code=first)))
        await liaison.news()
        await liaison.all("修改", "联系电话", "13800138000", "没有问题")
        second = code_of(liaison)
        assert f"版本码 {first[:5]}-{first[5:]}，现在的是 {second[:5]}-{second[5:]}" in liaison.text
        await liaison.say("重新盖章")
        assert liaison.choices == ["先存着，盖好再交", "修改一项"]
        await liaison.send(("旧.pdf", scan(code=first)))
        await liaison.news()
        await liaison.all("就用这一份", "现在报送")
        xian.matches("scan_old_stamp")


async def test_where_the_notice_wants_the_very_version_an_older_stamp_is_not_taken(play: Opens) -> None:
    strict = partial(with_item, track="case", key="scan", restamp="refuse")
    async with play("xian-2024", "2024-03-01 10:00", strict) as xian:
        xian.checks.other_version = "refuse"
        liaison = await at_scan(xian)
        first = code_of(liaison)
        await liaison.send(("表.pdf", scan()))
        await liaison.news()
        await liaison.all("修改", "联系电话", "13800138000", "没有问题")
        assert "这次活动要求盖章的与报送的是同一版（《通知》三（一））" in liaison.text
        await liaison.send(("旧.pdf", scan(code=first)))
        await liaison.news()
        assert "✗ 盖章的是旧版本，之后内容改过。" in liaison.text
        await liaison.send(("新.pdf", scan(code=code_of(liaison))))
        await liaison.news()
        assert "材料齐了，可报送" in liaison.text


async def test_an_entry_taken_up_again_keeps_its_scan_and_a_new_one_makes_a_new_version(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_scan(xian)
        await liaison.send(("表.pdf", scan(BLURRED)))
        await liaison.news()
        await liaison.all("就用这一份", "现在报送", "我的报送", "1")
        await liaison.press("下载加盖单位公章的申报表扫描件")
        given = liaison.replies[0].attachment
        assert given is not None
        await liaison.all("我的报送", "1", "修改后重新报送", "同意", "没有问题")
        assert liaison.choices == ["现在报送", "修改一项", "先存着，稍后再报"]
        await liaison.send(("新.pdf", scan()))
        assert "这一份已有扫描件；要换的话，请发“修改”" in liaison.text
        await liaison.all("修改", "加盖单位公章的申报表扫描件")
        await liaison.send(("新.pdf", scan()))
        await liaison.news()
        await liaison.say("现在报送")
        assert "XA-A0001“诚信菜市场”（第 2 版，以这一版为准）" in liaison.text
        scans = await kept(xian)
        assert [version for version, _ in scans] == [1, 2]
        assert (given.kind, given.ref, given.name) == ("file", scans[0][1], "诚信菜市场 盖章扫描件.pdf")
        assert scans[0][1] != scans[1][1]
        await liaison.all("我的报送", "1", "撤回", "确认撤回")
        assert await kept(xian) == [*scans, (3, scans[1][1])]
        assert len(xian.checks.begun) == 2


async def test_what_may_follow_later_is_entered_without_and_added_from_my_entries(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", partial(with_item, track="case", key="scan", later=True)) as xian:
        liaison = await at_scan(xian)
        await liaison.all("以后补交", "现在报送", "我的报送", "1")
        assert "补交加盖单位公章的申报表扫描件" in liaison.choices
        await liaison.press("补交加盖单位公章的申报表扫描件")
        await liaison.all("同意", "没有问题")
        await liaison.send(("表.pdf", scan()))
        await liaison.news()
        await liaison.all("现在报送", "我的报送", "1")
        xian.matches("scan_later")
        assert "修改后重新报送" in liaison.choices


async def test_pictures_of_a_text_may_be_left_out_or_sent_one_by_one(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00") as weifang:
        liaison = await weifang.liaison("寿光市")
        for title in ("没有图", "有图"):
            await liaison.all("填报", "文字案例", title, "张三", "0536-8791234", "xy@example.org", "胜利东街1号", "1")
            await liaison.all("特色。", "完成", f"{title}：投诉减少 12 %。", "完成")
            weifang.forget()
            if title == "没有图":
                await liaison.say("没有配图")
            else:
                await liaison.send(("一.jpg", b"1"), ("二.png", b"2"), ("说明.docx", b"3"))
                await liaison.say("完成")
            await liaison.all("逐条确认", "确认承诺", "没有问题")
            await liaison.send(("表.pdf", scan()))
            await liaison.news()
            await liaison.say("现在报送")
        weifang.matches("pictures")
        await liaison.all("我的报送", "2")
        assert "下载配图（文字配图片的作品，按文字案例计） 2" in liaison.choices
