"""Entering a work, from the first question to the receipt, with everything that can be done on the way."""

from __future__ import annotations

from pathlib import Path

from docx import Document

from bot.flows.printing import canonical
from tests.flows.checking import BLACK, LANDSCAPE, SHORT, film, scan
from tests.flows.conftest import Opens
from tests.flows.filling import CONTENT, code_of, fill_case
from tests.flows.variants import form_only


async def test_a_case_is_entered_from_the_first_question_to_the_receipt(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("西安市市场监督管理局")
        await fill_case(liaison)
        await liaison.say("没有问题")
        await liaison.say("先存着，盖好再交")
        xian.at("2024-03-04 09:00")
        await liaison.say("继续")
        await liaison.send(("IMG_1.jpg", scan()))
        await liaison.send(("IMG_2.jpg", scan(code=code_of(liaison))))
        await liaison.say("完成")
        await liaison.news()
        await liaison.say("现在报送")
        await liaison.press("菜单")
        xian.matches("enter_case")


async def test_a_case_is_entered_with_all_the_slips_of_a_busy_day(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "案例", "张三")
        await liaison.all("8678", "029-86780000", "zhang@", "zhang@163.com", "某路 1 号")
        await liaison.all("太长" * 3, "返回", "新的题目", "11", "其他", "农村信用")
        await liaison.all("第一段亮点。", "第二段写错了。", "撤回", "第二段亮点。", "全文", "完成")
        await liaison.all("难点" * 30, "完成", "举措" * 1000, "完成", "成效", "完成")
        await liaison.press("修改②")
        await liaison.all("重写", "举措" * 50, "完成")
        await liaison.all("备注一句", "完成", "不同意", "同意")
        await liaison.all("修改", "联系电话", "13800138000")
        await liaison.say("先存着")
        await liaison.say("继续")
        await liaison.say("没有问题，生成申报表")
        await liaison.say("先存着，稍后再报")
        await liaison.say("继续")
        await liaison.say("现在报送")
        xian.matches("enter_slips")


async def test_boxes_are_ticked_one_by_one_or_all_at_once(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "案例", "张三", "029-86780000", "zhang@163.com", "某路 1 号", "题目")
        for label in ("诚信文化", "行业信用监管", "诚信文化", "其他", "选好了"):
            await liaison.press(label)
        await liaison.press("重新选")
        await liaison.tick("政务诚信", "诚信文化")
        await liaison.say("返回")
        await liaison.press("保留原来的")
        xian.matches("enter_boxes")


async def test_a_video_is_entered_from_the_first_question_to_the_receipt(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "短视频", "诚信菜市场", "李四", "碑林区融媒体中心", "只有名字", "张三 13800138000")
        await liaison.all("跳过", "一位摊主因为诚信而受到大家信任的故事。", "完成")
        await liaison.all("作品以真实的菜市场为背景，" * 12, "完成", "纪实类", "跳过")
        await liaison.send(("诚信菜市场.mp4", film(LANDSCAPE, SHORT, BLACK, header=2)))
        await liaison.told("检查完了")
        await liaison.send(("诚信菜市场 竖屏.mp4", film(BLACK)))
        await liaison.told("检查完了")
        await liaison.all("就用这一部", "逐条确认", "确认承诺", "没有问题")
        await liaison.send(("推荐表.pdf", scan()))
        await liaison.news()
        await liaison.say("现在报送")
        xian.matches("enter_video")


async def test_every_earlier_answer_can_be_edited_from_the_last_look(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await fill_case(liaison)
        changes = {
            "联系人": ["赵六"], "联系电话": ["13800138000"], "邮箱": ["zhao@163.com"], "单位地址": ["某路 2 号"],
            "案例题目": ["诚信街区"], "案例主题": ["9"], "案例特色或亮点": ["重写", "一街一码。", "完成"],
            "案例内容": [CONTENT.replace("126", "130"), "完成"], "备注": ["无"],
        }  # fmt: skip
        for label, answers in changes.items():
            await liaison.say("修改")
            await liaison.press(label)
            await liaison.all(*answers, *(["完成"] if label == "备注" else []))
        xian.matches("enter_edits")
        assert liaison.choices == ["没有问题，生成申报表", "修改一项", "先存着"]


async def test_the_annex_that_is_handed_out_holds_the_answers_and_its_version_code(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await fill_case(liaison)
        await liaison.say("没有问题")
        given = liaison.replies[0].attachment
        assert given is not None
        assert given.name == "附件1 诚信菜市场.docx"
        body, _ = await xian.app.attachments().make(given)
        path = tmp_path / "annex.docx"
        path.write_bytes(body)
        document = Document(str(path))
        cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
        assert {"碑林区", "诚信菜市场", "zhang@163.com"} <= set(cells)
        footer = "".join(each.text for each in document.sections[0].footer.paragraphs)
        assert f"{given.ref[:5]}-{given.ref[5:]}" in footer


async def test_the_same_content_always_has_the_same_code_and_other_content_another(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await fill_case(liaison)
        codes = []
        for title in ("诚信菜市场", "诚信街区", "诚信菜市场"):
            await liaison.all("修改", "案例题目", title)
            if "没有问题，生成申报表" in liaison.choices:
                await liaison.say("没有问题")
            given = liaison.replies[0].attachment
            assert given is not None
            codes.append(given.ref)
        assert (codes[0] == codes[2], codes[0] == codes[1]) == (True, False)
        assert canonical({"b": 1, "a": ["二"]}) == '{"a":["二"],"b":1}'


async def test_a_campaign_with_one_track_asks_for_no_track_and_individuals_sign(play: Opens) -> None:
    async with play("industry-2024", "2024-03-01 10:00") as industry:
        liaison = await industry.liaison("示例职业技术学院")
        await liaison.all("填报", "匠心", "2", "跳过", "张三", "13800138000", "zhang@163.com", "某路 1 号")
        await liaison.all("导演李四，编剧王五。", "完成", "讲述一位老师傅的故事。", "完成", "跳过")
        await liaison.send(("匠心.mp4", film()))
        await liaison.told("检查完了")
        await liaison.all("逐条确认", "同意", "全部同意", "1", "不交扫描件", "1")
        industry.matches("enter_industry")


async def test_words_of_commands_inside_a_form_are_commands_only_when_they_stand_alone(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "案例", "张三", "029-86780000", "zhang@163.com", "某路 1 号", "继续推进诚信菜市场")
        await liaison.all("9", "菜单里的信用：每道菜一个码。")
        await liaison.say("菜单")
        await liaison.say("继续")
        await liaison.say("取消")
        await liaison.say("继续填写")
        await liaison.all("取消", "确认取消", "继续")
        xian.matches("enter_words")
