"""How long a film may be: the bounds in a sentence, and the rule made of all sentences that name some."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.drafting.clauses import Sentence
from rules.drafting.sheet import Table
from rules.drafting.text import NUMBER, number

_SPAN = rf"(?:{NUMBER}\s*(?:小时|分钟|分|秒钟?)(?:\s*{NUMBER}\s*秒钟?)?|{NUMBER}(?=\s*(?:至|到|—|-|~)))"
_BETWEEN = re.compile(rf"({_SPAN})\s*(?:至|到|—{{1,2}}|-{{1,2}}|~)\s*({_SPAN})")
_MOST = re.compile(
    rf"(?:不[得能可]?(?:超过|多于|长于|超出)|最长|至多|以内为|控制在|"
    rf"限制?在)\s*(?:不[得能可]?(?:超过|多于))?\s*({_SPAN})|"
    rf"({_SPAN})\s*(?:（含）)?\s*(?:以内|之内|内|以下)"
)
_LEAST = re.compile(rf"(?:不[得能可]?(?:少于|低于|短于)|至少|最短|(?<!不)大于)\s*({_SPAN})|({_SPAN})\s*(?:以上|起)")
_ABOUT = re.compile(rf"({_SPAN})\s*(?:左右|上下)|(?:约|大约)\s*({_SPAN})")
_TIMED = re.compile(r"时长|片长|时间长度|播放长度|每[部条个]|长度|分钟|秒")


def seconds(text: str, unit: str = "") -> int:
    """Seconds of "2分钟", "1分30秒", "三十秒"; a bare number takes the unit of the other end of its range."""
    parts = re.findall(rf"({NUMBER})\s*(小时|分钟|分|秒钟?)?", text)
    scale = {"小": 3600, "分": 60, "秒": 1}
    return int(sum(number(value) * scale[(told or unit or "分")[0]] for value, told in parts))


def spoken(length: int) -> str:
    """A length as the notice file has it: "2 分", "1 分 30 秒"."""
    minutes, rest = divmod(length, 60)
    return " ".join([f"{minutes} 分"] * bool(minutes) + [f"{rest} 秒"] * bool(rest or not minutes))


@dataclass(frozen=True, slots=True)
class Bounds:
    """Shortest and longest in seconds, None where no bound is named; `about`: 三分钟左右."""

    least: int | None
    most: int | None
    about: int | None = None


def bounds(text: str) -> Bounds | None:
    """The lengths that a sentence allows."""
    if not re.search(r"分钟|\d\s*分(?!之|别|值|）|\))|秒", text) or not _TIMED.search(text):
        return None
    if (
        re.search(r"(发言|汇报|路演|签到|提前|答题|演讲|陈述|展示|入场)[^，。；]{0,10}分钟", text)
        and "时长" not in text
    ):
        return None
    between, most, least, about = (pattern.search(text) for pattern in (_BETWEEN, _MOST, _LEAST, _ABOUT))
    low = high = None
    if between:
        unit = "秒" if re.search("秒", between[2]) and not re.search("分", between[2]) else "分"
        low, high = seconds(between[1], unit), seconds(between[2], unit)
    if most:
        high = seconds(most[1] or most[2])
    if least:
        low = seconds(least[1] or least[2])
    middle = seconds(about[1] or about[2]) if about else None
    return Bounds(low, high, middle) if (low, high, middle) != (None, None, None) else None


def write_duration(sentences: Sequence[Sentence], film: Table) -> None:
    """The range of lengths; a bound that no sentence names is asked, and so is one that two name differently."""
    found = [(sentence, limits) for sentence in sentences if (limits := bounds(sentence.text))]
    table = film.table("duration", many=True)
    if not found:
        table.lack("shortest", "通知没有写视频时长；最短、最长各是多少？", '"1 分"')
        table.lack("longest", "通知没有写视频时长；最短、最长各是多少？", '"5 分"')
        table.put("clause", "通知未写")
        return
    sentence, limits = found[0]
    others = {(each.least, each.most) for _, each in found[1:]} - {
        (limits.least, limits.most),
        (None, limits.most),
        (limits.least, None),
    }
    clash = (
        "通知里有不止一种时长："
        + "；".join(f"{each.clause}“{_part(each.text)}”" for each, _ in found)
        + "。以哪一处为准？"
        if others
        else ""
    )
    if limits.least is None:
        table.put("shortest", "0 秒", sentence, ask=clash or "通知没有写最短时长，暂不设下限，对吗？")
    else:
        table.put("shortest", spoken(limits.least), sentence, ask=clash)
    if limits.most is not None:
        about = (
            f"“{spoken(limits.about)}左右”只作参考，按最长 {spoken(limits.most)}把关，对吗？" if limits.about else ""
        )
        table.put("longest", spoken(limits.most), sentence, ask=about)
    elif limits.about is not None:
        table.lack(
            "longest",
            f"通知只写了{spoken(limits.about)}左右，没有上限；最长多少还收？",
            f'"{spoken(limits.about * 4 // 3)}"',
            sentence,
        )
    else:
        table.lack("longest", "通知没有写最长时长；最长多少还收？", '"5 分"', sentence)
    table.put("clause", sentence.clause)


def _part(text: str) -> str:
    hit = re.search(rf"[^，。；]*{_SPAN}[^，。；]*", text)
    return hit[0] if hit else text[:30]
