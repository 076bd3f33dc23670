"""When each of the five notices reminds, and how night, days off, leaves and own instants change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.instants import from_micros
from rules.notice import Notice
from rules.occasions import Calendar, Occasion
from tests.campaigns.shipped import ZONE, at, notice
from tests.reminders.town import us

HOUR = 3_600_000_000


def clock(instant: int) -> str:
    return f"{from_micros(instant).astimezone(ZONE):%m-%d %H:%M}"


def told(found: list[Occasion]) -> list[tuple[str, str, str]]:
    return [(clock(one.nominal), clock(one.moment), one.shifted) for one in found]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("xian-2024", [("04-17 00:00", "04-17 08:00", "quiet"), ("04-21 00:00", "04-22 08:00", "workday"),
                       ("04-23 00:00", "04-23 08:00", "quiet"), ("04-23 22:00", "04-23 20:50", "early")]),
        ("weifang-2023", [("08-24 00:00", "08-24 08:00", "quiet"), ("08-28 00:00", "08-28 08:00", "quiet"),
                          ("08-30 00:00", "08-30 08:00", "quiet"), ("08-30 22:00", "08-30 20:50", "early")]),
        ("industry-2024", [("07-25 00:00", "07-25 08:00", "quiet"), ("07-29 00:00", "07-29 08:00", "quiet"),
                           ("07-31 00:00", "07-31 08:00", "quiet"), ("07-31 22:00", "07-31 20:50", "early")]),
        ("xinhua-2021", [("10-18 17:00", "10-18 17:00", ""), ("10-22 17:00", "10-22 17:00", ""),
                         ("10-24 17:00", "10-25 08:00", "workday"), ("10-25 15:00", "10-25 15:00", "")]),
    ],
)  # fmt: skip
def test_the_notices_remind_by_day_and_before_it_is_too_late(name: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(Calendar(notice(name), {}).before_closings()) == expected


def test_the_quiz_reminds_of_its_tasks_each_before_its_own_day_and_not_before_it_begins() -> None:
    found = Calendar(notice("hongze-quiz-2020"), {}).before_closings()
    by_closing = {
        clock(one.closes): [clock(each.nominal) for each in found if each.closes == one.closes] for one in found
    }
    assert by_closing == {
        "07-06 18:00": ["06-29 18:00", "07-03 18:00", "07-05 18:00", "07-06 16:00"],
        "07-11 00:00": ["07-08 00:00", "07-10 00:00", "07-10 22:00"],
        "07-16 00:00": ["07-09 00:00", "07-13 00:00", "07-15 00:00", "07-15 22:00"],
    }


def changed(**settings: object) -> Notice:
    xian = notice("xian-2024")
    return replace(xian, reminders=replace(xian.reminders, **settings))  # type: ignore[arg-type]


def test_instants_of_the_notice_s_own_count_for_closings_still_to_come() -> None:
    own = (at("2024-04-08 10:00"), at("2024-04-25 10:00"))
    found = Calendar(changed(before=(timedelta(days=1),), at=own), {}).before_closings()
    assert told(found) == [("04-08 10:00", "04-08 10:00", ""), ("04-23 00:00", "04-23 08:00", "quiet")]


def test_without_quiet_hours_and_days_off_it_is_said_when_it_is_meant() -> None:
    found = Calendar(changed(quiet=None, workdays=False), {}).before_closings()
    assert [one.moment - one.nominal for one in found] == [0, 0, 0, 0]


def test_a_leave_has_occasions_of_its_own_from_when_it_was_granted() -> None:
    granted, until = us("2024-04-24 09:00"), us("2024-04-27 00:00")
    found = Calendar(notice("xian-2024"), {until: granted}).before_closings()
    assert told([one for one in found if one.closes == until]) == [
        ("04-26 00:00", "04-26 08:00", "quiet"), ("04-26 22:00", "04-26 20:50", "early"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "key"),
    [
        ("2024-03-05 12:00", "daily/2024-03-05"),
        ("2024-03-09 12:00", None),  # a Saturday
        ("2024-04-22 12:00", None),  # the day of a reminder before the closing
        ("2024-02-26 12:00", None),  # before the collection
        ("2024-04-24 12:00", None),  # after it
    ],
)
def test_what_rests_is_looked_at_once_a_day_while_it_can_be_handed_in(now: str, key: str | None) -> None:
    found = Calendar(notice("xian-2024"), {}).daily(us(now))
    assert (found.key if found is not None else None) == key


def test_a_daily_look_follows_a_leave_and_rests_where_the_notice_wants_none() -> None:
    now, until = us("2024-04-24 12:00"), us("2024-05-20 00:00")
    assert Calendar(notice("xian-2024"), {until: now - 6 * HOUR}).daily(now) is not None
    assert Calendar(changed(idle=None), {until: now - 6 * HOUR}).daily(now) is None


def test_a_late_tick_waits_for_the_day_and_gives_up_where_only_the_night_is_left() -> None:
    calendar = Calendar(notice("xian-2024"), {})
    seven, *_, last = calendar.before_closings()
    assert calendar.moment_for(seven, us("2024-04-18 10:00")) == us("2024-04-18 10:00")
    assert calendar.moment_for(seven, us("2024-04-18 23:00")) == us("2024-04-19 08:00")
    assert calendar.moment_for(last, us("2024-04-23 21:30")) == last.closes
    assert calendar.moment_for(replace(last, kind="now"), us("2024-04-23 21:30")) == us("2024-04-23 21:30")
