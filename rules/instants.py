"""When a notice opens and closes: Chinese dates and clock times to exact instants, and back to words for people.

A period is half-open, [opens, closes). A closing names the last moment that still counts, and people's clocks show
seconds: "17:00" means 17:00:00 is on time and 17:00:01 is late, so the first late instant is 17:00:01. "24:00" (and a
date alone) means the whole of that day, so the first late instant is 00:00:00 of the next. A date alone opens at 00:00.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CLOSE_OF_WORK = time(18, 0)
YEARS = range(1900, 2200)
WEEKDAYS = "一二三四五六日"
_SECOND = timedelta(seconds=1)
_NUMERALS = {**{char: index for index, char in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0}
_NUMERAL_RUN = re.compile(r"[〇零○一二三四五六七八九十]+(?=\s*[年月日号时点])")
_FOLDED = str.maketrans("。\u2010\u2011\u2013\u2014\u2212", ".-----")
_DATE = re.compile(
    r"\s*(?:(?P<compact>\d{8})(?!\d)"
    r"|(?:(?P<year>\d{4}|\d{2}(?=\s*年))\s*[年\-/.]\s*)?(?P<month>\d{1,2})\s*[月\-/.]\s*(?P<day>\d{1,2})(?!\d)\s*[日号]?)"
    r"(?:\s*\(?\s*(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])\s*\)?)?"
)
_CLOCK = re.compile(
    r"(?:T|\s)*(?P<part>凌晨|早上|上午|中午|下午|晚上|晚)?\s*(?P<hour>\d{1,2})\s*"
    r"(?::\s*(?P<minute>\d{2})(?::\s*(?P<second>\d{2}))?|[时点](?:(?P<half>半)|(?P<minutes>\d{1,2})\s*分|整)?)"
)
_OFFICE = re.compile(r"\s*下班")
_OPENING_TAIL = re.compile(r"\s*(?:起|开始)?\s*")
_CLOSING_TAIL = re.compile(r"\s*(?:以前|之前|前|截止|为止|止)?\s*")
_RELATIVE = {"前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}


class UnreadableInstant(ValueError):
    """A date or clock time that cannot be read with certainty.

    `reason` is one of "unreadable", "impossible", "year_missing", "weekday", "midnight", "zone"; `text` is what was
    found.
    """

    def __init__(self, reason: str, text: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.text = reason, text


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a period: `first_late` is the first instant that is late, `text` what people call it.

    `day` and `clock` are the parts of `text`: 2024-04-23 and "24:00".
    """

    first_late: datetime
    text: str
    day: date
    clock: str


def opening(text: str, zone: str | tzinfo) -> datetime:
    """The first instant of a period, aware, in `zone`: "2020-07-08", "2021-10-11 09:00", "2024年4月24日 8时30分起"."""
    folded = _fold(text)
    day, rest = _read_day(folded, text)
    clock, tail = _read_clock(rest, text)
    if not _OPENING_TAIL.fullmatch(tail):
        raise _unreadable(text, "起始时间")
    return datetime.combine(day, time(0), _zone(zone)) + (clock or timedelta(0))


def closing(text: str, zone: str | tzinfo, *, close_of_work: time = CLOSE_OF_WORK) -> Closing:
    """The end of a period as a notice writes it: "2024-04-23 24:00", "2021-10-25 17:00", "2023-08-30", "… 下班前".

    `close_of_work` is the deployment's reading of 下班前. 00:00 is refused: nobody can tell which night is meant.
    """
    folded = _fold(text)
    day, rest = _read_day(folded, text)
    if office := _OFFICE.match(rest):
        last = timedelta(hours=close_of_work.hour, minutes=close_of_work.minute, seconds=close_of_work.second)
        tail, name = rest[office.end() :], f"下班前（{_clock_name(last)}）"
    else:
        clock, tail = _read_clock(rest, text)
        last = timedelta(days=1) if clock is None else clock
        name = _clock_name(last)
    if not _CLOSING_TAIL.fullmatch(tail):
        raise _unreadable(text, "截止时间")
    if not last:
        eve = day - timedelta(days=1)
        raise UnreadableInstant(
            "midnight",
            text,
            f"截止时间“{text}”写的是零点，容易误解一天。"
            f"如指前一天午夜，请写“{eve} 24:00”；如指当天结束，请写“{day} 24:00”。",
        )
    end = datetime.combine(day, time(0), _zone(zone)) + last
    return Closing(end if last == timedelta(days=1) else end + _SECOND, f"{spoken_day(day)}{name}", day, name)


def read_date(text: str, *, today: date | None = None) -> date:
    """A date as a person types it: "3月1日", "2024年3月1日", "2024/3/1", "2024.03.01", "二〇二四年三月一日", "昨天".

    Without a year it is the year of `today`; with no `today` a missing year is refused ("year_missing").
    """
    folded = _fold(text).strip()
    if today and folded in _RELATIVE:
        return today + timedelta(days=_RELATIVE[folded])
    day, tail = _read_day(folded, text, today=today)
    if tail.strip(" .,;!"):
        raise _unreadable(text, "日期")
    return day


