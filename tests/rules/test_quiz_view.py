"""A quiz shaped for organisers: classes, superiors, every hour of its week, and who has not come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instants import micros, opening
from rules.looks_quiz import HardQuestion, QuizFigures, Stock, UnitPlays
from rules.people import Unit
from rules.quiz_view import QuizView, quiz_view
from tests.campaigns.shipped import notice

HONGZE, ZONE = notice("hongze-quiz-2020"), "Asia/Shanghai"
OPENS = opening("2020-07-08", ZONE)
HOUR = 3_600_000_000
MEMBERS = (
    Unit(1, HONGZE.id, "经济开发区", "", "area"), Unit(2, HONGZE.id, "区财政局", "财政局", "department"),
    Unit(3, HONGZE.id, "第一小学", "", "department"), Unit(4, HONGZE.id, "第二小学", "", "department"),
)  # fmt: skip


def view(at: str, plays: tuple[UnitPlays, ...] = (), hours: dict[int, int] | None = None) -> QuizView:
    figures = QuizFigures(
        sum(each.people for each in plays), sum(each.attempts for each in plays), 0, plays, hours or {},
        (HardQuestion("gone", 5, 1),), Stock(), 0, hour_people=dict(hours or {}), parents={3: "财政局", 4: "财政局"},
    )  # fmt: skip
    return quiz_view(HONGZE, figures, MEMBERS, {}, opening(at, ZONE))


def test_units_are_grouped_by_class_and_superior_and_the_silent_are_named() -> None:
    plays = (UnitPlays(2, "", 5, 9, 7), UnitPlays(3, "", 3, 3, 1), UnitPlays(0, "", 8, 8, 8))
    seen = view("2020-07-09", plays)
    assert [(each.label, each.units, each.playing, each.people, each.attempts) for each in seen.classes] == [
        ("园区和镇街", 1, 0, 0, 0), ("区级部门和单位", 3, 2, 8, 12), ("", 0, 0, 8, 8),
    ]  # fmt: skip
    assert [(each.label, each.units, each.playing, each.people) for each in seen.above] == [("财政局", 3, 2, 8)]
    assert [unit.name for unit in seen.silent] == ["经济开发区", "第二小学"]
    assert [(each.text, each.percent) for each in seen.hard] == [("", 20)]


@pytest.mark.parametrize(
    ("at", "state", "hours", "rest"),
    [
        ("2020-07-07 23:59:59", "ahead", 0, 168), ("2020-07-08 00:00:00", "open", 0, 168),
        ("2020-07-08 00:00:01", "open", 1, 167), ("2020-07-14 23:30", "open", 168, 0),
        ("2020-07-15 00:00", "over", 168, 0), ("2020-07-20 08:00", "over", 168, 0),
    ],
)  # fmt: skip
def test_every_hour_of_the_week_is_there(at: str, state: str, hours: int, rest: int) -> None:
    seen = view(at)
    assert (seen.state, len(seen.hours), seen.rest, seen.busiest) == (state, hours, rest, None)


@given(st.dictionaries(st.integers(0, 167), st.integers(1, 500)))
def test_no_attempt_is_lost_among_the_hours(counts: dict[int, int]) -> None:
    first = micros(OPENS)
    plays = (UnitPlays(1, "", 1, sum(counts.values()), 0),) if counts else ()
    seen = view("2020-07-16", plays, {first + place * HOUR: count for place, count in counts.items()})
    assert {place: hour.attempts for place, hour in enumerate(seen.hours) if hour.attempts} == counts
    assert [hour.begins - OPENS for hour in seen.hours] == [timedelta(hours=place) for place in range(168)]
    assert seen.busiest is None or seen.busiest.attempts == max(counts.values())
