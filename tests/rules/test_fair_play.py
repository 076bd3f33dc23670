"""Signs of unfair play: found where programs play, and not where a class plays at once in one room."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.fair_groups import alike, groups
from rules.fair_picks import Run
from rules.fair_play import Sign, Watch, signs
from tests.rules.players import OPTIONS, SECOND, Bank, Hall

BANK, WATCH = Bank(), Watch()


def found(hall: Hall, watch: Watch = WATCH) -> tuple[Sign, ...]:
    return signs(hall.runs, watch, dict.fromkeys(BANK.codes, len(OPTIONS)))


def hall(seed: int = 1, bank: Bank = BANK) -> Hall:
    """A hall in which three hundred ordinary people have played through a day."""
    there = Hall(Random(seed), bank)
    for person in range(1000, 1300):
        there.play(person, person % 7, there.dice.uniform(0, 86_400))
    return there


@pytest.mark.parametrize("resolution", [1, SECOND])
@pytest.mark.parametrize("size", [284, 30])
def test_a_class_that_plays_at_once_in_one_room_is_not_accused(size: int, resolution: int) -> None:
    for seed in range(3):
        room = Hall(Random(seed), Bank(size))
        for again in range(2):
            for pupil in range(50):
                room.play(pupil, 7, 100 + 130 * again + room.dice.uniform(0, 4), resolution=resolution)
        assert found(room) == ()


@pytest.mark.parametrize("resolution", [1, SECOND])
def test_a_class_that_answers_when_its_teacher_says_so_is_not_accused(resolution: int) -> None:
    room = Hall(Random(5), BANK)
    for pupil in range(50):
        times = [100.0, *(120 + 20 * place + room.dice.uniform(1, 5) for place in range(10))]
        room.play(pupil, 7, 100, pace=lambda place: times[place + 1] - times[place], resolution=resolution)  # noqa: B023
    assert found(room) == ()


def test_thousands_at_the_opening_are_not_accused() -> None:
    crowd = Hall(Random(3), BANK)
    for person in range(1500):
        crowd.play(person, person % 49, crowd.dice.expovariate(1 / 300), resolution=SECOND)
        if person % 12 == 0:
            crowd.leave(person + 5000, crowd.dice.expovariate(1 / 300))
    assert found(crowd) == ()


def test_answers_faster_than_anybody_reads() -> None:
    room = hall()
    for begun in (500, 900):
        room.play(1, 0, begun, pace=lambda _: 0.4)
    assert found(room) == (Sign("swift", (1,), 2, 500 * SECOND, 400),)


def test_accounts_that_answer_in_the_same_rhythm_at_different_times() -> None:
    room, dice = hall(), Random(8)
    rhythm = [dice.uniform(3, 8) for _ in range(10)]
    for person in range(4):
        room.play(person, person, 1000 + 700 * person, pace=lambda place: rhythm[place] + dice.uniform(-0.05, 0.05))
    assert found(room) == (Sign("rhythm", (0, 1, 2, 3), 4, 1000 * SECOND, 150),)
    assert found(room, Watch(accounts=5)) == ()


def test_accounts_of_one_unit_that_answer_at_the_same_moments() -> None:
    room, dice = hall(), Random(8)
    times = [1000.0]
    times += [times[0] + 6 * place + dice.uniform(0, 3) for place in range(1, 11)]
    for person in range(3):
        shifts = [dice.uniform(-0.2, 0.2) for _ in range(11)]
        moments = [at + shift for at, shift in zip(times, shifts, strict=True)]
        room.play(person, 7, moments[0], pace=lambda place: moments[place + 1] - moments[place])  # noqa: B023
    [sign] = [each for each in found(room) if each.kind == "together"]
    assert (sign.people, sign.attempts, sign.measure, sign.unit) == ((0, 1, 2), 3, 500, 7)


def test_new_accounts_that_give_the_same_wrong_answers() -> None:
    room = hall()
    for person in range(60):
        room.play(person, 0, 1000 + 6 * person, pick=lambda code: OPTIONS[1 + int(code[1:]) % 3])
    [sign] = found(room)
    assert (sign.kind, set(sign.people) < set(range(60)), len(sign.people) > 30) == ("wrong", True, True)
    assert sign.measure > 5


def test_a_bank_that_is_looked_through_by_guessing() -> None:
    room = hall()
    for begun in range(15):
        room.play(1, 0, 1000 + 200 * begun, pick=lambda _: room.dice.choice(OPTIONS))
        room.play(2, 0, 1000 + 200 * begun, skill=0.7)
    [sign] = found(room)
    assert (sign.kind, sign.people, sign.attempts, 10 < sign.measure < 40) == ("harvest", (1,), 15, True)


def test_a_minute_in_which_most_attempts_are_begun_and_left() -> None:
    room = hall()
    for person in range(30):
        room.leave(person, 6000 + person)
    assert found(room) == (Sign("left", tuple(range(30)), 30, 6000 * SECOND, 30),)


runs = st.lists(
    st.builds(
        lambda person, gaps, begun: (person, gaps, begun),
        st.integers(1, 9), st.lists(st.floats(0, 30), min_size=10, max_size=10), st.integers(0, 10_000),
    ),
    max_size=12,
)  # fmt: skip


@given(runs, st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_whoever_is_named_has_played_and_the_order_of_what_is_read_changes_nothing(
    drawn: list[tuple[int, list[float], int]], seed: int
) -> None:
    room = Hall(Random(seed), BANK)
    for person, gaps, begun in drawn:
        room.play(person, person % 3, begun, pace=lambda place, gaps=gaps: gaps[place])  # type: ignore[misc]
    told = found(room)
    assert {person for sign in told for person in sign.people} <= {run.person for run in room.runs}
    assert all(sign.attempts >= 1 and sign.people == tuple(sorted(set(sign.people))) for sign in told)
    turned = signs(tuple(reversed(room.runs)), WATCH, {})
    assert Counter(told) == Counter(turned)


@given(st.lists(st.lists(st.integers(-50, 50), max_size=4), max_size=12), st.integers(1, 20))
@settings(max_examples=80, deadline=None)
def test_what_is_alike_is_found_whatever_cell_it_lies_in(sequences: list[list[int]], within: int) -> None:
    wanted = {
        (first, second)
        for second, other in enumerate(sequences)
        for first, one in enumerate(sequences[:second])
        if len(one) == len(other) and all(abs(a - b) <= within for a, b in zip(one, other, strict=True))
    }
    pairs = list(alike(sequences, within))
    assert (set(pairs), len(pairs)) == (wanted, len(wanted))
    for group in groups(pairs):
        assert all(any(set(pair) <= set(group) and place in pair for pair in pairs) for place in group)


def test_an_attempt_without_answers_has_no_gaps() -> None:
    assert Run(1, 1, 0, 0, ()).gaps == ()
