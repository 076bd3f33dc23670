"""How far each unit has come, who lags most, and who owes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from rules.figures import RETURNED, Figures, Presence, Tally, Unfinished
from rules.instants import from_micros, micros, opening
from rules.overview import Overview, Reached, Share, overview
from rules.people import Unit
from tests.web.board_town import CAMPAIGN, DAYS, figures, notice

NOW = opening("2024-03-08 10:00", "Asia/Shanghai")
BUREAU, DISTRICT = Unit(1, CAMPAIGN, "示例局", "", "department"), Unit(2, CAMPAIGN, "示例区", "", "district")


def seen(**changes: object) -> Overview:
    return overview(notice(), replace(Figures((BUREAU, DISTRICT)), **changes), NOW)  # type: ignore[arg-type]


def entered(unit: int, entries: int, state: str = "submitted", track: str = "case") -> Tally:
    return Tally(unit, track, state, entries, micros(NOW))


@pytest.mark.parametrize(
    ("changes", "reached"),
    [
        ({}, Reached.LISTED),
        ({"invited": frozenset({2})}, Reached.INVITED),
        ({"presences": (Presence(2, 1),)}, Reached.JOINED),
        ({"presences": (Presence(2, 1),), "unfinished": (Unfinished(2, "案例题目", 1, 5),)}, Reached.BEGUN),
        ({"tallies": (entered(2, 2),)}, Reached.ENTERED),
        ({"tallies": (entered(2, 2), entered(2, 1, RETURNED))}, Reached.ENTERED),
        ({"tallies": (entered(2, 1, RETURNED),)}, Reached.ENTERED),
        ({"tallies": (entered(2, 3), entered(2, 1, RETURNED))}, Reached.ENTERED),
        ({"tallies": (entered(2, 3), entered(2, 2, "withdrawn"))}, Reached.COMPLETE),
        ({"tallies": (entered(2, 1, "withdrawn"),), "invited": frozenset({2})}, Reached.INVITED),
    ],
)
def test_a_unit_has_come_as_far_as_its_farthest_step(changes: dict[str, object], reached: Reached) -> None:
    _, district = seen(**changes).rows
    assert district.reached is reached


def test_the_floor_counts_works_of_its_own_track_and_class_only() -> None:
    over = seen(tallies=(entered(1, 1), entered(2, 2), entered(2, 4, track="video")))
    assert [[(cell.entries, cell.floor, cell.owes) for cell in row.cells] for row in over.rows] == [
        [(1, 1, 0), (0, 0, 0)],
        [(2, 3, 1), (4, 0, 0)],
    ]
    assert (over.entries, [row.reached for row in over.rows]) == (7, [Reached.COMPLETE, Reached.ENTERED])
    assert over.shares == (
        Share("case", "市级部门", 1, 1, 1, 1),
        Share("case", "区县", 1, 0, 2, 3),
        Share("video", "市级部门", 1, 0, 0, 0),
        Share("video", "区县", 1, 1, 4, 0),
    )


def test_whoever_has_come_least_far_and_owes_most_comes_first() -> None:
    units = tuple(Unit(number, CAMPAIGN, f"区{number}", "", "district") for number in range(1, 7))
    over = overview(
        notice(),
        Figures(
            units,
            tallies=(entered(1, 2), entered(2, 1), entered(6, 3)),
            presences=(Presence(3, 1, 900), Presence(4, 1, 800)),
            invited=frozenset({3, 4}),
        ),
        NOW,
    )
    assert [(row.unit.id, row.owes) for row in over.lagging] == [(5, 3), (4, 3), (3, 3), (2, 2), (1, 1)]


def test_the_newest_sign_of_life_counts_whatever_it_was() -> None:
    over = seen(
        tallies=(replace(entered(1, 1), last=5_000_000),),
        unfinished=(Unfinished(1, "", 1, 7_000_000), Unfinished(2, "", 2, 9_000_000)),
        presences=(Presence(1, 2, 6_000_000),),
    )
    assert [(row.seen, row.people, row.drafts) for row in over.rows] == [
        (from_micros(7_000_000), 2, 1),
        (from_micros(9_000_000), 0, 2),
    ]


def test_drafts_are_counted_by_the_question_they_stand_at() -> None:
    over = seen(
        unfinished=(Unfinished(1, "案例题目", 1, 5), Unfinished(2, "案例内容", 2, 5), Unfinished(2, "案例题目", 2, 5))
    )
    assert over.steps == (("案例题目", 3), ("案例内容", 2))


@pytest.mark.parametrize("day", DAYS)
def test_eighty_units_are_counted_once_at_every_step(day: object) -> None:
    known = figures(day)  # type: ignore[arg-type]
    over = overview(notice(), known, day)  # type: ignore[arg-type]
    counts = [units for _, units in over.funnel]
    assert (counts[0], counts) == (80, sorted(counts, reverse=True))
    reached = Counter(row.reached for row in over.rows)
    assert [here - there for here, there in zip(counts, [*counts[1:], 0], strict=True)] == [
        reached[step] for step in Reached
    ]
    assert over.entries == sum(each.entries for each in known.tallies) == sum(each.total for each in over.days.bins)
    assert {row.unit.id for row in over.lagging} == {row.unit.id for row in over.rows if row.owes}
