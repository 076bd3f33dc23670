"""Two fingerprints are alike as far as their scenes agree at one distance; strangers and a common logo are not."""

from __future__ import annotations

import base64
import random

import pytest

from rules.twins import ALIKE, UnreadablePrints, alike, scenes, similarity

Scenes = list[tuple[int, int]]


def text(found: Scenes) -> str:
    data = b"".join(second.to_bytes(2) + print_.to_bytes(8) for second, print_ in found)
    return f"d1:{base64.b64encode(data).decode()}"


def film(seed: int, count: int = 40, pace: int = 4) -> Scenes:
    dice = random.Random(seed)
    return [(number * pace, dice.getrandbits(64)) for number in range(count)]


def shaken(found: Scenes, bits: int, seed: int = 7, later: int = 0) -> Scenes:
    """The film re-encoded: every hash off by some bits, every second by up to one, all of it later."""
    dice = random.Random(seed)
    noise = [sum(1 << bit for bit in dice.sample(range(64), bits)) for _ in found]
    return [
        (second + later + dice.randrange(2), print_ ^ off) for (second, print_), off in zip(found, noise, strict=True)
    ]


def test_a_film_is_wholly_like_itself_and_strangers_are_not_alike() -> None:
    one, other = text(film(1)), text(film(2))
    assert (similarity(one, one), similarity(one, other)) == (100, 0)


def test_a_film_re_encoded_and_put_behind_titles_is_found() -> None:
    original = film(3)
    assert similarity(text(original), text(shaken(original, bits=8, later=6))) == 100


def test_hashes_beyond_the_bound_do_not_agree() -> None:
    original = film(3)
    assert similarity(text(original), text(shaken(original, bits=11))) == 0


def test_a_part_of_a_film_is_found_in_the_whole_and_the_other_way_round() -> None:
    original = film(4)
    part = [(second - 40, print_) for second, print_ in original[10:22]]
    assert similarity(text(original), text(part)) == similarity(text(part), text(original)) == 100


def test_common_shots_in_another_order_do_not_make_twins() -> None:
    original = film(5)
    dice = random.Random(1)
    places = dice.sample(range(0, 4000, 10), len(original))
    mixed = sorted(zip(places, (print_ for _, print_ in original), strict=True))
    assert not alike(text(original), text(mixed))


def test_a_common_logo_does_not_make_twins() -> None:
    one, other = film(6), film(7)
    shared = [(second, 0x0F0F0F0F0F0F0F0F) for second, _ in one[:6]]
    assert similarity(text(shared + one[6:]), text(shared + other[6:])) == 15 < ALIKE


def test_few_scenes_are_no_evidence_unless_they_are_the_same() -> None:
    card, other = film(8, count=2), film(9, count=2)
    assert [similarity(text(card), text(each)) for each in (card, other)] == [100, 0]
    assert similarity(text(card), text([*card, (90, 1), (99, 2)])) == 0


def test_a_film_without_prints_is_like_nothing() -> None:
    assert [similarity("", ""), similarity("", text(film(1)))] == [0, 0]


@pytest.mark.parametrize("wrong", ["d2:AAAAAAAAAAAAAA==", "d1:", "d1:AAAA", "d1:***", "hello"])
def test_another_version_or_a_broken_text_is_refused(wrong: str) -> None:
    with pytest.raises(UnreadablePrints, match="expected prints"):
        scenes(wrong)
