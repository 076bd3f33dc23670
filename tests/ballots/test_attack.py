"""Whoever reads the database links experts to choices no better than by guessing; the naive twin is linked wholly."""

from __future__ import annotations

from pathlib import Path

from tests.ballots.attack import attack, bounds
from tests.ballots.elections import EXPERTS

ELECTIONS, BY_BUTTONS = 60, 6


def test_no_order_that_the_tables_hold_links_a_choice_better_than_a_guess(tmp_path: Path) -> None:
    hits, twin = attack(tmp_path, ELECTIONS, 11)
    low, high = bounds(ELECTIONS * EXPERTS)
    assert {way: found for way, found in hits.items() if not low <= found <= high} == {}
    assert (len(hits), twin) == (12, ELECTIONS * EXPERTS)


def test_presses_on_buttons_are_linked_no_better(tmp_path: Path) -> None:
    hits, twin = attack(tmp_path, BY_BUTTONS, 12, buttons=True)
    low, high = bounds(BY_BUTTONS * EXPERTS)
    assert {way: found for way, found in hits.items() if not low <= found <= high} == {}
    assert (len(hits), twin) == (12, BY_BUTTONS * EXPERTS)
