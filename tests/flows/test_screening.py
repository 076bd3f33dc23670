"""Entries are screened level by level: by the host, by a recommender, by a province, each with what the notice asks."""

from __future__ import annotations

import random
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import insert, select, update

from rules.deeds_screening import PassEntry, Seen
from rules.looks_screening import CasesOf
from rules.notice import Notice
from rules.roster import RosterRow
from rules.screening import chains_of
from storage.audit import Audit
from storage.screenings_read import cases_of, through
from storage.tables import people
from storage.tables_materials import materials
from storage.tables_screening import screenings
from storage.units import import_roster
from tests.documents.filling import said
from tests.flows.awarding import reported
from tests.flows.checking import BLACK, film
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import submit_case, submit_xinhua
from tests.flows.test_film import TO_FILM
from tests.flows.variants import form_only, without_scan


async def test_xian_is_screened_by_the_host_entry_by_entry(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        one, two = await xian.liaison("西安市教育局"), await xian.liaison("西安市公安局", "李老师")
        with xian.aside():
            await submit_case(one)
            await submit_case(two, "出租房屋信用分级")
            await one.say("菜单")
            await two.say("菜单")
        xian.at("2024-03-03 09:00")
        await admin.all("审核", "看材料", "通过", "同意，数据扎实。", "确认通过")
        xian.stage("单位收到通知")
        await one.news()
        await admin.all("退回修改", "联系电话", "号码打不通", "就这些", "2024-04-24 24:00", "退回并通知")
        await two.news()
        await admin.say("审核")
        await two.all("修改退回", "029-86780001", "同意", "没有问题", "现在报送")
        await admin.all("审核", "不通过", "其他条款", "二（一）", "与信用无关。", "确认不通过")
        await two.news()
        await two.all("我的报送", "1")
        xian.matches("screening_xian")


async def below(play: Play, name: str, above: str) -> None:
    """A unit more in the roster, under another."""
    row = RosterRow(name, klass="unit", parent=above)
    await import_roster(play.app.database, play.campaign, [row], play.app.numbers)


WORK = (
    "李四", "市融媒体中心", "张三 13800138000", "跳过", "一位摊主的故事。", "完成", "作品以真实的菜市场为背景。",
    "完成", "纪实类", "跳过", "没有问题", "现在报送",
)  # fmt: skip


async def test_a_film_of_xinhua_goes_through_its_city_its_province_and_the_committee(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-12 10:00", form_only) as xinhua:
        await below(xinhua, "西安市碑林区信用中心", "西安市社会信用体系建设牵头部门")
        unit, city = await xinhua.liaison("西安市碑林区信用中心"), await xinhua.liaison("西安市", "赵老师")
        province, admin = await xinhua.liaison("陕西省", "孙老师"), await xinhua.admin()
        await unit.all("填报", "微视频", "诚信菜市场", *WORK)
        await unit.all("我的报送", "1")
        xinhua.at("2021-10-13 09:00")
        assert "没有待您审核" in await province.say("审核")
        xinhua.forget()
        await city.all("菜单", "审核", "通过", "就写“同意推荐。”", "确认通过")
        xinhua.stage("省级收到通知")
        await province.news()
        await province.all("审核", "通过", "选题好，同意上报。", "确认通过")
        xinhua.stage("组委会收到通知")
        await admin.news()
        await admin.all("审核", "通过", "就写“同意。”", "确认通过")
        xinhua.stage("单位陆续收到通知")
        await unit.news()
        await unit.all("我的报送", "1")
        xinhua.matches("screening_xinhua")
        attachments = [one.attachment for each in admin.exchanges for one in each.replies if one.attachment is not None]
        word, _ = await xinhua.app.attachments().make(attachments[-1])
        assert [line for line in said(word, "推荐单位意见").split("\n") if line][::2] == [
            "同意推荐。", "2021年10月13日",
        ]  # fmt: skip
        assert "选题好，同意上报。" in said(word, "省（自治区、直辖市）信用牵头部门组委会意见")
        assert said(word, "论坛组委会意见").startswith("同意。\n")


async def test_a_provinces_cap_counts_when_it_recommends_and_its_own_selection_goes_straight_in(play: Opens) -> None:
    async with play("xinhua-2021", "2021-10-12 10:00", two_cases) as xinhua:
        cities = [await xinhua.liaison(name) for name in ("杭州市", "宁波市")]
        province, admin = await xinhua.liaison("浙江省", "孙老师"), await xinhua.admin()
        await submit_xinhua(province, "省里自己的案例")
        for city, title in zip(cities, ("社区信用档案", "港口信用监管"), strict=True):
            await submit_xinhua(city, title)
        xinhua.at("2021-10-13 09:00")
        xinhua.forget()
        await province.all("审核", "评选结果直接纳入", "就写“同意推荐。”", "确认通过")
        xinhua.stage("第三个超过了上限")
        await province.all("通过", "就写“同意推荐。”", "确认通过")
        await province.all("申请名额", "3", "今年试点多", "确认")
        await admin.all("审批名额", "同意", "不写理由", "确认")
        await province.all("审核", "通过", "就写“同意推荐。”", "确认通过")
        xinhua.matches("screening_cap")


def two_cases(notice: Notice) -> Notice:
    """The form alone, and two cases a province."""
    bare = form_only(notice)
    tracks = [replace(track, quotas=tuple(replace(quota, cap=2) for quota in track.quotas)) for track in bare.tracks]
    return replace(bare, tracks=tuple(tracks))


async def test_weifang_excludes_advertising_by_a_finding_on_record_and_can_take_it_back(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00", form_only) as weifang:
        liaison, admin = await weifang.liaison("潍坊市教育局"), await weifang.admin()
        await liaison.all(
            "填报", "文字案例", "校园信用", "张三", "0536-8791234", "xy@example.org", "胜利东街1号", "1", "特色。",
            "完成", "一年处理投诉 126 起。", "完成", "确认承诺", "没有问题", "现在报送",
        )  # fmt: skip
        weifang.at("2023-08-02 09:00")
        weifang.forget()
        await admin.all("审核", "不通过", "评委组认定应予排除（如广告、营销）", "8月1日评委组会议认定为产品推介。")
        await admin.say("确认不通过")
        await liaison.news()
        await liaison.all("我的报送", "1", "看历次版本")
        await admin.all("恢复审核", "1", "评委组复议，认定不是广告。", "确认恢复")
        await liaison.news()
        await admin.all("审核", "转交", "先不审")
        weifang.matches("screening_weifang")
        acts = await Audit(weifang.app.database).acts(command="screen")
        assert [act.what["decision"] for act in reversed(acts)] == ["rejected", "reopened"]
        assert acts[-1].what["clause"] == "五1"


@pytest.mark.parametrize("campaign", ["xinhua-2021", "xian-2024"])
async def test_what_reaches_a_round_is_what_stands_as_passed_whatever_was_decided(play: Opens, campaign: str) -> None:
    async with play(campaign, "2021-10-12 10:00") as here:
        dice = random.Random(4)
        made = [*await reported(here, "case", 40), *await reported(here, "video", 30, first=20)]
        chains = chains_of(here.notice)
        levels = sorted({level.key for track in ("case", "video") for level in chains.of(track)})
        rows = [
            {"id": here.app.numbers(), "campaign": campaign, "entry": dice.choice(made), "at": place,
             "version": dice.choice((1, 1, 2)), "level": dice.choice(levels),
             "decision": dice.choices(("passed", "straight", "reminded"), (8, 1, 4))[0]}
            for place in range(90)
        ]  # fmt: skip
        async with here.app.database.write() as connection:
            for row in rows:
                await connection.execute(insert(screenings).values(row).prefix_with("OR IGNORE"))
        async with here.app.database.read() as connection:
            every = await cases_of(connection, CasesOf(campaign, chains))
            passed = await through(connection, campaign, chains)
        stood = {case.entry.id for case in every if case.stand.state == "through"}
        assert set(passed) == stood and 0 < len(stood) < len(made)


async def test_industry_is_screened_by_the_host_and_two_at_once_hear_of_each_other(play: Opens) -> None:
    async with play("industry-2024", "2024-03-01 10:00", form_only) as industry:
        liaison, one, two = await industry.liaison("远山重工"), await industry.admin(), await industry.admin("赵老师")
        await liaison.all("填报", "匠心", "2", "跳过", "张三", "13800138000", "zhang@163.com", "某路 1 号")
        await liaison.all("导演李四，编剧王五。", "完成", "讲述一位老师傅的故事。", "完成", "跳过")
        await liaison.all("同意", "全部同意", "没有问题", "现在报送")
        industry.at("2024-03-02 09:00")
        industry.forget()
        await one.all("审核", "转交", "赵老师", "这部我参与过，请您审。")
        await two.news()
        await one.say("审核")
        await two.all("审核", "转交", "管理员", "不写")
        industry.stage("两位打开了同一件")
        await one.all("审核", "通过", "就写“同意。”")
        await _screen_quietly(industry, two)
        await one.say("确认通过")
        industry.matches("screening_industry")


async def _screen_quietly(play: Play, admin: Player) -> None:
    """The entry that waits longest is passed by somebody else, to whom it was not handed."""
    async with play.app.database.read() as connection:
        [case] = await cases_of(connection, CasesOf(play.campaign, chains_of(play.notice)))
    level = case.stand.level
    assert level is not None
    async with play.app.database.read() as connection:
        found = await connection.execute(select(people.c.id).where(people.c.name == admin.name))
        person = found.scalar_one()
    seen = Seen(case.entry.id, case.entry.number, case.entry.version, level.key, 0)
    async with play.app.turns.open() as turns:
        await turns.perform(PassEntry(play.campaign, seen, "同意。", person), play.clock.now())


async def test_a_films_card_shows_findings_and_contact_sheet_and_the_clip_comes_with_the_rest(
    play: Opens,
) -> None:
    async with play("xian-2024", "2024-03-01 10:00", without_scan) as xian:
        admin, liaison = await xian.admin(), await xian.liaison("碑林区")
        await liaison.all("填报", "短视频", *TO_FILM)
        await liaison.send(("摊主.mp4", film(BLACK)))
        await liaison.told("检查完了")
        await liaison.all("就用这一部", "同意", "没有问题", "现在报送")
        async with xian.app.database.write() as connection:
            facts = orjson.loads((await connection.execute(select(materials.c.facts))).scalar_one())
            made = {"sheet": "a" * 64, "preview": "b" * 64}
            await connection.execute(update(materials).values(facts=orjson.dumps(facts | made).decode()))
        xian.at("2024-03-04 09:00")
        xian.forget()
        await admin.all("审核", "看材料")
        xian.matches("screening_film")
