"""A question bank from the lines of a text, as people number and letter questions in Word.

1. 题目（A）                 or 答案：A, 【答案】A, or all answers at the end: 1.A 2.C, 1-5 ACBDA
A. 甲  B. 乙                 one a line or several
解析：…… 来源：…… 标签：……
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rules.bank import BankFault, Draft
from rules.bank_sheet import LETTERS_READ, OPTION_MARK, drafts_of_sheet, is_title
from rules.cleaning import clean, folded

_NUMBER = re.compile(r"^\s*(?:第\s*(\d{1,4})\s*题\s*[.．、:：]?|[(（]?(\d{1,4})\s*[.．、:：)）])\s*(?!\d)")
_SECTION = re.compile(r"^\s*[一二三四五六七八九十]{1,3}\s*[、.．]\s*(.{1,30})$")
#: "答案：A", "【答案】A", "参考答案 A"; several may share a line.
_MARK = re.compile(
    r"(?:^|(?<=[\s。；;】)）A-F]))[【\[]?"
    r"(正确答案|参考答案|标准答案|答案解析|试题解析|法律依据|答案|解析|来源|出处|依据|标签|分类|知识点)"
    r"(?:[】\]]\s*[:：]?|\s*[:：])\s*"
)
_MEANS = {
    "正确答案": "key", "参考答案": "key", "标准答案": "key", "答案": "key",
    "解析": "explanation", "答案解析": "explanation", "试题解析": "explanation",
    "来源": "source", "出处": "source", "依据": "source", "法律依据": "source",
    "标签": "tag", "分类": "tag", "知识点": "tag",
}  # fmt: skip
_INSIDE = re.compile(r"[(（]\s*([A-Fa-f](?:\s*[、,，]?\s*[A-Fa-f])*)\s*[)）]")
#: The answers of many questions in one place.
_ONE_KEY = re.compile(r"(\d{1,4})\s*[.．、:：)）\-]?\s*([A-Fa-f]{1,6})(?![A-Za-z])")
_RUN_OF_KEYS = re.compile(r"(\d{1,4})\s*[-–—~～至]\s*(\d{1,4})\s*[.．、:：)）]?\s*([A-Fa-f](?:\s*[A-Fa-f])*)")
_KEYS_ONLY = re.compile(r"^\s*[(（]?\d[\s\d.．、:：()（）A-Fa-f,，;；\-–—~～至]*[A-Fa-f][\s)）,，;；.。]*$")
_KEYS_TITLE = re.compile(r"^\s*[【\[]?(?:参考|正确|标准)?答案(?:表|汇总|一览)?[】\]]?\s*[:：]?\s*$")

#: Full-width figures and letters, as a Chinese keyboard gives them.
_HALF = {full: full - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for full in range(ord(first), ord(last) + 1)}


@dataclass(slots=True)
class _Open:
    """The question that is being read: texts by what they mean, options, and what goes on in the next line."""

    row: int
    number: int
    texts: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    last: str = "text"

    def add(self, what: str, text: str) -> None:
        """More text of one kind; a blank parts what stood on two lines."""
        self.texts[what] = f"{self.texts.get(what, '')} {text}".strip()
        self.last = what


def drafts_of_text(text: str) -> tuple[tuple[Draft, ...], tuple[BankFault, ...]]:
    """The questions of a text, lines parted by newlines; a table in it is a line of tabs for each row."""
    lines = clean(text).translate(_HALF).split("\n")
    table = [line.split("\t") for line in lines]
    if any(is_title(cells) for cells in table):
        return drafts_of_sheet(table, of="表格")
    opened = _questions(lines)
    if not opened:
        told = "没有找到题目。请给每题编号（1. 2. 3.），选项写成 A. B. C. D.，下面另起一行写“答案：A”“解析：”“来源：”。"
        return (), (BankFault(0, "", told),)
    return tuple(_drafts(opened)), ()


def _questions(lines: Sequence[str]) -> list[_Open]:
    """The questions in order. Keys that stand together are spread over them."""
    opened: list[_Open] = []
    tag = ""
    for row, line in enumerate(lines, start=1):
        if not line.strip() or (opened and _keys(line, opened)):
            continue
        if opened and _KEYS_TITLE.match(line):
            opened[-1].last = "key"
        elif section := _SECTION.match(line):
            tag = "" if "题" in section[1] or "选" in section[1] else section[1].strip()
        elif (number := _NUMBER.match(line)) and _begins(int(number[1] or number[2]), opened):
            opened.append(_Open(row, int(number[1] or number[2]), {"tag": tag} if tag else {}))
            _line(opened[-1], line[number.end() :])
        elif opened:
            _line(opened[-1], line)
    return opened


def _begins(number: int, opened: Sequence[_Open]) -> bool:
    """Whether a number begins a question, and does not count something within one."""
    return not opened or number > opened[-1].number or len(opened[-1].options) > 0


def _keys(line: str, opened: Iterable[_Open]) -> bool:
    """Read a line of many answers ("1.A 2.C", "1-5 ACBDA"); False for a line that is none."""
    told = re.sub(r"^\s*[【\[]?(?:参考|正确|标准)?答案[】\]]?\s*[:：]?", "", line)
    if not _KEYS_ONLY.match(told):
        return False
    found: dict[int, str] = {}
    for first, last, letters in _RUN_OF_KEYS.findall(told):
        each = re.sub(r"\s", "", letters)
        if int(last) - int(first) + 1 == len(each):
            found |= {int(first) + place: letter for place, letter in enumerate(each)}
    for number, letter in _ONE_KEY.findall(_RUN_OF_KEYS.sub(" ", told)):
        found[int(number)] = letter
    for question in opened:
        if "key" not in question.texts and (letter := found.get(question.number)):
            question.texts["key"] = letter
    return bool(found)


def _line(question: _Open, line: str) -> None:
    """One line, or what follows a number: options, marked texts, or more of what stood before."""
    for what, text in _parted(line):
        if what == "rest":
            _rest(question, text)
        else:
            question.add(what, text)


def _parted(line: str) -> Iterator[tuple[str, str]]:
    """The marked texts of a line ("答案：A 解析：…"), and before them "rest"."""
    marks = list(_MARK.finditer(line))
    if before := line[: marks[0].start() if marks else len(line)].strip():
        yield "rest", before
    for mark, end in zip(marks, _ends(marks, line), strict=True):
        yield _MEANS[mark[1]], line[mark.end() : end].strip()


def _ends(marks: Sequence[re.Match[str]], text: str) -> list[int]:
    """Where the text that follows each mark ends."""
    return [*(each.start() for each in marks), len(text)][1:]


def _rest(question: _Open, text: str) -> None:
    """Text without marks: options where the next letter stands, before them more of what is open."""
    options = _options(question, text)
    before = text[: options[0].start() if options else len(text)].strip()
    if before and question.last == "option":
        question.options[-1] = f"{question.options[-1]} {before}"
    elif before:
        question.add(question.last, before)
    for mark, end in zip(options, _ends(options, text), strict=True):
        question.options.append(text[mark.end() : end].strip(" \t;；"))
        question.last = "option"


def _options(question: _Open, text: str) -> list[re.Match[str]]:
    """The letters that begin the next options, and none that stand within a sentence."""
    found: list[re.Match[str]] = []
    if question.last in ("text", "option"):
        for mark in OPTION_MARK.finditer(text):
            place = len(question.options) + len(found)
            if place < len(LETTERS_READ) and mark[1].upper() == LETTERS_READ[place]:
                found.append(mark)
    return found


def _drafts(opened: Iterable[_Open]) -> Iterator[Draft]:
    for question in opened:
        text, key = question.texts.get("text", ""), question.texts.get("key", "")
        inside = list(_INSIDE.finditer(text))
        if inside and key.strip().upper() in ("", folded(inside[-1][1]).upper()):
            key = folded(inside[-1][1])
            before, after = text[: inside[-1].start()].rstrip(), text[inside[-1].end() :].strip(" 。.")
            # Behind a whole question the brackets hold only the key; within a sentence they are its gap.
            text = before if before.endswith(("？", "?")) and not after else f"{before}（　）{text[inside[-1].end() :]}"
        draft = Draft(question.row, f"第 {question.number} 题", text, tuple(question.options), key)
        yield replace(
            draft,
            explanation=question.texts.get("explanation", ""),
            source=question.texts.get("source", ""),
            tag=question.texts.get("tag", ""),
        )
