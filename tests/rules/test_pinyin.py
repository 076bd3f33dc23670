"""Chinese words in Latin letters."""

from __future__ import annotations

import pytest

from rules.pinyin import REMEMBERED, spelt


@pytest.mark.parametrize(
    ("text", "initials", "syllables"),
    [
        ("信用基础设施建设", "xyjcssjs", "xinyongjichusheshijianshe"),
        ("行业信用监管", "hyxyjg", "hangyexinyongjianguan"),
        ("银行", "yh", "yinhang"),
        ("绿色低碳", "lsdt", "lvseditan"),
        ("信用App 2.0版（试行）", "xya20bsx", "xinyongapp20banshixing"),
        ("（ ）", "", ""),
        ("", "", ""),
    ],
)
def test_words_are_spelt_by_initials_and_by_syllables(text: str, initials: str, syllables: str) -> None:
    assert spelt(text) == (initials, syllables)


def test_only_so_many_spellings_are_remembered() -> None:
    for number in range(REMEMBERED + 10):
        spelt(f"第{number}项")
    assert spelt.cache_info().currsize == REMEMBERED
