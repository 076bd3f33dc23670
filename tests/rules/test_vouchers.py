"""A table of codes: every fault with its row, and no code repeated in what is said."""

from __future__ import annotations

import pytest

from rules.vouchers import Voucher, read_vouchers

ROUNDED = "兑换码被 Excel 改成了科学计数法，末几位已经丢失。请把这一列设成“文本”，重新粘贴后再存。"
HEAD = ["兑换码", "金额（元）", "种类"]


def test_codes_with_amounts_and_kinds_are_read_below_a_title() -> None:
    found = read_vouchers([["二〇二〇年兑换码"], HEAD, ["AB-1", "5", "话费"], [], ["AB-2", "1.88"], ["AB-3", "0", ""]])
    assert found.faults == ()
    assert found.vouchers == (Voucher("AB-1", 500, "话费"), Voucher("AB-2", 188), Voucher("AB-3", 0))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["", "5", ""], "没有写兑换码。"),
        (["KEPT 1", "5", ""], "兑换码里有空格或看不见的字符，请去掉。"),
        (["K" * 65, "5", ""], "兑换码有 65 个字符，最多 64 个。"),
        (["1.23457E+17", "5", ""], ROUNDED),
        (["123456789012345000", "5", ""], ROUNDED),
        (["FIRST", "5", ""], "与第 2 行的兑换码相同。"),
        (["KEPT1", "", ""], "没有写金额；通用的码写 0。"),
        (["KEPT1", "五元", ""], "金额应写成元，例如 5 或 1.88；写的是“五元”。"),
        (["KEPT1", "1.885", ""], "金额应在 0 到 100000 元之间，最多两位小数；写的是“1.885”。"),
        (["KEPT1", "NaN", ""], "金额应在 0 到 100000 元之间，最多两位小数；写的是“NaN”。"),
        (["KEPT1", "5", "话" * 21], "种类最多 20 字，现在是 21 字。"),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_row(row: list[str], said: str) -> None:
    found = read_vouchers([HEAD, ["FIRST", "5", ""], row])
    assert [(each.row, each.said) for each in found.faults] == [(3, said)]
    assert "KEPT" not in "".join(each.said for each in found.faults)
    assert found.vouchers == (Voucher("FIRST", 500),)


@pytest.mark.parametrize("rows", [[], [["码", "金额（元）"]], [["兑换码", "金额"]], [HEAD]])
def test_a_table_without_its_columns_or_codes_says_what_it_lacks(rows: list[list[str]]) -> None:
    [fault] = read_vouchers(rows).faults
    assert fault.said.startswith(("没有“兑换码”这一列", "没有“金额（元）”这一列", "表头下面一个码也没有"))


def test_a_voucher_does_not_print_its_code() -> None:
    assert repr(Voucher("SECRET", 500, "话费")) == "Voucher(500 fen, '话费')"
