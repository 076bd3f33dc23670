"""Fields of every kind with what people type into them: the value it becomes, or the faults it must show."""

from __future__ import annotations

from datetime import date
from typing import Any

from rules.forms import Field, Kind

CLAUSE = "《通知》二（一）"
HEADINGS = ("一、要解决的问题", "二、创新举措", "三、工作成效及意义")
THEMES = ("信用设施", "信用融资服务和产品", "“信易贷”（促进金融、服务实体）", "进出口信用管理和对外合作", "其他")
TODAY = date(2024, 3, 5)


def field(kind: Kind, **facts: Any) -> Field:
    return Field(**{"key": "it", "label": "某项", "kind": kind, "clause": CLAUSE, "hint": "请填写。", **facts})


LINE, TEXT = field("line", limit=5), field("text", limit=8, near=4, figures=True)
PHONE, EMAIL, DATE, NUMBER, PERSON = (field(kind) for kind in ("phone", "email", "date", "number", "person_phone"))
SECTIONS = field("sections", headings=HEADINGS, limit=10)
BOXES = field("boxes", options=THEMES, other="其他", several=True)
ONE = field("boxes", options=THEMES, other="其他", other_required=True)
OPEN = field("boxes", options=("监管创新", "守信激励", "失信惩戒"), open=True)
OPEN_SEVERAL = field("boxes", options=("监管创新", "守信激励", "失信惩戒"), open=True, several=True)
EVERY = [LINE, TEXT, PHONE, EMAIL, DATE, NUMBER, PERSON, SECTIONS, BOXES, ONE, OPEN, OPEN_SEVERAL]
EVERY += [
    field("measured", source="film"),
    field("opinion", source="stamp", signs="推荐单位"),
    field("line", required=False),
]

