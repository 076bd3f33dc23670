"""A notice as a Word file: list numbers that Word makes, merged cells, and files that are none."""

from __future__ import annotations

import io
import zipfile

import pytest

from documents.kinds import Refused
from documents.notice_blocks import word_blocks
from rules.drafting.paper import read_paper
from tests.drafting.words import word_file

MARKED = """@title 关于开展案例征集的通知
各单位：
# 内容
## 案例
字数不超过2000字。
## 视频
时长2至5分钟。
# 时间
2025年5月1日前。
附件1
申报表
| 案例名称 | <
| 联系人 | / | 电话 | /
"""


def test_numbers_that_word_makes_are_clauses() -> None:
    paper = read_paper(word_blocks(word_file(MARKED)))
    assert [(each.clause, each.text) for each in paper.sentences] == [
        ("一", "内容"),
        ("一（一）", "案例"),
        ("一（一）", "字数不超过2000字"),
        ("一（二）", "视频"),
        ("一（二）", "时长2至5分钟"),
        ("二", "时间"),
        ("二", "2025年5月1日前"),
    ]


def test_cells_that_are_merged_count_once() -> None:
    *_, rows = word_blocks(word_file(MARKED))
    assert rows == (("案例名称", ""), ("联系人", "", "电话", ""))


def test_a_file_that_is_no_plain_word_file_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 70_000_000)
    for data in (bomb.getvalue(), b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b""):
        with pytest.raises(Refused):
            word_blocks(data)
