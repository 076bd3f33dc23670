"""Codes survive being copied by hand, and nothing that is no code is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.codes import ALPHABET, LENGTH, content_code, read_code, shown, spell

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
#: What people and phones put between the characters of a code.
BETWEEN = ("", " ", "-", "–", "—", "－", "‐", "\u3000", "\u00a0", "·", "\u200b", "\n", "_")
#: How a character may be typed: as it is, small, full-width, full-width and small.
FORMS = (str, str.lower, lambda char: chr(ord(char) + 0xFEE0), lambda char: chr(ord(char.lower()) + 0xFEE0))
MISREAD = {"1": "1IiLlＩｌ", "0": "0OoＯ"}


@pytest.mark.parametrize(
    "typed",
    [
        "7F3K9QX2M1", "7f3k9qx2m1", "7F3K9-QX2M1", "7f3k9 qx2ml", "7F3K9-QX2MI", " 7F3K9—QX2Ml ",
        "７Ｆ３Ｋ９－ＱＸ２Ｍ１", "７ｆ３ｋ９ｑｘ２ｍＬ", "7 F 3 K 9 Q X 2 M 1", "7F3K9\u3000QX2M1",
        "7F3K9\u200bQX2M1\n",
    ],
)  # fmt: skip
def test_a_code_is_read_as_it_was_meant(typed: str) -> None:
    assert read_code(typed) == "7F3K9QX2M1"


@pytest.mark.parametrize(
    "typed",
    [
        "", "7F3K9QX2M", "7F3K9QX2M11", "7F3K9QX2MU", "7F3K9QX2M?", "7F3K9QX2M中", "7F3K9/QX2M1", "邀请码7F3K9QX2M1",
        "----------",
    ],
)  # fmt: skip
def test_what_is_no_code_is_not_taken_for_one(typed: str) -> None:
    assert read_code(typed) is None


@given(codes, st.data())
def test_any_code_typed_in_any_way_comes_back(code: str, data: st.DataObject) -> None:
    typed = ""
    for char in code:
        misread = data.draw(st.sampled_from(MISREAD.get(char, char)))
        form = data.draw(st.sampled_from(FORMS)) if misread.isascii() else str
        typed += form(misread) + data.draw(st.sampled_from(BETWEEN))
    assert read_code(typed) == code


@given(codes)
def test_a_code_as_it_is_shown_reads_back(code: str) -> None:
    assert shown(code) == f"{code[:5]}-{code[5:]}"
    assert read_code(shown(code)) == code


@given(st.text(max_size=14))
def test_whatever_is_read_is_a_code(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET) and read_code(code) == code)


@given(st.integers(0, 2**50 - 1), st.integers(0, 2**50 - 1))
def test_different_numbers_have_different_codes(one: int, other: int) -> None:
    assert (spell(one) == spell(other)) == (one == other)
    assert read_code(spell(one)) == spell(one)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0, "0000000000"), (1, "0000000001"), (31, "000000000Z"), (32, "0000000010"), (2**50 - 1, "ZZZZZZZZZZ"),
        (2**50, "0000000000"),
    ],
)  # fmt: skip
def test_a_code_is_a_number_in_base_32(number: int, code: str) -> None:
    assert spell(number) == code


def test_the_alphabet_has_no_letter_that_is_misread() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert [char for char in "ILOU" if char in ALPHABET] == []


def test_a_codes_first_character_depends_on_the_content_and_its_parts_do_not_run_together() -> None:
    assert content_code("xian-2024", "case", "1", "{}") == content_code("xian-2024", "case", "1", "{}")
    assert (
        len({content_code("a", "bc"), content_code("ab", "c"), content_code("abc"), content_code("a", "bc", "")}) == 4
    )
    assert read_code(content_code("任意", "内容")) == content_code("任意", "内容")
    assert {content_code(f"{number}")[0] for number in range(600)} == set(ALPHABET)
