"""Phone numbers cannot be read where they are not needed, and nothing else is touched."""

from __future__ import annotations

import pytest

from rules.masking import masked_phones


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("李四 13800138000", "李四 138****8000"),
        ("029-86780000、13800138001", "029-****0000、138****8001"),
        ("+86 138 0013 8000", "+86 138****8000"),
        ("0536-8678000转12", "0536-***8000转12"),
        ("（单位 51）3 人，4月23日 24:00，编号 20240301", "（单位 51）3 人，4月23日 24:00，编号 20240301"),
        ("", ""),
    ],
)
def test_of_a_number_its_beginning_and_end_are_left(text: str, shown: str) -> None:
    assert masked_phones(text) == shown
