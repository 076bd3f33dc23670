"""A convention read the other way: what we write fits, what people write fits as far as the notice tolerates it."""

from __future__ import annotations

import time

import pytest

from rules.convention import fitted
from rules.filenames import by_convention

SUBJECT = "{推荐单位名称}+{联系人}+{联系电话}"
WORK = "{参赛者姓名}（{单位名称}）+{作品名称}+{联系电话}"
LOOSE = ("＋", "空格")


@pytest.mark.parametrize(
    ("text", "loose", "fit"),
    [
        ("寿光市+张三+0536-8791234", LOOSE, "good"),
        ("寿光市＋张三＋13800138000", LOOSE, "loose"),
        ("寿光市 张三 13800138000", LOOSE, "loose"),
        ("寿光市 + 张三 + 13800138000", LOOSE, "loose"),
        ("寿光市＋张三＋13800138000", (), "marks"),
        ("寿光市-张三-13800138000", LOOSE, "marks"),
        ("寿光市+张三", LOOSE, "parts"),
        ("申报材料", LOOSE, "parts"),
        ("寿光市+张三+电话后补", LOOSE, "phone"),
        ("", LOOSE, "parts"),
    ],
)
def test_a_subject_fits_as_far_as_its_marks_and_parts_do(text: str, loose: tuple[str, ...], fit: str) -> None:
    assert fitted(SUBJECT, text, loose).fit == fit


def test_what_a_mail_program_put_before_a_subject_is_left_out_and_told() -> None:
    seen = fitted(SUBJECT, "转发: Re：寿光市+张三+13800138000")
    assert (seen.fit, seen.before, seen.bare) == ("good", "转发: Re：", "寿光市+张三+13800138000")


@pytest.mark.parametrize("name", ["张三（寿光市）+诚信菜市场+13800138000", "张三(寿光市)+诚信菜市场+13800138000"])
def test_brackets_of_either_width_do(name: str) -> None:
    assert fitted(WORK, name, LOOSE).fit in ("good", "loose")


@pytest.mark.parametrize("title", ["信用+餐饮“一码通管”", "A（B）C", "诚信 菜市场", "1+1"])
def test_what_we_write_ourselves_always_fits(title: str) -> None:
    words = {"参赛者姓名": "张三", "单位名称": "寿光市（试点）", "作品名称": title, "联系电话": "0536-8791234"}
    assert fitted(WORK, by_convention(WORK, words)).fit == "good"


def test_what_stands_for_a_telephone_number_is_quoted() -> None:
    assert fitted(SUBJECT, "寿光市+张三+见附件").found == "见附件"


def test_a_very_long_subject_takes_no_time() -> None:
    started = time.process_time()
    for text in ("+" * 100_000, " " * 100_000, "（" * 50_000, "甲 " * 50_000, "甲+乙 " * 20_000):
        fitted(WORK, text, LOOSE)
    assert time.process_time() - started < 20
