"""Prizes from a published ranking to the final list: asked where the notice is silent, approved, shown, objected to."""

from __future__ import annotations

from rules.looks_awards import HonoursOf, ObjectionsIn
from storage.awards import honours_of, objections_in
from tests.flows.awarding import looked, placed, published, reported
from tests.flows.conftest import Opens, Play, Player

CASES = [{"theme": {"picked": ["信用惠民"], "other": ""}}]
FILMS = [{"category": {"picked": [each], "other": ""}} for each in ("剧情类", "纪实类")]
SHORTS = [{"theme": {"picked": [each], "other": ""}} for each in ("高端升级", "数智赋能")]
MEETING = "组委会 9 月 14 日会议决定"


async def ranked_weifang(wf: Play) -> None:
    """More works than prizes in both tracks; two texts share the place at the cut of the second prize."""
    text = await reported(wf, "text", 24)
    video = await reported(wf, "video", 22, first=3)
    wf.at("2023-09-14 10:00")
    await published(wf, {"text": placed(text, {5: 4}), "video": placed(video)})


async def listed_weifang(wf: Play) -> Player:
    """The prizes of Weifang in 公示, and the admin who brought them there."""
    await ranked_weifang(wf)
    admin = await wf.admin()
    with wf.aside():
        await admin.all("评奖", "接着定", "1", MEETING, "记下这个决定", "0", MEETING, "记下这个决定")
        await admin.all("报请组委会批准", MEETING, "组委会已批准")
    wf.at("2023-09-16 10:00")
    return admin


