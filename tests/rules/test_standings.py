"""Run-offs and draws part those who share a place and nobody else; a cut never goes through a tie unseen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.standings import Cut, Standing, drawn, first, reaching, sealed, standings, tied

#: 1 leads; 2, 3 and 4 share the second place; 5 shows its rank only.
ROWS: list[list[Any]] = [
    [1, 1, "90", "0", "90"],
    [2, 2, "80", "0", "80"],
    [3, 2, "80", "0", "80"],
    [4, 2, "80", "0", "80"],
    [5, 5],
]
PLACES = {"case": ROWS}
RUNOFF: dict[str, list[list[Any]]] = {"case": [[3, 1, "100"], [2, 2, "50"], [4, 2, "50"]]}


def told(rows: tuple[Standing, ...]) -> list[tuple[int, int, str]]:
    return [(each.entry, each.rank, each.parted) for each in rows]


def test_what_was_published_stands_where_nothing_followed() -> None:
    [rows] = standings(PLACES).values()
    assert told(rows) == [(1, 1, ""), (2, 2, ""), (3, 2, ""), (4, 2, ""), (5, 5, "")]
    assert (tied(rows), rows[0].points, rows[-1].points) == (((2, 3, 4),), "90", "")


def test_a_run_off_parts_the_tied_and_a_draw_what_it_leaves() -> None:
    [after] = standings(PLACES, [RUNOFF]).values()
    assert told(after) == [(1, 1, ""), (3, 2, "runoff"), (2, 3, "runoff"), (4, 3, "runoff"), (5, 5, "")]
    assert tied(after) == ((2, 4),)
    [both] = standings(PLACES, [RUNOFF], (4, 2)).values()
    assert told(both) == [(1, 1, ""), (3, 2, "runoff"), (4, 3, "draw"), (2, 4, "draw"), (5, 5, "")]
    assert tied(both) == ()


@given(st.permutations(ROWS), st.permutations([1, 2, 3, 4, 5]))
def test_neither_the_order_of_rows_nor_a_draw_moves_whom_something_else_parted(
    rows: list[list[Any]], lots: list[int]
) -> None:
    [found] = standings({"case": rows}, [], lots).values()
    assert [found[0].entry, found[-1].entry] == [1, 5]
    assert [each.entry for each in found[1:4]] == [entry for entry in lots if entry in (2, 3, 4)]
    assert [each.rank for each in found] == [1, 2, 3, 4, 5]


def test_a_cut_through_a_tie_names_who_is_tied() -> None:
    [rows] = standings(PLACES).values()
    cuts = [first(rows, count) for count in range(6)]
    assert cuts == [
        Cut(()), Cut((1,)), Cut((1,), (2, 3, 4)), Cut((1,), (2, 3, 4)), Cut((1, 2, 3, 4)), Cut((1, 2, 3, 4, 5)),
    ]  # fmt: skip


def test_so_many_points_are_reached_or_not_and_never_by_hidden_ones() -> None:
    [rows] = standings(PLACES).values()
    assert [reaching(rows, Fraction(least)).inside for least in ("0", "80", "80.5", "91")] == [
        (1, 2, 3, 4), (1, 2, 3, 4), (1,), (),
    ]  # fmt: skip


def test_a_draw_follows_from_seed_and_what_was_called_out_and_favours_nobody() -> None:
    seed = b"s" * 32
    assert drawn(seed, "17 3", (1, 2, 3)) == drawn(seed, "17 3", (3, 1, 2))
    assert len(sealed(seed)) == 64
    wins = [drawn(n.to_bytes(32, "big"), "17 3", (1, 2, 3))[0] for n in range(3000)]
    assert all(900 < wins.count(entry) < 1100 for entry in (1, 2, 3))
    others = {drawn(seed, str(said), range(1, 9)) for said in range(50)}
    assert len(others) == 50
