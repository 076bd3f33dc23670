"""What is remembered for retries, and that it does not grow without end."""

from __future__ import annotations

from bot.handlers.wechat_recent import Recent


def kept(recent: Recent[int], upto: int) -> list[int]:
    return [number for number in range(upto) if recent.get(str(number)) == number]


def test_a_value_outlives_its_time_and_is_gone_after_twice_that() -> None:
    recent: Recent[int] = Recent(seconds=10, most=100)
    recent.put("0", 0, 1000.0)
    recent.put("1", 1, 1011.0)
    assert kept(recent, 2) == [0, 1]
    recent.put("2", 2, 1022.0)
    assert kept(recent, 3) == [1, 2]


def test_the_newest_are_kept_and_never_more_than_two_generations() -> None:
    recent: Recent[int] = Recent(seconds=10, most=3)
    for number in range(8):
        recent.put(str(number), number, 0.0)
    assert kept(recent, 8) == [3, 4, 5, 6, 7]


def test_a_value_may_be_replaced_and_dropped() -> None:
    recent: Recent[int] = Recent(seconds=10, most=1)
    recent.put("0", 5, 0.0)
    recent.put("1", 1, 0.0)
    recent.put("0", 0, 0.0)
    assert recent.get("0") == 0
    recent.drop("0")
    assert (recent.get("0"), recent.get("1")) == (None, 1)
