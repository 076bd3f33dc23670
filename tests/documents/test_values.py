"""No text that people send breaks the file, and a value of the wrong shape is refused by its label."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from documents.fill import Blank, WrongValue, fill
from rules.forms import Kind
from tests.documents.filling import CODE, field, form, said
from tests.documents.paper import docx, row, table

ONE = form(field("content", "内容", "text"))
ONE_BLANK = Blank(docx(table(row("内容", ""))))


@given(st.text(st.characters(codec=None), min_size=1))
def test_no_text_makes_a_file_that_word_cannot_open(text: str) -> None:
    data = fill(ONE_BLANK, ONE, {"content": f"甲{text}乙"}, code=CODE)
    Document(io.BytesIO(data))
    got = said(data, "内容")
    assert (got[0], got[-1]) == ("甲", "乙")
    legal = re.sub(r"[^\u4e00-\u9fff]", "", f"甲{text}乙")
    assert re.sub(r"[^\u4e00-\u9fff]", "", got) == legal


def test_control_characters_go_and_line_ends_of_all_kinds_part_paragraphs() -> None:
    text = "一\x00\x08二\r\n三\x0b四\u2028五\ufffe\ud800\n\n六\t七"
    assert said(fill(ONE_BLANK, ONE, {"content": text}), "内容") == "一二\n三\n四\n五\n\n六\t七"


def test_spaces_typed_for_an_indent_go() -> None:
    assert said(fill(ONE_BLANK, ONE, {"content": "　　第一段\n    第二段"}), "内容") == "第一段\n第二段"


def test_a_very_long_text_is_no_trouble() -> None:
    text = "\n".join(["很长的一段文字。" * 500] * 100)
    assert said(fill(ONE_BLANK, ONE, {"content": text}), "内容") == text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("line", 3),
        ("date", "三月一日"),
        ("number", "3"),
        ("person_phone", "张三"),
        ("measured", {"minutes": 2}),
        ("boxes", "行业信用监管"),
        ("text", ["一", "二"]),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_by_its_label(kind: Kind, value: object) -> None:
    options = ("甲", "乙") if kind == "boxes" else ()
    with pytest.raises(WrongValue, match="“内容”应是"):
        fill(ONE_BLANK, form(field("content", "内容", kind, options=options)), {"content": value})


def test_too_few_sections_are_refused() -> None:
    wanted = form(field("content", "内容", "sections", headings=("一、甲", "二、乙")))
    with pytest.raises(WrongValue, match="几段文字"):
        fill(ONE_BLANK, wanted, {"content": ["只有一段"]})
