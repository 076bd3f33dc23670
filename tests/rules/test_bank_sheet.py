"""A bank in a sheet: titles in any order and dress, one question a row, the row's number kept."""

from __future__ import annotations

import pytest

from rules.bank import BankFault, Draft
from rules.bank_sheet import COLUMNS, drafts_of_sheet, options_of

TITLES = ["序号", "题干", "A", "B", "C", "D", "正确答案", "答案解析", "出处", "知识点"]
ROW = ["1", "几年？", "2年", "5年", "7年", "10年", "B", "5年。", "第十六条", "征信"]


def test_a_row_gives_a_question_with_its_number_in_the_sheet() -> None:
    sheet = [["信用知识题库"], [], TITLES, ROW, ["", "", "", ""], [*ROW[:1], "又一题？", *ROW[2:]]]
    drafts, faults = drafts_of_sheet(sheet)
    options = ("2年", "5年", "7年", "10年", "", "", "", "")
    assert faults == ()
    assert drafts == (
        Draft(4, "第 4 行", "几年？", options, "B", "5年。", "第十六条", "征信"),
        Draft(6, "第 6 行", "又一题？", options, "B", "5年。", "第十六条", "征信"),
    )


@pytest.mark.parametrize(
    "titles",
    [
        list(COLUMNS),
        [each[::1] for each in reversed(COLUMNS)],
        [f" {each}（必填）" for each in COLUMNS],
        [f"*{each}：" for each in COLUMNS],
    ],
)
def test_titles_may_stand_in_any_order_and_dress(titles: list[str]) -> None:
    values = dict(zip(COLUMNS, ["题", "甲", "乙", "丙", "丁", "戊", "己", "F", "解", "源", "签"], strict=True))
    plain = [next(each for each in COLUMNS if each in title) for title in titles]
    [draft], faults = drafts_of_sheet([titles, [values[each] for each in plain]])
    assert faults == ()
    assert draft == Draft(2, "第 2 行", "题", ("甲", "乙", "丙", "丁", "戊", "己", "", ""), "F", "解", "源", "签")


def test_options_may_share_one_column() -> None:
    sheet = [["题目", "选项", "答案", "来源"], ["几年？", "A.2年 B.5年\nC、7年", "B", "条例"]]
    [draft], _ = drafts_of_sheet(sheet)
    assert draft.options == ("2年", "5年", "7年")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("A.甲 B.乙 C.丙", ("甲", "乙", "丙")),
        ("（A）甲；（B）乙", ("甲", "乙")),
        ("甲\n乙\n丙", ("甲", "乙", "丙")),
        ("甲|乙", ("甲", "乙")),
        ("A股；B股", ("A股", "B股")),
        ("", ()),
    ],
)
def test_options_of_one_text(text: str, options: tuple[str, ...]) -> None:
    assert options_of(text) == options


def test_a_seventh_option_is_not_lost_without_a_word() -> None:
    [draft], _ = drafts_of_sheet([["题目", *"ABCDEFG", "答案", "来源"], ["题", *"1234567", "A", "源"]])
    assert draft.options == (*"1234567", "")


def test_columns_that_are_absent_are_named_together() -> None:
    drafts, faults = drafts_of_sheet([[], ["题目", "解析"], ["几年？", "5年"]])
    told = "缺少列：选项A、选项B……、答案、来源。这一行读到的列名是：题目、解析。请补上这几列。"
    assert (drafts, faults) == ((), (BankFault(2, "第 2 行", told),))


def test_a_sheet_without_titles_says_what_was_read() -> None:
    wanted = "要有一行列名：题目、选项A、选项B……答案、解析、来源、标签"
    assert drafts_of_sheet([["几年？", "2年"]])[1] == (
        BankFault(0, "", f"没有找到列名。{wanted}。第一行读到的是：几年?、2年。"),
    )
    assert drafts_of_sheet([[], [" "]])[1] == (BankFault(0, "", f"表是空的。{wanted}，下面一题一行。"),)


def test_a_short_row_and_an_apostrophe_of_ours_are_read() -> None:
    [draft], _ = drafts_of_sheet([["题目", "A", "B", "答案", "来源"], ["'=1+1等于几？", "'-2", "'x'"]])
    assert draft == Draft(2, "第 2 行", "=1+1等于几？", ("-2", "'x'", "", "", "", "", "", ""), "", "", "", "")
