"""A quota says what is owed, what may still come, and what is too much; a cap moves only where the notice lets it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.quota import FREE, Quota, standing

FLOOR = Quota(classes=("district",), clause="二（一）", floor=3)
CAP = Quota(classes=("province",), clause="一（四）2", cap=10, moves=True)
FIXED = Quota(classes=("province",), clause="一（四）2", cap=10)


@pytest.mark.parametrize(
    ("quota", "reported", "consented", "owes", "left", "over"),
    [
        (FLOOR, 0, None, 3, None, 0),
        (FLOOR, 2, None, 1, None, 0),
        (FLOOR, 3, None, 0, None, 0),
        (FLOOR, 9, None, 0, None, 0),
        (CAP, 9, None, 0, 1, 0),
        (CAP, 10, None, 0, 0, 0),
        (CAP, 11, None, 0, 0, 1),
        (CAP, 11, 12, 0, 1, 0),
        (CAP, 9, 8, 0, 0, 1),
        (FIXED, 10, 12, 0, 0, 0),
        (FREE, 99, None, 0, None, 0),
    ],
)
def test_where_a_unit_stands(
    quota: Quota, reported: int, consented: int | None, owes: int, left: int | None, over: int
) -> None:
    found = standing(quota, reported, cap=consented)
    assert (found.owes, found.left, found.over) == (owes, left, over)


def test_a_full_cap_blocks_and_a_floor_never_does() -> None:
    assert [standing(CAP, count).blocks for count in (9, 10, 11)] == [False, True, True]
    assert [standing(FLOOR, count).blocks for count in (0, 3, 99)] == [False, False, False]


@given(st.integers(0, 30), st.integers(0, 10), st.integers(0, 10), st.booleans())
def test_what_is_owed_and_left_adds_up(reported: int, floor: int, room: int, capped: bool) -> None:
    quota = Quota(classes=("a",), clause="一", floor=floor, cap=floor + room if capped else None)
    found = standing(quota, reported)
    assert standing(quota, reported + found.owes).owes == 0
    assert found.met == (floor <= reported and (not capped or reported <= floor + room))
    if found.left is not None:
        assert standing(quota, reported + found.left - found.over).over == 0
