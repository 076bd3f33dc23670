"""Whoever reads the database links experts to choices no better than by guessing; the naive twin is linked wholly."""

from __future__ import annotations

from pathlib import Path

from tests.ballots import attack_postgres
from tests.ballots.attack import attack, bounds
from tests.ballots.elections import EXPERTS
from tests.postgres import Postgres

ELECTIONS, BY_BUTTONS, ON_POSTGRES = 30, 4, 5
#: So far from what guessing links that chance alone never gets there; a scheme that leaks goes much further.
FAR = 5.0


def outside(hits: dict[str, int], elections: int) -> dict[str, int]:
    """The ways that link other than by guessing."""
    low, high = bounds(elections * EXPERTS, FAR)
    return {way: found for way, found in hits.items() if not low <= found <= high}


def test_no_order_that_the_tables_hold_links_a_choice_better_than_a_guess(tmp_path: Path) -> None:
    hits, twin = attack(tmp_path, ELECTIONS, 11)
    assert outside(hits, ELECTIONS) == {}
    assert (len(hits), twin) == (12, ELECTIONS * EXPERTS)


def test_presses_on_buttons_are_linked_no_better(tmp_path: Path) -> None:
    hits, twin = attack(tmp_path, BY_BUTTONS, 12, buttons=True)
    assert outside(hits, BY_BUTTONS) == {}
    assert (len(hits), twin) == (12, BY_BUTTONS * EXPERTS)


def test_the_files_of_postgresql_link_no_better_though_they_tell_the_order_of_voters(
    postgres: Postgres, tmp_path: Path
) -> None:
    hits, joined = attack_postgres.attack(postgres, tmp_path, ON_POSTGRES, 13)
    assert outside(hits, ON_POSTGRES) == {}
    assert (len(hits), joined) == (36, 0)
    told = {hits[f"{way} beside {other}"] for way in ("xmin of the roll", "log") for other in ("tracker", "log")}
    assert len(told) == 1, "the order in which they voted is read from the log, too, and so is that of the board"
    assert attack_postgres.naive(postgres, ON_POSTGRES, 13) == ON_POSTGRES * EXPERTS
