"""Dates and ranges in a sentence, as values a notice file takes: "2024-02-27", "2024-04-23 24:00", "… 下班前"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = r"(?:(?:20\d\d)年)?\d{1,2}月\d{1,2}[日号]?|20\d\d[-./]\d{1,2}[-./]\d{1,2}日?"
_WEEKDAY = r"(?:\s*[（(]?(?:星期|周)[一二三四五六日天][)）]?)?"
_CLOCK = (
    r"(?:\s*(?:上午|下午|晚上?|中午|凌晨|早上)?\s*(?:\d{1,2}[:：]\d{2}|(?:\d{1,2}|零|"
    r"十[一二]?|[一二三四五六七八九])[时点](?:半|\d{1,2}分|整)?)"
    r"|\s*(?:上午|下午)?下班)"
)
_POINT = rf"(?:{_DAY}){_WEEKDAY}{_CLOCK}?"
_NOW = r"即日起|(?:自|从)?本?(?:通知|公告|启事)?(?:印发|发布|下发)之日起?|活动(?:启动|开始)之日起?"
_TO = r"\s*(?:起|开始)?\s*(?:至|到|—{1,2}|-{1,2}|~)\s*"
_LATER = rf"(?:{_POINT}|\d{{1,2}}[日号]{_WEEKDAY}{_CLOCK}?)"
_SPAN = re.compile(
    rf"(?P<open>{_POINT}|{_NOW}){_TO}(?P<close>{_LATER})|"
    rf"(?P<point>{_POINT})(?P<tail>\s*[（(]?[^，。；、]{{0,3}}?(?:之前|以前|前|截止|为止|"
    rf"止))?"
)
_DATE_PARTS = re.compile(r"(?:(20\d\d)(?:年|[-./]))?(?:(\d{1,2})(?:月|[-./]))?(\d{1,2})(?=[日号]|\D|$)")
_CLOCK_PARTS = re.compile(
    r"(上午|下午|晚上?|中午|凌晨|早上)?\s*(?:(\d{1,2})[:：](\d{2})|(\d{1,2}|零|十[一二]?|"
    r"[一二三四五六七八九])[时点](半|\d{1,2}(?=分))?)"
)
_MONTHS = re.compile(
    r"(?:(20\d\d)年)?(\d{1,2})月份?(上旬|中旬|下旬|上中旬|中下旬|初|底)?(?:(?:至|到|"
    r"—{1,2}|-|~)(?:(20\d\d)年)?(\d{1,2})月份?(上旬|中旬|下旬|上中旬|中下旬|初|"
    r"底)?)?(?!\d|日|份?的)"
)
_PARTS = {
    "上旬": (1, 10),
    "初": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 31),
    "底": (21, 31),
    "上中旬": (1, 20),
    "中下旬": (11, 31),
}
_HOURS = {"零": 0, **{char: index for index, char in enumerate("一二三四五六七八九十", 1)}, "十一": 11, "十二": 12}


@dataclass(frozen=True, slots=True)
class Point:
    """A day, maybe with a clock ("17:00", "24:00", "下班前"); `guessed`: its year was not printed."""

    day: date
    clock: str = ""
    guessed: bool = False

    @property
    def text(self) -> str:
        return f"{self.day} {self.clock}".strip()

    @property
    def closing(self) -> str:
        """As the end of a period: a day alone runs to its 24:00, and 0:00 is the end of the day before."""
        if self.clock in ("00:00", "0:00"):
            return f"{self.day - timedelta(days=1)} 24:00"
        return f"{self.day} {self.clock or '24:00'}"


@dataclass(frozen=True, slots=True)
class Span:
    """A range or one moment. `from_now`: it begins with the notice. `before`: 前, which leaves the day itself open.

    `rough`: only months or thirds of months are printed.
    """

    text: str
    start: int
    end: int
    opens: Point | None = None
    closes: Point | None = None
    from_now: bool = False
    before: bool = False
    ends: bool = False
    rough: bool = False

    @property
    def period(self) -> tuple[str, str]:
        """Its ends, whatever of them was printed."""
        return self.opens.text if self.opens else "", self.closes.closing if self.closes else ""


def spans(text: str, issued: date | None, year: int | None) -> tuple[Span, ...]:
    """Every range and moment in a sentence, in order; those whose year nobody can tell are left out."""
    context = _Years(issued, year)
    found = [span for hit in _SPAN.finditer(text) if (span := _span(hit, context)) is not None]
    return tuple(found) or tuple(_rough(text, context))


@dataclass(slots=True)
class _Years:
    """The year of dates that print none: the one before in the sentence, else that of the notice or the next."""

    issued: date | None
    year: int | None
    last: date | None = None

    def place(self, printed: str | None, month: int, day: int) -> tuple[date, bool] | None:
        year = int(printed) if printed else self.last.year if self.last else self.year
        if year is None:
            return None
        try:
            found = date(year, month, day)
            if not printed and self._is_past(found):
                found = date(year + 1, month, day)
        except ValueError:
            return None
        self.last = found
        return found, not printed

    def _is_past(self, found: date) -> bool:
        if self.last:
            return found < self.last - timedelta(days=150)
        return self.issued is not None and found < self.issued - timedelta(days=150)


def _span(hit: re.Match[str], years: _Years) -> Span | None:
    if hit["point"]:
        point = _point(hit["point"], years)
        tail = hit["tail"] or ""
        if point is None:
            return None
        office = point.clock == "下班前"
        before = tail.endswith("前") and not office and not point.clock
        return Span(hit[0], hit.start(), hit.end(), closes=point, before=before, ends=bool(tail) or office)
    now = re.fullmatch(_NOW, hit["open"]) is not None
    opens = None if now else _point(hit["open"], years)
    closes = _point(hit["close"], years, month=opens.day.month if opens else None)
    if closes is None or (opens is None and not now):
        return None
    return Span(hit[0], hit.start(), hit.end(), opens, closes, from_now=now, ends=True)


def _point(text: str, years: _Years, *, month: int | None = None) -> Point | None:
    hit = _DATE_PARTS.search(text)
    if hit is None or (hit[2] is None and month is None):
        return None
    placed = years.place(hit[1], int(hit[2] or month or 1), int(hit[3]))
    return Point(placed[0], _clock(text[hit.end() :]), placed[1]) if placed else None


def _clock(text: str) -> str:
    if "下班" in text:
        return "下班前"
    hit = _CLOCK_PARTS.search(text)
    if hit is None:
        return ""
    hour = int(hit[2]) if hit[2] else int(hit[4]) if hit[4].isdigit() else _HOURS[hit[4]]
    minute = int(hit[3]) if hit[3] else 30 if hit[5] == "半" else int(hit[5] or 0)
    if (hit[1] or "")[:1] in ("下", "晚") and hour < 12:
        hour += 12
    return f"{hour:02}:{minute:02}" if hour <= 24 and minute < 60 else ""


def _rough(text: str, years: _Years) -> Iterator[Span]:
    for hit in _MONTHS.finditer(text):
        first, last = int(hit[2]), int(hit[5] or hit[2])
        if not (0 < first < 13 and 0 < last < 13):
            continue
        opens = years.place(hit[1], first, _PARTS.get(hit[3] or "", (1, 31))[0])
        if opens is None:
            continue
        part = hit[6] if hit[5] else hit[3]
        closing_year = opens[0].year + (last < first)
        most = calendar.monthrange(closing_year, last)[1]
        closes = date(closing_year, last, min(most, _PARTS.get(part or "", (1, 31))[1]))
        yield Span(hit[0], hit.start(), hit.end(), Point(*_with(opens)), Point(closes), rough=True)


def _with(placed: tuple[date, bool]) -> tuple[date, str, bool]:
    return placed[0], "", placed[1]
