"""Whatever is typed into a field becomes the value the form needs, or every fault with its measure, rule and mend."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined

from bot.wording import named
from rules.answers import Faulty, Value, check_answer, notices_of, read_answer, written
from rules.forms import Field, Kind
from tests.rules.typed import (
    BAD,
    BOXES,
    CLAUSE,
    DATE,
    EMAIL,
    EVERY,
    GOOD,
    HEADINGS,
    KEPT,
    LINE,
    NUMBER,
    PERSON,
    PHONE,
    TEXT,
    THEMES,
    TODAY,
    field,
)

WORDING = Path(__file__).parents[2] / "templates" / "wording" / "zh" / "field.toml"
STRICT = Environment(undefined=StrictUndefined)  # noqa: S701 (plain text; escaped where it is drawn)
STRICT.filters["named"] = named


def expected(faults: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"field.{reason}", {"label": "某项", "clause": CLAUSE, **facts}) for reason, facts in faults]


@pytest.mark.parametrize(("of", "raw", "value"), GOOD)
def test_what_was_typed_becomes_the_value(of: Field, raw: str, value: Any) -> None:
    read = read_answer(of, raw, today=TODAY)
    assert isinstance(read, Value), read
    assert (read.value, check_answer(of, value)) == (value, ())


@pytest.mark.parametrize(("of", "raw", "value"), GOOD)
def test_a_value_written_out_reads_back_to_itself(of: Field, raw: str, value: Any) -> None:
    again = read_answer(of, written(of, value))
    assert isinstance(again, Value)
    assert again.value == value


@pytest.mark.parametrize(("of", "raw", "faults"), BAD)
def test_every_fault_is_named_at_once_with_its_measure(
    of: Field, raw: str, faults: list[tuple[str, dict[str, Any]]]
) -> None:
    read = read_answer(of, raw, today=TODAY)
    assert isinstance(read, Faulty), read
    assert [(fault.key, fault.facts) for fault in read.faults] == expected(faults)


@pytest.mark.parametrize(("of", "value", "faults"), KEPT)
def test_a_kept_value_is_judged_by_the_form_of_today(
    of: Field, value: Any, faults: list[tuple[str, dict[str, Any]]]
) -> None:
    assert [(fault.key, fault.facts) for fault in check_answer(of, value)] == expected(faults)


def test_a_short_text_and_one_without_figures_are_remarked_upon_and_taken() -> None:
    read = read_answer(TEXT, "好得很")
    assert isinstance(read, Value)
    assert [(note.key, note.facts) for note in read.notes] == expected(
        [("short", {"words": 3, "near": 4, "limit": 8}), ("no_figures", {})]
    )
    assert (notices_of(TEXT, "增长三成多"), notices_of(TEXT, "共 3 件事"), notices_of(NUMBER, 3)) == ((), (), ())


def test_an_empty_optional_answer_is_empty_whatever_its_kind() -> None:
    kinds: list[tuple[Kind, dict[str, Any]]] = [("line", {}), ("phone", {}), ("date", {}), ("number", {})]
    kinds += [("boxes", {"options": THEMES}), ("sections", {"headings": HEADINGS}), ("person_phone", {})]
    fields = [field(kind, required=False, **facts) for kind, facts in kinds]
    assert [read_answer(each, " \u3000\n") for each in fields] == [Value("")] * len(fields)


def test_every_fault_has_its_sentence_and_every_sentence_its_fault() -> None:
    sentences = tomllib.loads(WORDING.read_text("utf-8"))["field"]
    found = {}
    for clause in (CLAUSE, ""):
        shown = [fault for of, raw, _ in BAD for fault in faults_under(of, clause, raw)]
        shown += [fault for of, value, _ in KEPT for fault in check_answer(replace(of, clause=clause), value)]
        shown += notices_of(replace(TEXT, clause=clause), "好")
        for fault in shown:
            sentence = STRICT.from_string(sentences[fault.key.removeprefix("field.")]).render(fault.facts).strip()
            assert sentence.endswith("。") or fault.key == "field.sections_unfound"
            assert (CLAUSE in sentence, "（）" in sentence, "，）" in sentence) == (bool(clause), False, False), (
                sentence
            )
            found[fault.key] = sentence
    assert set(found) == {f"field.{key}" for key in sentences}


def faults_under(of: Field, clause: str, raw: str) -> tuple[Any, ...]:
    read = read_answer(replace(of, clause=clause), raw, today=TODAY)
    assert isinstance(read, Faulty)
    return read.faults


def test_a_too_long_text_says_by_how_much_and_under_which_clause() -> None:
    sentence = tomllib.loads(WORDING.read_text("utf-8"))["field"]["too_long"]
    (fault,) = faults_under(LINE, CLAUSE, "信用App2.0版好好")
    assert STRICT.from_string(sentence).render(fault.facts) == (
        "**某项**现有 6 字，超出上限 **1 字**（不超过 5 字，《通知》二（一））。请精简后重发。"
    )


messy = st.text(alphabet=st.characters(codec=None, exclude_categories=())) | st.text(
    alphabet=st.sampled_from("1235089 -()（）:：，、.。@转其他信用农村张三一二十百月日年\n\t\u3000③⑤+x＠"), max_size=40
)


@given(messy)
@example("其他（（")
@example("(((((((((((13800138000")
@example("5：")
def test_no_text_breaks_a_reader_and_a_value_read_is_a_value_accepted(raw: str) -> None:
    for of in EVERY:
        read = read_answer(of, raw, today=TODAY)
        if isinstance(read, Value):
            assert check_answer(of, read.value) == ()
        else:
            assert read.faults


@given(messy)
def test_a_plain_value_reads_back_to_itself(raw: str) -> None:
    for of in (LINE, TEXT, PHONE, EMAIL, DATE, NUMBER, PERSON):
        read = read_answer(of, raw, today=TODAY)
        if isinstance(read, Value):
            again = read_answer(of, written(of, read.value))
            assert isinstance(again, Value)
            assert again.value == read.value


@pytest.mark.parametrize("piece", [" ", "1-", "(", "一、\n", "其他 ", "\n", "+ ", "# ", "1" * 30 + "@", "（科长"])
@pytest.mark.parametrize("pieces", [300, 20000])
def test_a_long_text_is_refused_or_read_without_delay(piece: str, pieces: int) -> None:
    """A pattern that backtracks over such a text needs many seconds; a sound one, milliseconds."""
    began = process_time()
    for of in EVERY:
        read_answer(of, f"甲{piece * pieces}乙", today=TODAY)
        read_answer(of, f"{piece * pieces}乙", today=TODAY)
    assert process_time() - began < 3


@given(st.lists(st.sampled_from(THEMES), min_size=1, unique=True), st.text(alphabet="农村信用ab 1，", max_size=8))
def test_ticks_written_out_read_back_to_themselves(picked: list[str], text: str) -> None:
    other = " ".join(text.split()) if "其他" in picked else ""
    value = {"picked": picked, "other": other}
    assert read_answer(BOXES, written(BOXES, value)) == Value(value)


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.text() | st.integers(), max_size=3),
    st.dictionaries(
        st.sampled_from(["picked", "other", "person", "phone", "seconds"]), st.text() | st.lists(st.text())
    ),
)
def test_no_stored_value_breaks_the_check(plain: Any, mapping: dict[str, Any]) -> None:
    for of in EVERY:
        for value in (plain, mapping):
            assert all(fault.key.startswith("field.") for fault in check_answer(of, value))
            assert isinstance(notices_of(of, value), tuple)
