"""Whoever moves up is what settling again would give; where that takes or fills too much, nothing is proposed."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from rules.award_field import Given
from rules.award_moves import free_places, moves_up, next_up
from rules.judging import Awards, Prize
from rules.looks_awards import Change, Honour
from rules.prizes import Contender, Decisions, settle

SLOTS = (1, 2, 3)
RULES = Awards(
    tuple(
        Prize(f"p{n}", f"{n} 等奖", "十", slots, "track", "rank", ("text",), gift=100 - n)
        for n, slots in enumerate(SLOTS, start=1)
    ),
    "十",
)


def settled(out: Sequence[int] = (), works: int = 8) -> list[Given]:
    field = [Contender(n, 1, "text", n) for n in range(1, works + 1) if n not in out]
    return [
        Given(award.scope.prize, award.scope.within, award.scope.prize, award.entry, 1, "text", award.gift)
        for award in settle(RULES, field, Decisions()).awards
    ]


def honours(out: Sequence[int] = (), works: int = 8) -> list[Honour]:
    return [
        Honour(100 + each.entry, each.prize, each.within, each.label, each.entry, 1, "某区", "text", "", "", each.gift,
               "withdrawn" if each.entry in out else "listed")
        for each in settled(works=works)
    ]  # fmt: skip


def change(place: int) -> Change:
    return Change(1, place, "vacant", "listed", "", "", "", "", 0, "", "", "", place)


def steps(out: Sequence[int], free: Sequence[int], works: int = 8) -> list[tuple[int, str, int]]:
    standing = honours(out, works)
    places = [each for each in standing if each.entry in free]
    return [
        (move.honour, move.given.prize, move.given.entry) for move in moves_up(places, standing, settled(out, works))
    ]


def test_a_free_first_prize_moves_one_up_from_every_prize_below() -> None:
    assert steps([1], [1]) == [(102, "p1", 2), (104, "p2", 4), (0, "p3", 7)]


def test_a_free_last_prize_is_only_for_the_next() -> None:
    assert steps([6], [6]) == [(0, "p3", 7)]


def test_two_free_places_are_filled_together_each_by_its_own_move() -> None:
    standing = honours([1, 6])
    places = [each for each in standing if each.entry in (1, 6)]
    moves = moves_up(places, standing, settled([1, 6]))
    assert [(move.honour, move.given.entry, move.place) for move in moves] == [
        (102, 2, 101), (104, 4, 101), (0, 7, 106), (0, 8, 101),
    ]  # fmt: skip


def test_a_place_left_vacant_before_is_not_filled_by_the_way() -> None:
    assert steps([1, 6], [6]) == []


def test_with_nobody_left_the_last_place_stays_free() -> None:
    assert steps([1], [1], works=6) == [(102, "p1", 2), (104, "p2", 4)]


def test_nothing_is_proposed_that_takes_a_prize_away() -> None:
    standing = honours([1])
    free = [each for each in standing if each.entry == 1]
    assert moves_up(free, standing, settled([1, 5])) == ()


def test_places_are_free_until_they_are_decided_about() -> None:
    assert [each.entry for each in free_places(honours([1, 6]), [change(101)])] == [6]


def test_next_are_those_without_a_prize_in_the_same_track_and_theme() -> None:
    prize = Prize("t", "一等奖", "四", 1, "theme", "rank")
    free = Honour(1, "t", "甲", "一等奖", 1, 1, "某区", "text", "", "", 0, "withdrawn")
    field = [
        Contender(1, 1, "text", 1, "甲"), Contender(2, 1, "text", 4, "甲"), Contender(3, 1, "text", 2, "乙"),
        Contender(4, 1, "video", 1, "甲"), Contender(5, 1, "text", 3, "甲"),
    ]  # fmt: skip
    assert next_up(free, prize, [free], field) == (5, 2)
    of_unit = Honour(2, "o", "", "优秀组织奖", 0, 1, "某区", "", "", "", 0, "withdrawn")
    assert next_up(of_unit, prize, [of_unit], field) == ()


@given(st.sets(st.integers(1, 6), min_size=1, max_size=3), st.integers(6, 10))
def test_after_moving_up_just_what_settling_again_gives_stands(out: set[int], works: int) -> None:
    standing = honours(tuple(out), works)
    free = [each for each in standing if each.entry in out]
    again = settled(tuple(out), works)
    after = {each.id: (each.prize, each.entry) for each in standing if each.entry not in out}
    fresh = []
    for move in moves_up(free, standing, again):
        if move.honour:
            after[move.honour] = (move.given.prize, move.given.entry)
        else:
            fresh.append((move.given.prize, move.given.entry))
    assert sorted([*after.values(), *fresh]) == sorted((each.prize, each.entry) for each in again)
    assert len({entry for _, entry in [*after.values(), *fresh]}) == len(after) + len(fresh)
