"""Days as people say them: 周五, 下周一 17:00, 明天下午5点, 三天后, 4月25日; as the dates that notices write."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from rules.instants import WEEKDAYS
from rules.numbers import read_number

_LEAD = re.compile(r"^\s*(?:延?(?:到|至)|于|在)?\s*")
_NAMED = {"今天": 0, "今日": 0, "今": 0, "明天": 1, "明日": 1, "明": 1, "大后天": 3, "后天": 2, "后日": 2}
_DAY = re.compile(
    r"(?P<named>今天|今日|明天|明日|大后天|后天|后日|今(?=晚)|明(?=晚|早))"
    r"|(?P<next>(?:下个?)*)(?P<this>本|这|这个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?P<days>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*天(?:后|之后|以后|内|之内|以内)"
    r"|(?P<month>\d{1,2})\s*月\s*(?P<number>\d{1,2})\s*[日号]?"
)
_WHOLE_YEAR = re.compile(r"^\d{2,4}\s*[年\-/.]|^\d{8}")


def written(text: str, today: date) -> str:
    """The text with its day as "2024-04-26", and the clock as it stands; a text with no such day is left as it is.

    周五 is the next Friday, today included; 下周五 that of the week after, whose first day is Monday. A day without a
    year is the next of its name, today included.
    """
    folded = unicodedata.normalize("NFKC", text)
    folded = folded[_LEAD.match(folded).end() :]  # type: ignore[union-attr]  # the pattern matches nothing, too
    if _WHOLE_YEAR.match(folded):
        return folded.strip()
    found = _DAY.match(folded)
    day = _day(found, today) if found else None
    if found is None or day is None:
        return folded.strip()
    return f"{day} {folded[found.end() :].strip()}".strip()


def _day(found: re.Match[str], today: date) -> date | None:
    if named := found["named"]:
        return today + timedelta(days=_NAMED[named])
    if weekday := found["weekday"]:
        return _weekday(WEEKDAYS.index(weekday.replace("天", "日")), found, today)
    if days := found["days"]:
        return today + timedelta(days=read_number(days))
    return _of_year(int(found["month"]), int(found["number"]), today)


def _weekday(wanted: int, found: re.Match[str], today: date) -> date:
    weeks = (found["next"] or "").count("下")
    monday = today - timedelta(days=today.weekday())
    if weeks or found["this"]:
        return monday + timedelta(days=wanted, weeks=weeks)
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _of_year(month: int, number: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day >= today:
            return day
    return None
