"""What a file seems to be, by its name alone, however it is spelt."""

from __future__ import annotations

import pytest

from rules.handed import Guess, guess


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("附件1 申报表.docx", "word"), ("申报表.WPS", "word"), ("作品.mp4", "film"), ("作品.MOV ", "film"),
        ("v1.0 终版.mpeg", "film"), ("图片.jpg", "picture"), ("IMG.HEIC", "picture"), ("扫描.pdf", "pdf"),
        ("扫描.pdf.zip", "other"), ("说明.txt", "other"), ("作品", "unnamed"), (".mp4", "unnamed"), ("", "unnamed"),
        ("作品.", "unnamed"), ("第1.2版本的作品", "unnamed"), ("a.mp4/../b", "unnamed"),
    ],
)  # fmt: skip
def test_the_ending_says_what_a_file_seems_to_be(name: str, kind: Guess) -> None:
    assert guess(name) == kind
