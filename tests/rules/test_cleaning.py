"""What nobody can see is removed from what people send, and what they can see is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cleaning import clean, echo, folded, one_line, tidy


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00\x02b\tc\r\nd\re", "ab\tc\nd\ne"),
        ("\u202e好\u2066信\u200b用\ufeff\u00ad", "好信用"),
        ("e\u0301", "\u00e9"),
        ("👨\u200d👩\u200d👧❤\ufe0f👍🏽", "👨\u200d👩\u200d👧❤\ufe0f👍🏽"),
        ("信\u200d用😀\u200d", "信用😀"),
        ("坏\ud800\ufffe字", "坏字"),
        ("葛\U000e0100城", "葛\U000e0100城"),
    ],
)
def test_what_nobody_can_see_is_removed_and_emoji_stay_whole(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert (tidy(tidy(text)), one_line(one_line(text))) == (tidy(text), one_line(text))


def test_text_is_compared_at_half_width_with_numbers_out_of_their_circles() -> None:
    assert folded("（０２９）③⑩－—Ａ，") == "(029) 3  10 --A,"


def test_an_echo_is_one_short_line() -> None:
    assert [echo("甲\n乙"), echo("字" * 41)] == ["甲 乙", "字" * 40 + "…"]
