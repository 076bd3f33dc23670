"""File names that every file system takes, and that show what they are."""

from __future__ import annotations

import pytest

from rules.filenames import LONGEST_NAME, Names, by_convention, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("诚信菜市场", "诚信菜市场.docx"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j.docx"),
        ("CON", "_CON.docx"),
        ("com1.txt", "_com1.txt.docx"),
        ("lpt¹", "_lpt¹.docx"),
        ("../../etc/passwd", "_.._etc_passwd.docx"),
        ("..", "未命名.docx"),
        ("", "未命名.docx"),
        ("结尾有点. . ", "结尾有点.docx"),
        ("-rf ~", "rf ~.docx"),
        ("附件\u202excod.exe", "附件xcod.exe.docx"),
        ("零\u200b宽\x00\x07", "零宽.docx"),
        ("两  个\n空格", "两 个 空格.docx"),
    ],
)
def test_a_name_is_made_safe_and_keeps_its_ending(text: str, name: str) -> None:
    assert safe_name(text, ending=".docx") == name


@pytest.mark.parametrize("char", ["字", "𠮷", "a", "👨‍👩‍👧"])
def test_a_long_name_fits_with_its_ending(char: str) -> None:
    name = safe_name(char * 500, ending=".docx")
    assert name.endswith(".docx")
    assert len(name.encode()) <= LONGEST_NAME
    assert len(name) <= 60 + len(".docx")


def test_two_files_of_one_folder_never_have_one_name_whatever_the_case() -> None:
    names = Names()
    assert [names.free(each) for each in ("A.docx", "a.docx", "A.DOCX", "无后缀", "无后缀")] == [
        "A.docx", "a (2).docx", "A (3).DOCX", "无后缀", "无后缀 (2)",
    ]  # fmt: skip


def test_a_convention_is_filled_in_and_marks_beside_empty_words_go() -> None:
    words = {"单位名称": "市发改委", "作品名称": "信用+餐饮", "联系电话": ""}
    assert by_convention("{单位名称}+{作品名称}+{联系电话}", words) == "市发改委+信用＋餐饮"
    assert by_convention("{参赛者姓名}（{单位名称}）+{作品名称}", {**words, "参赛者姓名": "张三"}) == (
        "张三（市发改委）+信用＋餐饮"
    )