GOOD: list[tuple[Field, str, Any]] = [
    (LINE, " 一码\n 通管 ", "一码 通管"),
    (TEXT, "\u3000\u3000第一段，1。\r\n\r\n 第二 ", "第一段，1。\n第二"),
    (PHONE, "13800138000", "13800138000"),
    (PHONE, "+86 138-0013-8000", "13800138000"),
    (PHONE, "电话：１３８ ００１３ ８０００。", "13800138000"),
    (PHONE, "8613800138000", "13800138000"),
    (PHONE, "（029）8678 0000", "029-86780000"),
    (PHONE, "029—86780000-123", "029-86780000转123"),
    (PHONE, "02986780000 转 123", "029-86780000转123"),
    (PHONE, "0536-8091234", "0536-8091234"),
    (PHONE, "4001234567", "400-123-4567"),
    (PHONE, "029-86780000，13800138000", "029-86780000、13800138000"),
    (PHONE, "13800138000 13900001234 13800138000", "13800138000、13900001234"),
    (EMAIL, "<Zhang.San@Example.GOV.CN>。", "Zhang.San@example.gov.cn"),
    (EMAIL, "邮箱：zhang＠163。com", "zhang@163.com"),
    (EMAIL, "zhang @ 163.com", "zhang@163.com"),
    (DATE, "3月1日", "2024-03-01"),
    (DATE, "２０２３．１２．３１", "2023-12-31"),
    (NUMBER, "1,200 份", 1200),
    (NUMBER, "三十人", 30),
    (NUMBER, "一千零五", 1005),
    (NUMBER, "0", 0),
    (PERSON, "张三 13800138000", {"person": "张三", "phone": "13800138000"}),
    (PERSON, "张三，138-0013-8000", {"person": "张三", "phone": "13800138000"}),
    (PERSON, "13800138000 张三", {"person": "张三", "phone": "13800138000"}),
    (PERSON, "联系人：张三（科长），电话：１３８００１３８０００", {"person": "张三（科长）", "phone": "13800138000"}),
    (PERSON, "张三（13800138000）", {"person": "张三", "phone": "13800138000"}),
    (PERSON, "张三、李四 029-86780000转12", {"person": "张三、李四", "phone": "029-86780000转12"}),
    (PERSON, "张三13800138000\n李四13900001234", {"person": "张三、李四", "phone": "13800138000、13900001234"}),
    (PERSON, "（联系人）张三（13800138000", {"person": "（联系人）张三", "phone": "13800138000"}),
    (PERSON, "(（张三）) 13800138000", {"person": "张三", "phone": "13800138000"}),
    (PERSON, "阿卜杜拉·买买提/13800138000", {"person": "阿卜杜拉·买买提", "phone": "13800138000"}),
    (SECTIONS, "一、要解决的问题\n甲\n二.创新举措：\n乙\n（三）工作 成效及意义 丙", ["甲", "乙", "丙"]),
    (BOXES, "2，1", {"picked": [THEMES[1], THEMES[0]], "other": ""}),
    (BOXES, "①②", {"picked": [THEMES[0], THEMES[1]], "other": ""}),
    (BOXES, "4 1 4", {"picked": [THEMES[3], THEMES[0]], "other": ""}),
    (BOXES, "1、信用设施", {"picked": [THEMES[0]], "other": ""}),
    (BOXES, "1. 信用设施；第2项", {"picked": [THEMES[0], THEMES[1]], "other": ""}),
    (BOXES, "信用融资服务和产品、进出口", {"picked": [THEMES[1], THEMES[3]], "other": ""}),
    (BOXES, "“信易贷”（促进金融、服务实体），信用设施", {"picked": [THEMES[2], THEMES[0]], "other": ""}),
    (BOXES, "信易贷", {"picked": [THEMES[2]], "other": ""}),
    (BOXES, "1和4", {"picked": [THEMES[0], THEMES[3]], "other": ""}),
    (BOXES, "5", {"picked": ["其他"], "other": ""}),
    (BOXES, "5 其他：农村信用", {"picked": ["其他"], "other": "农村信用"}),
    (BOXES, "⑤：农村信用（试点），城市信用", {"picked": ["其他"], "other": "农村信用（试点），城市信用"}),
    (BOXES, "1，5 农村信用", {"picked": [THEMES[0], "其他"], "other": "农村信用"}),
    (BOXES, "其他（农村信用）、1", {"picked": ["其他", THEMES[0]], "other": "农村信用"}),
    (BOXES, "其他 1", {"picked": ["其他", THEMES[0]], "other": ""}),
    (BOXES, "其他＿＿＿＿", {"picked": ["其他"], "other": ""}),
    (ONE, "其他：农村信用", {"picked": ["其他"], "other": "农村信用"}),
    (OPEN, "2", {"picked": ["守信激励"], "other": ""}),
    (OPEN, "信用修复", {"picked": [], "other": "信用修复"}),
    (
        OPEN_SEVERAL,
        "监管创新，信用修复；数据共享（试点）",
        {"picked": ["监管创新"], "other": "信用修复、数据共享（试点）"},
    ),
]
#: Field, text, and the faults it must show: key without "field." and the facts beyond label and clause.
BAD: list[tuple[Field, str, list[tuple[str, dict[str, Any]]]]] = [
    (LINE, " \u200b\n", [("empty", {})]),
    (PHONE, "1" * 1001, [("far_too_long", {"characters": 1001, "most": 1000})]),
    (LINE, "信用App2.0版好好", [("too_long", {"words": 6, "limit": 5, "over": 1})]),
    (TEXT, "一二三四\n五六七八九", [("too_long", {"words": 9, "limit": 8, "over": 1})]),
    (PHONE, "13800138000x", [("phone_characters", {"typed": "13800138000x", "found": "x"})]),
    (PHONE, "无", [("phone_digits_few", {"typed": "无", "digits": 0})]),
    (PHONE, "12345", [("phone_digits_few", {"typed": "12345", "digits": 5})]),
    (PHONE, "1380013800", [("phone_mobile_digits", {"typed": "1380013800", "digits": 10, "expected": 11})]),
    (PHONE, "12800138000", [("phone_mobile_prefix", {"typed": "12800138000", "prefix": "128"})]),
    (PHONE, "13800138000转2", [("phone_mobile_extension", {"typed": "13800138000转2", "extension": "2"})]),
    (
        PHONE,
        "86780000，029-867800",
        [
            ("phone_area_missing", {"typed": "86780000", "digits": 8}),
            ("phone_local_digits", {"typed": "029-867800", "area": "029", "digits": 6, "expected": "8"}),
        ],
    ),
    (
        PHONE,
        "026-86780000",
        [("phone_landline_unknown", {"typed": "026-86780000", "area": "026", "local": "86780000"})],
    ),
    (
        PHONE,
        "400-123-456",
        [("phone_service_digits", {"typed": "400-123-456", "prefix": "400", "digits": 9, "expected": 10})],
    ),
    (PHONE, "867800001", [("phone_unknown", {"typed": "867800001", "digits": 9})]),
    (EMAIL, "zhang", [("email_at_missing", {"typed": "zhang"})]),
    (EMAIL, "zhang@", [("email_domain_missing", {"typed": "zhang@"})]),
    (EMAIL, "@163.com", [("email_user_missing", {"typed": "@163.com"})]),
    (EMAIL, "zhang@163", [("email_domain_short", {"typed": "zhang@163", "domain": "163"})]),
    (EMAIL, "张 三@163,com", [("email_characters", {"typed": "张 三@163,com", "found": "张空格三,"})]),
    (EMAIL, "a..b@163.com", [("email_dots", {"typed": "a..b@163.com"})]),
    (EMAIL, "a@163.com b@163.com", [("email_several", {"typed": "a@163.com b@163.com", "count": 2})]),
    (
        EMAIL,
        "a" * 65 + "@163.com",
        [("email_long", {"typed": "a" * 40 + "…", "length": 73, "most": 254, "user_most": 64})],
    ),
    (DATE, "下周", [("date_unreadable", {"typed": "下周"})]),
    (DATE, "2023年2月29日", [("date_impossible", {"typed": "2023年2月29日"})]),
    (DATE, "2024-03-01（周六）", [("date_weekday", {"typed": "2024-03-01（周六）"})]),
    (NUMBER, "50余", [("number_unreadable", {"typed": "50余"})]),
    (NUMBER, "一百五", [("number_unreadable", {"typed": "一百五"})]),
    (NUMBER, "1000000001", [("number_range", {"typed": "1000000001", "most": 10**9})]),
    (PERSON, "13800138000", [("person_missing", {"typed": "13800138000"})]),
    (PERSON, "张三", [("person_phone_missing", {"typed": "张三", "person": "张三"})]),
    (PERSON, "？？", [("person_phone_unreadable", {"typed": "？？"})]),
    (
        PERSON,
        "1380013800",
        [
            ("person_missing", {"typed": "1380013800"}),
            ("phone_mobile_digits", {"typed": "1380013800", "digits": 10, "expected": 11}),
        ],
    ),
    (SECTIONS, "没有标题", [("sections_unfound", {"headings": list(HEADINGS)})]),
    (
        SECTIONS,
        "二、创新举措\n乙",
        [
            ("section_missing", {"mark": "①", "heading": "要解决的问题", "line": HEADINGS[0]}),
            ("section_missing", {"mark": "③", "heading": "工作成效及意义", "line": HEADINGS[2]}),
        ],
    ),
    (
        SECTIONS,
        "要解决的问题\n甲甲甲\n创新举措\n乙乙乙乙乙乙乙乙\n工作成效及意义",
        [
            ("section_empty", {"mark": "③", "heading": "工作成效及意义"}),
            (
                "sections_too_long",
                {
                    "words": 11,
                    "limit": 10,
                    "over": 1,
                    "longest": {"mark": "②", "heading": "创新举措", "words": 8},
                    "sections": [
                        {"mark": "①", "heading": "要解决的问题", "words": 3},
                        {"mark": "②", "heading": "创新举措", "words": 8},
                        {"mark": "③", "heading": "工作成效及意义", "words": 0},
                    ],
                },
            ),
        ],
    ),
    (
        BOXES,
        "1，6，农村，信用",
        [
            ("no_such_number", {"typed": "6", "count": 5}),
            ("unknown_option", {"typed": "农村", "count": 5, "other": "其他", "number": 5}),
            ("ambiguous_option", {"typed": "信用", "candidates": [THEMES[0], THEMES[1]]}),
        ],
    ),
    (ONE, "1，2", [("one_only", {"picked": [THEMES[0], THEMES[1]], "count": 2})]),
    (ONE, "5", [("other_missing", {"other": "其他", "picked": ["其他"]})]),
    (OPEN, "1，信用修复", [("one_only", {"picked": ["监管创新", "信用修复"], "count": 2})]),
    (field("measured", source="film"), "3", [("not_asked", {})]),
]
#: Values that never came from `read_answer`, or came from it under an older form.
KEPT: list[tuple[Field, Any, list[tuple[str, dict[str, Any]]]]] = [
    (LINE, ["一"], [("unfit", {})]),
    (NUMBER, True, [("unfit", {})]),
    (NUMBER, -1, [("number_range", {"typed": "-1", "most": 10**9})]),
    (SECTIONS, ["甲", "乙"], [("unfit", {})]),
    (SECTIONS, ["", " ", ""], [("empty", {})]),
    (BOXES, {"picked": "其他"}, [("unfit", {})]),
    (BOXES, {"picked": [], "other": ""}, [("empty", {})]),
    (
        BOXES,
        {"picked": ["旧选项"]},
        [("unknown_option", {"typed": "旧选项", "count": 5, "other": "其他", "number": 5})],
    ),
    (BOXES, {"picked": [THEMES[0]], "other": "农村"}, [("other_unpicked", {"typed": "农村", "other": "其他"})]),
    (
        PERSON,
        {"person": "", "phone": "12345"},
        [("person_missing", {"typed": "12345"}), ("phone_digits_few", {"typed": "12345", "digits": 5})],
    ),
    (PERSON, {"person": "张三", "phone": ""}, [("person_phone_missing", {"typed": "张三", "person": "张三"})]),
    (DATE, "3月1日", [("date_year_missing", {"typed": "3月1日"})]),
    (field("measured", source="film"), {"seconds": 0}, [("unfit", {})]),
    (field("measured", source="film"), {"seconds": 121.5}, []),
    (field("line", required=False), "", []),
    (field("boxes", options=THEMES, required=False), {"picked": [], "other": ""}, []),
    (field("sections", headings=HEADINGS, required=False), ["", "", ""], []),
]
