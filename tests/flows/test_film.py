"""The film of an entry: sent early, late, wrong, twice, by page; what was found comes back, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.flows.film import film_question
from bot.wording import house_wording
from rules.notice import Notice
from storage.tables_materials import materials
from tests.campaigns.shipped import notice
from tests.flows.checking import BLACK, LANDSCAPE, PORTRAIT, SHORT, film, scan
from tests.flows.conftest import Opens, Play, Player
from tests.flows.test_documents import filled

TO_FILM = (
    "诚信菜市场", "李四", "碑林区融媒体中心", "张三 13800138000", "跳过", "一位摊主的故事。", "完成",
    "作品以真实的菜市场为背景。", "完成", "纪实类", "跳过",
)  # fmt: skip


async def at_film(play: Play, *, channel: str = "fake") -> Player:
    """Somebody who has filled in the form of xian-2024's films and is asked for the film."""
    if channel == "fake":
        liaison = await play.liaison("碑林区")
    else:
        liaison = play.stranger("联络员", channel=channel)
        await liaison.all(await play.code("碑林区"), "李老师")
    await liaison.all("填报", "短视频", *TO_FILM)
    play.forget()
    return liaison


async def kept(play: Play) -> list[tuple[str, str]]:
    """What is kept of all entries: item and name of each file."""
    async with play.app.database.read() as connection:
        rows = await connection.execute(select(materials.c.key, materials.c.name).order_by(materials.c.place))
        return [(row.key, row.name) for row in rows]


async def test_a_refused_film_is_mended_and_the_form_is_kept(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian)
        await liaison.send(("一.mp4", film(LANDSCAPE, SHORT, BLACK)))
        said = await liaison.told("检查完了")
        assert said.index("✗ 画面是横屏") < said.index("✗ 时长") < said.index("△ 3:10")
        assert liaison.choices == ["先存着，稍后再交"]
        await liaison.all("这是什么意思", "先存着")
        xian.at("2024-03-05 10:00")
        await liaison.say("继续")
        assert liaison.text.startswith("短视频文件（《通知》二（二））")
        await liaison.send(("二.mp4", film()))
        assert "符合要求，时长 3 分 12 秒" in await liaison.told("检查完了")
        assert [payload["name"] for payload in xian.checks.begun] == ["一.mp4", "二.mp4"]


