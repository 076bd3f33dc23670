"""Questions about the rules: recognised among answers, and answered from the real notices with their clauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.campaigns import load
from bot.talk.asking import worded
from bot.wording import house_wording
from rules.embargo import Embargo
from rules.instants import micros
from rules.notice import Notice
from rules.rule_answers import Asker, answer
from rules.rule_questions import kept_words, read_question

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"


@cache
def notice_of(name: str) -> Notice:
    return load(CAMPAIGNS, name)


def said(notice: Notice, text: str, klass: str = "", **granted: dict[str, int]) -> str:
    """What is answered a day after the first stage began; "" where the notice says nothing."""
    found = read_question(text)
    assert found is not None, f"expected a question, found none in {text!r}"
    now = notice.stages[0].opens + timedelta(days=1)
    facts = answer(found.topic, notice, Asker(text, now, klass, **granted))
    return house_wording().line(worded(found.topic, facts)).replace("\x02", "").replace("\x03", "") if facts else ""


#: Notice, class of who asks, the question, and what the answer must hold.
ASKED = [
    ("xian-2024", "district", "视频要横屏还是竖屏？", "短视频：竖屏，时长 2 分钟到 5 分钟，画面 9:16"),
    ("xian-2024", "district", "还能改吗？", "可以改，改到 4月23日（周二）24:00 为止（《通知》三（一））"),
    ("xian-2024", "district", "交了以后可以修改吗", "可以修改后重新报送"),
    ("xian-2024", "district", "能撤回吗？", "也可以撤回"),
    ("xian-2024", "district", "可以换视频吗？", "信用短视频：可以改"),
    ("xian-2024", "district", "几点截止？", "信用案例、信用短视频 4月23日（周二）24:00 截止（《通知》三（一））"),
    ("xian-2024", "district", "最晚什么时候交", "4月23日（周二）24:00 截止"),
    ("xian-2024", "district", "还有几天截止？", "还有 56 天"),
    ("xian-2024", "district", "案例什么时候交？", "信用案例 4月23日"),
    ("xian-2024", "district", "来得及吗？", "4月23日（周二）24:00 截止"),
    ("xian-2024", "district", "字数多少？", "案例内容不超过 2000 字（《通知》二（一）、附件1案例模板）"),
    ("xian-2024", "district", "简介最多写多少字？", "参选作品简介（800字）不超过 800 字（附件2）"),
    ("xian-2024", "district", "要盖章吗？", "“推荐单位意见”一栏盖章（附件1）"),
    ("xian-2024", "district", "要不要盖公章", "另交加盖单位公章的申报表扫描件（《通知》三（一））"),
    ("xian-2024", "district", "能报几个？", "信用案例：不少于 3 个，上不封顶（《通知》二（一））"),
    ("xian-2024", "department", "至少要报几个案例？", "信用案例：不少于 1 个，上不封顶（《通知》二（一））"),
    ("xian-2024", "district", "短视频可以不报吗？", "信用短视频：通知没有规定数量"),
    ("xian-2024", "district", "发到哪里？", "xiancredit@163.com（《通知》三（一））"),
    ("xian-2024", "district", "交到哪儿", "就在这里报送"),
    ("xian-2024", "district", "怎么报送？", "发“填报”"),
    ("xian-2024", "district", "什么时候公布？", "通知没有写公布结果的日子"),
    ("xian-2024", "district", "结果什么时候出来？", "至 6月30日（周日）24:00（《通知》三（二））"),
    ("xian-2024", "district", "视频要多长时间？", "2 分钟到 5 分钟"),
    ("xian-2024", "district", "要交哪些材料？", "申报表 Word 版（《通知》三（一））"),
    ("xian-2024", "district", "谁可以参加？", "市级部门、区县、西咸新区、开发区（《通知》二（一））。贵单位属于“区县”"),
    ("xian-2024", "district", "怎么评选？", "网络投票，占 30 %"),
    ("xian-2024", "district", "有什么奖？", "典型案例"),
    ("xian-2024", "district", "必须原创吗？", "作品为本单位原创。（《通知》二（二））"),
    ("xian-2024", "district", "视频大小有要求吗", "竖屏"),
    ("xian-2024", "district", "案例可以多报吗", "上不封顶"),
    ("xian-2024", "district", "企业可以报吗", "可以报送的有"),
    ("xian-2024", "district", "要发邮件吗", "xiancredit@163.com"),
    ("xian-2024", "district", "评选结果在哪看", "新华信用平台"),
    ("xian-2024", "district", "电话多少", "活动咨询"),
    ("xian-2024", "district", "找谁咨询？", "xiancredit@163.com"),
    ("xian-2024", "district", "报送成功了吗？", "发“我的报送”就能看到"),
    ("xinhua-2021", "province", "横屏还是竖屏", "微视频：横屏，时长 2 分钟到 5 分钟，画面 16:9"),
    ("xinhua-2021", "province", "最多能报几个案例？", "信用案例：最多 10 个，可以少报（《通知》一（四）2）；需要多报"),
    ("xinhua-2021", "city", "什么时候公布结果？", "结果发布：11月1日（周一）至 11月30日（周二）24:00"),
    ("xinhua-2021", "city", "几点截止？", "10月25日（周一）17:00 截止"),
    ("weifang-2023", "county", "要字幕吗？", "视频案例：配有中文字幕。（《通知》五3）"),
    ("weifang-2023", "county", "奖金多少？", "一等奖 1 名（每名 1396 元）"),
    ("weifang-2023", "county", "视频最短几分钟？", "时长 3 分钟到 5 分钟"),
    ("industry-2024", "individual", "竖屏可以吗？", "横屏、竖屏都可以"),
    ("industry-2024", "individual", "个人要签字吗？", "用签名代替盖章"),
    ("industry-2024", "individual", "字数有限制吗？", "各栏通知没有写字数上限"),
    ("hongze-quiz-2020", "area", "红包怎么领？", "每次 10 题，答对 5 题合格，不限次数（《通知》五（二）1）"),
    ("hongze-quiz-2020", "area", "什么时候开始？", "7月8日（周三）至 7月14日（周二）24:00（《通知》五（二）1）"),
    ("hongze-quiz-2020", "area", "联络表什么时候报？", "（《通知》八1）"),
    ("hongze-quiz-2020", "area", "报到哪里？", "就在这里报送：发“我的任务”"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "klass", "text", "holds"), ASKED, ids=lambda value: str(value))
def test_a_question_is_answered_from_its_notice(name: str, klass: str, text: str, holds: str) -> None:
    assert holds in said(notice_of(name), text, klass)


@pytest.mark.parametrize("text", ["视频要字幕吗？", "有奖金吗？", "停车场在哪里？", "能带家属参加开幕式和晚宴吗？"])
def test_what_the_notice_does_not_say_has_no_facts(text: str) -> None:
    notice = replace(notice_of("xian-2024"), awards=None)
    assert said(notice, text, "district") == ""


@pytest.mark.parametrize(
    "text",
    [
        "信用+餐饮“一码通管”",
        "张三",
        "029-12345678",
        "好了吗",
        "？",
        "在吗？",
        "收到，谢谢",
        "要盖章吗？\n再看看",
        "问" * 41 + "？",
    ],
)
def test_what_is_no_question(text: str) -> None:
    assert read_question(text) is None


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("要盖章吗？", True), ("请问老师，我们单位最多能报几个案例呢？", True), ("视频几分钟", False),
        ("信用能不能盖章？", False), ("怎么让企业愿意改？", False), ("诚信多少钱一斤？", False),
        ("如何评价一家企业？", False), ("一枚公章怎么管住？", False), ("签字画押还管用吗？", False),
        ("谁来评选“红黑榜”？", False),
    ],
)  # fmt: skip
def test_only_what_can_be_nothing_else_is_sure(text: str, sure: bool) -> None:
    found = read_question(text)
    assert found is not None and found.sure is sure


def test_a_leave_and_a_moved_cap_are_told() -> None:
    xian, xinhua = notice_of("xian-2024"), notice_of("xinhua-2021")
    until = micros(xian.track("case").closes + timedelta(days=2))
    assert "贵单位可以报到 4月26日" in said(xian, "案例几点截止？", "district", leaves={"case": until})
    assert "最多 12 个" in said(xinhua, "案例能报几个？", "province", caps={"case": 12})


def test_what_is_held_back_is_hidden_in_answers() -> None:
    notice = notice_of("xian-2024")
    held = Embargo("quiz", "口令", notice.stages[0].closes, "四（一）", words=("芝麻开门",))
    notice = replace(notice, contact="市信用办，口令芝麻开门", embargoes=(held,))
    assert said(notice, "找谁咨询？") == "活动咨询：市信用办，口令●●●。"


def test_kept_words_name_no_number() -> None:
    assert kept_words("找 １3800000000 或 zhang@example.com\n编号20240301，行？") == (
        "找 138****0000 或 z***@example.com 编号●●●，行"
    )
