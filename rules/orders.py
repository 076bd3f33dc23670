"""What an admin asks for in a sentence of their own: a few forms, read by rule; all else is nobody's guess.

给还没报送的区县发：请于周五前至少报一个案例 · 长安区报了吗 · 把碑林区延到周五 · 退回 XA-A0001 · 暂停报送
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rules.audience import State

#: Characters of an order at most; longer texts are no orders.
LONGEST = 1200
_MARKS = "[:：]"
_SEND = re.compile(
    rf"^(?:请|帮我|麻烦)?(?:给|向|对|通知|提醒|告诉)(?P<whom>[^:：\n]{{1,120}}?)"
    rf"(?:群发|发(?:个|一[条个])?(?:消息|通知|信息|短信)|发送|发|说)?\s*{_MARKS}\s*(?P<text>.+)$",
    re.DOTALL,
)
_STATES: tuple[tuple[State, re.Pattern[str]], ...] = (
    ("returned", re.compile(r"被?退回(?:还没改|未改|没改)?")),
    ("draft", re.compile(r"(?:有|存着?)草稿|(?:没有?|未|还没有?)填完|填了一半|(?:没有?|未)填好")),
    (
        "below",
        re.compile(r"(?:没有?|未|还没有?)(?:达标|达到(?:要求|下限)|报够|报足|完成任务)|未达下限|不够数?|不足|还差"),
    ),
    ("none", re.compile(r"(?:还|尚)?(?:没有?|未)(?:报送|申报|报|交|提交)(?:过|任何)?")),
)
_EVERYBODY = re.compile(r"^(?:所有|全部|全体|各|每个)*(?:的)?(?:单位|联络员|人|大家)*(?:们)?(?:的?报送)?$")
_FILLING = re.compile(r"^(?:所有|全部|全体|各个?|每个)|(?:的)?(?:单位|联络员|负责人|同志)?(?:们)?$")
_PARTED = re.compile(r"[、,，;；和及与\s]+")
_ASKED = re.compile(
    r"^(?:请问|请|帮我)?(?:查(?:一下|看)?|看(?:一下|看)?)?\s*(?P<name>[^:：\n?？]{2,40}?)(?:那边)?(?:现在|目前)?"
    r"(?:报(?:送)?了?(?:吗|没有?|几[个篇部]|多少)|报没报|交了?(?:吗|没有?)|报送?得?(?:怎么样|如何)了?"
    r"|(?:的)?(?:报送)?情况(?:怎么样|如何)?|怎么样了?|到哪一?步了?)[?？。!！]*$"
)
_LOOKED_UP = re.compile(r"^(?:单位|查|查一下|查看|看看|看一下)\s*(?P<name>[^:：\n?？]{2,40})$")
_EXTENDED = re.compile(
    r"^(?:请|麻烦)?(?:把|给|将|让|允许|同意)?(?P<name>[^:：\n]{0,60}?)(?:的)?(?:截止(?:时间|日期)?|报送(?:时间)?)?"
    r"(?:再)?(?:延期|延长|延|宽限|推迟|补报|放宽)(?:到|至)\s*(?P<until>[^\n]{1,40}?)[。!！]*$"
)
_NUMBER = r"(?P<number>[A-Za-z]{1,6}-[A-Za-z]\d{4,})"
_RETURNED = re.compile(rf"^(?:请|把|将)?\s*(?:退回\s*{_NUMBER}|{_NUMBER.replace('number', 'other')}\s*退回)[。]?$")
#: What a command is also called, by the word that begins it.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "报送情况": ("报得怎么样", "报送得怎么样", "现在报了多少", "总体情况", "进度", "统计", "报送进度"),
    "群发": ("发通知", "发消息", "群发消息", "写给大家"),
    "催报": ("催一下", "催一催", "催促", "提醒大家", "提醒一下"),
    "联系不上": ("谁联系不上", "哪些人联系不上", "要打电话的"),
    "准许补报": ("延期", "延长截止", "补报", "宽限"),
    "退回": ("退回作品", "退回修改"),
    "名额": ("配额", "名额申请", "谁申请了名额", "上限"),
    "暂停报送": ("停止报送", "先停一下", "停止收件"),
    "恢复报送": ("继续收", "恢复收件", "重新开放", "恢复"),
    "停止群发": ("别发了", "停止发送", "不要发了"),
    "审批群发": ("审批", "审核群发", "待审批"),
    "发邀请": ("邀请", "邀请码", "加联络员", "加管理员"),
    "我是谁": ("我的身份",),
}
#: Least characters that an order and a command must share to be called near.
_SHARED = 2
#: Characters that stand in any sentence.
_EVERYWHERE = frozenset("我你您的了吗吧呢一下请帮把给看要想个在有没不")


@dataclass(frozen=True, slots=True)
class Send:
    """Write `text` to those in a `state`, of these classes (keys), or to the units of these `names` (as typed)."""

    text: str
    state: State = ""
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    track: str = ""


@dataclass(frozen=True, slots=True)
class Inquire:
    """Look at one unit."""

    name: str


@dataclass(frozen=True, slots=True)
class Extend:
    """Let one unit ("": every unit) hand in until a day."""

    name: str
    until: str


@dataclass(frozen=True, slots=True)
class Return:
    """Send an entry back."""

    number: str


@dataclass(frozen=True, slots=True)
class Word:
    """Begin the conversation that this word begins."""

    word: str


Order = Send | Inquire | Extend | Return | Word


def read_order(text: str, *, classes: Mapping[str, str], tracks: Mapping[str, str]) -> Order | None:
    """The order in a sentence, None where it is none of the known forms.

    `classes` maps labels of unit classes to keys, `tracks` labels and nouns of tracks to keys.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split()) if "\n" not in text else text.strip()
    if not plain or len(plain) > LONGEST:
        return None
    if found := _RETURNED.match(plain):
        return Return((found["number"] or found["other"]).upper())
    if found := _SEND.match(text.strip()):
        return _sent(found["whom"], found["text"].strip(), classes, tracks)
    if found := _EXTENDED.match(plain):
        name = found["name"].strip()
        return Extend("" if _EVERYBODY.match(name) else name, found["until"].strip())
    bare = plain.strip("。!！?？ ")
    for word, others in _WORDS.items():
        if bare == word or bare in others:
            return Word(word)
    if found := _ASKED.match(plain) or _LOOKED_UP.match(plain):
        name = found["name"].strip()
        return Word("报送情况") if _EVERYBODY.match(name) else Inquire(name)
    return None


