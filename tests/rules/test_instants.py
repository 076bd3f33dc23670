"""Instants are exact to the second at every deadline, and words about time never promise more than there is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.instants import (
    Closing,
    UnreadableInstant,
    closing,
    from_micros,
    margin,
    micros,
    opening,
    read_date,
    spoken,
    spoken_day,
    spoken_span,
)

ZONE = "Asia/Shanghai"
SHANGHAI = ZoneInfo(ZONE)
# Since 1992 the clocks of Shanghai were never put back, so an instant has one name there and equality means something.
aware = st.datetimes(min_value=datetime(1992, 1, 1), timezones=st.sampled_from([UTC, SHANGHAI]))  # noqa: DTZ001 (as hypothesis wants it)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "first_late", "name"),
    [
        ("2024-04-23 24:00", at(2024, 4, 24), "4月23日（周二）24:00"),
        ("2024-12-31 24:00", at(2025, 1, 1), "12月31日（周二）24:00"),
        ("2024-02-29", at(2024, 3, 1), "2月29日（周四）24:00"),
        ("2021-10-25 17:00", at(2021, 10, 25, 17, 0, 1), "10月25日（周一）17:00"),
        ("2021-10-25 23:59:59", at(2021, 10, 26), "10月25日（周一）23:59:59"),
        ("2021年10月25日17：00前", at(2021, 10, 25, 17, 0, 1), "10月25日（周一）17:00"),
        ("2021年10月25日（星期一）17时截止", at(2021, 10, 25, 17, 0, 1), "10月25日（周一）17:00"),
        ("2021年10月25日下午5点半", at(2021, 10, 25, 17, 30, 1), "10月25日（周一）17:30"),
        ("2024 年 4 月 23 日 24:00", at(2024, 4, 24), "4月23日（周二）24:00"),
        ("二〇二四年四月二十三日二十四时", at(2024, 4, 24), "4月23日（周二）24:00"),
        ("2024-04-23T24:00", at(2024, 4, 24), "4月23日（周二）24:00"),
        ("2020-07-06 下班前", at(2020, 7, 6, 18, 0, 1), "7月6日（周一）下班前（18:00）"),
        ("2020年7月6日下班之前", at(2020, 7, 6, 18, 0, 1), "7月6日（周一）下班前（18:00）"),
    ],
)
def test_a_closing_counts_to_its_last_second(text: str, first_late: datetime, name: str) -> None:
    end = closing(text, ZONE)
    assert (end.first_late, end.text, spoken(end)) == (first_late, name, name)


def test_seventeen_oclock_is_on_time_and_a_second_later_is_late() -> None:
    end = closing("2021-10-25 17:00", ZONE)
    assert at(2021, 10, 25, 17, 0, 0) < end.first_late == at(2021, 10, 25, 17, 0, 1)


def test_close_of_work_is_a_setting() -> None:
    end = closing("2020-07-06 下班前", ZONE, close_of_work=time(17, 30))
    name = "下班前（17:30）"
    assert end == Closing(at(2020, 7, 6, 17, 30, 1), f"7月6日（周一）{name}", date(2020, 7, 6), name)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2020-07-08", at(2020, 7, 8)),
        ("2020-07-08 00:00", at(2020, 7, 8)),
        ("2021-10-11 09:00", at(2021, 10, 11, 9)),
        ("2021年10月11日上午9时起", at(2021, 10, 11, 9)),
        ("2020-07-07 24:00", at(2020, 7, 8)),
    ],
)
def test_an_opening_is_its_first_instant(text: str, instant: datetime) -> None:
    assert opening(text, ZONE) == instant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-04-23 00:00", "midnight"),
        ("2024-02-30 24:00", "impossible"),
        ("2023-02-29", "impossible"),
        ("2024-04-23 24:30", "impossible"),
        ("2024-04-23 17:60", "impossible"),
        ("9999-12-31 24:00", "impossible"),
        ("4月23日 24:00", "year_missing"),
        ("2024-04-23（周三）24:00", "weekday"),
        ("2024-04-23 17:00+08:00", "unreadable"),
        ("2024-04-23 下班后", "unreadable"),
        ("2024-04-231", "unreadable"),
        ("另行通知", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_a_doubtful_closing_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadableInstant) as refusal:
        closing(text, ZONE)
    assert (refusal.value.reason, refusal.value.text) == (reason, text)


def test_an_opening_before_close_of_work_and_an_unknown_zone_are_refused() -> None:
    with pytest.raises(UnreadableInstant):
        opening("2020-07-06 下班前", ZONE)
    with pytest.raises(UnreadableInstant) as refusal:
        opening("2020-07-06", "Asia/Chang_an")
    assert refusal.value.reason == "zone"


def test_a_refusal_says_what_to_write_instead() -> None:
    with pytest.raises(UnreadableInstant) as refusal:
        closing("2024-04-23 00:00", ZONE)
    assert str(refusal.value) == (
        "截止时间“2024-04-23 00:00”写的是零点，容易误解一天。"
        "如指前一天午夜，请写“2024-04-22 24:00”；如指当天结束，请写“2024-04-23 24:00”。"
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3月1日", date(2024, 3, 1)),
        ("3月1号。", date(2024, 3, 1)),
        ("2023年3月1日", date(2023, 3, 1)),
        ("23年3月1日", date(2023, 3, 1)),
        ("2024/3/1", date(2024, 3, 1)),
        ("2024.03.01", date(2024, 3, 1)),
        ("2024。3。1", date(2024, 3, 1)),
        ("２０２４－０３－０１", date(2024, 3, 1)),
        ("2024—3—1", date(2024, 3, 1)),
        ("20240301", date(2024, 3, 1)),
        ("3.1", date(2024, 3, 1)),
        ("二〇二四年十二月三十一日", date(2024, 12, 31)),
        ("昨天", date(2024, 2, 28)),
        ("2月29日", date(2024, 2, 29)),
    ],
)
def test_a_typed_date_is_read(text: str, day: date) -> None:
    assert read_date(text, today=date(2024, 2, 29)) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [("2月30日", "impossible"), ("2024-13-01", "impossible"), ("202403", "unreadable"), ("下周", "unreadable")],
)
def test_a_wrong_date_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadableInstant) as refusal:
        read_date(text, today=date(2023, 6, 1))
    assert refusal.value.reason == reason


def test_a_date_without_a_year_needs_today() -> None:
    with pytest.raises(UnreadableInstant) as refusal:
        read_date("3月1日")
    assert refusal.value.reason == "year_missing"
    assert str(refusal.value) == "“3月1日”没有年份。请写全，例如“2024-03-01”。"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_every_written_date_reads_back(day: date) -> None:
    forms = (f"{day}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}")
    assert [read_date(form) for form in forms] == [day] * len(forms)


@given(st.text())
@example("１９００-0１-0１ 0:00")
@example("十十月")
def test_no_text_breaks_the_reader(text: str) -> None:
    readers: list[Callable[[str], object]] = [
        lambda found: closing(found, ZONE),
        lambda found: opening(found, ZONE),
        lambda found: read_date(found, today=date(2024, 1, 1)),
    ]
    for read in readers:
        with suppress(UnreadableInstant):
            read(text)


def test_the_year_is_spoken_only_when_it_is_another() -> None:
    end = closing("2025-01-10 17:00", ZONE)
    assert [spoken(end, today=date(2024, 12, 1)), spoken(end, today=date(2025, 1, 1))] == [
        "2025年1月10日（周五）17:00",
        "1月10日（周五）17:00",
    ]
    assert spoken(at(2024, 4, 23, 9, 5, 7)) == "4月23日（周二）09:05:07"
    assert spoken_day(date(2024, 4, 28)) == "4月28日（周日）"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=2, hours=3, minutes=59), "2 天 3 小时"),
        (timedelta(days=3, minutes=59), "3 天"),
        (timedelta(days=1) - timedelta(microseconds=1), "23 小时 59 分钟"),
        (timedelta(hours=5), "5 小时"),
        (timedelta(minutes=12, seconds=59), "12 分钟"),
        (timedelta(seconds=59, milliseconds=999), "59 秒"),
        (timedelta(milliseconds=999), "不到 1 秒"),
        (timedelta(0), "0 秒"),
        (timedelta(seconds=-5), "0 秒"),
    ],
)
def test_a_span_is_rounded_down(span: timedelta, words: str) -> None:
    assert spoken_span(span) == words


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=4000)))
def test_a_spoken_span_never_claims_more_than_there_is_and_hides_less_than_an_hour(span: timedelta) -> None:
    units = {"天": 86400, "小时": 3600, "分钟": 60, "秒": 1}
    parts = spoken_span(span).split(" ")
    told = sum(int(number) * units[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True))
    assert 0 <= span.total_seconds() - told < 3600


def test_the_margin_is_real_time_even_when_clocks_are_put_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    closes, now = datetime(2024, 10, 27, 12, tzinfo=berlin), datetime(2024, 10, 27, 0, tzinfo=berlin)
    assert margin(closes, now) == timedelta(hours=13)
    assert margin(at(2024, 4, 24), datetime(2024, 4, 23, 15, 59, 55, tzinfo=UTC)) == timedelta(seconds=5)


@given(aware)
@example(datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
@example(datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
def test_micros_round_trip_to_the_microsecond(moment: datetime) -> None:
    number = micros(moment)
    assert (from_micros(number), micros(from_micros(number))) == (moment, number)


def test_micros_count_from_the_epoch_in_any_zone_and_refuse_a_naive_time() -> None:
    assert micros(datetime(1970, 1, 1, 8, 0, 0, 1, tzinfo=timezone(timedelta(hours=8)))) == 1
    with pytest.raises(TypeError, match="without a zone"):
        micros(datetime(2024, 1, 1))  # noqa: DTZ001 (the fault to be refused)
