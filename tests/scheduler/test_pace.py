"""No more than a pace allows goes in any stretch of time, and a rest is a rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.pace import Pace


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 5), st.lists(st.floats(0, 0.5), min_size=1, max_size=60))
def test_in_any_second_no_more_goes_than_the_burst_and_what_a_second_gives(burst: int, waits: list[float]) -> None:
    clock, went = Hand(), []
    pace = Pace(0.25, burst=burst, clock=clock)
    for wait in waits:
        clock.now += wait
        if pace.wait() <= 0:
            pace.go()
            went.append(clock.now)
    for start in went:
        assert sum(start <= each < start + 1 - 1e-9 for each in went) <= burst + 3


def test_names_have_paces_of_their_own() -> None:
    clock = Hand()
    pace = Pace(1.0, clock=clock)
    pace.go("a")
    assert (pace.wait("a"), pace.wait("b"), pace.wait()) == (1.0, 0.0, 0.0)
    clock.now += 1.0
    assert pace.wait("a") == 0.0


def test_a_rest_counts_from_now_and_is_not_shortened_by_a_burst_nor_by_a_shorter_one() -> None:
    clock = Hand()
    pace = Pace(1.0, burst=3, clock=clock)
    pace.rest(7.0)
    pace.rest(2.0)
    assert pace.wait() == 7.0
    clock.now += 7.0
    assert pace.wait() == 0.0


def test_names_that_were_not_used_for_long_are_forgotten() -> None:
    clock = Hand()
    pace = Pace(1.0, clock=clock)
    for number in range(1000):
        pace.go(f"{number}")
    clock.now += 61.0
    pace.go("new")
    assert sorted(pace._due) == ["new"]
