"""Single readings: numbers, dates, lengths, films, counts, cells, as notices word them."""

from __future__ import annotations

from datetime import date

import pytest

from rules.drafting.cells import is_row_form, slots_of
from rules.drafting.clauses import Sentence
from rules.drafting.dates import spans
from rules.drafting.entrants import Entrants
from rules.drafting.film_lengths import Bounds, bounds
from rules.drafting.films import film_of
from rules.drafting.kinds import Kind
from rules.drafting.labels import meaning
from rules.drafting.layout import blocks_of
from rules.drafting.lengths import Length, length_of
from rules.drafting.paper import Annex, Paper, read_paper
from rules.drafting.post import placeholders
from rules.drafting.quotas import quotas_of
from rules.drafting.sheet import Table
from rules.drafting.text import fold, number

ISSUED = date(2025, 11, 20)
VIDEO = Kind("video", "视频", "部", ("视频",), is_film=True)
CASE = Kind("case", "案例", "个", ("案例",))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("两", 2),
        ("十五", 15),
        ("二十", 20),
        ("三百", 300),
        ("两千五百", 2500),
        ("2万", 20000),
        ("一万二千", 12000),
        ("1.5", 1.5),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert number(text) == value


def test_folding_keeps_one_spelling() -> None:
    assert fold("２０２４ 年 ３ 月 ５ 日") == "2024年3月5日"
    assert fold("二〇二六年八月二十八日") == "2026年8月28日"
    assert fold('<input type="checkbox"> 其他') == "□ 其他"


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("2025年12月1日8:00—12月7日18:00", "2025-12-01 08:00", "2025-12-07 18:00"),
        ("12月1日至15日", "2025-12-01", "2025-12-15 24:00"),
        ("12月20日-1月10日", "2025-12-20", "2026-01-10 24:00"),
        ("即日起至2026年3月31日", None, "2026-03-31 24:00"),
        ("12月8日（星期一）下午3点半前", None, "2025-12-08 15:30"),
        ("12月8日24时前", None, "2025-12-08 24:00"),
        ("12月8日下班前", None, "2025-12-08 下班前"),
        ("12月8日0时截止", None, "2025-12-07 24:00"),
        ("2026.3.31前", None, "2026-03-31 24:00"),
        ("2026年4月中下旬", "2026-04-11", "2026-04-30 24:00"),
        ("2026年8月-9月", "2026-08-01", "2026-09-30 24:00"),
    ],
)
def test_dates(text: str, opens: str | None, closes: str) -> None:
    (span,) = spans(fold(text), ISSUED, 2025)
    assert (span.opens.text if span.opens else None) == opens
    assert span.closes is not None
    assert span.closes.closing == closes


def test_before_a_day_is_open_and_before_an_hour_is_not() -> None:
    assert spans("12月8日前", ISSUED, 2025)[0].before
    assert not spans("12月8日17:30前", ISSUED, 2025)[0].before
    assert not spans("12月8日下班前", ISSUED, 2025)[0].before


def test_a_date_that_does_not_exist_is_no_date() -> None:
    assert spans("2月30日前报送", ISSUED, 2025) == ()
    assert spans("12月8日前报送", None, None) == ()


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("字数不超过2000字", Length(None, 2000)),
        ("３０００字以内", Length(None, 3000)),
        ("1500—2500字之间", Length(1500, 2500)),
        ("以800至1200字为宜，最多不超过1500字", Length(800, 1500)),
        ("一般在1500字左右，不得多于2000字", Length(None, 2000)),
        ("参选作品简介（800字）", Length(None, 800, rough=True)),
        ("不少于三百字", Length(300, None)),
        ("共2000余人参加", None),
    ],
)
def test_lengths(text: str, length: Length | None) -> None:
    assert length_of(fold(text)) == length


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("时长2-5分钟", Bounds(120, 300)),
        ("时长为3至6分钟（含片头片尾）", Bounds(180, 360)),
        ("时长30秒—3分钟", Bounds(30, 180)),
        ("时长不少于三十秒、不超过三分钟", Bounds(30, 180)),
        ("片长不超过8分钟", Bounds(None, 480)),
        ("时长控制在5分钟以内", Bounds(None, 300)),
        ("每部时长三分钟左右、最长不得超过五分钟", Bounds(None, 300, 180)),
        ("时长15-60秒", Bounds(15, 60)),
        ("时长不少于两分钟", Bounds(120, None)),
        ("请提前15分钟入场", None),
    ],
)
def test_durations(text: str, found: Bounds | None) -> None:
    assert bounds(text) == found


