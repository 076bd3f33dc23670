"""Days as people say them, as dates: the next of their name, today included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instants import WEEKDAYS
from rules.upcoming import written

WEDNESDAY = date(2024, 3, 6)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("周五", "2024-03-08"),
        ("到周五", "2024-03-08"),
        ("本周三", "2024-03-06"),
        ("周三", "2024-03-06"),
        ("周二", "2024-03-12"),
        ("这周一", "2024-03-04"),
        ("下周一17点", "2024-03-11 17点"),
        ("下下星期天", "2024-03-24"),
        ("礼拜日前", "2024-03-10 前"),
        ("明天下午5点", "2024-03-07 下午5点"),
        ("今晚8点", "2024-03-06 晚8点"),
        ("大后天", "2024-03-09"),
        ("三天后", "2024-03-09"),
        ("10天之内", "2024-03-16"),
        ("4月25日 24:00", "2024-04-25 24:00"),
        ("3月6日", "2024-03-06"),
        ("2月29日", "2月29日"),
        ("３月１日", "2025-03-01"),
        ("2024年4月5日", "2024年4月5日"),
        ("2024-04-05 17:00", "2024-04-05 17:00"),
        ("改天", "改天"),
    ],
)
def test_a_day_is_the_next_of_its_name(said: str, meant: str) -> None:
    assert written(said, WEDNESDAY) == meant


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(WEEKDAYS))
def test_a_weekday_lies_within_a_week(today: date, weekday: str) -> None:
    day = date.fromisoformat(written(f"周{weekday}", today))
    assert (WEEKDAYS[day.weekday()], timedelta(0) <= day - today < timedelta(7)) == (weekday, True)


@given(st.text(max_size=30))
def test_whatever_is_typed_comes_back_as_text(text: str) -> None:
    assert isinstance(written(text, WEDNESDAY), str)
