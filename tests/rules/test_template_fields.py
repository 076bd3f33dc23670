"""Our facts in the fields of message templates: cut to each kind's limit, and never of a kind that cannot hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.template_fields import INSTANTS, LIMITS, filled, kind_of, spoken, unfit

TEXTS = ("thing1", "short_thing1", "character_string2", "phrase3", "name4", "keyword1")


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("thing12", "thing"),
        ("character_string3", "character_string"),
        ("keyword2", ""),
        ("first", ""),
        ("time", "time"),
    ],
)
def test_a_fields_kind_is_in_its_name(field: str, kind: str) -> None:
    assert kind_of(field) == kind


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("thing1", "还差 1 个案例", "还差 1 个案例"),
        ("thing1", "字" * 20, "字" * 20),
        ("thing1", "字" * 21, "字" * 19 + "…"),
        ("thing1", "一行\n\t另一行", "一行 另一行"),
        ("short_thing1", "请尽快报送", "请尽快报送"),
        ("short_thing1", "请您尽快报送", "请您尽快…"),
        ("character_string2", "编号 XA-0001，共 2 份", "XA-0001 2"),
        ("character_string2", "A" * 40, "A" * 32),
        ("character_string2", "没有", ""),
        ("phrase3", "请于周五前报送", "请于周五前"),
        ("phrase3", "OK", ""),
        ("name4", "某市市场监督管理局办公室", "某市市场监督管理局办"),
        ("name4", "Zhang San 3", "Zhang San"),
        ("first", "x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_text_is_cut_to_what_the_field_takes(field: str, text: str, value: str) -> None:
    assert filled(field, text) == value


@given(st.text(), st.sampled_from(TEXTS))
def test_no_value_is_longer_than_its_field_or_more_than_a_line(text: str, field: str) -> None:
    value = filled(field, text)
    assert len(value) <= {"name": 20, "": 200}.get(kind_of(field), LIMITS.get(kind_of(field), 0))
    assert len(value.splitlines()) <= 1
    assert filled(field, value) == value


def test_an_instant_is_spoken_as_the_platform_reads_it() -> None:
    at = datetime(2024, 4, 23, 16, 5, tzinfo=UTC)
    assert spoken(at.astimezone(ZoneInfo("Asia/Shanghai"))) == "2024年4月24日 00:05"


def test_a_mapping_that_can_never_be_sent_is_found() -> None:
    fits = {"thing1": "campaign", "time2": "time", "date3": "time", "character_string4": "text", "first": "unit"}
    assert unfit(fits) == ()
    assert unfit({**fits, "time5": "text", "amount6": "text", "const7": "text", "thingy8": "text"}) == (
        "time5",
        "amount6",
        "const7",
        "thingy8",
    )
    assert INSTANTS == ("time", "date")
