"""What people answer to the fields of any form: by what each asks for, in words that fit it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from rehearsal.contents import content
from rules.forms import Field
from rules.tracks import Track

#: What is answered to certain fields, by their keys, in place of the usual; of several, one after the other.
Given = Mapping[str, tuple[str, ...]]
DONE, SKIP = "完成", "跳过"
PHONE, MOBILE, PERSON = "0536-8790000", "13800138000", "张晓"
#: What is written on one line, by what its label holds.
_LINES = {
    "性别": "女", "年龄": "35", "民族": "汉族", "政治面貌": "中共党员", "学历": "大学", "职务": "科长",
    "身份证": "（彩排，不填证件号码）", "地址": "某路 1 号", "邮编": "261000", "网址": "https://www.example.cn",
    "时间": "2010年至2018年", "单位": "信用示例单位", "学校": "信用示例学校", "教师": "李老师", "导演": "李导",
    "姓名": PERSON, "联系人": PERSON, "作者": PERSON, "负责人": PERSON, "主创": "导演李四，编剧王五",
    "制片": "融媒体中心",
}  # fmt: skip
#: What a work is called stands under one of these.
_NAMES = ("名称", "题目", "标题")
#: Words of a text that is to be long, where no limit says so; and 字 from which on a limit does.
_LONG, _WHOLE = ("内容", "正文", "事迹", "经过", "材料"), 600


def answer_of(field: Field, title: str, now: datetime, track: Track | None = None) -> tuple[str, ...]:
    """What is said to one field of a work of this title; of a text in pieces, its end stands last."""
    if not field.required and field.kind not in ("boxes", "sections"):
        return (SKIP,)
    match field.kind:
        case "phone":
            return (PHONE,)
        case "email":
            return ("xinyong@example.cn",)
        case "date":
            return (f"{now.year - 40}-06-01" if "出生" in field.label else f"{now - timedelta(days=30):%Y-%m-%d}",)
        case "number":
            return ("20",)
        case "person_phone":
            return (f"{PERSON} {MOBILE}",)
        case "boxes":
            return (_ticked(field, track),)
        case "sections":
            return (_sections(field, title), DONE)
        case "text":
            return (_text(field, title), DONE)
    return (_line(field, title)[: field.limit],)


def _line(field: Field, title: str) -> str:
    if field.key == "title" or (any(word in field.label for word in _NAMES) and "单位" not in field.label):
        return title
    return next((said for word, said in _LINES.items() if word in field.label), f"{field.label}（示例）")


def _ticked(field: Field, track: Track | None) -> str:
    """The option that names the kind of work, as a form for several kinds has it; else the first without own words."""
    plain = [option for option in field.options if option != field.other] or list(field.options)
    named = [option for option in plain if track is not None and _shares(option, f"{track.label}{track.noun}")]
    return f"{field.options.index((named or plain)[0]) + 1}"


def _shares(option: str, label: str) -> bool:
    """Whether two characters in a row stand in both."""
    return any(option[place : place + 2] in label for place in range(len(option) - 1))


def _sections(field: Field, title: str) -> str:
    """Every heading with its part, in one message; together within the limit."""
    parts = _paragraphs(title)
    most = (field.limit or 10_000) // len(field.headings)
    return "\n".join(
        f"{heading}\n{parts[place % len(parts)][:most]}" for place, heading in enumerate(field.headings)
    )  # fmt: skip


def _text(field: Field, title: str) -> str:
    """The whole content where much is asked for and has room, else what the work achieved, in so many characters."""
    long = (field.limit or 0) >= _WHOLE or any(word in field.label for word in _LONG)
    whole = content(title)
    return whole if long and len(whole) <= (field.limit or len(whole)) else _paragraphs(title)[-1][: field.limit]


def _paragraphs(title: str) -> list[str]:
    """The parts of a content without its headings."""
    return content(title).split("\n")[1::2]
