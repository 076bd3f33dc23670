"""A work belongs to the day on which it came where the campaign is, and the closing stands where it falls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from rules.arrivals import MOST_DAYS, Days, days_of
from rules.figures import Arrivals
from rules.instants import micros, opening
from rules.notice import Notice
from rules.stages import Stage
from tests.web.board_town import notice

ZONE = "Asia/Shanghai"


def at(text: str) -> datetime:
    return opening(text, ZONE)


def came(text: str, entries: int = 1, track: str = "case") -> Arrivals:
    return Arrivals(track, micros(at(text)) // 3_600_000_000, entries)


def shown(days: Days) -> dict[date, tuple[int, ...]]:
    return {each.begins: each.entries for each in days.bins if each.total}


def test_midnight_divides_days_where_the_campaign_is() -> None:
    days = days_of(notice(), [came("2024-03-01 23:00"), came("2024-03-02 00:00", 2, "video")], at("2024-03-03 09:00"))
    assert shown(days) == {date(2024, 3, 1): (1, 0), date(2024, 3, 2): (0, 2)}
    assert (days.bins[0].begins, days.bins[-1].begins, days.length) == (date(2024, 2, 27), date(2024, 3, 3), 1)


@pytest.mark.parametrize(
    ("now", "bins"),
    [("2024-02-20", 1), ("2024-02-27", 1), ("2024-04-23 23:59", 57), ("2024-04-24", 57), ("2025-01-01", 57)],
)
def test_days_go_on_until_the_closing_day_and_no_longer(now: str, bins: int) -> None:
    days = days_of(notice(), [], at(now))
    assert (len(days.bins), days.closing) == (bins, 57)


def test_a_work_that_came_late_by_leave_lies_behind_the_closing() -> None:
    days = days_of(notice(), [came("2024-04-26 10:00")], at("2024-05-10"))
    assert (len(days.bins), days.closing, days.bins[-1].entries) == (60, 57, (1, 0))


def longer(until: str) -> Notice:
    """The notice with its collection going on until another day."""
    stage: Stage = notice().tracks[0].stage
    later = replace(stage, ends=replace(stage.ends, first_late=at(until)))
    return replace(notice(), tracks=tuple(replace(track, stage=later) for track in notice().tracks))


def test_a_long_collection_is_told_in_weeks_and_of_a_very_long_one_the_newest() -> None:
    arrivals = [came("2024-03-04 10:00"), came("2024-03-05 10:00", 4)]
    days = days_of(longer("2024-09-01"), arrivals, at("2024-08-30"))
    assert (days.length, len(days.bins), shown(days)) == (
        7,
        27,
        {date(2024, 2, 27): (1, 0), date(2024, 3, 5): (4, 0)},
    )
    long = days_of(longer("2027-09-01"), arrivals, at("2027-08-30"))
    assert (len(long.bins), long.bins[-1].begins + timedelta(days=7) > date(2027, 8, 30), shown(long)) == (60, True, {})


def test_as_many_days_as_fit_are_told_one_by_one() -> None:
    first = date(2024, 2, 27)
    for more, length in ((0, 1), (1, 7)):
        last = first + timedelta(days=MOST_DAYS - 1 + more)
        assert days_of(longer(str(last + timedelta(days=1))), [], at("2024-03-01")).length == length


def test_a_campaign_without_works_has_no_days() -> None:
    assert days_of(replace(notice(), tracks=()), [], at("2024-03-01")) == Days()
