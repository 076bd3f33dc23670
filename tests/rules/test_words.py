"""字数 is Word's figure, to the character: a limit of 2000 refuses the text that Word shows as 2001 and no other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from rules.words import count, counts, excess, paragraphs

#: Text -> its 字数, where LibreOffice and Word agree.
AGREED = {
    "": 0,
    "信用App2.0版": 4,
    "信用，": 3,
    "他说：“信用”": 7,
    "‘信用’": 4,
    "（信用）《通知》【一】": 11,
    "２０２４年": 5,
    "ＡＢＣ信用": 5,
    "ひらがなカタカナ": 8,
    "ｶﾀｶﾅ": 4,
    "ㄅㄆ": 2,
    "\U00020000\U0002a6df字": 3,
    "信\U0001f600用": 3,
    "e\u0301tude": 1,
    "ab\u200bcd": 1,
    "ab\u00a0cd": 2,
    "信\u3000用": 2,
    "ab\u2003cd\tef": 3,
    "https://www.example.gov.cn/a?b=c": 1,
    "1,234.5%": 1,
    "a/b AB-CD": 2,
    "a,b": 1,
    "a，b": 3,
    "a , b": 3,
    "- - -": 3,
    "信用+餐饮“一码通管”": 11,
    "①信用②": 4,
    "信≥用×信": 5,
    "卡尔·马克思": 6,
    "Привет α系数": 4,
    "☑信用★用→用": 7,
    "100㎡": 2,
    "￥100": 2,
    "～": 1,
    "don\u2019t": 1,
}
#: Text -> its 字数 here and in LibreOffice, where they differ: every kind of difference that docs/words.md names.
DIFFERENT = {
    "他说——好": (5, 3),
    "他说……好": (5, 4),
    "2021—2024": (3, 2),
    "a–b": (3, 2),
    "他说“信用”……": (8, 6),
    "……": (2, 1),
    "“abc”": (3, 1),
    "≥2000": (2, 1),
    "5×3": (3, 1),
    "20℃": (2, 1),
    "100°": (2, 1),
    "§3": (2, 1),
    "ⅠⅡ章": (3, 2),
    "한국어 단어": (2, 5),
    "\U0001f600\U0001f600": (2, 1),
    "a\U0001f600b": (3, 1),
    "か\u3099字": (2, 3),
    "葛\U000e0100城": (2, 3),
    "信\u200b用": (2, 1),
    "信用\u00ad好": (3, 4),
}
#: Counted as said, for reasons of our own; LibreOffice has nothing to compare.
OURS = {
    "\U0001f468\u200d\U0001f469\u200d\U0001f467": 1,
    "\U0001f44d\U0001f3fd好": 2,
    "❤\ufe0f信": 2,
    "信\x02用\x03": 2,
    "一\u2028二\x0b三\x85四": 4,
    "\ufeff信用": 2,
    " \t\n\u3000": 0,
    "‘a’ b’c": 4,
}
# Every class of character that the rule tells apart, line breaks included.
texts = st.text(alphabet=st.sampled_from("信，a1 .“’…\u200d\u0301\u3000\n\r\t😀한×é-"), max_size=30)


@pytest.mark.parametrize(
    ("text", "number"), [*AGREED.items(), *((text, ours) for text, (ours, _) in DIFFERENT.items()), *OURS.items()]
)
def test_a_text_counts_as_in_word(text: str, number: int) -> None:
    assert count(text) == number


@given(st.text() | texts, st.text() | texts)
def test_paragraphs_add_up(first: str, second: str) -> None:
    assert count(f"{first}\n{second}") == count(first) + count(second)


@given(texts)
def test_paragraph_counts_sum_to_the_whole(text: str) -> None:
    assert sum(paragraphs(text)) == count(text) == sum(counts(text.splitlines()))


@given(texts, texts)
def test_more_text_never_counts_less_than_its_longer_part(first: str, second: str) -> None:
    together = count(first + second)
    assert max(count(first), count(second)) - 1 <= together <= count(first) + count(second)


@given(texts)
def test_white_space_at_the_ends_counts_nothing(text: str) -> None:
    assert count(f" \u3000{text}\t\n") == count(text)


def test_the_bound_is_inclusive_and_the_excess_exact() -> None:
    text = "信用" * 1000
    assert [excess(text, 2000), excess(text + "，", 2000), excess(text + "App 2.0", 2000)] == [0, 1, 2]
    assert excess(text, None) == 0


def test_a_very_long_text_is_counted_in_linear_time() -> None:
    """A pattern that backtracks would not come back from two million characters."""
    assert count("信用App2.0版，" * 200_000) == 1_000_000


def save_word(text: str, path: Path) -> None:
    """`text` in a .docx as a Chinese Word would write it: an East Asian font, the hint, the language."""
    document = Document()
    run = document.add_paragraph().add_run(text)
    looks = run._r.get_or_add_rPr()
    fonts = looks.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), "宋体")
    fonts.set(qn("w:hint"), "eastAsia")
    looks.append(looks.makeelement(qn("w:lang"), {qn("w:val"): "en-US", qn("w:eastAsia"): "zh-CN"}))
    document.save(str(path))


def test_libreoffice_counts_the_same_but_for_the_known_differences(needs_soffice: str, tmp_path: Path) -> None:
    samples = [text for text in [*AGREED, *DIFFERENT] if text]
    sources = [tmp_path / f"{index:03}.docx" for index in range(len(samples))]
    for text, source in zip(samples, sources, strict=True):
        save_word(text, source)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        needs_soffice,
        profile,
        "--headless",
        "--convert-to",
        "fodt",
        "--outdir",
        str(tmp_path),
        *map(str, sources),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = {}
    for text, source in zip(samples, sources, strict=True):
        statistic = re.search(r'meta:word-count="(\d+)"', source.with_suffix(".fodt").read_text("utf-8"))
        assert statistic, f"LibreOffice wrote no count for {text!r}"
        found[text] = int(statistic[1])
    # A difference may vanish in another version of LibreOffice; a new one may not appear.
    surprises = {
        text: number for text, number in found.items() if number not in (AGREED.get(text), *DIFFERENT.get(text, ()))
    }
    assert surprises == {}
