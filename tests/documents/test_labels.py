"""However an annex spaces, breaks or decorates a label, it is the same label; what belongs to its name stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.labels import is_label, normal


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("案\n例\n内\n容", "案例内容"),
        ("成果 内 容", "成果内容"),
        ("单　位　意　见", "单位意见"),
        ("参选作品剧情摘要\n（100字）", "参选作品剧情摘要"),
        ("参选作品简介 (800字以内)", "参选作品简介"),
        ("案例内容（不超过2000字）：", "案例内容"),
        ("备注：", "备注"),
        ("＊联系电话", "联系电话"),
        ("3. 单位地址", "单位地址"),
        ("一、案例题目", "案例题目"),
        ("Ｅ-ｍａｉｌ", "E-mail"),
        ("案例\u200b题目", "案例题目"),
    ],
)
def test_a_label_is_known_in_every_spelling(printed: str, label: str) -> None:
    assert normal(printed) == normal(label)
    assert is_label(printed, label)


def test_brackets_that_belong_to_the_name_stay() -> None:
    province = "省（自治区、直辖市）信用牵头部门组委会意见"
    assert normal(province) == "省(自治区、直辖市)信用牵头部门组委会意见"
    assert not is_label("省信用牵头部门组委会意见", province)
    assert not is_label("参选单位", "参选单位（个人）")


@pytest.mark.parametrize("other", ["联系人电话", "联系", "联系人：张三", ""])
def test_a_cell_that_says_something_else_is_not_the_label(other: str) -> None:
    assert not is_label(other, "联系人")


@pytest.mark.parametrize("only", ["（100字）", "：", "***", "（盖章）"])
def test_a_text_of_nothing_but_decoration_does_not_become_an_empty_label(only: str) -> None:
    assert normal(only) != ""


def test_an_empty_label_names_no_cell() -> None:
    assert not is_label("", "")


@given(st.text())
def test_the_canonical_label_is_its_own_canonical_label(text: str) -> None:
    assert normal(normal(text)) == normal(text)
