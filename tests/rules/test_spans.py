"""Lengths, weights and rates read as people say them, and never round a film onto the right side of a bound."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rules.spans import clock, decimal, exact_length, spoken_length, spoken_range, spoken_rate, spoken_weight


@pytest.mark.parametrize(
    ("seconds", "exact", "spoken"),
    [
        ("0", "0 秒", "0 秒"),
        ("107", "1 分 47 秒", "1 分 47 秒"),
        ("120", "2 分", "2 分"),
        ("119.88", "1 分 59.88 秒", "2 分"),
        ("192.4", "3 分 12.4 秒", "3 分 12 秒"),
        ("59.999", "1 分", "1 分"),
        ("3600", "60 分", "60 分"),
    ],
)
def test_lengths(seconds: str, exact: str, spoken: str) -> None:
    assert (exact_length(Fraction(seconds)), spoken_length(Fraction(seconds))) == (exact, spoken)


def test_ranges() -> None:
    told = [spoken_range(Fraction(low), Fraction(high)) for low, high in ((120, 300), (90, 300), (30, 45))]
    assert told == ["2–5 分钟", "1 分 30 秒至 5 分", "30 秒至 45 秒"]


@pytest.mark.parametrize(
    ("size", "told"),
    [(0, "0 字节"), (1023, "1023 字节"), (1024, "1 KB"), (1_859_836, "1.8 MB"), (509_607_936, "486 MB"),
     (1023 * 1024, "1 MB"), (2 << 30, "2 GB"), (3 << 40, "3 TB"), (5000 << 40, "5000 TB")],
)  # fmt: skip
def test_weights(size: int, told: str) -> None:
    assert spoken_weight(size) == told


def test_rates_places_and_numbers() -> None:
    assert [spoken_rate(8_168_793), spoken_rate(640_400)] == ["8.2 Mbps", "640 kbps"]
    assert [clock(Fraction("190.9")), clock(Fraction(3727))] == ["3:10", "1:02:07"]
    assert [decimal(Fraction(30000, 1001)), decimal(Fraction(25)), decimal(Fraction(7, 2), 0)] == ["29.97", "25", "4"]
