"""What must not be shown is found however it is written, hidden whole, and left alone from its instant on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.embargo import HIDDEN, Embargo, breaches, hidden, pictured
from rules.instants import opening

UNTIL = opening("2020-07-08", "Asia/Shanghai")
BEFORE = UNTIL - timedelta(microseconds=1)
LINK, WORD = "https://quiz.example.org/hz", "诚信洪泽2020"
RULE = Embargo("quiz", "答题链接和口令", UNTIL, "八4", links=(LINK,), words=(WORD,))
ANY = Embargo("codes", "活动二维码", UNTIL, "四（一）", codes="any")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("见 https://quiz.example.org/hz?x=1&y=2，谢谢", f"见 https://{HIDDEN}，谢谢"),
        ("QUIZ.EXAMPLE.ORG/HZ", HIDDEN),
        ("ｑｕｉｚ．ｅｘａｍｐｌｅ．ｏｒｇ／ｈｚ", HIDDEN),
        ("口令 诚信 洪泽\n2020！", f"口令 {HIDDEN}！"),
        ("q\u200bu\ufeffiz.example.org/hz", HIDDEN),
        ("\x02quiz\x03.example.org/hz", f"\x02{HIDDEN}"),
        (f"{LINK} {LINK}", f"https://{HIDDEN} https://{HIDDEN}"),
        ("7月8日起扫码答题", "7月8日起扫码答题"),
        ("quiz.example.com/hz", "quiz.example.com/hz"),
        ("", ""),
    ],
)
def test_it_is_hidden_with_the_rest_of_its_link(text: str, shown: str) -> None:
    assert hidden(text, [RULE], BEFORE) == shown


def test_from_its_instant_on_everything_is_shown() -> None:
    assert (breaches(LINK, [RULE], UNTIL), hidden(LINK, [RULE], UNTIL)) == ((), LINK)
    assert [(each.embargo, each.start, each.end) for each in breaches(LINK, [RULE], BEFORE)] == [(RULE, 8, 27)]


@pytest.mark.parametrize(
    ("codes", "rules", "keys"),
    [
        ([], [RULE, ANY], []),
        (["https://elsewhere.example"], [RULE], []),
        (["https://elsewhere.example"], [RULE, ANY], ["codes"]),
        ([LINK], [RULE], ["quiz"]),
    ],
)
def test_a_code_in_a_picture_counts_by_where_it_leads_or_always(
    codes: list[str], rules: list[Embargo], keys: list[str]
) -> None:
    assert [each.embargo.key for each in pictured(codes, rules, BEFORE)] == keys
    assert pictured(codes, rules, UNTIL) == ()


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        (Embargo("a", "x", UNTIL, "c", links=("a.b",)), "links"),
        (Embargo("a", "x", UNTIL, "c", words=("https://",)), "words"),
        (Embargo("a", "x", UNTIL, "c"), "links"),
    ],
)
def test_a_rule_that_holds_nothing_or_everything_is_refused(rule: Embargo, place: str) -> None:
    assert [where for where, _ in rule.problems()] == [place]
    assert list(ANY.problems()) == []


SEPARATORS = st.sampled_from(["", " ", "\n", "\u200b", "\ufeff", "\t", "\u00ad", "\u3000"])


@given(st.lists(SEPARATORS, min_size=len(LINK), max_size=len(LINK)), st.text(max_size=20), st.text(max_size=20))
def test_no_separator_lets_it_through(between: list[str], before: str, after: str) -> None:
    written = before + "".join(char + gap for char, gap in zip(LINK, between, strict=True)) + after
    assert breaches(written, [RULE], BEFORE) != ()
    assert breaches(hidden(written, [RULE], BEFORE), [RULE], BEFORE) == ()


@given(st.text(max_size=60))
def test_a_text_without_it_stays_as_it_is(text: str) -> None:
    assert breaches(text, [RULE], BEFORE) or hidden(text, [RULE], BEFORE) == text
