"""A pasted text is cut at its compulsory headings, however they were typed, and no word of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cleaning import tidy
from rules.sections import bare, find_sections, join_sections, split_sections
from tests.rules.typed import HEADINGS


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("一、要解决的问题\n甲\n二、创新举措\n乙\n三、工作成效及意义\n丙", ["甲", "乙", "丙"]),
        (
            "关于某事的案例\n**要解决的问题**\n甲\n# 2. 创新举措\n乙\n③工作成效及意义：丙",
            ["关于某事的案例\n甲", "乙", "丙"],
        ),
        ("第三部分 工作成效及意义\n丙\n(一)要解决的问题\n甲\n【二、创新举措】\n乙", ["甲", "乙", "丙"]),
        (
            "要解决的问题\n要解决的问题很多\n创新举措\n一、创新举措\n工作成效及意义（见附件）",
            ["要解决的问题很多", "一、创新举措", "（见附件）"],
        ),
        ("一、要解决的问题\n二、创新举措\n三、工作成效", None),
        ("", None),
    ],
)
def test_a_pasted_text_is_cut_at_its_headings_and_nothing_is_lost(text: str, parts: list[str] | None) -> None:
    assert split_sections(HEADINGS, text) == parts


def test_what_is_missing_is_known_by_its_place() -> None:
    assert find_sections(HEADINGS, "2.创新举措\n乙") == [None, "乙", None]


@pytest.mark.parametrize("heading", ["一、事由", "（一）事由", "1.事由", "①事由", "第一部分 事由", "事由"])
def test_a_heading_is_known_without_its_number(heading: str) -> None:
    assert bare(heading) == "事由"


@given(st.lists(st.text(alphabet="信用一、1 \n（）："), min_size=3, max_size=3))
def test_sections_joined_are_cut_into_the_same_sections(parts: list[str]) -> None:
    tidied = [tidy(part) for part in parts]
    assert split_sections(HEADINGS, join_sections(HEADINGS, tidied)) == tidied
