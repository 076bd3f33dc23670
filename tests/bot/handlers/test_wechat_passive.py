"""What fits into one passive reply."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.ports import Delivered
from bot.handlers.wechat import MOST_PART, size
from bot.handlers.wechat_passive import GAP, Shown, pack

LONG = "长" * 599


def test_everything_that_fits_is_joined() -> None:
    assert pack([Shown(1, ["收到。"]), Shown(2, ["第 2 项", "1 是"])], "due") == (
        "收到。\n\n第 2 项\n\n1 是",
        [Delivered(1, 1, True, "due"), Delivered(2, 2, True, "due")],
    )


def test_what_does_not_fit_is_left_in_order() -> None:
    messages = [Shown(1, ["短"]), Shown(2, ["短", LONG]), Shown(3, ["短"])]
    assert pack(messages, "held") == (
        "短\n\n短",
        [Delivered(1, 1, True, "held"), Delivered(2, 1, False, "held"), Delivered(3, 0, False, "held")],
    )


def test_parts_that_were_delivered_are_not_repeated() -> None:
    assert pack([Shown(1, ["甲", "乙", "丙"], done=1)], "held") == ("乙\n\n丙", [Delivered(1, 3, True, "held")])


def test_a_message_without_parts_is_delivered() -> None:
    assert pack([Shown(1, []), Shown(2, ["甲"], done=5)], "due") == (
        "",
        [Delivered(1, 0, True, "due"), Delivered(2, 5, True, "due")],
    )


@given(st.lists(st.lists(st.integers(1, 600), max_size=4), max_size=6))
def test_asking_again_and_again_gives_everything_once_in_order(lengths: list[list[int]]) -> None:
    messages = [Shown(n, ["字" * length for length in parts]) for n, parts in enumerate(lengths)]
    heard: list[str] = []
    rounds = 0
    while messages and rounds < 50:
        text, told = pack(messages, "held")
        assert size(text) <= MOST_PART
        heard += text.split(GAP) if text else []
        messages = [Shown(m.id, m.parts, t.done) for m, t in zip(messages, told, strict=True) if not t.whole]
        rounds += 1
    assert heard == ["字" * length for parts in lengths for length in parts]