def test_film_rules_in_one_sentence() -> None:
    told = "横屏16:9，分辨率不低于1920×1080，MP4、MOV等格式，H.264编码，码率8Mbps以上，帧率25帧/秒，大小不大于300M"
    film = film_of([Sentence(told, "二")], Table("track"), "二")
    found = {table.name.split(".")[-1]: {e.key: e.value for e in table.entries} for table in film.tables}
    assert found["shape"]["aspects"] == ["16:9"]
    assert found["picture"]["at_least"] == "1920×1080"
    assert found["containers"] == {"formats": ["mp4", "mov"], "others": "warn", "clause": "二"}
    assert found["codecs"]["video"] == ["h264"]
    assert found["bit_rate"]["least"] == "8 Mbps"
    assert found["frame_rate"]["rates"] == ["25"]
    assert found["weight"] == {"most": "300 MB", "clause": "二"}


def test_counts_of_works() -> None:
    told = "原则上各县区推荐案例不少于2个、视频不少于1部；市直部门案例、视频各不少于1件，每个单位视频不超过三部"
    found = quotas_of(Paper(sentences=(Sentence(told, "四"),)), (CASE, VIDEO), Entrants())
    assert {key: (limit.floor, limit.cap, limit.soft) for key, limit in found["case"].items()} == {
        "district": (2, None, True),
        "department": (1, None, True),
    }
    assert found["video"]["*"].cap == 3
    assert found["video"]["department"].floor == 1


def test_prizes_and_questions_are_no_counts_of_works() -> None:
    told = ("各单位评出一等奖2个", "每人答对12题以上", "各单位报送申报表1份")
    paper = Paper(sentences=tuple(Sentence(text, "五") for text in told))
    assert quotas_of(paper, (CASE, VIDEO), Entrants()) == {"case": {}, "video": {}}


def test_a_table_of_tasks() -> None:
    rows = (("单位", "案例（个）", "视频（部）"), ("各镇", "2", "1"), ("合计", "20", "10"))
    paper = Paper(annexes=(Annex("附件1", "报送任务分配表", (rows,)),))
    found = quotas_of(paper, (CASE, VIDEO), Entrants())
    assert found["case"]["town"].floor == 2
    assert found["video"]["town"].floor == 1
    assert len(found["case"]) == 1


@pytest.mark.parametrize(
    ("label", "key", "kind"),
    [
        ("申报单位（盖章）", "unit", "line"),
        ("联系人及电话", "contact", "person_phone"),
        ("手机号码", "mobile", "phone"),
        ("E-mail", "email", "email"),
        ("作品时长", "length", "measured"),
        ("案例名称", "title", "line"),
        ("单位名称", "unit", "line"),
        ("作品简介", "introduction", "text"),
        ("备注", "remark", "text"),
    ],
)
def test_labels(label: str, key: str, kind: str) -> None:
    found = meaning(label)
    assert (found.key, found.kind) == (key, kind)


def test_options_whose_boxes_a_converter_lost() -> None:
    annex = Annex(
        "附件", "申报表", ((("", "案例主题"), ("", "信用监管   信用惠民")), "诚信文化          政务诚信", "其他      ")
    )
    (slot,) = slots_of(annex)
    assert slot.boxes == ["信用监管", "信用惠民", "诚信文化", "政务诚信", "其他"]


def test_labels_without_room_head_a_table() -> None:
    annex = Annex("附件", "联络表", ((("单位", "姓名", "职务", "联系电话"), ("", "", "", "")),))
    assert is_row_form(annex, slots_of(annex))
    filled = Annex("附件", "申报表", ((("作品名称", ""), ("联系人", ""), ("联系电话", "")),))
    assert not is_row_form(filled, slots_of(filled))


def test_names_of_files() -> None:
    assert placeholders("参赛者姓名（单位名称）+作品名称+联系电话）") == (
        "{参赛者姓名}（{单位名称}）+{作品名称}+{联系电话}",
        [],
    )
    assert placeholders("最美家乡路+作者姓名") == ("最美家乡路+{参赛者姓名}", ["最美家乡路"])


def test_broken_lines_are_healed_and_page_numbers_go() -> None:
    lines = [
        "    （一）短视频。竖版拍摄，时长不少于三十秒、不超过",
        "三分钟，格式为 MP4 或 MOV，声音清晰，须加注简体",
        "",
        "                    — 1 —",
        "    （二）征文。体裁为散文、纪实、书信等，须为本人原",
        "创且未公开发表。篇幅以八百至一千五百字为宜，题目自",
        "拟。",
        *["    （三）参赛者须对作品的著作权负责，如有抄袭，取消"] * 6,
    ]
    blocks = blocks_of("\n".join(lines))
    assert str(blocks[0]).endswith("加注简体")
    assert str(blocks[1]).endswith("须为本人原创且未公开发表。篇幅以八百至一千五百字为宜，题目自拟。")


def test_clauses_go_on_where_numbers_change_their_style() -> None:
    text = "一、目的\n讲述。\n二、对象\n（一）单位\n全省。\n3、时间\n2024年5月1日。\n（1）报名\n报名。\n1.线上\n可以。"
    paper = read_paper(blocks_of(text))
    assert [each.clause for each in paper.sentences if each.heading] == [
        "一",
        "二",
        "二（一）",
        "三",
        "三（一）",
        "三（一）1",
    ]
