"""Comparing one film with thousands gives what comparing every pair gives."""

from __future__ import annotations

import random

from media.likeness import closest
from rules.twins import ALIKE, similarity
from tests.rules.test_twins import film, shaken, text


def test_the_quick_way_finds_exactly_what_comparing_every_pair_finds() -> None:
    dice = random.Random(4)
    asked = film(0, count=30)
    known: dict[int, str] = {}
    for number in range(120):
        other = film(number + 1, count=dice.randrange(2, 60))
        shared = shaken(asked, bits=dice.randrange(12), seed=number, later=dice.randrange(9))[: dice.randrange(31)]
        # Some share the beginning in order, some in disorder, some nothing.
        if number % 3 == 0:
            other = sorted(shared + other)
        elif number % 3 == 1:
            other = sorted((dice.randrange(4000), print_) for _, print_ in shared + other)
        known[number] = text(other)
    slowly = {number: similarity(text(asked), told) for number, told in known.items()}
    expected = {number: percent for number, percent in slowly.items() if percent >= ALIKE}
    assert (closest(text(asked), known), 10 < len(expected) < 60) == (expected, True)


def test_few_scenes_count_only_when_they_are_the_same() -> None:
    card = text(film(8, count=2))
    assert closest(card, {1: card, 2: text(film(9, count=2)), 3: text(film(8, count=3))}) == {1: 100}


def test_prints_of_another_version_or_none_are_like_nothing() -> None:
    known = text(film(1))
    assert [closest(known, {1: "", 2: "d0:AAAA"}), closest("", {1: known}), closest("d0:AAAA", {1: known})] == [{}] * 3
    assert closest(known, {}) == {}
