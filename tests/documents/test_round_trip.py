"""What is filled into an annex is read out of it again, for every form of every campaign and for awkward answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from documents.fill import Blank, fill
from documents.read import read
from rules.answers import Value, read_answer
from rules.cleaning import one_line
from rules.forms import Field, Form
from rules.notice import read_notice

ROOT = Path(__file__).parents[2]
CAMPAIGNS = ("xinhua-2021", "xian-2024", "weifang-2023", "industry-2024", "hongze-quiz-2020")
#: Pieces of text that could be taken for something else: marks, labels, printed words, stamps, numbers.
AWKWARD = (
    "☑",
    "□",
    "√行业信用监管",
    "其他",
    "（盖章）见附页",
    "备注",
    "联系电话：",
    "联系人：李四 邮箱：x@y.cn",
    "案例内容",
    "2024年3月1日",
    "👩‍👩‍👧‍👦",
    "😀",
    "𠮷野家",
    'a<b>&"c"',
    "]]>",
    "{{ x }}",
    "  两个空格",
    "\t",
    "1. ",
    "（一）",
    "100%",
    "“引号”",
    "ﬁ①½",
    "e\u0301",
    "\u200b",
    "\x07",
    "＿＿",
    "年 月 日",
    "一、",
    "同意推荐",
    "版本码 ABCDE-FGH12",
    "附件1",
    "成果类型：信用监管创新",
)
WORDS = st.sampled_from(AWKWARD) | st.text(min_size=1, max_size=12)
LINES = st.lists(WORDS, min_size=1, max_size=4).map("".join)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map("\n".join) | LINES.map(lambda line: "\n".join([line * 60] * 5))
SEALED = ("盖章", "签章", "公章", "签字", "年 月 日", "年3月1日", "承诺")


@cache
def forms() -> dict[str, Form]:
    found = {}
    for campaign in CAMPAIGNS:
        path = ROOT / f"campaigns/{campaign}.toml"
        for form in read_notice(path.read_text(encoding="utf-8"), name=path.name).forms:
            found[f"{campaign}/{form.key}"] = form
    return found


def test_all_forms_are_here() -> None:
    assert len(forms()) == 8


@cache
def printed(form: Form) -> tuple[bytes, Blank]:
    data = (ROOT / form.blank).read_bytes()
    return data, Blank(data)


def good(field: Field, raw: str) -> Any:
    """The value of some text, None where the field does not take it."""
    match read_answer(field, raw):
        case Value(value):
            return value
    return None


def answers_of(field: Field) -> st.SearchStrategy[Any]:
    """Values a field may hold, None for none."""
    match field.kind:
        case "line" | "text":
            return TEXTS.map(lambda raw: good(field, raw))
        case "sections":
            parts = st.lists(TEXTS, min_size=len(field.headings), max_size=len(field.headings))
            return parts.map(
                lambda texts: good(
                    field, "\n".join("\n".join(pair) for pair in zip(field.headings, texts, strict=True))
                )
            )
        case "boxes":
            other = (
                LINES.map(lambda line: one_line(line).strip(" _＿—:：()（）√☑□"))
                if field.other or field.open
                else st.just("")
            )
            size = len(field.options) if field.several else 1
            picks = st.lists(st.sampled_from(field.options), unique=True, min_size=1, max_size=size)
            return st.tuples(picks, other).map(lambda pair: boxes(field, *pair))
        case "phone":
            return st.sampled_from(["13800138000", "029-12345678", "0536-8123456"]).map(lambda raw: good(field, raw))
        case "email":
            return st.sampled_from(["a@example.org", "zhang.san+1@mail.example.com"]).map(lambda raw: good(field, raw))
        case "person_phone":
            return st.sampled_from(["张三 13800138000", "欧阳·娜 029-12345678"]).map(lambda raw: good(field, raw))
        case "date":
            return st.dates().map(lambda day: day.isoformat())
        case "number":
            return st.integers(0, 10**6)
        case "opinion" if field.into is None:  # in another field's cell there is room for a seal only
            return TEXTS.filter(lambda text: not any(word in text for word in SEALED)).map(
                lambda raw: opinion(field, raw)
            )
    return st.none()


def opinion(field: Field, raw: str) -> str | None:
    as_text = Field(key=field.key, label=field.label, kind="text", clause="", required=False)
    value = good(as_text, raw)
    return value if isinstance(value, str) and value else None


def boxes(field: Field, picked: list[str], other: str) -> Any:
    """Picks in the order of the form, which is all that paper keeps; a text only where 其他 was picked."""
    ordered = [option for option in field.options if option in picked]
    text = other if (field.other in ordered if field.other else field.open) else ""
    raw = "、".join(ordered)
    kept = good(field, raw) if not text else {"picked": ordered, "other": text}
    return kept if kept and kept["picked"] == ordered else None


def row_of(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    values = st.fixed_dictionaries({field.key: answers_of(field) for field in form.fields})
    return values.map(lambda row: {key: value for key, value in row.items() if value not in (None, "")})


def ambiguous(form: Form, answers: Mapping[str, Any]) -> bool:
    """Whether paper itself cannot tell: an open list filled with text that names other options, or has marks in it."""
    lists = [field for field in form.fields if field.kind == "boxes" and field.open and field.key in answers]
    if any(mark in answers[field.key]["other"] for field in lists for mark in "☑□√（[("):
        return True
    return any(
        good(field, "、".join([*answers[field.key]["picked"], answers[field.key]["other"]]).strip("、"))
        != answers[field.key]
        for field in lists
    )


@pytest.mark.parametrize("name", forms())
@settings(derandomize=True, deadline=None, max_examples=25, phases=(Phase.generate,), print_blob=False)
@given(data=st.data())
def test_answers_come_back_equal(name: str, data: st.DataObject) -> None:
    form = forms()[name]
    if form.rows:
        count = data.draw(st.integers(form.rows.least, form.rows.most))
        answers: dict[str, Any] = {"rows": [data.draw(row_of(form).filter(len)) for _ in range(count)]}
    else:
        answers = data.draw(row_of(form).filter(lambda row: not ambiguous(form, row)))
    blank, parsed = printed(form)
    filled = fill(parsed, form, answers, code="ABCDEFGH12")
    reading = read(form, filled, blank=blank)
    assert reading.answers == answers
    assert reading.faults == {}
    assert reading.code == "ABCDEFGH12"
