"""Packets have an exact sum within bounds, follow from the seed alone, and favour nobody by the hour they come."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.chance import SEED
from rules.packets import LEAST, MOST, ImpossiblePool, Pool, amounts, commitment, draws

SEED_A, SEED_B = bytes(SEED), b"\x01" * SEED
seeds = st.binary(min_size=SEED, max_size=SEED)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    count, least = draw(st.integers(1, 60)), draw(st.integers(1, 300))
    most = least + draw(st.integers(0, 900))
    return Pool(draw(st.integers(count * least, count * most)), count, least, most)


@given(pools(), seeds)
def test_the_sum_is_exact_and_every_packet_within_its_bounds(pool: Pool, seed: bytes) -> None:
    found = amounts(pool, seed)
    assert (len(found), sum(found)) == (pool.count, pool.total)
    assert all(pool.least <= amount <= pool.most for amount in found)
    assert amounts(pool, seed) == found


@given(st.integers(1, 60), st.integers(1, 300), st.integers(0, 900), seeds)
def test_a_pool_at_either_of_its_bounds_leaves_no_choice(count: int, least: int, more: int, seed: bytes) -> None:
    most = least + more
    assert amounts(Pool(count * least, count, least, most), seed) == (least,) * count
    assert amounts(Pool(count * most, count, least, most), seed) == (most,) * count
    for impossible in (count * least - 1, count * most + 1):
        with pytest.raises(ImpossiblePool, match=f"found {impossible}"):
            Pool(impossible, count, least, most)


@given(pools(), seeds, st.integers(0, SEED - 1), st.integers(1, 255))
def test_no_other_seed_fits_what_was_told(pool: Pool, seed: bytes, place: int, flip: int) -> None:
    """One byte is another: whoever reveals it cannot have drawn with it."""
    other = seed[:place] + bytes([seed[place] ^ flip]) + seed[place + 1 :]
    assert commitment(pool, other) != commitment(pool, seed)
    assert commitment(pool, seed) == commitment(pool, bytes(seed))


def test_the_draw_is_the_same_in_every_version_of_the_program() -> None:
    """Whoever proves a draw years later has a newer program."""
    assert amounts(Pool(3000, 10, 100, 500), SEED_A) == (374, 389, 443, 212, 173, 129, 367, 198, 446, 269)


@pytest.mark.parametrize(
    ("total", "count", "least", "most"),
    [(99, 1, 100, 200), (201, 1, 100, 200), (100, 0, 1, 9), (5, 5, 0, 9), (9, 3, 4, 2)],
)
def test_what_cannot_be_given_out_is_refused(total: int, count: int, least: int, most: int) -> None:
    with pytest.raises(ImpossiblePool, match="expected"):
        Pool(total, count, least, most)


def test_a_fixed_pool_leaves_no_choice() -> None:
    assert amounts(Pool(500, 5, 100, 100), SEED_A) == (100,) * 5


def test_amounts_differ_and_early_comers_get_as_much_as_late_ones() -> None:
    pool = Pool(300_000, 1000, LEAST, MOST)
    sums = [0, 0]
    for number in range(40):
        found = amounts(pool, number.to_bytes(SEED, "big"))
        assert len(set(found)) > 200
        sums[0] += sum(found[:500])
        sums[1] += sum(found[500:])
    assert abs(sums[0] - sums[1]) < sum(sums) // 100, "40 draws of two halves, 6 million fen each"


def test_the_commitment_binds_the_seed_and_every_figure() -> None:
    pool = Pool(3000, 10, 100, 500)
    others = [Pool(3001, 10, 100, 500), Pool(3000, 11, 100, 500), Pool(3000, 10, 101, 500), Pool(3000, 10, 100, 501)]
    found = {commitment(pool, SEED_A), commitment(pool, SEED_B), *(commitment(each, SEED_A) for each in others)}
    assert len(found) == 6
    assert commitment(pool, SEED_A) == "be216058ac2600820e7738f6e036d968468c2de918b74e2375b8ab39eb17a2a5"


def test_a_draw_is_the_same_whenever_it_is_asked_and_as_likely_as_it_says() -> None:
    found = [draws(SEED_A, attempt, Fraction(1, 5)) for attempt in range(5000)]
    assert found == [draws(SEED_A, attempt, Fraction(1, 5)) for attempt in range(5000)]
    assert 900 < sum(found) < 1100
    assert all(draws(SEED_B, attempt, Fraction(1)) for attempt in range(50))


def test_a_seed_has_its_length() -> None:
    with pytest.raises(ValueError, match="expected a seed of 32 bytes, found 3"):
        amounts(Pool(100, 1), b"abc")