async def test_a_tie_and_the_units_are_asked_and_the_sums_of_the_notice_come_out(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-20 10:00") as wf:
        admin = await wf.admin()
        wf.forget()
        await admin.say("评奖")
        await ranked_weifang(wf)
        await admin.all("评奖", "接着定", "1", MEETING, "记下这个决定")
        await admin.all("1、火星区", "1、诸城市", MEETING, "记下这个决定")
        await admin.all("看全部结果", "评奖", "报请组委会批准", "组委会 9 月 14 日会议审议通过", "组委会已批准")
        wf.matches("awards_weifang")
        given = await looked(wf, HonoursOf("weifang-2023"), honours_of)
        assert (sum(each.gift for each in given), sum(bool(each.entry) for each in given)) == (16200, 40)
        assert {each.state for each in given} == {"listed"}


async def test_fewer_works_than_prizes_are_said_with_the_notices_own_totals(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-20 10:00") as wf:
        text, video = await reported(wf, "text", 24), await reported(wf, "video", 18)
        wf.at("2023-09-14 10:00")
        await published(wf, {"text": placed(text), "video": placed(video)})
        admin = await wf.admin()
        await admin.all("评奖", "接着定", "不评", MEETING, "记下这个决定", "看全部结果")
        assert "⚠ 视频案例：通知写明 20 名，现在是 18 名（《通知》十）。" in admin.text
        assert "⚠ 合计：通知写明奖品 16200 元，现在是 15824 元（《通知》十）。" in admin.text


async def test_no_more_are_given_than_there_are_works_in_the_running(play: Opens) -> None:
    async with play("xian-2024", "2024-04-20 10:00") as xian:
        cases = await reported(xian, "case", 4)
        xian.at("2024-06-20 10:00")
        await published(xian, {"case": placed(cases)})
        admin = await xian.admin()
        assert "读不成 0 到 4 之间的整数" in await admin.all("评奖", "接着定", "5")
        await admin.all("4", MEETING, "记下这个决定", "评奖")
        assert "能定下 4 个作品奖项" in admin.text


async def test_a_decision_is_undone_and_asked_anew(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-20 10:00") as wf:
        await ranked_weifang(wf)
        admin = await wf.admin()
        wf.forget()
        await admin.all("评奖", "接着定", "2", MEETING, "先不定", "接着定", "2", MEETING, "记下这个决定")
        await admin.all("评奖", "改一项决定", "1", "评委提出复核", "取消它", "1", MEETING, "记下这个决定")
        wf.matches("awards_undone")


async def test_objections_are_kept_answered_and_the_place_is_the_committees(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-20 10:00") as wf:
        liaison = await wf.liaison("诸城市")
        admin = await listed_weifang(wf)
        wf.forget()
        await liaison.all("提异议", "WF-A0099", "WF-A0001", "这篇和去年的获奖作品相同。")
        await liaison.send(("去年的获奖名单.pdf", b"%PDF-1.4 last year"))
        await liaison.all("完成", "提交异议")
        await admin.all("处理异议", "看材料", "异议成立", "经核实，与 2022 年作品内容相同。", "答复")
        await admin.all("与往年获奖作品相同", "撤销", "按名次依次递补", MEETING, "确定")
        await liaison.say("提异议")
        wf.matches("awards_objection")
        [kept] = await looked(wf, ObjectionsIn("weifang-2023"), objections_in)
        assert (kept.words, kept.files[0][0], kept.outcome) == (
            "这篇和去年的获奖作品相同。",
            "去年的获奖名单.pdf",
            "upheld",
        )
        standing = [each for each in await looked(wf, HonoursOf("weifang-2023"), honours_of) if each.state == "listed"]
        assert sum(each.gift for each in standing) == 16200


async def test_after_its_end_it_is_confirmed_and_a_later_change_is_a_correction(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-20 10:00") as wf:
        liaison = await wf.liaison("诸城市")
        admin = await listed_weifang(wf)
        wf.at("2023-09-20 23:59")
        await admin.say("评奖")
        assert "确认结果" not in admin.choices
        await liaison.all("提异议", "不针对某一项", "名单里没有说明评审专家。", "完成")
        wf.at("2023-09-21 00:00")
        wf.forget()
        await liaison.say("提交异议")
        await admin.all("评奖", "确认结果", "确认结果")
        await liaison.news()
        await admin.all("评奖", "撤销一个奖项", "WF-B0001", "经查有侵权", "撤销", "不递补，名额空出", MEETING, "确定")
        await liaison.say("获奖名单")
        wf.matches("awards_final")


async def test_one_work_is_named_for_a_free_place_where_moving_up_meets_a_tie(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-20 10:00") as wf:
        text, video = await reported(wf, "text", 24), await reported(wf, "video", 22)
        wf.at("2023-09-14 10:00")
        await published(wf, {"text": placed(text, {22: 21}), "video": placed(video)})
        admin = await wf.admin()
        await admin.all("评奖", "接着定", "0", MEETING, "记下这个决定")
        await admin.all("报请组委会批准", MEETING, "组委会已批准")
        wf.forget()
        await admin.all(
            "评奖", "撤销一个奖项", "wf-a0020", "材料不实", "撤销", "指定一项作品", "WF-A0022", MEETING, "确定"
        )
        wf.matches("awards_named")


async def test_another_admin_agrees_where_the_notice_has_the_committee_decide(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-20 10:00") as xh:
        cases, films = await reported(xh, "case", 6, CASES), await reported(xh, "video", 8, FILMS)
        xh.at("2021-11-09 10:00")
        await published(xh, {"case": placed(cases), "video": placed(films, {5: 3})})
        admin = await xh.admin("张处长")
        xh.forget()
        await admin.all("评奖", "接着定", "3", MEETING, "记下这个决定")
        await admin.all("1", MEETING, "记下这个决定", "2", MEETING, "记下这个决定")
        await admin.all("0", MEETING, "记下这个决定")
        await admin.all("1", MEETING, "记下这个决定")
        await admin.all("XH-B0002 95\nXH-B0004 八十", "XH-B0002 95\nXH-B0004 80.5", MEETING, "记下这个决定")
        await admin.all("加设奖项", "最佳摄影", "信用应用场景微视频", MEETING, "记下这个决定")
        await admin.all("XH-B0007", MEETING, "记下这个决定", "报请组委会批准")
        second = await xh.admin("李主任")
        await admin.all("评奖", "报请组委会批准", "不公示，直接确认", "报请批准", "评奖")
        await second.all("评奖", "同意", "组委会 11 月 12 日会议审议通过")
        await admin.say("获奖名单")
        xh.matches("awards_committee")


async def test_a_theme_prize_waits_for_gold_and_gold_excludes_it_as_decided(play: Opens) -> None:
    async with play("industry-2024", "2024-07-20 10:00") as gy:
        works = await reported(gy, "video", 20, SHORTS)
        gy.at("2024-09-20 10:00")
        await published(gy, {"video": placed(works, {11: 10})})
        admin = await gy.admin()
        gy.forget()
        await admin.all("评奖", "接着定", "GY-A0011", MEETING, "记下这个决定", "不能兼得", MEETING, "记下这个决定")
        for _ in range(5):
            await admin.all("0", "同上", "记下这个决定")
        await admin.all("1", MEETING, "记下这个决定")
        await admin.all("不评", MEETING, "记下这个决定", "不评", MEETING, "记下这个决定", "看全部结果")
        gy.matches("awards_industry")


async def test_what_another_admin_changes_meanwhile_is_not_put_before_the_committee(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-20 10:00") as wf:
        await ranked_weifang(wf)
        one, other = await wf.admin("一"), await wf.admin("二")
        await one.all("评奖", "接着定", "1", MEETING, "记下这个决定", "0", "同上", "记下这个决定")
        await one.all("报请组委会批准", MEETING)
        await other.all("评奖", "改一项决定", "1", "评委提出复核", "取消它")
        await one.say("组委会已批准")
        assert one.text.startswith("这一步刚有变动，您发的内容没有记入。")
        assert await looked(wf, HonoursOf("weifang-2023"), honours_of) == ()
