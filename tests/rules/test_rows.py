"""Rows of a form as people type them, and a form's answers taken apart and put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import campaigns
from rules.faults import Faulty, Value
from rules.rows import check_rows, count_faults, joined, once, own, parted, read_rows

FORM = campaigns.load(Path(__file__).parents[2] / "campaigns", "hongze-quiz-2020").form("liaison")
FIELDS = own(FORM)


def row(name: str, post: str, phone: str) -> dict[str, str]:
    return {"name": name, "post": post, "phone": phone}


def test_what_is_asked_of_each_and_what_once() -> None:
    assert [field.key for field in FIELDS] == ["name", "post", "phone"]
    assert [field.key for field in once(FORM)] == ["posters", "proposals"]


@pytest.mark.parametrize(
    "typed",
    [
        "张三 科长 13800138000",
        "张三，科长，13800138000",
        "1. 张三、科长、138 0013 8000",
        "（1）张三 科长13800138000",
        "第1位：张三 科长 138-0013-8000",
        "姓名：张三 职务：科长 电话：１３８００１３８０００",
        "13800138000 张三 科长",
        "张三\t科长\t13800138000",
    ],
)
def test_one_person_is_read_however_the_parts_are_set_apart(typed: str) -> None:
    assert read_rows(FIELDS, typed) == Value([row("张三", "科长", "13800138000")])


def test_a_post_of_several_words_and_two_numbers_stay_whole() -> None:
    assert read_rows(FIELDS, "张三 办公室 副主任 13800138000 0517-87200000") == Value(
        [row("张三", "办公室 副主任", "13800138000、0517-87200000")]
    )


def test_every_line_is_one_person_and_all_faults_are_told_with_their_line() -> None:
    read = read_rows(FIELDS, "张三 科长 13800138000\n李四 科员\n\n王五 科员 1380013800")
    assert isinstance(read, Faulty)
    assert [(fault.key, fault.facts.get("number")) for fault in read.faults] == [
        ("duty.row_line", 2), ("duty.row_parts", None), ("duty.row_line", 3), ("field.phone_mobile_digits", None),
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "key"), [(2, "duty.row_few"), (3, ""), (4, ""), (5, "duty.row_many")])
def test_too_few_and_too_many_are_told_with_the_clause(count: int, key: str) -> None:
    faults = count_faults(FORM, [row(f"某{n}", "科员", f"1380013800{n}") for n in range(count)])
    assert [(fault.key, fault.facts["clause"]) for fault in faults] == ([(key, "八1")] if key else [])


def test_kept_rows_are_judged_again() -> None:
    rows = [row(f"某{n}", "科员", f"1380013800{n}") for n in range(3)]
    assert check_rows(FORM, rows) == ()
    assert [fault.key for fault in check_rows(FORM, [*rows[:2], {"name": "某", "post": "科员"}])] == ["field.empty"]
    assert [fault.key for fault in check_rows(FORM, "不是表")] == ["duty.row_unfit"]


def test_a_form_is_put_together_and_taken_apart_again() -> None:
    rows = [row("张三", "科长", "13800138000"), row("李四", "科员", "13800138001")]
    answers = joined(FORM, rows, {"posters": 20, "proposals": 0}, "区教体局")
    assert answers["rows"][0] == {"unit": "区教体局", **rows[0], "posters": 20, "proposals": 0}
    assert answers["rows"][1] == {"unit": "区教体局", **rows[1]}
    assert parted(FORM, answers) == (rows, {"posters": 20, "proposals": 0})


@pytest.mark.parametrize(("numbers", "sum_"), [((20, 20, 20), 20), ((20, 5, 0), 25), ((7, None, None), 7)])
def test_a_number_in_every_row_is_one_merged_cell_and_different_numbers_add_up(
    numbers: tuple[int | None, ...], sum_: int
) -> None:
    rows = [{**row("张三", "科长", "13800138000"), "posters": number} for number in numbers]
    assert parted(FORM, {"rows": rows})[1] == {"posters": sum_}
