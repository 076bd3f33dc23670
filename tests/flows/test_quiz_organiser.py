"""What the organiser of a quiz gets: figures on the board, signs, the units' numbers, tables of all units."""

from __future__ import annotations

import re
from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.flows.conftest import Opens, Play, Player
from tests.flows.test_duty import PICTURE
from tests.flows.test_export_holds import export, texts
from tests.flows.test_quiz import QUIZ, answer, attempt

REPORT = "报送参加答题人数和组织推广工作的图文资料"


async def played_for(play: Play, unit: str, name: str, right: int) -> Player:
    """Somebody new plays once for a unit, "" for nobody."""
    who = play.stranger(name)
    await who.all("答题", *(("代表单位", unit) if unit else ("以个人身份",)), "开始答题")
    await attempt(play, who, right)
    return who


async def reported(liaison: Player, number: str) -> str:
    """The unit's report, up to the last look."""
    await liaison.all("我的任务", REPORT, number, "发动职工答题。")
    await liaison.send(PICTURE)
    return await liaison.all("完成", "没有问题")


async def test_the_board_tells_what_was_played(play: Opens) -> None:
    async with play(QUIZ, "2020-07-08 08:00") as quiz:
        await played_for(quiz, "区财政局", "职工", 6)
        await played_for(quiz, "", "路人", 3)
        goner = quiz.stranger("过客")
        await goner.all("答题", "以个人身份", "开始答题")
        await answer(quiz, goner, right=True)
        seen = (await quiz.app.boards.seen(QUIZ, quiz.clock.now())).quiz
        assert seen is not None
        figures = seen.figures
        assert (figures.people, figures.attempts, figures.passed, figures.unfinished) == (2, 2, 1, 1)
        assert [(each.label, each.playing, each.units, each.people) for each in seen.classes] == [
            ("园区和镇街", 0, 4, 0), ("区级部门和单位", 1, 36, 1), ("企业", 0, 8, 0), ("", 0, 0, 1),
        ]  # fmt: skip
        assert (len(seen.silent), seen.state, len(seen.hours) + seen.rest) == (47, "open", 168)
        assert seen.busiest is not None and (seen.busiest.attempts, seen.busiest.people) == (2, 2)


async def test_signs_are_told_with_their_thresholds_and_nobody_loses_anything(play: Opens) -> None:
    async with play(QUIZ, "2020-07-08 08:00") as quiz:
        admin, swift = await quiz.admin(), quiz.stranger("快手")
        await swift.all("答题", "以个人身份", "开始答题")
        for _ in range(10):
            await answer(quiz, swift, right=True, seconds=0.3)
        await played_for(quiz, "", "路人", 8)
        await admin.say("答题核查")
        said = await admin.news()
        assert "看了 2 次答题（含没答完的）。有 1 处值得留意。这些只是迹象，不是结论" in said
        assert "快得不像在读题：1 次，最快的一次每题中位数 0.30 秒" in said
        assert "每题中位数不到 1 秒；不少于 3 个账号" in said
        assert "10 题，合格" in swift.text
        await swift.say("答题")
        assert "已完成 1 次，最好一次答对 10 题" in swift.text


async def test_a_campaign_without_a_quiz_has_nothing_to_check(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        admin = await xian.admin()
        assert "没有知识竞赛" in await admin.say("答题核查")


async def test_the_number_that_was_counted_is_offered_and_another_is_taken_and_compared(
    play: Opens, tmp_path: Path
) -> None:
    async with play(QUIZ, "2020-07-14 20:00") as quiz:
        bureau, police = await quiz.liaison("区财政局"), await quiz.liaison("公安分局")
        await played_for(quiz, "区财政局", "=职工", 6)
        await played_for(quiz, "区财政局", "职工乙", 2)
        await bureau.all("我的任务", REPORT)
        assert "截至现在（7月14日（周二）24:00才结束）" in bureau.text and "有 2 人" in bureau.text
        quiz.at("2020-07-15 09:00")
        await bureau.say("取消")
        assert "已收到" in await reported(bureau, "就报 2 人")
        await police.all("我的任务", REPORT)
        assert "这里没有统计到以贵单位名义答完的人" in police.text
        said = await police.say("45")
        assert "记下了 45 人；这里统计的是 0 人" in said and "多出来的 45 人" in said
        await police.say("=SUM(A1:A9) 组织了两场")
        await police.send(PICTURE)
        await police.all("完成", "没有问题")
        out = tmp_path / "out"
        await export(quiz, out)
        name = f"05 {REPORT}（汇总）"
        rows = CalamineWorkbook.from_path(out / f"{name}.xlsx").get_sheet_by_index(0).to_python()
        told = {row[1]: row[2:7] for row in rows}
        assert told["区财政局"] == ["已报", 2.0, 2.0, "发动职工答题。", 1.0]
        assert told["公安分局"] == ["已报", 45.0, 0.0, "=SUM(A1:A9) 组织了两场", 1.0]
        assert told["区审计局"] == ["还没有报", "", 0.0, "", 0.0]
        assert told["合计"] == ["已报 2/48 家", 47.0, 2.0, "", 2.0]
        assert "发动职工答题。" in texts(out / f"{name}.docx")
        book = CalamineWorkbook.from_path(out / "04 答题统计.xlsx")
        assert book.sheet_names == ["总体", "类别和上级", "各单位", "每小时", "题目", "迹象（不是结论）"]
        assert book.get_sheet_by_name("各单位").to_python()[1][:2] == ["区财政局", "区级部门和单位"]
        assert not re.search(r"<f[ >]", texts(out / "04 答题统计.xlsx") + texts(out / f"{name}.xlsx")), "no formulas"
