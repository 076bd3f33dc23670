"""A question bank from the rows of a sheet: one question a row below a row of titles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rules.bank import BankFault, Draft
from rules.bank_key import LETTERS
from rules.cleaning import clean, folded

#: Titles people use, by what they mean. Options have columns of their own, or share one.
TITLES: Mapping[str, tuple[str, ...]] = {
    "text": ("题目", "题干", "试题", "问题", "题目内容", "试题内容"),
    "key": ("答案", "正确答案", "参考答案", "标准答案", "正确选项"),
    "explanation": ("解析", "答案解析", "试题解析", "解释", "说明"),
    "source": ("来源", "出处", "依据", "法律依据", "题目来源", "答案依据"),
    "tag": ("标签", "分类", "类别", "知识点", "专题"),
    "options": ("选项", "备选项", "备选答案"),
}
#: The columns of a bank that the program writes, in this order.
COLUMNS = ("题目", *(f"选项{letter}" for letter in LETTERS), "答案", "解析", "来源", "标签")
#: Characters; what is longer is no title.
_LONGEST_TITLE = 40
#: More letters than may be asked are read, so that they are told and not lost.
LETTERS_READ = "ABCDEFGH"
_OPTION = re.compile(r"^(?:选项|备选项|答案)?([A-HA-h])(?:选项|项)?$")
#: What a CSV of ours leads with an apostrophe, so that a spreadsheet does not run it (documents/sheets.py).
_LED = re.compile(r"^'(?=[=+\-@＝＋－＠\t\r])")


def drafts_of_sheet(sheet: Sequence[Sequence[str]], *, of: str = "") -> tuple[tuple[Draft, ...], tuple[BankFault, ...]]:
    """The questions of a sheet, and what is wrong with the sheet itself. `of`: what the rows are of, for places."""
    start = next((row for row, cells in enumerate(sheet) if is_title(cells)), None)
    if start is None:
        return (), (BankFault(0, "", _untitled(sheet)),)
    places, letters = _places(sheet[start])
    absent = [TITLES[key][0] for key in ("key", "source") if key not in places]
    if not letters and "options" not in places:
        absent.insert(0, "选项A、选项B……")
    if absent:
        found = "、".join(cell for cell in map(_title, sheet[start]) if cell)
        told = f"缺少列：{'、'.join(absent)}。这一行读到的列名是：{found}。请补上这几列。"
        return (), (BankFault(start + 1, f"{of}第 {start + 1} 行", told),)
    drafts = []
    for row, cells in enumerate(sheet[start + 1 :], start=start + 2):
        values = {key: _cell(cells, place) for key, place in places.items()}
        options = [_cell(cells, letters[letter]) if letter in letters else "" for letter in LETTERS_READ]
        if not any(values.values()) and not any(options):
            continue
        given = tuple(options) if letters else options_of(values.get("options", ""))
        rest = (values.get(key, "") for key in ("key", "explanation", "source", "tag"))
        drafts.append(Draft(row, f"{of}第 {row} 行", values["text"], given, *rest))
    return tuple(drafts), ()


def is_title(cells: Sequence[str]) -> bool:
    """Whether a row holds titles: the one of the question and another that is known."""
    places, letters = _places(cells)
    return "text" in places and len(places) + len(letters) > 1


def options_of(text: str) -> tuple[str, ...]:
    """Options that stand in one text, lettered ("A.甲 B.乙") or one a line or parted by "；" or "|"."""
    marks = list(OPTION_MARK.finditer(text))
    if len(marks) > 1 and [each[1].upper() for each in marks] == list(LETTERS_READ[: len(marks)]):
        ends = [*(each.start() for each in marks), len(text)][1:]
        return tuple(text[mark.end() : end].strip(" \n\t;；|") for mark, end in zip(marks, ends, strict=True))
    return tuple(part.strip() for part in re.split(r"[\n;；|]+", text) if part.strip())


#: "A." "（A）" "A、" before an option, at the beginning or after a blank; a full stop or a bracket must follow.
OPTION_MARK = re.compile(r"(?:^|(?<=[\s;；|]))[(（]?([A-Ha-h])\s*[.．、:：)）]\s*", re.MULTILINE)


def _untitled(sheet: Sequence[Sequence[str]]) -> str:
    first = next((cells for cells in sheet if any(clean(cell).strip() for cell in cells)), None)
    wanted = f"要有一行列名：{'、'.join(COLUMNS[:3])}……答案、解析、来源、标签"
    if first is None:
        return f"表是空的。{wanted}，下面一题一行。"
    found = "、".join(cell for cell in map(_title, first) if cell)
    return f"没有找到列名。{wanted}。第一行读到的是：{found}。"


def _places(titles: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Where each meaning stands, and where the option of each letter stands."""
    cells = [_title(cell) for cell in titles]
    letters = {match[1].upper(): place for place, cell in enumerate(cells) if (match := _OPTION.match(cell))}
    places = {
        key: next(place for place, cell in enumerate(cells) if cell in names)
        for key, names in TITLES.items()
        if any(cell in names for cell in cells)
    }
    return places, letters


def _title(cell: str) -> str:
    """A title as it is compared: without blanks and without what stands in brackets or after an asterisk."""
    return re.sub(r"[*:：]|\([^()]*\)", "", "".join(folded(cell[:_LONGEST_TITLE]).split()))


def _cell(cells: Sequence[str], place: int) -> str:
    return _LED.sub("", clean(cells[place]).strip()) if place < len(cells) else ""