async def test_a_film_that_is_held_is_taken_and_marked(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00") as weifang:
        liaison = await weifang.liaison("寿光市")
        await liaison.all(
            "填报", "视频案例", "竖屏的故事", "张三", "0536-8791234", "xy@example.org", "胜利东街1号", "1"
        )
        await liaison.all("特色。", "完成", "一位店主的故事。", "完成")
        weifang.forget()
        await liaison.send(("竖屏.mp4", film(PORTRAIT)))
        assert "有 1 处要等组委会决定，先替您收下" in await liaison.told("检查完了")
        await liaison.all("就用这一部", "逐条确认", "确认承诺", "没有问题")
        await liaison.send(("表.pdf", scan()))
        await liaison.told("可报送")
        assert "✓ 视频文件：竖屏.mp4（等组委会决定）" in liaison.text
        await liaison.say("现在报送")
        weifang.matches("film_held")
        assert await kept(weifang) == [("film", "竖屏.mp4"), ("scan", "竖屏的故事 盖章扫描件.pdf")]


async def test_another_film_is_taken_instead_of_one_that_only_has_warnings(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian)
        await liaison.send(("一.mp4", film(BLACK)))
        await liaison.told("检查完了")
        await liaison.say("换一部")
        assert "保留原来的" not in liaison.choices
        await liaison.send(("二.mp4", film(seconds=200)))
        await liaison.told("检查完了")
        await liaison.all("逐条确认", "确认承诺")
        assert "· 时长：3 分 20 秒" in liaison.text


async def test_a_film_sent_first_is_checked_while_the_form_is_filled_in(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.send(("诚信菜市场.mp4", film(LANDSCAPE)))
        assert liaison.text.endswith("片头打出的名称，两处请保持一致。")
        await liaison.told("有 1 处需要修改")
        await liaison.all(*TO_FILM)
        xian.forget()
        await liaison.send(("诚信菜市场 竖屏.mp4", film()))
        await liaison.told("检查完了")
        assert liaison.choices == ["逐条确认"]
        await liaison.say("逐条确认")
        xian.matches("film_first")


async def test_a_film_sent_in_the_middle_of_the_form_is_not_asked_for_again(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "短视频", *TO_FILM[:3])
        await liaison.send(("诚信菜市场.mp4", film()))
        assert liaison.text.startswith("收到“诚信菜市场.mp4”（1 KB），正在检查，您接着填表就行")
        assert "第 4 项，共 9 项" in await liaison.told("检查完了")
        await liaison.all(*TO_FILM[3:])
        assert liaison.text.startswith("“诚信菜市场.mp4”检查完了，符合要求")
        assert liaison.choices == ["逐条确认"]
        assert len(xian.checks.begun) == 1


async def test_a_result_that_comes_while_the_draft_is_parked_is_told_and_waits_there(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian)
        xian.checks.gate.clear()
        await liaison.send(("诚信菜市场.mp4", film(BLACK)))
        await liaison.news()
        await liaison.all("好了吗", "菜单")
        xian.checks.gate.set()
        await liaison.told("检查完了")
        assert liaison.choices == ["继续", "菜单"]
        await liaison.all("继续", "1")
        xian.matches("film_parked")


async def test_a_second_film_sent_during_the_check_is_the_one_that_counts(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian)
        xian.checks.gate.clear()
        await liaison.send(("一.mp4", film(LANDSCAPE)))
        await liaison.news()
        await liaison.send(("二.mp4", film()))
        assert liaison.text.startswith("收到“二.mp4”")
        xian.checks.gate.set()
        said = await liaison.told("检查完了")
        assert ("“二.mp4”检查完了，符合要求" in said, "一.mp4" in said) == (True, False)


async def test_what_breaks_on_our_side_is_said_and_the_same_film_can_be_sent_again(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian)
        xian.checks.lost = 3
        await liaison.send(("诚信菜市场.mp4", film()))
        assert (await liaison.news()).startswith("“诚信菜市场.mp4”没有检查成，是我们这边的问题")
        await liaison.send(("诚信菜市场.mp4", film()))
        await liaison.told("符合要求")
        assert len(xian.checks.begun) == 4


async def test_the_page_of_a_question_brings_its_conversation_back(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian)
        page = liaison.replies[-1].question
        await liaison.all("填报", "案例", "李四")
        await liaison.send(("诚信菜市场.mp4", film()), page=page)
        await liaison.told("检查完了")
        xian.matches("film_page")
        await liaison.all("菜单", "继续")
        assert set(liaison.choices) == {"诚信菜市场（停在“承诺”）", "信用案例（未命名）（停在“联系电话”）"}


async def test_a_file_whose_question_is_gone_is_kept_and_said(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian)
        page = liaison.replies[-1].question
        await liaison.all("取消", "确认取消", "菜单")
        await liaison.send(("诚信菜市场.mp4", film()), page=page)
        assert liaison.text.startswith("收到“诚信菜市场.mp4”，已存好；不过等它的那一份已经报送或取消，这次没有用上。")
        other = await xian.liaison("雁塔区", "赵老师")
        await other.send(("诚信菜市场.mp4", film()), page=page)
        assert other.text.startswith("收到“诚信菜市场.mp4”，已存好；不过等它的那一份")
        for wrong in ("x", "1/film", "99999999999999999999/film", f"{page}/more"):
            await liaison.send(("诚信菜市场.mp4", film()), page=wrong)
            assert "已存好；不过等它的那一份" in liaison.text
        assert xian.checks.begun == []


async def test_a_word_form_and_a_scan_where_a_film_is_asked_are_understood(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian)
        await liaison.send(("推荐表.docx", filled(xian, "video", director="王五", contact=None)))
        await liaison.news()
        await liaison.send(("盖章.jpg", scan()))
        xian.matches("film_others")
        assert liaison.choices == ["先存着，稍后再交"]


async def test_in_wechat_a_check_costs_one_message_unless_its_beginning_is_refused(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await at_film(xian, channel="wechat")
        told = []
        for name, data in (("一.mp4", film(BLACK)), ("二.mp4", film(LANDSCAPE, header=1))):
            if name == "二.mp4":
                await liaison.say("换一部")
            before = len(liaison.exchanges)
            await liaison.send((name, data), page=liaison.replies[-1].question)
            await liaison.told("检查完了")
            told.append(sum(len(each.replies) for each in liaison.exchanges[before + 1 :]))
        assert told == [1, 2]
        xian.matches("film_wechat")


async def test_a_film_judged_by_its_category_waits_for_the_form(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", by_category) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "短视频", *TO_FILM[:3])
        await liaison.send(("诚信菜市场.mp4", film()))
        assert liaison.text.startswith("收到“诚信菜市场.mp4”，先替您收着；填完表马上检查。")
        assert xian.checks.begun == []
        await liaison.all(*TO_FILM[3:])
        await liaison.told("检查完了")
        await liaison.all("修改", "作品类别", "剧情类")
        await liaison.told("检查完了")
        assert [payload["category"] for payload in xian.checks.begun] == ["纪实类", "剧情类"]


def by_category(notice: Notice) -> Notice:
    """Films of one category may be of another length."""
    track = notice.track("video")
    assert track.film is not None
    [general] = track.film.durations
    rule = replace(track.film, durations=(replace(general, categories=("剧情类",)), general))
    return replace(notice, tracks=tuple(replace(each, film=rule) if each is track else each for each in notice.tracks))


@pytest.mark.parametrize(
    ("campaign", "told"),
    [
        ("weifang-2023", "格式最好是 AVI、MPEG、MP4、MOV。"),
        ("industry-2024", "格式 MP4。"),
        ("xian-2024", "1080×1920。"),
    ],
)
def test_formats_that_are_only_wished_for_are_not_told_as_asked_for(campaign: str, told: str) -> None:
    track = notice(campaign).track("video")
    item = track.item("film")
    assert track.film is not None and item is not None
    asked = film_question(track.film, item).text
    assert house_wording().line(asked).split("\n")[1].endswith(told)
