"""Nobody is spoken to at night or on days off, and what would come too late comes early instead."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.hours import Hours, Quiet, read_quiet
from rules.schema import Unreadable
from rules.workdays import is_known, is_workday
from tests.campaigns.shipped import ZONE

HOURS = Hours(Quiet(time(21), time(8)), workdays=True, zone=ZONE)
FAR = datetime(2024, 12, 31, tzinfo=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "shifted", "why"),
    [
        ("2024-04-17 08:00:00", "2024-04-17 08:00:00", ""),
        ("2024-04-17 20:59:59", "2024-04-17 20:59:59", ""),
        ("2024-04-17 21:00:00", "2024-04-18 08:00:00", "quiet"),
        ("2024-04-17 00:00:00", "2024-04-17 08:00:00", "quiet"),
        ("2024-04-20 10:00:00", "2024-04-22 08:00:00", "workday"),  # a Saturday
        ("2024-04-19 22:00:00", "2024-04-22 08:00:00", "quiet"),  # a Friday night
        ("2024-04-28 10:00:00", "2024-04-28 10:00:00", ""),  # a Sunday that is worked for the holiday of May
        ("2024-05-01 10:00:00", "2024-05-06 08:00:00", "workday"),
    ],
)
def test_night_and_days_off_move_it_on(moment: str, shifted: str, why: str) -> None:
    found = HOURS.shifted(at(moment), FAR)
    assert (found.moment, found.why) == (at(shifted), why)


@pytest.mark.parametrize(
    ("moment", "closes", "shifted"),
    [
        ("2024-04-23 22:00", "2024-04-24 00:00", "2024-04-23 20:50"),
        ("2024-04-21 10:00", "2024-04-22 00:00", "2024-04-19 20:50"),  # closes on a Sunday night
        ("2024-05-04 22:00", "2024-05-05 24:00".replace("24:00", "23:00"), "2024-04-30 20:50"),
    ],
)
def test_what_would_come_after_the_closing_comes_before_the_night(moment: str, closes: str, shifted: str) -> None:
    found = HOURS.shifted(at(moment), at(closes))
    assert (found.moment, found.why) == (at(shifted), "early")


def test_in_the_last_hours_a_weekend_does_not_silence_a_late_reminder() -> None:
    closes = at("2024-04-22 00:00")
    assert HOURS.still_before(at("2024-04-21 10:00"), closes)
    assert not HOURS.still_before(at("2024-04-21 22:00"), closes)  # but the night does
    assert not HOURS.still_before(at("2024-04-21 10:00"), at("2024-04-23 00:00"))  # Monday will do
    assert not HOURS.still_before(at("2024-04-22 10:00"), closes)


quiets = st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda pair: pair[0] != pair[1])
moments = st.integers(0, 10 * 365 * 24 * 60).map(lambda minutes: at("2020-01-01") + timedelta(minutes=minutes))


@given(quiet=quiets, workdays=st.booleans(), moment=moments, ahead=st.integers(1, 60 * 24 * 12))
def test_a_moved_moment_is_always_allowed_and_before_the_closing(
    quiet: tuple[int, int], *, workdays: bool, moment: datetime, ahead: int
) -> None:
    hours = Hours(Quiet(time(quiet[0]), time(quiet[1])), workdays, ZONE)
    closes = moment + timedelta(minutes=ahead)
    found = hours.shifted(moment, closes)
    assert hours.allow(found.moment)
    assert found.moment < closes
    assert (found.moment == moment) == (found.why == "")
    if found.why == "early":
        assert found.moment < moment
        assert hours.next(moment) >= closes
    else:
        assert found.moment == hours.next(moment)


@given(moment=moments)
def test_without_quiet_hours_and_days_off_nothing_moves(moment: datetime) -> None:
    assert Hours(None, workdays=False, zone=ZONE).shifted(moment, FAR).moment == moment


def test_quiet_hours_are_read_and_what_is_none_is_refused() -> None:
    assert str(read_quiet("21:00–08:00")) == "21:00–08:00"
    assert read_quiet("12:00-14:30") == Quiet(time(12), time(14, 30))
    for wrong in ("21–8", "21:00", "08:00–08:00", 21, "25:00–08:00"):
        with pytest.raises(Unreadable):
            read_quiet(wrong)


def test_holidays_are_the_official_ones_and_unknown_years_have_weekends_only() -> None:
    assert (is_workday(date(2024, 10, 1)), is_workday(date(2024, 10, 12))) == (False, True)
    assert (is_known(2024), is_known(2199)) == (True, False)
    assert (is_workday(date(2199, 1, 4)), is_workday(date(2199, 1, 5))) == (True, False)
