"""Which works that wait for a screener are told of: by desk, by time, before and after a closing."""

from __future__ import annotations

from typing import Any

import pytest

from rules.ageing import OFFICE, Watch, begins_of, desk_of, due, missed
from rules.instants import micros, opening
from rules.looks import Entry
from rules.looks_screening import Case
from rules.people import Unit
from rules.screening import HOST, Stand
from rules.tracks import Level
from tests.campaigns.shipped import notice

DAY = 86_400_000_000
CLOSES = 100 * DAY
LEVEL = Level("province", "省级上报", "lead", "一")


def case(number: int = 1, *, desk: int = 7, vacant: bool = False, **stand: Any) -> Case:
    """A work that waits since day 10 at a unit's desk."""
    entry = Entry(number, f"A{number}", "case", "题", "submitted", 1, "CODE", 0, 1)
    facts = {"level": LEVEL, "desk": desk, "since": 10 * DAY, "told": 10 * DAY, **stand}
    whose = Unit(desk, "c", "某省", "", "province") if desk > 0 else None
    return Case(entry, Unit(1, "c", "某市", "", "city"), Stand("waiting", **facts), whose, vacant)


def watch(now: float, *, begins: float = 0, moments: tuple[float, ...] = (), idle: int | None = 3 * DAY) -> Watch:
    times = {CLOSES: [round(at * DAY) for at in moments]}
    return Watch(round(now * DAY), idle, round(begins * DAY), dict.fromkeys(range(1, 20), CLOSES), times)


def numbers(found: dict[Any, list[Case]]) -> dict[Any, list[int]]:
    return {desk: [each.entry.id for each in waiting] for desk, waiting in found.items()}


def test_whose_desk_it_is() -> None:
    assert desk_of(case()) == ("unit", 7)
    assert desk_of(case(handed=99)) == ("person", 99)
    assert [desk_of(each) for each in (case(handed=HOST), case(vacant=True), case(desk=HOST))] == [OFFICE] * 3


@pytest.mark.parametrize(("now", "told"), [(12.999, False), (13, True), (13.001, True)])
def test_a_desk_is_told_when_something_has_waited_for_long(now: float, told: bool) -> None:
    assert bool(due([case()], watch(now))) is told


def test_a_desk_that_is_told_hears_of_all_that_waits_there_and_no_other_desk_does() -> None:
    fresh, other = case(2, since=12 * DAY, told=12 * DAY), case(3, desk=8, since=12 * DAY, told=12 * DAY)
    assert numbers(due([case(), fresh, other], watch(13))) == {("unit", 7): [1, 2]}


def test_nothing_is_told_again_before_the_same_time_has_passed() -> None:
    told = case(told=13 * DAY)
    assert [bool(due([told], watch(now))) for now in (14, 15.999, 16)] == [False, False, True]


def test_without_a_longest_wait_only_the_moments_before_the_closing_count() -> None:
    assert due([case()], watch(50, idle=None)) == {}
    assert numbers(due([case()], watch(99, idle=None, moments=(99,)))) == {("unit", 7): [1]}


@pytest.mark.parametrize(
    ("now", "told", "is_due"),
    [(98.9, 97, False), (99, 97, True), (99.5, 97, True), (99.5, 99, False), (99.5, 99.2, False), (100, 98, False)],
)
def test_a_unit_is_told_at_each_moment_before_the_closing_and_not_after_it(
    now: float, told: float, is_due: bool
) -> None:
    since = case(since=round(told * DAY), told=round(told * DAY))
    assert bool(due([since], watch(now, moments=(99,)))) is is_due


def test_the_host_is_not_told_at_the_moments_before_the_closing() -> None:
    mine = case(desk=HOST, since=98 * DAY, told=98 * DAY)
    assert due([mine], watch(99, moments=(99,))) == {}


@pytest.mark.parametrize(
    ("told", "fresh", "is_due"), [(0, 1, True), (1, 0, False), (1, 1, True), (2, 1, False), (2, 2, True), (3, 2, False)]
)
def test_before_its_stage_the_host_is_told_when_the_number_has_doubled(told: int, fresh: int, is_due: bool) -> None:
    known = [case(number, desk=HOST, told=14 * DAY) for number in range(1, told + 1)]
    new = [case(number, desk=HOST) for number in range(told + 1, told + fresh + 1)]
    assert bool(due([*known, *new], watch(60, begins=100))) is is_due
    assert due([*known, *new], watch(100, begins=100)), "once the stage has begun it is told like any"


def test_what_came_just_now_does_not_break_the_hosts_peace_by_its_number() -> None:
    fresh = [case(number, desk=HOST, since=59 * DAY, told=59 * DAY) for number in (2, 3, 4)]
    assert due([case(desk=HOST, told=14 * DAY), *fresh], watch(60, begins=100)) == {}


def test_what_a_unit_did_not_pass_on_by_the_closing_is_missed_once() -> None:
    waits = [case(1), case(2, desk=HOST), case(3, vacant=True), case(4, handed=HOST), case(5, missed=True)]
    assert missed(waits, watch(99.999)) == []
    assert [each.entry.id for each in missed(waits, watch(100))] == [1]


def test_a_unit_is_not_reminded_any_more_of_what_the_host_was_told_that_it_missed() -> None:
    assert due([case(missed=True, told=10 * DAY)], watch(120)) == {}
    assert numbers(due([case(missed=True), case(2)], watch(120))) == {("unit", 7): [2]}
    assert numbers(due([case(missed=True, vacant=True)], watch(120))) == {OFFICE: [1]}


@pytest.mark.parametrize(("now", "late"), [(101, False), (103.999, False), (104, True)])
def test_what_came_only_after_the_closing_has_its_time(now: float, late: bool) -> None:
    assert bool(missed([case(since=101 * DAY, told=101 * DAY)], watch(now))) is late


@pytest.mark.parametrize(
    ("campaign", "begins"),
    [("industry-2024", "2024-08-01"), ("xian-2024", "2024-04-24"), ("weifang-2023", "2023-08-31"), ("xinhua-2021", "")],
)
def test_when_the_hosts_stage_of_screening_begins(campaign: str, begins: str) -> None:
    assert begins_of(notice(campaign)) == (micros(opening(begins, "Asia/Shanghai")) if begins else 0)
