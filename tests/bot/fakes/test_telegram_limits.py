"""Telegram's rates: one message a second to a chat, thirty over all, twenty a minute to a group."""

from __future__ import annotations

import pytest

from bot.fakes.telegram_limits import Pace, Refusal


def sent(pace: Pace, chats: list[int], at: float) -> list[int]:
    """What became of each message: 0 for sent, or the seconds to wait."""
    became = []
    for chat in chats:
        try:
            pace.send(chat, at)
        except Refusal as refused:
            became.append(refused.retry_after if refused.code == 429 and refused.wrong else -1)
        else:
            became.append(0)
    return became


def test_a_chat_takes_three_at_once_then_one_a_second() -> None:
    pace = Pace(0.0)
    assert sent(pace, [7] * 5, 0.0) == [0, 0, 0, 1, 1]
    assert sent(pace, [7], 0.9) == [1]
    assert [sent(pace, [7], float(second)) for second in range(1, 100)] == [[0]] * 99
    assert sent(pace, [7] * 2, 99.5) == [1, 1]


def test_all_chats_together_take_thirty_a_second() -> None:
    pace = Pace(0.0)
    assert sent(pace, list(range(1, 33)), 0.0) == [0] * 30 + [1, 1]
    assert sent(pace, list(range(100, 131)), 1.0) == [0] * 30 + [1]


def test_thirty_a_second_evenly_is_never_refused() -> None:
    pace = Pace(0.0)
    assert [sent(pace, [number], number / 30) for number in range(1, 3000)] == [[0]] * 2999


def test_a_group_takes_twenty_a_minute() -> None:
    pace = Pace(0.0)
    assert sent(pace, [-1] * 21, 0.0) == [0] * 20 + [3]
    assert sent(pace, [-1] * 2, 3.0) == [0, 3]


@pytest.mark.parametrize("times", [1, 50])
def test_a_refused_message_costs_nothing(times: int) -> None:
    pace = Pace(0.0)
    sent(pace, [7] * (3 + times), 0.0)
    assert sent(pace, [7], 1.0) == [0]
