"""A recount needs the bundle alone, agrees with an honest one, and finds every change, also a cunning one."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from rules.ballots import Kind
from rules.points import spoken
from rules.recount import Row, bundle, marks_of, recount
from tests.ballots.mutations import KINDS, WAYS, hashed_anew, tried
from tests.sealing.round import played


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_bundle_agrees_after_a_way_through_json(kind: Kind) -> None:
    published = json.loads(json.dumps(played(kind=kind).bundle()))
    assert recount(published) == ()


def test_marks_are_weighed_by_criteria_and_approvals_count_one() -> None:
    round_ = played()
    assert marks_of(round_.opening, [Row(3, "T", (4, 7)), Row(3, "U", (1, 2))])[3] == (Fraction(3, 2), Fraction(11, 2))
    approve = played(kind="approve")
    assert [int(mark) for mark in marks_of(approve.opening, [Row(3, "T", (2,)), Row(3, "U", (1,))])[3]] == [0, 1]


def test_entries_with_few_marks_show_nothing_but_their_rank() -> None:
    few = played(experts=6, silent=1)  # five votes, one of them recused from entries 1 and 2
    published = few.bundle()
    assert (published["withheld"], recount(published)) == ([1, 2], ())
    assert [row for row in published["board"] if row[0] in (1, 2)] == []
    assert {len(row) for row in published["places"]["case"] if row[0] in (1, 2)} == {2}
    assert recount(played(experts=4, silent=1).bundle()) == ()


def test_every_change_is_found_even_when_the_result_is_hashed_anew() -> None:
    done, missed = tried(600, 20211026)
    assert (sum(done.values()), len(done), missed) == (600, 2 * len(WAYS), [])


def test_what_is_hashed_anew_without_a_change_is_agreed_with() -> None:
    honest = played().bundle()
    assert hashed_anew(honest, honest) == honest


def test_a_cheat_who_counts_everything_anew_changes_what_every_expert_was_shown() -> None:
    round_ = played()
    softer = Row(round_.board[0].entry, round_.board[0].tracker, (1, 1))
    cheat = bundle(
        round_.opening, [each.number for each in round_.envelopes], round_.leaves, [softer, *round_.board[1:]],
        round_.votes, {"case": (1, 2, 3, 4), "video": (5, 6, 7, 8)},
    )  # fmt: skip
    assert recount(cheat) == ()  # only the server's signature and the experts' own rows tell
    assert cheat["result"] != round_.bundle()["result"]


@pytest.mark.parametrize("found", [{}, {"result": 1}, {"opening": None}, {"opening": {"paper": 3}, "result": ""}])
def test_what_is_no_bundle_is_said_to_be_none(found: dict[str, Any]) -> None:
    assert [difference.part for difference in recount(found)][-1:] == ["bundle"]


def test_points_of_the_published_list_read_well() -> None:
    rows = played().bundle()["places"]["case"]
    assert [spoken(Fraction(row[2])) for row in rows] == sorted(
        (spoken(Fraction(row[2])) for row in rows), reverse=True
    )
