"""The totals of another platform from the rows of its table: works by number or title, and their votes.

Everything that is wrong is told at once, each with its row; nothing is guessed and nothing taken by halves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.looks_judging import Candidate

#: Titles of columns, by what they mean.
TITLES: Mapping[str, tuple[str, ...]] = {
    "number": ("编号", "作品编号", "案例编号", "视频编号", "参赛编号"),
    "title": ("题目", "标题", "名称", "作品", "作品名称", "作品题目", "案例题目", "案例名称", "视频名称",
              "选项", "选项名称"),
    "votes": ("票数", "得票", "得票数", "投票数", "总票数", "总得票数", "投票总数", "有效票数"),
}  # fmt: skip
#: Votes that a work may have; what is more is a slip.
MOST = 10**9
_APART = re.compile(r"[\s，,]")
_MARKS = re.compile(r"[\s“”\"'‘’《》〈〉·•\-—_（）()]")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a row (0: with the whole table): a wording key and its facts."""

    row: int
    key: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Votes by entry, everything that is wrong, and the numbers of works that the table does not name."""

    votes: Mapping[int, int]
    faults: tuple[RowFault, ...]
    missing: tuple[str, ...]


def read_votes(rows: Sequence[Sequence[str]], entries: Sequence[Candidate]) -> Sheet:
    """The votes of a table with a row of titles. Works that it does not name have none."""
    start = next((place for place, cells in enumerate(rows) if _is_title(cells)), None)
    if start is None:
        return Sheet({}, (RowFault(0, "vote.sheet_untitled", {}),), ())
    places = _places(rows[start])
    finder, found, seen = _Finder(entries), dict[int, int](), dict[int, int]()
    faults: list[RowFault] = []
    for row, cells in enumerate(rows[start + 1 :], start=start + 2):
        values = {key: _cell(cells, place) for key, place in places.items()}
        if not any(values.values()) or _is_sum(values):
            continue
        work = finder.work(row, values.get("number", ""), values.get("title", ""))
        votes = _votes(row, values["votes"])
        faults += [each for each in (work, votes) if isinstance(each, RowFault)]
        if isinstance(work, RowFault):
            continue
        if work in seen:
            faults.append(RowFault(row, "vote.sheet_twice", {"number": finder.number(work), "first": seen[work]}))
            continue
        seen[work] = row
        if not isinstance(votes, RowFault):
            found[work] = votes
    if not seen and not faults:
        faults.append(RowFault(0, "vote.sheet_empty", {}))
    missing = tuple(each.number for each in entries if each.id not in seen)
    return Sheet(found, tuple(faults), missing)


def _is_title(cells: Sequence[str]) -> bool:
    places = _places(cells)
    return "votes" in places and bool({"number", "title"} & places.keys())


def _places(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        plain = "".join(cell.split()).rstrip(":：")
        key = next((key for key, titles in TITLES.items() if plain in titles), None)
        if key is not None:
            found.setdefault(key, place)
    return found


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _is_sum(values: Mapping[str, str]) -> bool:
    """A row at the end with the sum of all."""
    return any("".join(values.get(key, "").split()) in ("合计", "总计", "小计", "共计") for key in ("number", "title"))


def _votes(row: int, typed: str) -> int | RowFault:
    plain = _APART.sub("", typed).removesuffix("票")
    if plain.isascii() and plain.isdigit() and len(plain) <= len(str(MOST)) and int(plain) <= MOST:
        return int(plain)
    return RowFault(row, "vote.sheet_votes", {"typed": typed[:20]})


class _Finder:
    """Finds works by number or title; titles are compared without blanks and marks."""

    def __init__(self, entries: Sequence[Candidate]) -> None:
        self._numbers = {_folded(each.number): each for each in entries}
        self._titles: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._by_id = {each.id: each for each in entries}
        for each in entries:
            self._titles[_folded(each.title)].append(each)

    def number(self, entry: int) -> str:
        """The number of a work."""
        return self._by_id[entry].number

    def work(self, row: int, number: str, title: str) -> int | RowFault:
        """The work of a row. A number that we do not know may be the platform's own: then the title tells."""
        if (known := self._numbers.get(_folded(number))) is not None and number:
            if title and self._titles.get(_folded(title)) and known not in self._titles[_folded(title)]:
                return RowFault(row, "vote.sheet_differs", {"number": known.number, "title": title[:60]})
            return known.id
        like = self._titles.get(_folded(title), []) if title else []
        if len(like) == 1:
            return like[0].id
        if like:
            numbers = [each.number for each in like]
            return RowFault(row, "vote.sheet_several", {"title": title[:60], "numbers": numbers[:5]})
        return RowFault(row, "vote.sheet_unknown", {"told": (number or title)[:60]})


def _folded(text: str) -> str:
    return _MARKS.sub("", text).casefold()
