"""Names and numbers for eyes that need not see them whole."""

from __future__ import annotations

import pytest

from rules.masking import masked_mail, masked_name, masked_phones


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800138000", "138****8000"),
        ("电话 138-0013-8000，或 138 0013 8001", "电话 138****8000，或 138****8001"),
        ("029-86780000转12", "029-****0000转12"),
        ("0517-8720000", "0517-***0000"),
        ("编号 20240301123456789", "编号 20240301123456789"),
        ("12345678901", "12345678901"),
    ],
)
def test_numbers_lose_their_middles_and_nothing_else_does(text: str, shown: str) -> None:
    assert masked_phones(text) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("李小明", "李**"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("张三、李四", "张*、李*"),
        ("王", "王*"),
        ("John Smith", "J*** S***"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_family_name(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_a_mailbox_keeps_its_first_character_and_its_host() -> None:
    assert masked_mail("请寄 zhang.san@163.com") == "请寄 z***@163.com"