def _sent(whom: str, text: str, classes: Mapping[str, str], tracks: Mapping[str, str]) -> Send | None:
    rest = "".join(unicodedata.normalize("NFKC", whom).split())
    track = next((key for label, key in sorted(tracks.items(), key=_longest) if label in rest), "")
    for label in sorted(tracks, key=len, reverse=True):
        rest = rest.replace(label, "")
    state: State = ""
    for each, pattern in _STATES:
        if found := pattern.search(rest):
            state, rest = each, rest[: found.start()] + rest[found.end() :]
            break
    rest = rest.strip("的")
    if _EVERYBODY.match(rest):
        return Send(text, state, track=track if state else "")
    meant, names = _named(rest, classes)
    if names and (meant or state):
        return None  # a unit by name has its state already: what is meant is not plain
    return Send(text, state, meant, names, track if state else "")


def _named(rest: str, classes: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What somebody calls those they mean: (keys of classes, names of units)."""
    meant: list[str] = []
    names: list[str] = []
    classes = {"".join(unicodedata.normalize("NFKC", label).split()): key for label, key in classes.items()}
    # A label that is itself a list, as 省（自治区、直辖市）牵头部门, is found before the rest is parted.
    for label in sorted(filter(_PARTED.search, classes), key=len, reverse=True):
        if label in rest:
            meant.append(classes[label])
            rest = rest.replace(label, "、")
    for part in filter(None, _PARTED.split(rest)):
        bare = _FILLING.sub("", _FILLING.sub("", part, count=1)) or part
        if (key := classes.get(part) or classes.get(bare)) is not None:
            meant.append(key)
        else:
            names.append(part)
    return tuple(dict.fromkeys(meant)), tuple(dict.fromkeys(names))


def _longest(item: tuple[str, str]) -> int:
    return -len(item[0])


def nearest(text: str, *, most: int = 3) -> tuple[str, ...]:
    """The words of the commands that a sentence comes nearest to, the nearest first; none where nothing is near."""
    typed = set(unicodedata.normalize("NFKC", text)) - _EVERYWHERE
    near = {
        word: max(len(set(each) & typed) / len(set(each)) for each in (word, *more)) for word, more in _WORDS.items()
    }
    shared = {word: max(len(set(each) & typed) for each in (word, *more)) for word, more in _WORDS.items()}
    found = [word for word in _WORDS if shared[word] >= _SHARED and near[word] >= 0.5]
    return tuple(sorted(found, key=lambda word: (-near[word], -shared[word]))[:most])