def spoken_day(day: date, *, today: date | None = None) -> str:
    """4月23日（周二）; with the year in front when `today` is given and lies in another year."""
    year = f"{day.year}年" if today and today.year != day.year else ""
    return f"{year}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def spoken(moment: Closing | datetime, *, today: date | None = None) -> str:
    """4月23日（周二）24:00: a closing as its notice names it, any other instant by the clock of its own zone."""
    if isinstance(moment, Closing):
        return f"{spoken_day(moment.day, today=today)}{moment.clock}"
    clock = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    return f"{spoken_day(moment.date(), today=today)}{_clock_name(clock)}"


def margin(closes: datetime, now: datetime) -> timedelta:
    """Real time left until the first late instant; zero or negative when it is late."""
    return closes.astimezone(UTC) - now.astimezone(UTC)


def spoken_span(span: timedelta) -> str:
    """2 天 3 小时 / 3 小时 5 分钟 / 12 分钟 / 5 秒, never more time than there is.

    Rounded down to hours from one day on, to minutes from one minute on, else to seconds; a unit of zero is left out.
    Less than a second is "不到 1 秒"; nothing left, or a negative span, is "0 秒" (for lateness pass `now - closes`).
    """
    if span <= timedelta(0):
        return "0 秒"
    minutes, seconds = divmod(span.days * 86400 + span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {minutes} 分钟" if minutes else f"{hours} 小时"
    if minutes:
        return f"{minutes} 分钟"
    return f"{seconds} 秒" if seconds else "不到 1 秒"


def micros(moment: datetime) -> int:
    """An aware instant as whole microseconds since 1970-01-01 UTC: the form in which instants are stored. Exact."""
    if moment.tzinfo is None:
        raise TypeError(f"expected an aware datetime, found {moment!r} without a zone; check where it was made")
    span = moment - EPOCH
    return (span.days * 86400 + span.seconds) * 1_000_000 + span.microseconds


def from_micros(number: int) -> datetime:
    """The inverse of `micros`: an aware datetime in UTC."""
    return EPOCH + timedelta(microseconds=number)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    return _NUMERAL_RUN.sub(lambda run: _arabic(run[0]), folded)


def _arabic(numeral: str) -> str:
    """十二 -> 12, 三十 -> 30, 二〇二四 -> 2024."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return "".join(str(_NUMERALS[char]) for char in numeral)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return numeral
    return str((_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0))


def _read_day(folded: str, text: str, *, today: date | None = None) -> tuple[date, str]:
    found = _DATE.match(folded)
    if not found:
        raise _unreadable(text, "日期")
    if compact := found["compact"]:
        year, month, number = int(compact[:4]), int(compact[4:6]), int(compact[6:])
    else:
        month, number = int(found["month"]), int(found["day"])
        if found["year"]:
            year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
        elif today:
            year = today.year
        else:
            example = f"2024-{month:02}-{number:02}"
            raise UnreadableInstant("year_missing", text, f"“{text}”没有年份。请写全，例如“{example}”。")
    day = _calendar_day(year, month, number, text)
    if found["weekday"] and WEEKDAYS[day.weekday()] != found["weekday"].replace("天", "日"):
        told, true = found["weekday"], WEEKDAYS[day.weekday()]
        raise UnreadableInstant("weekday", text, f"“{text}”写的是周{told}，而 {day} 是周{true}。请核对日期和星期。")
    return day, folded[found.end() :]


def _calendar_day(year: int, month: int, number: int, text: str) -> date:
    try:
        if year in YEARS:
            return date(year, month, number)
        why = f"年份应在 {YEARS.start} 到 {YEARS.stop - 1} 之间"
    except ValueError:
        why = f"没有 {year}年{month}月{number}日"
    raise UnreadableInstant("impossible", text, f"“{text}”不存在：{why}。请核对日期。")


def _read_clock(rest: str, text: str) -> tuple[timedelta | None, str]:
    """The time since 00:00 and what follows it; None when no clock time is written."""
    found = _CLOCK.match(rest)
    if not found:
        return None, rest
    hour, part = int(found["hour"]), found["part"] or ""
    if (part in ("下午", "晚上", "晚") and hour < 12) or (part in ("晚上", "晚") and hour == 12):
        hour += 12
    minute = 30 if found["half"] else int(found["minute"] or found["minutes"] or 0)
    second = int(found["second"] or 0)
    clock = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 59 or clock > timedelta(days=1):
        raise UnreadableInstant("impossible", text, f"“{text}”里的钟点不存在：应在 0:00 到 24:00 之间。请核对。")
    return clock, rest[found.end() :]


def _clock_name(clock: timedelta) -> str:
    minutes, second = divmod(clock.days * 86400 + clock.seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{second:02}" if second else "")


def _unreadable(text: str, what: str) -> UnreadableInstant:
    example = "“2024-03-01”或“2024年3月1日”" if what == "日期" else "“2024-04-23 24:00”“2021-10-25 17:00”或只写日期"
    return UnreadableInstant("unreadable", text, f"{what}“{text}”读不懂。请写成{example}。")


@lru_cache(maxsize=32)
def _named_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        message = f"没有名为“{name}”的时区。请写“Asia/Shanghai”这样的名称，并检查系统的时区数据。"
        raise UnreadableInstant("zone", name, message) from None


def _zone(zone: str | tzinfo) -> tzinfo:
    return _named_zone(zone) if isinstance(zone, str) else zone
